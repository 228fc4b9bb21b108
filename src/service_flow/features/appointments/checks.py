"""Checks of appointments: what they name is there, and can take place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from service_flow.design.flow.fields import compile_field
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.organisation.targets import Target
from service_flow.errors import Finding, meant
from service_flow.features.appointments.slots import LONGEST
from service_flow.features.appointments.words import (
    AppointmentKindModel,
    AppointmentsModel,
    PostTimeModel,
    StepModel,
    StepsModel,
)

Path = tuple[str | int, ...]
PART = "appointments"


def check_appointments(source: BlueprintSource) -> Iterator[Finding]:
    """SF220, SF232, SF242, SF243, SF275, SF284, SF288, SF289: appointments.yaml."""
    book = source.sections.get(PART)
    if not isinstance(book, AppointmentsModel):
        return
    posts, organisation = source.organisation.posts, source.organisation
    for name, time in book.posts.items():
        at: Path = ("posts", name)
        if name not in posts:
            yield source.finding("SF220", f"unknown post '{name}'{meant(name, posts)}", PART, at, key=True)
        elif time.at_once is None and not any(name in person.posts for person in organisation.people.values()):
            message = f"nobody listed is on the post '{name}'; say with `at_once` how many appointments it has at once"
            yield source.finding("SF288", message, PART, at, key=True)
        yield from _post(source, time, at)
    for name, kind in book.kinds.items():
        yield from _kind(source, book, kind, ("kinds", name))
    for name, capacity in book.capacity.items():
        at = ("capacity", name)
        known = [*posts, *organisation.departments]
        if name not in known:
            message = f"'{name}' is neither a post nor a department{meant(name, known)}"
            yield source.finding("SF289", message, PART, at, key=True)
        yield from _calendar(source, capacity.calendar, (*at, "calendar"))
        yield from _span(source, capacity.horizon, (*at, "horizon"), working=True, some=True)
        yield from _posts(source, capacity.by, (*at, "by"))
        for day in capacity.dates:
            try:
                date.fromisoformat(day)
            except ValueError:
                yield source.finding("SF242", f"'{day}' is no date", PART, (*at, "dates", day), key=True)


def _post(source: BlueprintSource, time: PostTimeModel, at: Path) -> Iterator[Finding]:
    yield from _calendar(source, time.calendar, (*at, "calendar"))
    yield from _span(source, time.buffer, (*at, "buffer"), working=False, some=False, longest=True)


def _kind(source: BlueprintSource, book: AppointmentsModel, kind: AppointmentKindModel, at: Path) -> Iterator[Finding]:
    if kind.post not in book.posts:
        message = f"no time of '{kind.post}' is given under `posts:`{meant(kind.post, book.posts)}"
        yield source.finding("SF288", message, PART, (*at, "post"))
    yield from _span(source, kind.length, (*at, "length"), working=False, some=True, longest=True)
    if kind.every is not None:
        yield from _span(source, kind.every, (*at, "every"), working=False, some=True, longest=True)
    yield from _span(source, kind.notice, (*at, "notice"), working=True, some=False)
    yield from _span(source, kind.horizon, (*at, "horizon"), working=True, some=True)
    if _leaves_nothing(kind.notice, kind.horizon):
        message = f"nothing can be booked: it takes {kind.notice} at least, and {kind.horizon} at most"
        yield source.finding("SF288", message, PART, (*at, "notice"))
    yield from _posts(source, kind.by, (*at, "by"))
    yield from _nobody(source, book, kind, at)
    for skill in kind.skills:
        known = source.organisation.skills
        if skill not in known:
            message = f"unknown skill '{skill}'{meant(skill, known)}; skills stand in organisation.yaml"
            yield source.finding("SF288", message, PART, (*at, "skills", skill), key=True)
    for name, said in kind.flows.items():
        if name not in source.flows:
            message = f"unknown flow '{name}'{meant(name, source.flows)}"
            yield source.finding("SF288", message, PART, (*at, "flows", name), key=True)
            continue
        for what in StepsModel.model_fields:
            step: StepModel | None = getattr(said, what)
            if step is not None:
                yield from _step(source, name, step, (*at, "flows", name, what))


def _nobody(
    source: BlueprintSource, book: AppointmentsModel, kind: AppointmentKindModel, at: Path
) -> Iterator[Finding]:
    """Where people count, and none of them has the skills that it takes."""
    time, people = book.posts.get(kind.post), source.organisation.people.values()
    those = [person for person in people if kind.post in person.posts]
    if time is None or time.at_once is not None or not those:
        return
    if not any(all(one.skills.get(skill, 0) >= level for skill, level in kind.skills.items()) for one in those):
        wanted = ", ".join(f"'{skill}' at level {level}" for skill, level in kind.skills.items())
        message = f"nobody listed on '{kind.post}' has {wanted}; nothing is free before a training gives it"
        yield source.finding("SF288", message, PART, (*at, "skills"), severity="warning")


def _leaves_nothing(notice: str, horizon: str) -> bool:
    """Whether slots would have to be booked sooner than is possible, where both times are of one sort."""
    try:
        least, most = Target.read(notice), Target.read(horizon)
    except ValueError:
        return False
    return least.working == most.working and (least.days, least.time) >= (most.days, most.time)


def _step(source: BlueprintSource, name: str, step: StepModel, at: Path) -> Iterator[Finding]:
    flow = source.flows[name]
    transition = flow.transitions.get(step.perform)
    if transition is None or transition.automatic:
        hint = meant(step.perform, flow.transitions) if transition is None else "; that one is taken by itself"
        message = f"flow '{name}' has no transition '{step.perform}' to perform{hint}"
        yield source.finding("SF288", message, PART, (*at, "perform"))
        return
    for word, given in (("fills", step.fills), ("data", step.data)):
        for field in given:
            if field not in transition.collect.fields:
                message = f"'{step.perform}' does not ask for '{field}'{meant(field, transition.collect.fields)}"
                yield source.finding("SF232", message, PART, (*at, word, field), key=True)
    for field, value in step.data.items():
        wants = flow.data.get(field)
        if field in step.fills:
            message = f"'{field}' is given here, and filled in from the appointment too; keep one of the two"
            yield source.finding("SF288", message, PART, (*at, "data", field), key=True)
        elif wants is not None:
            try:
                compile_field(field, wants).read(value)
            except ValueError as error:
                yield source.finding("SF284", f"the value given for '{field}' {error}", PART, (*at, "data", field))
    for field, part in step.fills.items():
        model = flow.data.get(field)
        wanted = ("instant", "date") if part in ("start", "end") else ("text",)
        if model is not None and field in transition.collect.fields and model.type not in wanted:
            message = f"'{field}' holds no {' or '.join(wanted)}, as `{part}` is"
            yield source.finding("SF288", message, PART, (*at, "fills", field))


def _posts(source: BlueprintSource, names: list[str], at: Path) -> Iterator[Finding]:
    known = [*source.organisation.posts, *SYSTEM_ACTORS]
    for index, name in enumerate(names):
        if name not in known:
            yield source.finding("SF220", f"unknown post '{name}'{meant(name, known)}", PART, (*at, index))


def _calendar(source: BlueprintSource, name: str, at: Path) -> Iterator[Finding]:
    known = source.calendars.calendars
    if name not in known:
        yield source.finding("SF243", f"unknown calendar '{name}'{meant(name, known)}", PART, at)


def _span(
    source: BlueprintSource, text: str, at: Path, *, working: bool, some: bool, longest: bool = False
) -> Iterator[Finding]:
    """A length of time: of working time if that may be, more than none if it must be `some`, a day if `longest`."""
    why = ""
    try:
        target = Target.read(text)
        if target.working and not working:
            why = "is working time; an appointment lasts as long as the clock says"
        elif some and target.is_nothing:
            why = "is no time"
        elif longest and target.time > LONGEST:
            why = "is more than 24 hours"
    except ValueError as error:
        why = str(error)
    if why:
        yield source.finding("SF275", f"'{text}' {why}", PART, at)
