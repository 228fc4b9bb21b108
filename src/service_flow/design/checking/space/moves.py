"""What can be done in a situation, for every kind of data: the steps of the walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from service_flow.design.checking.sampling import marks_of, nested
from service_flow.design.checking.space.around import CONSTANT, Pace, World
from service_flow.design.checking.space.judging import Outcome, conditions_in, judged, letters, results, variables
from service_flow.design.checking.space.living import reads
from service_flow.design.checking.space.memory import Memory
from service_flow.design.checking.space.situation import GONE, CameFrom, Situation, Stop
from service_flow.design.checking.space.tracked import Tracked
from service_flow.design.flow import Configuration, Entry, Flow, Form, Guard, Transition
from service_flow.design.flow.names import TIMES
from service_flow.design.language.expressions import EvaluationError

MOST_STATES = 50_000
"""Situations that a walk looks at before it gives up."""
MOST_STEPS = 400_000
"""Steps out of situations that a walk tries before it gives up; one in a large situation, or whose guards are long,
counts for several."""
PARTS_OF_A_STEP = 8
"""Parts of a situation (states side by side, values, counts, what is remembered) that are as much work as any step."""
LETTERS_OF_A_STEP = 200
"""Characters of guards and tables that are as much work to evaluate as any step."""
MOST_CHOICES = 5_000
"""Ways to fill in the form of one transition, in all worlds around it, that are tried in one situation."""
REST = 100
"""Automatic transitions that may follow one another."""

_KEEP = object()
_KEEPS: Mapping[bool, tuple[object, ...]] = {True: (), False: (_KEEP,)}
"""By whether a field is required: whether it may be left as it is."""
Given = tuple[tuple[str, Any], ...]
"""What a form was filled in with, and what was around it that guards asked for, by name."""
Followed = tuple[tuple[str, Stop], ...]
"""Automatic transitions, with where each led."""


class Step(NamedTuple):
    """One thing that can happen: the transition with what was given, where it led at once, the automatic transitions
    that followed, and the situation in the end."""

    transition: str
    given: Given
    passed: Stop
    followed: Followed
    situation: Situation
    pace: Pace = Pace.LASTING


class Fault(NamedTuple):
    """A command that is refused though nobody said no: `error` (a guard or a table reads what is not there), `no_way`,
    `nowhere` (it goes back to nothing) or `restless`. `missing` names the field that was not there. `transition` is at
    fault, "" for an opening itself; `during` is the command, of an opening the entry's name or ""."""

    kind: str
    transition: str
    during: str
    given: Given
    guard: Guard | None = None
    missing: str | None = None
    because: str = ""


class Moves:
    """The steps out of each situation of a flow.

    `tried` counts the work of what was tried so far. `cut` tells that some form has more ways to be filled in than were
    tried; `unsure` that the steps given out last may not be all there are: whoever asks for them sets it back. Values
    that are held against each other are moved to where they stand for all in the same order, unless they are to be kept
    `as_given`.
    """

    def __init__(self, flow: Flow, tracked: Tracked, memory: Memory | None = None) -> None:
        self.flow, self.tracked = flow, tracked
        self.memory = Memory(flow) if memory is None else memory
        self.cut = self.unsure = self.as_given = False
        self.tried = 0
        self._reads = {name: variables(step) for name, step in flow.transitions.items()}
        self._inexact = {name for name, read in self._reads.items() if not tracked.inexact.isdisjoint(read)}
        self._asked = {name: reads(step) for name, step in flow.transitions.items()}
        self._outside = {name: tracked.around.differ(read) for name, read in self._reads.items()}
        self._letters = {name: letters(step) // LETTERS_OF_A_STEP for name, step in flow.transitions.items()}
        self._outcomes: dict[tuple[str, tuple[Any, ...]], Outcome] = {}
        self._kept: dict[tuple[Configuration, CameFrom], _Kept] = {}
        watched = tracked.watched
        self._watched_fields = tuple((name, place) for name, place in tracked.place.items() if name in watched)
        counts = ((f"{TIMES}.{name}", place) for place, name in enumerate(tracked.counts))
        self._watched_counts = tuple((name, place) for name, place in counts if name in watched)
        self._wanted: dict[tuple[str, Configuration, CameFrom], tuple[str, ...]] = {}

    def begin(self, entry: Entry) -> Iterator[Step | Fault]:
        """How a case may begin at an entry."""
        name = entry.name or ""
        empty = Situation(entry.configuration, (None,) * len(self.tracked.fields), (0,) * len(self.tracked.counts))
        live = self._kept_in(empty).live.union(*(table.reads | table.asks for table in entry.sets.values()))
        conditions = conditions_in(entry.sets)
        names = marks_of(conditions)
        work = _work(empty) + sum(len(condition.text) for condition in conditions) // LETTERS_OF_A_STEP
        for known in self._known():
            for given in self._forms(self._with(empty, known, {}), entry.form, self._of_form(entry.form, live)):
                for world in self._worlds(names, entry.by, (*given, *known)):
                    told = (*given, *known, *_told(world))
                    self.tried += work
                    if self.tried > MOST_STEPS:
                        self.cut = True
                        return
                    try:
                        written = results(entry.sets, nested(self._values(empty, told)))
                    except EvaluationError as error:
                        yield Fault("error", "", name, told, None, error.missing, error.because)
                        continue
                    yield from self._settled(name, told, self._with(empty, told, written), world.pace)

    def start(self, here: Situation) -> Iterator[Step | Fault]:
        """How a case goes on that was put into a situation from outside."""
        yield from self._settled("", (), here, Pace.LASTING)

    def out_of(self, here: Situation) -> Iterator[Step | Fault]:
        """Everything that somebody can do here."""
        self.tried += _work(here)
        for step in self.flow.exits(here.configuration).values():
            yield from self._take(here, step)

    def taking(self, here: Situation, name: str) -> Iterator[Step | Fault]:
        """What performing one transition here may do."""
        return self._take(here, self.flow.transitions[name])

    def _take(self, here: Situation, step: Transition) -> Iterator[Step | Fault]:
        self.unsure |= step.name in self._inexact
        seen: set[tuple[Any, ...]] = set()
        outside = self._outside[step.name]
        left, work = MOST_CHOICES, _work(here)
        for given in self._forms(here, step.form, self._wanted_of(here, step)):
            for world in self._worlds(self._reads[step.name], step.by, given, here) if outside else _STILL:
                told = (*given, *_told(world)) if outside else given
                self.tried += work
                left -= 1
                if left < 0:
                    self.cut = self.unsure = True
                    return
                outcome = self._outcome(here, step, told)
                if outcome.fault is not None:
                    key: tuple[Any, ...] = outcome.fault[:3]
                    if key not in seen:
                        seen.add(key)
                        kind, guard, missing, because = outcome.fault
                        yield Fault(kind, step.name, step.name, told, guard, missing, because)
                elif outcome.way is not None:
                    yield from self._lead(here, step, outcome, told, world.pace)

    def _lead(
        self, here: Situation, step: Transition, outcome: Outcome, given: Given, pace: Pace
    ) -> Iterator[Step | Fault]:
        assert outcome.way is not None  # noqa: S101  the caller asked for it
        led = self.memory.lead(here, step, outcome.way)
        if led is None:
            yield Fault("nowhere", step.name, step.name, given)
            return
        after = self._counted(self._with(led, given, outcome.written), step.name)
        if after == here and not self.flow.acts:  # it stays as it was
            yield Step(step.name, given, self._stop(here), (), here, pace)
            return
        yield from self._settled(step.name, given, after, pace)

    def _outcome(self, here: Situation, step: Transition, given: Given) -> Outcome:
        world = self._values(here, given) if self._reads[step.name] else {}
        key = (step.name, tuple(world.get(name) for name in self._reads[step.name]))
        try:
            known = self._outcomes.get(key)
        except TypeError:
            self.tried += self._letters[step.name]
            return judged(step, nested(world))
        if known is None:
            self.tried += self._letters[step.name]
            known = self._outcomes[key] = judged(step, nested(world))
        return known

    def _settled(self, name: str, given: Given, here: Situation, pace: Pace) -> Iterator[Step | Fault]:
        """The situation once automatic transitions have come to rest."""
        passed = self._stop(here)
        followed: list[tuple[str, Stop]] = []
        seen: set[Situation] = {here}
        while self.flow.acts:
            taken = None
            for step in self.flow.automatic(here.configuration):
                self.tried += _work(here)
                self.unsure |= step.name in self._inexact
                outcome = self._outcome(here, step, ())
                if outcome.fault is not None:
                    kind, guard, missing, because = outcome.fault
                    yield Fault(kind, step.name, name, given, guard, missing, because)
                    return
                if outcome.way is not None:
                    taken = (step, outcome)
                    break
            if taken is None:
                break
            step, outcome = taken
            assert outcome.way is not None  # noqa: S101  chosen so
            led = self.memory.lead(here, step, outcome.way)
            if led is None:
                yield Fault("nowhere", step.name, name, given)
                return
            here = self._counted(self._with(led, (), outcome.written), step.name)
            followed.append((step.name, self._stop(here)))
            if here in seen or len(followed) > REST:
                yield Fault("restless", step.name, name, given)
                return
            seen.add(here)
        yield Step(name, given, passed, tuple(followed), self._forget(here), pace)

    def _stop(self, here: Situation) -> Stop:
        if not self.tracked.watched:
            return Stop(here.configuration)
        fields = [(name, here.values[place]) for name, place in self._watched_fields]
        counts = [(name, here.times[place]) for name, place in self._watched_counts]
        known = [(name, value) for name, value in fields if value is not None and value is not GONE]
        return Stop(here.configuration, (*known, *counts))

    def _of_form(self, form: Form, wanted: frozenset[str]) -> tuple[str, ...]:
        """The fields of a form that make a difference."""
        return tuple(name for name in form.fields if name in self.tracked.samples and name in wanted)

    def _wanted_of(self, here: Situation, step: Transition) -> tuple[str, ...]:
        """The same of the form of a transition: fields that it reads, or that matter where it may lead."""
        key = (step.name, here.configuration, here.came_from)
        known = self._wanted.get(key)
        if known is None:
            found = self._asked[step.name]
            for way in step.ways if step.form.fields else ():
                led = self.memory.lead(here, step, way)
                if led is not None:
                    found |= self._kept_in(led).live
            known = self._of_form(step.form, found)
            if not step.form.fields or all(way.kind in ("enter", "stay", "back") for way in step.ways):
                self._wanted[key] = known
        return known

    def _forms(self, here: Situation, form: Form, names: Sequence[str]) -> Iterator[Given]:
        """The ways to fill in these fields of a form."""
        if not names:
            yield ()
            return
        required = frozenset(form.required)
        found: Iterator[Given]
        if self.tracked.relative.keys().isdisjoint(names):
            choices = [(*_KEEPS[name in required], *self.tracked.samples[name]) for name in names]
            found = (tuple(zip(names, chosen, strict=True)) for chosen in product(*choices))
        else:
            known = {name: value for name, value in self._values(here, ()).items() if name not in required}
            found = self._beside(names, required, known)
        for number, given in enumerate(found):
            if number == MOST_CHOICES:
                self.cut = self.unsure = True
                return
            yield tuple(pair for pair in given if pair[1] is not _KEEP)

    def _beside(self, names: Sequence[str], required: frozenset[str], known: Mapping[str, Any]) -> Iterator[Given]:
        """The same where fields are held against others: one is filled in after the other."""
        if not names:
            yield ()
            return
        name, *others = names
        values = self.tracked.choices(name, known)
        for value in (*_KEEPS[name in required], *(self.tracked.samples[name] if values is None else values)):
            after = known if value is _KEEP else {**known, name: value}
            for more in self._beside(others, required, after):
                yield ((name, value), *more)

    def _worlds(
        self, names: Sequence[str] | Mapping[str, Any], by: frozenset[str], given: Given, here: Situation | None = None
    ) -> Iterator[World]:
        known: Mapping[str, Any] = {}
        if self.tracked.relative:
            known = dict(given) if here is None else self._values(here, given)
        for number, world in enumerate(self.tracked.around.worlds(names, by, known)):
            if number == MOST_CHOICES:
                self.cut = self.unsure = True
                return
            yield world

    def _known(self) -> Iterator[Given]:
        """What may be known of a case from its opening on; a channel may not be."""
        names = [name for name in CONSTANT if name in self.tracked.samples]
        for chosen in product(*((*self.tracked.samples[name], *_NONE[name]) for name in names)):
            yield tuple((name, value) for name, value in zip(names, chosen, strict=True) if value is not None)

    def _values(self, here: Situation, given: Given) -> dict[str, Any]:
        world = {
            name: value
            for name, value in zip(self.tracked.fields, here.values, strict=True)
            if value is not None and value is not GONE
        }
        world.update(given)
        for name, count in zip(self.tracked.counts, here.times, strict=True):
            world[f"times.{name}"] = count
        return world

    def _with(self, here: Situation, given: Given, written: Mapping[str, Any]) -> Situation:
        if not given and not written:
            return here
        values = list(here.values)
        for name, value in (*given, *written.items()):
            place = self.tracked.place.get(name)
            if place is not None:
                values[place] = value
        return here._replace(values=tuple(values))

    def _counted(self, here: Situation, name: str) -> Situation:
        if name not in self.tracked.most:
            return here
        place = self.tracked.counts.index(name)
        times = list(here.times)
        times[place] = min(times[place] + 1, self.tracked.most[name])
        return here._replace(times=tuple(times))

    def _forget(self, here: Situation) -> Situation:
        """The situation without what no longer matters."""
        kept = self._kept_in(here)
        values = tuple([value if keep else GONE for value, keep in zip(here.values, kept.values, strict=True)])
        here = here._replace(values=values, came_from=kept.came_from)
        return here if self.as_given else self.canonical(here)

    def canonical(self, here: Situation) -> Situation:
        """The one that stands for all situations in which values that are held against each other lie so."""
        return here._replace(values=self.tracked.canonical(here.values)) if self.tracked.relative else here

    def _kept_in(self, here: Situation) -> _Kept:
        key = (here.configuration, here.came_from)
        known = self._kept.get(key)
        if known is None:
            came_from = self.memory.kept(here.came_from, here.configuration)
            leaves = {*here.configuration, *(leaf for _, before in came_from for leaf in before)}
            live = frozenset[str]().union(*(self.tracked.live[leaf] for leaf in leaves))
            known = _Kept(came_from, live, tuple([name in live for name in self.tracked.fields]))
            self._kept[key] = known
        return known


class _Kept(NamedTuple):
    """What still matters in a situation: where one can go back to, the fields that are read from here on or from there,
    and of each field that the walk follows whether it is one of them."""

    came_from: CameFrom
    live: frozenset[str]
    values: tuple[bool, ...]


_NONE: Mapping[str, tuple[None, ...]] = {"case.channel": (None,), "case.opened_at": ()}


_STILL = (World({}),)
"""The one world for a command that asks for nothing around it."""


def _work(here: Situation) -> int:
    """How much work a step in this situation is."""
    parts = len(here.configuration) + len(here.values) + len(here.times) + 2 * (len(here.came_from) + len(here.last))
    return 1 + parts // PARTS_OF_A_STEP


def _told(world: World) -> Given:
    return tuple((name, value) for name, value in world.values.items() if value is not None)
