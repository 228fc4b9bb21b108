"""`service-flow promises` and `run-due`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from service_flow.cli.options import (
    blueprint_option,
    format_option,
    instant_value,
    lang_option,
    loaded,
    store_option,
    stored,
)
from service_flow.cli.root import FOUND, GOOD
from service_flow.errors import NotFound

if TYPE_CHECKING:
    from service_flow.cli.reading import Reader
    from service_flow.design.flow import Flow
    from service_flow.engine.commands import DueSummary
    from service_flow.engine.views import PromiseStatus

_STATES = {"running": "green", "paused": "yellow", "stopped": "dim", "overdue": "red", "kept": "green", "late": "red"}


@click.command
@click.argument("case", metavar="CASE")
@store_option()
@blueprint_option()
@click.option("--as-of", metavar="INSTANT", callback=instant_value, help="As they stood then.")
@lang_option()
@format_option()
def promises(*, case: str, url: str, where: str | None, as_of: datetime | None, lang: str, form: str) -> int:
    """Show the promises of a case: when each was made and is due, how it stands, and why.

    CASE is a short number such as R-17, or an id. What fell due counts, also if nobody has run it yet. What is measured
    in working time needs the calendars of a blueprint.
    """
    from service_flow.cli.output import say, say_json
    from service_flow.cli.reading import Reader
    from service_flow.engine.views import promise_statuses

    blueprint = loaded(where) if where is not None else None
    with stored(url) as store:
        reader = Reader(store, blueprint, lang)
        state, flow, instant = reader.settled(case, as_of)
        if flow is None:
            raise NotFound(f"the store has not kept the flow of {state.short}")
        found = promise_statuses(state, flow, reader.keeper(), instant)
        if form == "json":
            say_json({"number": state.short, "as_of": instant.isoformat(),
                      "promises": [_as_json(status, flow, reader) for status in found]})  # fmt: skip
        elif found:
            _say(found, flow, reader)
            if blueprint is None and any(status.spent is None for status in found):
                say(("hint: ", "dim"), "--blueprint adds what is measured in working time", error=True)
        else:
            say("nothing was promised")
    return GOOD


@click.command("run-due")
@blueprint_option(required=True)
@store_option()
@click.option("--until", metavar="INSTANT", callback=instant_value, help="Only what fell due up to then.")
@click.option("--most", type=click.IntRange(1), metavar="N", help="Stop after about so many cases.")
@format_option()
def run_due(*, where: str, url: str, until: datetime | None, most: int | None, form: str) -> int:
    """Carry out what fell due: warn of promises, tell those that were not kept, let timers act.

    Each thing happens once, in its order, stamped with the instant it fell due; doing it again does nothing again.
    """
    from service_flow.cli.output import say_json
    from service_flow.cli.progress import progress_bar
    from service_flow.desk import ServiceDesk

    blueprint = loaded(where)
    with stored(url) as store, ServiceDesk(blueprint, store) as desk, progress_bar("running what is due") as bar:
        summary = desk.run_due(until, most=most, progress=None if bar is None else lambda done: bar(done, None))
    if form == "json":
        say_json({"cases": summary.cases, "events": summary.events, "counts": dict(summary.counts),
                  "waiting": summary.waiting, "faults": dict(summary.faults)})  # fmt: skip
    else:
        _say_run(summary)
    return FOUND if summary.faults else GOOD


def _say_run(summary: DueSummary) -> None:
    from service_flow.cli.output import counted, say

    counts = summary.counts
    told = [
        counted(counts[kind], noun)
        for kind, noun in (("warned", "warning"), ("broken", "broken promise"), ("escalated", "escalation"),
                           ("revised", "revised promise"), ("fired", "timer"),
                           ("erased", "erased customer"))
        if counts.get(kind)
    ]  # fmt: skip
    if counts.get("refused"):
        told[-1] += f" ({counts['refused']:,} refused)"
    say(f"{counted(summary.cases, 'case')}: {', '.join(told)}" if told else "nothing was due")
    if summary.waiting:
        say(f"{counted(summary.waiting, 'case')} changed meanwhile and left to the next run", error=True)
    for number, because in summary.faults.items():
        say(f"{number}: {because}", error=True)


def _say(found: tuple[PromiseStatus, ...], flow: Flow, reader: Reader) -> None:
    from rich.text import Text

    from service_flow.cli.labels import instant
    from service_flow.cli.output import table
    from service_flow.insight.reports import Wording, told_because

    wording = Wording(reader.lang, reader.names())
    rows: list[list[str | Text]] = [
        [
            wording.title(status.title, status.promise),
            Text(wording(f"state_{status.state}"), _STATES[status.state]),
            instant(status.started_at),
            instant(status.due) if status.due is not None else "",
            *("" if span is None else wording.span(span) for span in (status.spent, status.paused, status.remaining)),
            told_because(status, wording, flow, instant),
        ]
        for status in found
    ]
    heads = ("promise", "how_it_stands", "made_at", "due_at", "spent", "paused_for", "remaining", "why")
    table([wording(head) for head in heads], rows)


def _as_json(status: PromiseStatus, flow: Flow, reader: Reader) -> dict[str, Any]:
    from service_flow.cli.labels import instant, plain
    from service_flow.insight.reports import Wording, told_because

    names = (
        "promise", "title", "state", "round", "within", "calendar", "given_by", "started_at", "due", "spent", "paused",
        "remaining", "warned", "broken_at", "ended_at", "extended_until", "superior", "because",
    )  # fmt: skip
    why = told_because(status, Wording(reader.lang, reader.names()), flow, instant)
    return {**{name: plain(getattr(status, name)) for name in names}, "why": why}
