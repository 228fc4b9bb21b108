"""The walks through both revisions, joined: situations of the older one as situations of the newer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from service_flow.design.checking.sampling import Marks
from service_flow.design.checking.space import Also, Situation, Space, explore
from service_flow.design.checking.space.around import CONSTANT
from service_flow.design.checking.space.memory import Memory
from service_flow.design.checking.space.situation import GONE
from service_flow.design.checking.space.tracked import Tracked
from service_flow.design.flow import Configuration
from service_flow.design.flow.names import TIMES
from service_flow.design.language.expressions import Choice
from service_flow.design.language.values import Money
from service_flow.design.migrating.passage import Passage, complete, left_in
from service_flow.design.migrating.values import Route

_COUNT = f"{TIMES}."


class Crossing:
    """Everything a case of the older revision can come to, and what each of it becomes in the newer one.

    What guards of the newer revision read is told apart in the walk through the older one already, so that nothing is
    known less exactly after the crossing than before.
    """

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self._origins: dict[str, str] = {
            way.name: name for name, way in passage.routes.items() if isinstance(way, Route)
        }
        """Old fields by the new names they get."""
        self._memory = Memory(passage.new)
        wanted = Tracked(passage.new)
        older = passage.memory
        also = Also(self._asked(wanted.marks), self._wanted(wanted), older.returning, older.others)
        self.old: Space = explore(passage.old, also=also)
        self._marks = self._met(wanted)
        self._tracked = Tracked(passage.new, (), self._marks)

    def after(self, here: Situation) -> Situation:
        """What a situation becomes. Raises NoPlaceError."""
        stand = self.passage.stand(here.configuration)
        known = dict(zip(self.old.tracked.fields, here.values, strict=True))
        times = dict(zip(self.old.tracked.counts, here.times, strict=True))
        came_from = self.passage.came_from(dict(here.came_from), here.configuration)
        return Situation(
            stand.configuration,
            tuple(self._value(name, known) for name in self._tracked.fields),
            tuple(min(self._times(name, times), self._tracked.most[name]) for name in self._tracked.counts),
            tuple(sorted((path, before) for path, before in came_from.items() if path in self._memory.returning)),
            tuple(self._last(dict(here.last))),
        )

    def explored(self, starts: Iterable[Situation]) -> Space:
        """Everything that cases can come to from these situations of the newer revision."""
        return explore(self.passage.new, also=Also(self._marks), starts=list(starts))

    def _value(self, name: str, known: Mapping[str, Any]) -> Any:
        if name in CONSTANT:
            return known.get(name)
        origin = self._origins.get(name)
        value = known.get(origin) if origin is not None else None
        if value is GONE:
            return GONE
        if value is None:
            return self.passage.given.get(name)
        way = self.passage.routes[origin or ""]
        return way.convert(value) if isinstance(way, Route) else value

    def _times(self, name: str, times: Mapping[str, int]) -> int:
        return sum(count for old, count in times.items() if self.passage.plan.transitions.get(old, old) == name)

    def _last(self, last: Mapping[str, Configuration]) -> Iterable[tuple[str, Configuration]]:
        for phase in sorted(self._memory.phases):
            before = last.get(left_in(phase))
            for after in self.passage.trail([before] if before is not None else []):
                inside = self.passage.new.tree.under(phase, after)
                if inside:
                    yield phase, inside

    def _wanted(self, tracked: Tracked) -> dict[str, frozenset[str]]:
        """The old fields that matter in the newer revision where a case is moved from each old state."""
        found: dict[str, frozenset[str]] = {}
        for leaf in self.passage.old.states:
            place = self.passage.place(leaf)
            if place:
                after = complete(self.passage.new.tree, place)
                live = frozenset[str]().union(*(tracked.live[path] for path in after))
                found[leaf] = frozenset(self._origins[name] for name in live if name in self._origins)
        return found

    def _asked(self, marks: Mapping[str, Marks]) -> dict[str, Marks]:
        """What the newer revision holds its variables against, as marks of the older one's."""
        found: dict[str, Marks] = {}
        old = self.passage.old
        for name, mark in marks.items():
            if name.startswith(_COUNT):
                counted = name.removeprefix(_COUNT)
                for before in old.transitions:
                    if self.passage.plan.transitions.get(before, before) == counted:
                        found[f"{_COUNT}{before}"] = replace(_copied(mark), name=f"{_COUNT}{before}")
            elif name in CONSTANT:
                found[name] = _copied(mark)
            elif name in self._origins:
                origin = self._origins[name]
                kind = old.fields[origin].guard_type
                asked = replace(_copied(mark), name=origin, type=kind)
                if isinstance(kind, Choice):
                    words = self.passage.plan.choices.get(name, {})
                    asked.constants = {word for word in kind.words if words.get(word, word) in mark.constants}
                found[origin] = asked
        for mark in found.values():
            mark.partners = {self._origins.get(name, name) for name in mark.partners}
        return found

    def _met(self, tracked: Tracked) -> dict[str, Marks]:
        """What variables of the newer revision that are held against each other may bring with them as their values,
        if these are none of its own samples: cuts for the others."""
        found: dict[str, Marks] = {}
        for name, mark in tracked.marks.items():
            origin = self._origins.get(name)
            if origin is not None and mark.partners and origin in self.old.tracked.samples:
                way = self.passage.routes[origin]
                values = self.old.tracked.samples[origin]
                brought = {way.convert(value) for value in values} if isinstance(way, Route) else set()
                brought -= set(tracked.samples[name])
                amounts = {value.amount if isinstance(value, Money) else value for value in brought}
                if amounts:
                    found[name] = Marks(name, mark.type, constants=amounts)
        return found


def _copied(mark: Marks) -> Marks:
    return replace(
        mark,
        constants=set(mark.constants), sizes=set(mark.sizes), members=set(mark.members),
        currencies=set(mark.currencies), partners=set(mark.partners),
    )  # fmt: skip
