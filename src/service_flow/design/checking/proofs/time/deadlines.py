"""Deadlines that no case can meet: on every way from the start of a promise to its end, timers take longer.

People may act at once; what only a timer may do waits for it. The fastest way is looked for, over the situations of
the walk. A timer that may have been set before the promise started may fire at once, and while the promise stands still
time passes for nothing: so the way found takes no longer than any that a case can go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from service_flow.design.checking.proofs.lengths import NONE, SLACK, Lengths, measured
from service_flow.design.checking.proofs.time.course import Course, Steps, leaves
from service_flow.design.checking.space import Edge
from service_flow.design.flow import Flow, Promise, Timer
from service_flow.design.organisation import Target
from service_flow.design.organisation.working_time import ClockChange
from service_flow.design.properties import Letter

TIMER_ALONE = frozenset({"timer"})
Left = tuple[timedelta | None, ...]
"""What is left of each timer; None for one that is not set."""


class Measured(NamedTuple):
    """How long a promise gives, and how long each timer takes at least, in one measure."""

    given: timedelta
    timers: Mapping[str, timedelta]


class Fastest(NamedTuple):
    """The time that the fastest way takes, and the timers that it waits for."""

    takes: timedelta
    waits: tuple[str, ...]


class Waiting:
    """The timers of a flow that cases have to wait for: those of transitions that nobody else may perform."""

    def __init__(self, steps: Steps) -> None:
        flow: Flow = steps.flow
        self.steps = steps
        self.timers: dict[str, Timer] = {
            name: timer
            for name, timer in flow.timers.items()
            if flow.transitions[timer.perform].by == TIMER_ALONE and timer.at is None
        }
        self.times: dict[str, Target] = {name: _time(timer) for name, timer in self.timers.items()}
        self._during = [leaves(flow, timer.during) for timer in self.timers.values()]
        alone = [step.name for step in flow.transitions.values() if step.by == TIMER_ALONE and not step.automatic]
        free = {timer.perform for timer in flow.timers.values() if timer.at is not None}
        self._alone = frozenset(alone) & {timer.perform for timer in self.timers.values()} - free

    def always(self, course: Course) -> bool:
        """Whether every way from a start to an end waits for a timer."""
        seen = {edge.target for _, edge in course.begun}
        pending = list(seen) if self.timers else []
        while pending:
            here = pending.pop()
            edges = self.steps.lives.edges[here]
            self.steps.spend(len(edges))
            for word, edge in edges:
                if edge.transition in self._alone:
                    continue
                if word in course.closing:
                    return False
                if edge.target in course.within and edge.target not in seen:
                    seen.add(edge.target)
                    pending.append(edge.target)
        return bool(self.timers)

    def fastest(self, promise: Promise, course: Course, lasts: Mapping[str, timedelta]) -> Fastest | None:
        """The fastest way from a start to an end, where timers take so long; None where there is none."""
        order, heap = count(), list[tuple[timedelta, int, int, Left, tuple[str, ...]]]()
        whole: Left = tuple(lasts[name] for name in self.timers)
        seen: set[tuple[int, Left]] = set()
        end = -1

        def arrive(takes: timedelta, waits: tuple[str, ...], word: int, edge: Edge, left: Left) -> None:
            self.steps.spend(len(left))
            left = self._set(self.steps.lives.words[word], left, whole)
            if self._stands_still(promise, edge.target):
                left = tuple(None if one is None else NONE for one in left)
            heappush(heap, (takes, next(order), edge.target, left, waits))

        for word, edge in course.begun:
            arrive(NONE, (), word, edge, tuple(NONE for _ in self.timers))
        while heap:
            takes, _, here, left, waits = heappop(heap)
            if here == end:
                return Fastest(takes, waits)
            if (here, left) in seen:
                continue
            seen.add((here, left))
            for word, edge in self.steps.lives.edges[here]:
                for wait, name, after in self._ways(here, edge, left, whole):
                    waited = (*waits, name) if name and wait else waits
                    if word in course.closing:
                        heappush(heap, (takes + wait, next(order), end, (), waited))
                    elif edge.target in course.within:
                        arrive(takes + wait, waited, word, edge, after)
        return None

    def _ways(self, here: int, edge: Edge, left: Left, whole: Left) -> Iterator[tuple[timedelta, str, Left]]:
        """How long a step has to be waited for, for which timer, and what is left of all of them then."""
        configuration = self.steps.space.situations[here].configuration
        if edge.transition not in self._alone:
            yield NONE, "", left
            return
        fires = False
        for number, (name, timer) in enumerate(self.timers.items()):
            wait = left[number]
            if timer.perform != edge.transition or self._during[number].isdisjoint(configuration):
                continue
            fires = True
            if wait is not None:
                after = [None if one is None else max(one - wait, NONE) for one in left]
                after[number] = whole[number] if timer.every is not None else None
                yield wait, name, tuple(after)
        if not fires:
            yield NONE, "", left

    def _set(self, word: tuple[Letter, ...], left: Left, whole: Left) -> Left:
        """What is left of the timers after a step: those of states that it came to are set, those of states that it
        left are not."""
        found: list[timedelta | None] = []
        for timer, during, before, new in zip(self.timers.values(), self._during, left, whole, strict=True):
            if during.isdisjoint(word[-1].after):
                found.append(None)
            elif any(
                letter.transition in timer.again
                or (during.isdisjoint(letter.before) and not during.isdisjoint(letter.after))
                for letter in word
            ):
                found.append(new)
            else:
                again = any(not self.steps.arrived(letter)[1].isdisjoint(timer.during) for letter in word)
                found.append(new if before is None and again else before)
        return tuple(found)

    def _stands_still(self, promise: Promise, here: int) -> bool:
        space = self.steps.space
        return promise.pauses and space.flow.standing(space.situations[here].configuration).clock != "running"


def measures(
    promise: Promise, target: Target, calendars: tuple[str, ...], timers: Mapping[str, Timer], lengths: Lengths,
    *, pausing: bool,
) -> Iterator[Measured]:  # fmt: skip
    """How the time of a promise and that of timers compare: in the promise's own measure, and in real time. Where it
    may stand still meanwhile (`pausing`), working time takes any real time, and days are no amount."""
    wall = promise.policies.clock_change is ClockChange.WALL
    own = measured(target, calendars[0] if calendars else None) if len(calendars) < 2 else None
    if own is not None and ((own[0].kind == "days" and not pausing) or (own[0].kind == "time" and not wall)):
        times = {name: measured(_time(timer), timer.calendar) for name, timer in timers.items()}
        yield Measured(own[1], {n: time[1] if time and time[0] == own[0] else NONE for n, time in times.items()})
    if not timers or (target.working and pausing):
        return
    most = [lengths.most(target, calendar) for calendar in calendars or (None,)]
    if None not in most:
        longest = max(each for each in most if each is not None) + (SLACK if wall and target.working else NONE)
        yield Measured(longest, {name: lengths.least(_time(timer), timer.calendar) for name, timer in timers.items()})


def _time(timer: Timer) -> Target:
    found = timer.after or timer.every
    assert found is not None  # noqa: S101  those with a field were left out
    return found
