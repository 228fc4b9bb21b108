"""What can be done in a situation, for every kind of data: the steps of the walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

from service_flow.design.checking.sampling import marks_of, nested
from service_flow.design.checking.sampling.marks import conditions_of
from service_flow.design.checking.space.memory import Memory
from service_flow.design.checking.space.situation import GONE, Situation
from service_flow.design.checking.space.tracked import Tracked, reads
from service_flow.design.flow import Configuration, Decision, Entry, Flow, Form, Guard, Transition, Way
from service_flow.design.language.expressions import EvaluationError

MOST_STATES = 50_000
"""Situations that a walk looks at before it gives up."""
MOST_CHOICES = 5_000
"""Ways to fill in one form that are tried in one situation."""
REST = 100
"""Automatic transitions that may follow one another."""

_KEEP = object()
Given = tuple[tuple[str, Any], ...]
Sets = Mapping[str, Decision]


class Step(NamedTuple):
    """One thing that can happen: the transition with what its form was given, where it led, the automatic transitions
    that followed it with where each led, and the situation in the end."""

    transition: str
    given: Given
    followed: tuple[tuple[str, Configuration], ...]
    passed: Configuration
    situation: Situation


class Fault(NamedTuple):
    """A command that is refused though nobody said no: `error` (a guard or a table reads what is not there), `no_way`,
    `nowhere` (it goes back to nothing) or `restless`. `missing` names the field that was not there."""

    kind: str
    transition: str
    given: Given
    guard: Guard | None = None
    missing: str | None = None
    because: str = ""


class _Outcome(NamedTuple):
    """What the guards of a transition say for certain values: the way taken with what tables write, nothing (a no),
    or a fault."""

    way: Way | None = None
    written: Mapping[str, Any] = {}
    fault: tuple[str, Guard | None, str | None, str] | None = None


class Moves:
    """The steps out of each situation of a flow."""

    def __init__(self, flow: Flow, tracked: Tracked) -> None:
        self.flow, self.tracked = flow, tracked
        self.memory = Memory(flow)
        self.cut = False
        """Whether some form has more ways to be filled in than were tried."""
        self._reads = {name: _variables(step) for name, step in flow.transitions.items()}
        self._outcomes: dict[tuple[str, tuple[Any, ...]], _Outcome] = {}
        self._live: dict[Configuration, frozenset[str]] = {}

    def begin(self, entry: Entry) -> Iterator[Step | Fault]:
        """How a case may begin at an entry."""
        empty = Situation(entry.configuration, (None,) * len(self.tracked.fields), (0,) * len(self.tracked.counts))
        live = self._live_in(entry.configuration).union(*(t.reads | t.asks for t in entry.sets.values()))
        rows = [row for table in entry.sets.values() for row in table.rows]
        names = marks_of(condition for row in rows for condition in row.conditions)
        free = {name: self.tracked.free[name] for name in names if name in self.tracked.free}
        for given in self._forms(entry.form, live):
            for around in _combinations(free):
                world = self._world(empty, given, around)
                try:
                    written = _results(entry.sets, nested(world))
                except EvaluationError as error:
                    yield Fault("error", "opening", given, None, error.missing, error.because)
                    continue
                yield from self._settled("opening", given, self._with(empty, given, written), entry.configuration)

    def out_of(self, here: Situation) -> Iterator[Step | Fault]:
        """Everything that somebody can do here."""
        for step in self.flow.exits(here.configuration).values():
            yield from self._take(here, step)

    def _take(self, here: Situation, step: Transition) -> Iterator[Step | Fault]:
        variables = self._reads[step.name]
        free = {name: self.tracked.free[name] for name in variables if name in self.tracked.free}
        seen: set[tuple[Any, ...]] = set()
        for given in self._forms(step.form, reads(step) | self._after(here, step)):
            for around in _combinations(free):
                outcome = self._outcome(here, step, given, around)
                if outcome.fault is not None:
                    key: tuple[Any, ...] = outcome.fault[:3]
                    if key not in seen:
                        seen.add(key)
                        kind, guard, missing, because = outcome.fault
                        yield Fault(kind, step.name, given, guard, missing, because)
                elif outcome.way is not None:
                    yield from self._lead(here, step, outcome, given)

    def _lead(self, here: Situation, step: Transition, outcome: _Outcome, given: Given) -> Iterator[Step | Fault]:
        assert outcome.way is not None  # noqa: S101  the caller asked for it
        led = self.memory.lead(here, step, outcome.way)
        if led is None:
            yield Fault("nowhere", step.name, given)
            return
        after = self._with(led, given, outcome.written)
        yield from self._settled(step.name, given, self._counted(after, step.name), led.configuration)

    def _outcome(self, here: Situation, step: Transition, given: Given, around: Mapping[str, Any]) -> _Outcome:
        world = self._world(here, given, around)
        key = (step.name, tuple(world.get(name) for name in self._reads[step.name]))
        try:
            known = self._outcomes.get(key)
        except TypeError:
            return _judge(step, nested(world))
        if known is None:
            known = self._outcomes[key] = _judge(step, nested(world))
        return known

    def _settled(self, name: str, given: Given, here: Situation, passed: Configuration) -> Iterator[Step | Fault]:
        """The situation once automatic transitions have come to rest."""
        followed: list[tuple[str, Configuration]] = []
        seen: set[Situation] = set()
        while self.flow.acts:
            taken = None
            for step in self.flow.automatic(here.configuration):
                outcome = self._outcome(here, step, (), {})
                if outcome.fault is not None:
                    kind, guard, missing, because = outcome.fault
                    yield Fault(kind, step.name, given, guard, missing, because)
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
                yield Fault("nowhere", step.name, given)
                return
            here = self._counted(self._with(led, (), outcome.written), step.name)
            followed.append((step.name, here.configuration))
            if here in seen or len(followed) > REST:
                yield Fault("restless", step.name, given)
                return
            seen.add(here)
        yield Step(name, given, tuple(followed), passed, self._forget(here))

    def _forms(self, form: Form, wanted: frozenset[str]) -> Iterator[Given]:
        """The ways to fill in a form, as far as they make a difference."""
        names = [name for name in form.fields if name in self.tracked.samples and name in wanted]
        required = frozenset(form.required)
        choices = [
            self.tracked.samples[name] if name in required else (_KEEP, *self.tracked.samples[name]) for name in names
        ]
        for number, chosen in enumerate(product(*choices)):
            if number == MOST_CHOICES:
                self.cut = True
                return
            yield tuple((name, value) for name, value in zip(names, chosen, strict=True) if value is not _KEEP)

    def _world(self, here: Situation, given: Given, around: Mapping[str, Any]) -> dict[str, Any]:
        world = {
            name: value
            for name, value in zip(self.tracked.fields, here.values, strict=True)
            if value is not None and value is not GONE
        }
        world.update(given)
        for name, count in zip(self.tracked.counts, here.times, strict=True):
            world[f"times.{name}"] = count
        world.update((name, value) for name, value in around.items() if value is not None)
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
        live = self._live_in(here.configuration)
        if len(live) < len(here.values):
            values = tuple(
                value if name in live else GONE for name, value in zip(self.tracked.fields, here.values, strict=True)
            )
            here = here._replace(values=values)
        return self.memory.forget(here)

    def _live_in(self, configuration: Configuration) -> frozenset[str]:
        known = self._live.get(configuration)
        if known is None:
            known = frozenset[str]().union(*(self.tracked.live[leaf] for leaf in configuration))
            self._live[configuration] = known
        return known

    def _after(self, here: Situation, step: Transition) -> frozenset[str]:
        """The fields that matter somewhere a transition may lead."""
        found: frozenset[str] = frozenset()
        for way in step.ways:
            led = self.memory.lead(here, step, way)
            if led is not None:
                found |= self._live_in(led.configuration)
                for automatic in self.flow.automatic(led.configuration):
                    found |= reads(automatic)
        return found


def _judge(step: Transition, values: Mapping[str, Any]) -> _Outcome:
    guard: Guard | None = step.guard
    try:
        if guard is not None and not guard.holds(values):
            return _Outcome()
        for way in step.ways:
            guard = way.guard
            if guard is None or guard.holds(values):
                guard = None
                return _Outcome(way, _results(step.sets, values))
    except EvaluationError as error:
        return _Outcome(fault=("error", guard, error.missing, error.because))
    return _Outcome(fault=("no_way", None, None, ""))


def _results(sets: Sets, world: Mapping[str, Any]) -> dict[str, Any]:
    return {name: table(world) for name, table in sets.items()}


def _variables(step: Transition) -> tuple[str, ...]:
    """The variables that a transition's guards and tables read."""
    expressions = [*conditions_of(step.guards)]
    expressions += [condition for table in step.sets.values() for row in table.rows for condition in row.conditions]
    return tuple(marks_of(expressions))


def _combinations(choices: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    names = list(choices)
    for chosen in islice(product(*choices.values()), MOST_CHOICES):
        yield dict(zip(names, chosen, strict=True))
