"""Where a promise runs, over all the cases there can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from service_flow.design.checking.proofs.bounds import Bound
from service_flow.design.checking.proofs.lives import Lives
from service_flow.design.checking.space import PARTS_OF_A_STEP, Edge, Space
from service_flow.design.flow import Configuration, Flow, Promise
from service_flow.design.flow.timing import OPENED
from service_flow.design.properties import Letter

Arrived = tuple[frozenset[str], frozenset[str]]


class TooMuchError(Exception):
    """There is more to be read than is read."""


@dataclass(slots=True)
class Course:
    """What becomes of a promise. It may run `within` these situations; `ending` are those with a step that ends it.

    `begun` are the steps that leave it running, each with the number of its word; `closing` the words that may end it.
    `starts` and `ends`: whether a case ever does so; `blind`: whether each step that starts it comes to an end of it,
    too, which does not count.
    """

    starts: bool = False
    ends: bool = False
    blind: bool = True
    begun: list[tuple[int, Edge]] = field(default_factory=list)
    closing: frozenset[int] = frozenset()
    within: set[int] = field(default_factory=set)
    ending: set[int] = field(default_factory=set)


class Steps:
    """The steps of all cases, read for what promises ask of them. As many are read as the bound allows; TooMuchError
    after that."""

    def __init__(self, space: Space, lives: Lives, bound: Bound) -> None:
        self.space, self.flow, self.lives = space, space.flow, lives
        self._bound = bound
        self._arrived: dict[tuple[str, Configuration, Configuration], Arrived] = {}
        self._stood: dict[Configuration, frozenset[str]] = {}
        self._same: dict[frozenset[str], frozenset[str]] = {}

    def course(self, promise: Promise) -> Course:
        reader, course = _Reader(self, promise), Course()
        resting = [reader.word(letters, False, course) for letters in self.lives.words]
        running = [reader.word(letters, True, None) for letters in self.lives.words]
        course.starts = any(started for started, _, _ in resting)
        course.ends = any(ended for _, ended, _ in resting)
        course.closing = frozenset(word for word, (_, ended, _) in enumerate(running) if ended)
        for word, (_, _, runs) in enumerate(resting):
            if runs:
                self.spend(len(self._steps_of[word]))
                course.begun += ((word, edge) for edge in self._steps_of[word])
        waiting = list(dict.fromkeys(edge.target for _, edge in course.begun))
        course.within.update(waiting)
        while waiting:
            here = waiting.pop()
            edges = self.lives.edges[here]
            self.spend(len(edges))
            for word, edge in edges:
                _, ended, runs = running[word]
                if ended:
                    course.ending.add(here)
                if runs and edge.target not in course.within:
                    course.within.add(edge.target)
                    waiting.append(edge.target)
        course.ends |= bool(course.ending)
        return course

    @cached_property
    def _steps_of(self) -> list[list[Edge]]:
        """The steps of all cases by their words."""
        found: list[list[Edge]] = [[] for _ in self.lives.words]
        for edges in (self.lives.beginnings, *self.lives.edges):
            for word, edge in edges:
                found[word].append(edge)
        return found

    def spend(self, work: int) -> None:
        spend(self._bound, work)

    def arrived(self, letter: Letter) -> Arrived:
        """The places that a step comes to for certain, and those that it may come to, of those that promises and timers
        name. What is left and entered again is not seen on a step back, or by a history."""
        key = (letter.transition or OPENED, letter.before, letter.after)
        if key not in self._arrived:
            name, before, after = key
            reached = (self._around(after) - self._around(before)) | (self._named & {name})
            again = self._again(letter) or [frozenset()]
            sure = reached | (self._named & frozenset.intersection(*again))
            perhaps = reached | (self._named & frozenset.union(*again))
            self._arrived[key] = (sure, perhaps) if sure != perhaps else (sure, sure)
        return self._arrived[key]

    def _around(self, configuration: Configuration) -> frozenset[str]:
        """The states that a case stands in, of those that are named."""
        found = self._stood.get(configuration)
        if found is None:
            found = frozenset[str]().union(*(self._above[leaf] for leaf in configuration))
            found = self._stood[configuration] = self._same.setdefault(found, found)
        return found

    @cached_property
    def _named(self) -> frozenset[str]:
        """The places that promises and timers name."""
        promises, timers = self.flow.promises.values(), self.flow.timers.values()
        starts = {promise.starts for promise in promises if promise.starts is not None}
        return frozenset(starts).union(*(promise.ends for promise in promises), *(timer.during for timer in timers))

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """Each innermost state with what is around it, of those that are named."""
        nodes = self.flow.tree.leaves.items()
        return {leaf: self._named & {node.path, *(above.path for above in node.above())} for leaf, node in nodes}

    def _again(self, letter: Letter) -> list[frozenset[str]]:
        """What is left and entered again on each way that leads there."""
        step = self.flow.transitions.get(letter.transition)
        found: list[frozenset[str]] = []
        for way in step.ways if step is not None else ():
            if way.kind in ("enter", "stay") and step is not None:
                led = self.flow.step(letter.before, step, way)
                if led.entered == letter.after:
                    found.append(frozenset(led.again))
            else:
                found += [frozenset(), frozenset(letter.before) & frozenset(letter.after)]
        return found


class _Reader:
    """Reads the steps of a case for one promise, as the engine does."""

    def __init__(self, steps: Steps, promise: Promise) -> None:
        self._steps, self._promise = steps, promise
        self._during = leaves(steps.flow, promise.during)

    def word(self, letters: tuple[Letter, ...], running: bool, course: Course | None) -> tuple[bool, bool, bool]:
        """Whether the promise may start, may end, and may run afterwards. `course` is told of what starts it."""
        started, ended = False, False
        may_run, may_rest = running, not running
        for letter in letters:
            self._steps.spend(1 + len(letter.after) // PARTS_OF_A_STEP)
            starts, ends_for_certain, may_end = self._at(letter)
            if starts and may_rest and course is not None:
                course.blind = course.blind and ends_for_certain
            goes_on = may_run and not ends_for_certain
            ended |= may_run and may_end
            rests = may_rest or (may_run and may_end)
            begins = starts and rests
            started |= begins
            may_run, may_rest = goes_on or begins, rests and not starts
            may_rest |= rests and starts and not self._starts_for_certain(letter)
        return started, ended, may_run

    def _at(self, letter: Letter) -> tuple[bool, bool, bool]:
        """Whether it may start here, ends here for certain, may end here."""
        if self._promise.during:
            inside = not self._during.isdisjoint(letter.after)
            return inside and self._during.isdisjoint(letter.before), not inside, not inside
        sure, perhaps = self._steps.arrived(letter)
        ends = self._promise.ends
        return self._promise.starts in perhaps, not ends.isdisjoint(sure), not ends.isdisjoint(perhaps)

    def _starts_for_certain(self, letter: Letter) -> bool:
        return bool(self._promise.during) or self._promise.starts in self._steps.arrived(letter)[0]


def spend(bound: Bound, work: int) -> None:
    """Raises TooMuchError where there is no more left."""
    bound.left -= work
    if bound.left <= 0:
        raise TooMuchError


def leaves(flow: Flow, paths: frozenset[str] | tuple[str, ...]) -> frozenset[str]:
    """The innermost states that lie in these."""
    tree, found = flow.tree, set[str]()
    for path in paths:
        found.update((path,) if path in tree.leaves else tree.under(path, tree.leaves))
    return frozenset(found)
