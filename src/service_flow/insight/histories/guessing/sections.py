"""The words of a guessed mapping, one after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from service_flow.design.flow import Flow
from service_flow.insight.histories.guessing import fields
from service_flow.insight.histories.guessing.looking import Looked
from service_flow.insight.histories.guessing.matching import (
    Match,
    match_activities,
    posts_for,
    posts_of,
)
from service_flow.insight.histories.guessing.moments import Moments
from service_flow.insight.histories.guessing.naming import distinct_slugs, slug
from service_flow.insight.histories.guessing.roles import Roles
from service_flow.insight.histories.guessing.text import ASK, LEFT_OUT, Page, braced, can_be_written, scalar
from service_flow.insight.histories.logs import uncompressed_name
from service_flow.insight.histories.logs.log import listed
from service_flow.insight.histories.mapping import ISO

UNKNOWN = "?"
"""Stands for a column that was not found: no log has one of that name, so an import says where to put it."""

NO_TRANSITION = "which_one"
_MOST_PHASES = 20
_MOST_POSTS = 30


@dataclass(frozen=True)
class Found:
    """All that was found out about a log. `activities` and `phases` count rows; `flow` is None without a blueprint.

    `other_flows` are those that the log may be about as well.
    """

    looked: Looked
    roles: Roles
    activities: Counter[str]
    phases: Counter[str]
    flow: Flow | None
    other_flows: tuple[str, ...] = ()

    @cached_property
    def matches(self) -> dict[str, Match | None]:
        """The transition for each activity, most frequent first; without a flow, one named after each."""
        ordered = {activity: count for activity, count in self.activities.most_common() if can_be_written(activity)}
        if self.flow is not None:
            return match_activities(ordered, self.flow)
        return {activity: Match(name, 1.0) for activity, name in distinct_slugs(ordered, "step").items()}

    @cached_property
    def sure(self) -> dict[str, str]:
        """The transitions that are sure enough to count."""
        return {activity: match.name for activity, match in self.matches.items() if match and match.is_sure}

    @cached_property
    def columns(self) -> dict[str, Match]:
        """The columns that likely fill the fields of the flow."""
        if self.flow is None:
            return {}
        return fields.find_columns(self.looked, self.flow, self.roles.columns)

    @cached_property
    def begins_with(self) -> str | None:
        """The activity with which nearly every case begins, of those that were looked at."""
        if self.roles.case is None or self.roles.activity is None:
            return None
        firsts: dict[str, str] = {}
        for case, activity in zip(
            self.looked.cells(self.roles.case), self.looked.cells(self.roles.activity), strict=True
        ):
            firsts.setdefault(case, activity)
        (first, count), *_ = Counter(firsts.values()).most_common(1)
        often = count > 1 and count >= 0.99 * len(firsts) and len(self.activities) > 1
        return first if often and first in self.matches else None


def head(page: Page, found: Found) -> None:
    page.remarks(
        f"A first mapping of {uncompressed_name(found.looked.path)}, guessed from the names of its columns and from "
        f"its cells. Comments that begin with `{ASK.strip()}` say what no log can tell. `{LEFT_OUT.strip()}` takes a "
        "line out: put in what is right, take the mark away, and the line counts."
    )
    if found.looked.has_more_columns:
        page.remarks(f"Only the first {len(found.looked.columns):,} columns were looked at.")
    if found.flow is None:
        page.remarks("With --blueprint, flow, transitions, posts and fields are those of your blueprint.")
    page.gap()


def log(page: Page, found: Found) -> None:
    looked = found.looked
    name = re.sub(r"[/\s]+", "-", uncompressed_name(looked.path))[:80]
    words = {"format": looked.form}
    if can_be_written(name):
        words = {"name": scalar(name), **words}
    if looked.form == "csv":
        words |= {
            "delimiter": f'"{looked.delimiter}"' if looked.delimiter != "\t" else '"\\t"',
            "encoding": looked.encoding,
        }
        if found.flow is not None:
            words |= fields.number_marks(looked, found.flow, found.columns)
        if not looked.sure_of_encoding:
            page.asks(f"is this the right encoding? The file is not UTF-8; {looked.encoding} is the likeliest.")
        if any(fields.is_moment(name) for name in looked.columns):
            page.asks("has the log a first line with the names of its columns? An import needs one.")
    page.holds(f"log: {braced(words)}")


def flow(page: Page, found: Found) -> None:
    if found.flow is None:
        page.asks("which flow do the cases take?")
        name = slug(found.looked.path.name.partition(".")[0]) or "service_request"
        page.holds(f"flow: {name}")
    else:
        if found.other_flows:
            others = f"It may be {' or '.join(found.other_flows)}; --flow NAME makes a guess for that one."
            page.asks(f"is this the flow? The activities and columns of the log do not tell. {others}")
        page.holds(f"flow: {found.flow.name}")


def case(page: Page, found: Found) -> None:
    _column(page, found, "case", "which rows are one case?")
    if found.roles.is_list:
        page.asks("is this a log? Every row is a case of its own; a log has a row for each thing that was done to it.")


def activity(page: Page, found: Found) -> None:
    _column(page, found, "activity", "which column says what was done?")


def _column(page: Page, found: Found, role: str, question: str) -> None:
    column: str | None = getattr(found.roles, role)
    if column is None or not can_be_written(column):
        page.asks(f"{question} No column is called so. There are: {listed(found.looked.columns)}.")
    elif role in found.roles.by_cells:
        page.asks(f"{question} No column is called so; this one goes by its cells.")
    page.holds(f"{role}: {scalar(column if column is not None and can_be_written(column) else UNKNOWN)}")


def instant(page: Page, found: Found) -> None:
    roles = found.roles
    if roles.instant is None or roles.times is None or not can_be_written(roles.instant):
        page.asks(f"which column says when? None holds instants. There are: {listed(found.looked.columns)}.")
        page.holds(f'instant: {{column: "{UNKNOWN}"}}')
        return
    if roles.also_times:
        page.asks(f"is this when a row happened? There are also: {listed(roles.also_times)}.")
    if roles.times == Moments((ISO,), (), True):
        page.holds(f"instant: {scalar(roles.instant)}")
        return
    page.holds("instant:")
    page.holds(f"  column: {scalar(roles.instant)}")
    if not roles.times.zoned:
        page.asks("in which time zone were they written? They have no offset, so this must be said.", "  ")
        page.leaves_out("  zone: Europe/Berlin")
    formats = [scalar(form) for form in roles.times.formats]
    if roles.times.others:
        others = " or ".join(f'"{form}"' for form in roles.times.others)
        page.asks(f"or is it {others}? Those fit as well.", "  ")
    if formats != [ISO]:
        page.holds(f"  format: {formats[0]}" if len(formats) == 1 else f"  format: [{', '.join(formats)}]")


def lifecycle(page: Page, found: Found) -> None:
    column, phases = found.roles.lifecycle, found.phases
    if column is None or len(phases) < 2 or len(phases) > _MOST_PHASES or not can_be_written(column):
        return
    counted = ", ".join(f"{phase or 'none'} {count:,}" for phase, count in phases.most_common())
    known = [phase for phase in phases if phase and can_be_written(phase)]
    only = "complete" if "complete" in phases else f"[{', '.join(map(scalar, known))}]"
    line = (
        f"lifecycle: {only}"
        if column == "lifecycle:transition"
        else f"lifecycle: {{only: {only}, column: {scalar(column)}}}"
    )
    page.asks(f"do only these rows count? The rows of each lifecycle transition: {counted}.")
    (page.holds if "complete" in phases else page.leaves_out)(line)


def person(page: Page, found: Found) -> None:
    column = found.roles.person
    if column is not None and can_be_written(column):
        page.holds(f"person: {scalar(column)}")
        return
    page.asks("who acts? No column is called so; without it, every row acts as `import`.")
    page.leaves_out('person: {value: "somebody"}')


def post(page: Page, found: Found) -> None:
    model, column = found.flow, found.roles.post
    done = found.sure.values() if found.sure or model is None else model.transitions
    able = posts_for(model, done) if model is not None else []
    if len(able) == 1:
        page.asks(f"do all act as {able[0]}? It is the one post that may do all of the transitions below.")
        page.holds(f"post: {{value: {able[0]}}}")
        return
    possible = able or (posts_of(model) if model is not None else [])
    known = f" Posts that may act in the flow: {', '.join(possible)}." if possible else ""
    page.asks(f"in which post do they act? Without one, nobody may do what a post is needed for.{known}")
    example = possible[0] if possible else "agent"
    cells = sorted(set(found.looked.cells(column)) - {""}) if column is not None else []
    if column is None or len(cells) > _MOST_POSTS or not all(map(can_be_written, [column, *cells])):
        source = found.roles.person or found.roles.post
        page.leaves_out(f"post: {{value: {example}}}")
        if source is not None and can_be_written(source):
            page.remarks(f"or, for each person: post: {{column: {scalar(source)}, map: {{SOMEBODY: {example}}}}}")
        return
    page.leaves_out("post:")
    page.leaves_out(f"  column: {scalar(column)}")
    page.leaves_out("  map:")
    for cell in cells:
        page.leaves_out(f"    {scalar(cell)}: {example}")


def customer(page: Page, found: Found) -> None:
    if found.flow is not None and found.flow.subject == "customer":
        return
    column = found.roles.customer
    if column is not None and can_be_written(column):
        page.asks("is this the customer? It is called so; each different cell becomes a customer of that name.")
        page.holds(f"customer: {scalar(column)}")
        return
    steady = [name for name in found.roles.steady if can_be_written(name)]
    likely = f" The same in all rows of a case: {listed(steady)}." if steady else ""
    page.asks(f"which column names the customer? None is called so; cases can do without.{likely}")
    page.leaves_out(f"customer: {scalar(steady[0] if steady else UNKNOWN)}")


def opening(page: Page, found: Found) -> None:
    first, roles = found.begins_with, found.roles
    fact = {"complaint": "text", "customer": "name"}.get(found.flow.subject if found.flow else "", "need")
    lines = []
    if first is not None and (found.flow is None or first not in found.sure):
        page.asks(f"is '{first}', with which the cases begin, their opening, and no step that is taken in the flow?")
        lines.append(f"transition: {_opening_word(found, first)}")
    for word, column in ((fact, roles.need), ("channel", roles.channel)):
        if column is not None and can_be_written(column):
            page.asks(f"does this column say the {word} that a case is opened with?")
            lines.append(f"{word}: {{column: {scalar(column)}}}")
    if lines:
        page.leaves_out(f"opening: {{{', '.join(lines)}}}")


def _opening_word(found: Found, first: str) -> str:
    return found.sure.get(first) or slug(first) or "opening"


def transitions(page: Page, found: Found) -> None:
    page.gap()
    doubtful = [activity for activity in found.matches if activity not in found.sure]
    if found.flow is None and found.sure:
        page.asks("are the transitions of your flow called so? These names are made of the activities.")
    page.holds("transitions:")
    for name, transition in found.sure.items():
        page.holds(f"  {scalar(name)}: {transition}", _rows(found, name))
    if not found.sure:
        page.holds(f'  "{UNKNOWN}": {NO_TRANSITION}')
    if doubtful and found.flow is not None:
        free = [name for name in found.flow.transitions if name not in found.sure.values()]
        unused = f"Without an activity are: {', '.join(free)}." if free else "Every transition has an activity already."
        page.asks(f"which transitions are these? Rows of an activity without one are refused. {unused}", "  ")
    for name in doubtful:
        match = found.matches[name]
        near = match.name if match is not None else NO_TRANSITION
        if name == found.begins_with:
            near = _opening_word(found, name)
        page.leaves_out(f"  {scalar(name)}: {near}", _rows(found, name))
    unwritten = len(found.activities) - len(found.matches)
    if unwritten:
        page.asks(
            f"what are {unwritten} further activities? Their names are too long or hold control characters.", "  "
        )


def _rows(found: Found, activity: str) -> str:
    count = found.activities[activity]
    return f"{count:,} row{'s' * (count != 1)}"


def data(page: Page, found: Found) -> None:
    if found.flow is not None and found.flow.fields:
        page.gap()
        fields.write(page, found.looked, found.flow, found.columns, set(found.sure.values()))


IN_ORDER: tuple[Callable[[Page, Found], None], ...] = (
    head, log, flow, case, activity, instant, lifecycle, person, post, customer, opening, transitions, data,
)  # fmt: skip
