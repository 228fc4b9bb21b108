"""Proofs of the words around time: warnings that come at the start, calendars that give nothing or that nothing uses,
escalations with nobody above."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.bounds import Bound
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.proofs.time.course import leaves, spend
from service_flow.design.checking.proofs.time.terms import calendars_of, calendars_with_places, targets_of
from service_flow.design.flow import Decision, Promise, Timer
from service_flow.design.organisation import Target
from service_flow.errors import Finding


def prove_words(theme: Theme, bound: Bound) -> Iterator[Finding]:
    """SF617, SF619, SF620: all that needs no walk. Raises TooMuchError."""
    for promise in theme.flow.promises.values():
        given, calendars = targets_of(theme.flow, promise), calendars_of(promise)
        spend(bound, len(given) * (1 + len(promise.warns)) * (1 + len(calendars)))
        if promise.escalations:
            spend(bound, len(theme.flow.states))
        yield from _warnings(theme, promise)
        yield from _given(theme, promise)
        yield from _calendar_of_promise(theme, promise)
        yield from _escalations(theme, promise)
    for timer in theme.flow.timers.values():
        yield from _timer(theme, timer)


def _warnings(theme: Theme, promise: Promise) -> Iterator[Finding]:
    """SF617: a warning before the start."""
    targets = [target for _, target in targets_of(theme.flow, promise)]
    calendars = calendars_of(promise) or (None,)
    for index, warn in enumerate(promise.warns):
        before = warn.before
        if before is None or not targets:
            continue
        if all(
            theme.lengths.is_no_longer(target, calendar, before, calendar)
            for target in targets
            for calendar in calendars
        ):
            given = f"the {targets[0]} that it gives" if len(targets) == 1 else "all that it gives"
            message = (
                f"'{promise.name}' warns as soon as it starts: {warn.text} before its end is no less than {given}; "
                "write a shorter time, or a share such as 75%"
            )
            yield theme.at("SF617", message, ("promises", promise.name, "warn", index), severity="warning")


def _given(theme: Theme, promise: Promise) -> Iterator[Finding]:
    """SF619: working time that a calendar does not give."""
    working = [(where, target) for where, target in targets_of(theme.flow, promise) if target.working]
    if not working:
        return
    calendars = list(calendars_with_places(promise))
    for place, calendar in calendars:
        yield from _open_for_ever(theme, calendar, f"promise '{promise.name}'", place)
    for where, target in working:
        lacking = [calendar for _, calendar in calendars if not theme.lengths.is_given(target, calendar)]
        if lacking:
            message = f"the calendar '{lacking[0]}' does not give '{promise.name}' {target} within ten years"
            yield theme.at("SF619", message, where)


def _open_for_ever(theme: Theme, calendar: str, what: str, place: tuple[str | int, ...]) -> Iterator[Finding]:
    last = theme.lengths.last_open(calendar)
    if last is not None:
        day = last.astimezone(theme.lengths.calendar(calendar).zone).date()
        message = f"the calendar '{calendar}' closes for ever on {day}; {what} is not possible after that"
        yield theme.at("SF619", message, place, severity="warning")


def _calendar_of_promise(theme: Theme, promise: Promise) -> Iterator[Finding]:
    """SF620: a calendar beside real time."""
    times = [target for _, target in targets_of(theme.flow, promise)]
    times += [*(warn.before for warn in promise.warns if warn.before is not None), *promise.escalations]
    if promise.calendar is None or any(target.working for target in times):
        return
    at = ("promises", promise.name, "calendar")
    yield _unused(theme, at, f"'{promise.name}'", times[0] if not isinstance(promise.within, Decision) else None)


def _unused(theme: Theme, at: tuple[str | int, ...], what: str, target: Target | None) -> Finding:
    if target is None:
        message = f"this calendar is of no effect: {what} gives real time only; write working time, or leave it out"
    else:
        number, _, unit = target.text.partition(" ")
        working = f"write {number} working {unit}" if not unit.startswith("week") else "write working days"
        message = f"this calendar is of no effect: {target}, given by {what}, is real time; {working}, or leave it out"
    return theme.at("SF620", message, at, severity="warning")


def _escalations(theme: Theme, promise: Promise) -> Iterator[Finding]:
    """SF620: steps up where nobody is above any owner."""
    if not promise.escalations:
        return
    posts = theme.source.organisation.posts
    paths = leaves(theme.flow, promise.during) if promise.during else theme.drawn.reached
    owners = {state.owner for path in paths if (state := theme.flow.states[path]).owner and state.outcome is None}
    if not any(owner is not None and owner in posts and posts[owner].supervisor for owner in owners):
        names = ", ".join(sorted(f"'{owner}'" for owner in owners if owner)) or "no post"
        message = (
            f"'{promise.name}' goes up to nobody when it is broken: its states are owned by {names}, and nobody is "
            "above; give the post a `supervisor`"
        )
        yield theme.at("SF620", message, ("promises", promise.name, "escalate", 0), severity="warning")


def _timer(theme: Theme, timer: Timer) -> Iterator[Finding]:
    target, calendar, at = timer.after or timer.every, timer.calendar, ("timers", timer.name, "calendar")
    if target is None or calendar is None:
        return
    what = f"timer '{timer.name}'"
    if not target.working:
        yield _unused(theme, at, what, target)
        return
    yield from _open_for_ever(theme, calendar, what, at)
    if not theme.lengths.is_given(target, calendar):
        word = "after" if timer.after is not None else "every"
        message = f"the calendar '{calendar}' does not give {what} {target} within ten years"
        yield theme.at("SF619", message, ("timers", timer.name, word))
