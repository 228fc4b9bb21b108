"""Proofs of promises: that they start and end, that their clocks do not stand still for ever, that they can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.proofs.time.course import Course, Steps
from service_flow.design.checking.proofs.time.deadlines import Waiting, measures
from service_flow.design.checking.proofs.time.terms import calendars_of, is_decided, targets_of
from service_flow.design.flow import Promise
from service_flow.design.flow.timing import OPENED
from service_flow.errors import Finding


def prove_by_drawing(theme: Theme, promise: Promise) -> Finding | None:
    """SF611, SF612 where the drawing alone shows them: it has more ways than cases have."""
    flow, drawn = theme.flow, theme.drawn
    starts = _states(theme, promise.during or (promise.starts or "",))
    begins = starts & drawn.reached.keys()
    if not begins:
        return _never_starts(theme, promise)
    ends = set(flow.states) - starts if promise.during else _states(theme, promise.ends)
    return _never_ends(theme, promise) if begins.isdisjoint(drawn.that_reach(ends)) else None


def _states(theme: Theme, places: Iterable[str]) -> set[str]:
    """The innermost states at places, and those that the transitions among them leave."""
    flow, found = theme.flow, set[str]()
    for place in places:
        if place in flow.tree.nodes:
            found.update(flow.tree.under(place, flow.tree.leaves))
        elif place in flow.transitions:
            found.update(theme.drawn.sources(flow.transitions[place]))
        else:
            found.update(leaf for entry in (flow.entry, *flow.entries.values()) for leaf in entry.configuration)
    return found


def prove_by_walk(theme: Theme, promise: Promise, steps: Steps, waiting: Waiting, told: set[str]) -> Iterator[Finding]:
    """SF611 to SF614, SF618, over all cases there can be. `told` are the states that SF618 was told of. Raises
    TooMuchError."""
    course = steps.course(promise)
    at = ("promises", promise.name)
    if not course.starts:
        yield _never_starts(theme, promise)
    elif not course.ends:
        yield _never_ends(theme, promise)
    elif not course.begun:
        message = f"'{promise.name}' ends whenever it starts, by what follows at once, so it promises nothing"
        yield theme.at("SF613", message, at, key=True)
    else:
        if course.blind and not promise.during:
            message = (
                f"the step that starts '{promise.name}' comes to its `until` too, which does not count: it runs on "
                "until that is reached once more"
            )
            yield theme.at("SF613", message, at, key=True, severity="warning")
        yield from _standing_still(theme, promise, course, told)
        yield from _too_late(theme, promise, course, waiting)


def _never_starts(theme: Theme, promise: Promise) -> Finding:
    if promise.during:
        why = f"no case comes to {_or(promise.during)}"
    elif promise.starts == OPENED:
        why = "no case can be opened"
    else:
        why = f"no case comes to '{promise.starts}'"
    return theme.at("SF611", f"'{promise.name}' never starts: {why}", ("promises", promise.name), key=True)


def _never_ends(theme: Theme, promise: Promise) -> Finding:
    if promise.during:
        why = f"nothing leads out of {_or(promise.during)}"
    else:
        why = f"no way leads from '{promise.starts}' to {_or(promise.ends)}"
    return theme.at("SF612", f"'{promise.name}' is never kept: {why}", ("promises", promise.name), key=True)


def _or(places: Iterable[str]) -> str:
    return " or ".join(f"'{place}'" for place in sorted(places))


def _standing_still(theme: Theme, promise: Promise, course: Course, told: set[str]) -> Iterator[Finding]:
    """SF618: where its clock stands still and never runs again, and where it never runs at all."""
    if not promise.pauses:
        return
    space, flow = theme.space, theme.flow
    clocks = {number: flow.standing(space.situations[number].configuration).clock for number in course.within}
    still = {number for number, clock in clocks.items() if clock == "paused"}
    running = {number for number, clock in clocks.items() if clock == "running"}
    if still and not running:
        message = f"the clock of '{promise.name}' never runs: it is paused wherever the promise is open"
        yield theme.at("SF618", message, ("promises", promise.name), key=True)
        return
    for number in sorted(still - _going_on(theme, course, running)):
        here = next(leaf for leaf in space.situations[number].configuration if flow.states[leaf].clock == "paused")
        if here not in told:
            told.add(here)
            message = (
                f"in '{here}' the clock of promise '{promise.name}' stands still for ever: no way leads to where it "
                "runs again, or ends"
            )
            yield theme.at_state("SF618", message, here, severity="warning")


def _going_on(theme: Theme, course: Course, running: set[int]) -> set[int]:
    """The situations where the clock does not run from which a way leads to where it does, or to the promise's end."""
    before: dict[int, list[int]] = {}
    found = course.ending - running
    for here in course.within - running:
        for edge in theme.space.edges[here]:
            if edge.target in running:
                found.add(here)
            else:
                before.setdefault(edge.target, []).append(here)
    pending = list(found)
    while pending:
        for here in before.get(pending.pop(), ()):
            if here not in found:
                found.add(here)
                pending.append(here)
    return found


def _too_late(theme: Theme, promise: Promise, course: Course, waiting: Waiting) -> Iterator[Finding]:
    """SF614: what it gives is less than the fastest way to its end takes. A row of a table is warned of: it may give
    way to another on the way."""
    if not waiting.always(course):
        return
    space = theme.space
    open_ = space.that_reach(course.ending) & course.within
    clocks = {theme.flow.standing(space.situations[number].configuration).clock for number in open_}
    pausing = promise.pauses and clocks != {"running"}
    for where, target in targets_of(theme.flow, promise):
        for given, lasts in measures(
            promise, target, calendars_of(promise), waiting.timers, theme.lengths, pausing=pausing
        ):
            found = waiting.fastest(promise, course, lasts)
            if found is None or found.takes <= given:
                continue
            waits = " and ".join(f"'{name}' ({waiting.times[name]})" for name in found.waits)
            message = (
                f"'{promise.name}' cannot be kept within {target}: each way to its end waits for timers, the fastest "
                f"for {waits}"
            )
            severity = "warning" if is_decided(promise) else "error"
            yield theme.at("SF614", message, where, severity=severity)
            break
