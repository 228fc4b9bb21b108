"""What of a case's data the walk must follow: the fields that guards read, with samples, and where each matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from service_flow.design.checking.sampling import Marks, conditions_of, marks_of, mixed, relatives, samples
from service_flow.design.checking.space.around import CONSTANT, Around
from service_flow.design.checking.space.living import living
from service_flow.design.checking.space.situation import GONE
from service_flow.design.flow import Decision, Flow, Guard
from service_flow.design.flow.names import TIMES
from service_flow.design.language.expressions import Expression

_NONE: Mapping[str, Marks] = {}
_NOTHING: Mapping[str, frozenset[str]] = {}


class Asked(NamedTuple):
    """A guard beside those of the flow, and the innermost states in which its answer matters."""

    guard: Guard
    states: frozenset[str]


class Tracked:
    """The variables of a flow's guards and tables: fields of the case, counts, and what is around it.

    `inexact` are the variables whose samples are examples only, `watched` those that `more` guards read. `beside` are
    the marks of variables that somebody else tells apart, `wanted` the fields that he reads where a case stands in a
    state.
    """

    def __init__(
        self, flow: Flow, more: Sequence[Asked] = (), beside: Mapping[str, Marks] = _NONE,
        wanted: Mapping[str, frozenset[str]] = _NOTHING,
    ) -> None:  # fmt: skip
        self.flow = flow
        expressions = [*conditions_of([*all_guards(flow), *(asked.guard for asked in more)]), *_tables(flow)]
        self.marks: dict[str, Marks] = marks_of(expressions)
        for name, marks in beside.items():
            self.marks.setdefault(name, Marks(name, marks.type)).add(marks)
        self._with_results()
        values, inexact = samples(self.marks)
        self.fields: tuple[str, ...] = tuple(name for name in (*flow.fields, *CONSTANT) if name in self.marks)
        self.samples: dict[str, tuple[Any, ...]] = {name: values[name] for name in self.fields}
        counted = {name.partition(".")[2]: mark for name, mark in self.marks.items() if name.startswith(f"{TIMES}.")}
        self.counts = tuple(counted)
        self.most = {name: _most(mark) for name, mark in counted.items()}
        # Counts are followed up to where constants no longer tell them apart; other counts or fields might.
        self.inexact = inexact | mixed(self.marks) | {mark.name for mark in counted.values() if mark.partners}
        self.relative = {name: group for name, group in relatives(self.marks).items() if name not in self.inexact}
        self._coins = {
            name: tuple(dict.fromkeys(money.currency for money in values[name]))
            for name, group in self.relative.items()
            if group.money
        }
        self.around = Around(self.marks, values, self.choices)
        self.place = {name: index for index, name in enumerate(self.fields)}
        self._relative = tuple((name, place) for name, place in self.place.items() if name in self.relative)
        self._moved: dict[tuple[Any, ...], tuple[tuple[int, Any], ...]] = {}
        self.room = 1
        """How far apart values lie that are held against each other, when they are beyond all others."""
        self.asked = tuple(asked.guard for asked in more)
        self.watched = frozenset(marks_of(conditions_of(asked.guard for asked in more)))
        always = frozenset(self.fields) & frozenset(CONSTANT)
        wanted = _with_asked(wanted, more)
        self.live = {path: live | always for path, live in living(flow, frozenset(self.fields), wanted).items()}

    def choices(self, name: str, known: Mapping[str, Any]) -> Sequence[Any] | None:
        """Values for a variable that is held against others, beside those that these have; None for any other."""
        group = self.relative.get(name)
        return None if group is None else group.choices(name, known, self._coins.get(name, ()), room=self.room)

    def canonical(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values of the fields, moved to where they stand for all that lie in the same order."""
        held = tuple([values[place] for _, place in self._relative])
        moved = self._moved.get(held)
        if moved is None:
            moved = self._moved[held] = self._canonical(held)
        if not moved:
            return values
        after = list(values)
        for place, value in moved:
            after[place] = value
        return tuple(after)

    def _canonical(self, held: tuple[Any, ...]) -> tuple[tuple[int, Any], ...]:
        """The places of those that are held against others, each with the value that stands for it."""
        there = {
            name: value
            for (name, _), value in zip(self._relative, held, strict=True)
            if value is not GONE and value is not None
        }
        known: dict[str, Any] = {}
        for group in {id(self.relative[name]): self.relative[name] for name in there}.values():
            known |= group.canonical(there)
        return tuple((self.place[name], value) for name, value in known.items() if value != there[name])

    def _with_results(self) -> None:
        """What a table may write into a field may be held against other fields: it cuts their values too."""
        for sets in _all_sets(self.flow):
            for name, table in sets.items():
                if name in self.marks and table.hit != "collect":
                    self.marks[name].constants.update(row.result for row in table.rows)


def _with_asked(wanted: Mapping[str, frozenset[str]], more: Sequence[Asked]) -> dict[str, frozenset[str]]:
    found = dict(wanted)
    for asked in more:
        for path in asked.states:
            found[path] = found.get(path, frozenset()) | asked.guard.reads | asked.guard.asks
    return found


def _most(mark: Marks) -> int:
    """How often a transition is counted: once more than what its count is held against."""
    return max((ceil(n) for n in mark.constants if isinstance(n, int | Decimal)), default=0) + 1


def all_guards(flow: Flow) -> list[Guard]:
    """Every guard of the flow's transitions."""
    return [guard for step in flow.transitions.values() for guard in step.guards]


def _all_sets(flow: Flow) -> list[Mapping[str, Decision]]:
    openings = [flow.entry, *flow.entries.values()]
    return [*(entry.sets for entry in openings), *(step.sets for step in flow.transitions.values())]


def _tables(flow: Flow) -> list[Expression]:
    tables = {table.name: table for sets in _all_sets(flow) for table in sets.values()}
    return [condition for table in tables.values() for row in table.rows for condition in row.conditions]
