"""What of a case's data the walk must follow: the fields that guards read, with samples, and where each matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service_flow.design.checking.sampling import Marks, conditions_of, marks_of, samples
from service_flow.design.flow import Decision, Flow, Guard, Transition
from service_flow.design.flow.names import CIRCUMSTANCES, TIMES
from service_flow.design.language.expressions import Expression


class Tracked:
    """The variables of a flow's guards and tables: fields of the case, counts, and what is free around it.

    `inexact` are the variables whose samples are examples only; `free` those whose value may be any at any time.
    """

    def __init__(self, flow: Flow, more: Sequence[Expression] = ()) -> None:
        self.flow = flow
        expressions = [*conditions_of(all_guards(flow)), *_tables(flow), *more]
        self.marks: Mapping[str, Marks] = marks_of(expressions)
        values, self.inexact = samples(dict(self.marks))
        self.fields: tuple[str, ...] = tuple(name for name in flow.fields if name in self.marks)
        self.samples: dict[str, tuple[Any, ...]] = {name: values[name] for name in self.fields}
        self._with_results()
        self.counts: tuple[str, ...] = tuple(
            name.partition(".")[2] for name in self.marks if name.startswith(f"{TIMES}.")
        )
        self.most = {
            name: max((n for n in self.marks[f"{TIMES}.{name}"].constants if isinstance(n, int)), default=0) + 1
            for name in self.counts
        }
        self.free: dict[str, tuple[Any, ...]] = {
            name: (*values[name], None) if name.startswith("customer.") else values[name]
            for name in self.marks
            if name.partition(".")[0] in CIRCUMSTANCES and not name.startswith(f"{TIMES}.")
        }
        self.place = {name: index for index, name in enumerate(self.fields)}
        watched = frozenset(name for expression in more for name in (expression.reads | expression.asks))
        self.live = {
            path: live | (watched & frozenset(self.fields))
            for path, live in _live(flow, frozenset(self.fields)).items()
        }

    def _with_results(self) -> None:
        """What a table may write into a field is one of the field's samples."""
        for sets in _all_sets(self.flow):
            for name, table in sets.items():
                if name in self.samples:
                    self.samples[name] = tuple(dict.fromkeys((*self.samples[name], *results(table))))


def results(table: Decision) -> list[Any]:
    """What a table may give; of one that collects, the empty list, single results and all of them."""
    found = list(dict.fromkeys(row.result for row in table.rows))
    return [(), *((result,) for result in found), tuple(found)] if table.hit == "collect" else found


def all_guards(flow: Flow) -> list[Guard]:
    """Every guard of the flow's transitions."""
    return [guard for step in flow.transitions.values() for guard in step.guards]


def _all_sets(flow: Flow) -> list[Mapping[str, Decision]]:
    openings = [flow.entry, *flow.entries.values()]
    return [*(entry.sets for entry in openings), *(step.sets for step in flow.transitions.values())]


def _tables(flow: Flow) -> list[Expression]:
    tables = {table.name: table for sets in _all_sets(flow) for table in sets.values()}
    return [condition for table in tables.values() for row in table.rows for condition in row.conditions]


def reads(step: Transition) -> frozenset[str]:
    """The fields whose value or presence a transition's guards and tables depend on."""
    asked = (guard.reads | guard.asks for guard in step.guards)
    tables = (table.reads | table.asks for table in step.sets.values())
    return frozenset[str]().union(*asked, *tables)


def writes(step: Transition) -> frozenset[str]:
    """The fields that surely have a new value once the transition was performed."""
    return frozenset(step.form.required) | step.sets.keys()


def _live(flow: Flow, fields: frozenset[str]) -> dict[str, frozenset[str]]:
    """For each innermost state, the fields that some transition may read from here on before it writes them."""
    leaving: dict[str, list[Transition]] = {path: [] for path in flow.states}
    for step in flow.transitions.values():
        for source in step.sources:
            leaving[source].append(step)
    entered = {step.name: _entered(flow, step) for step in flow.transitions.values()}
    anywhere = frozenset().union(*(reads(step) for step in flow.transitions.values())) & fields
    live = {path: frozenset[str]() for path in flow.states}
    before: dict[str, set[str]] = {path: set() for path in flow.states}
    for path, steps in leaving.items():
        for step in steps:
            for target in entered[step.name] or ():
                before[target].add(path)
    pending = set(flow.states)
    while pending:
        path = pending.pop()
        found: frozenset[str] = frozenset()
        for step in leaving[path]:
            targets = entered[step.name]
            after = anywhere if targets is None else frozenset[str]().union(*(live[target] for target in targets))
            # What a form may write is read by the guard in its new value, if one is given.
            read = reads(step) - frozenset(step.form.required)
            found |= (read & fields) | (after - writes(step))
        if found != live[path]:
            live[path] = found
            pending |= before[path]
    return live


def _entered(flow: Flow, step: Transition) -> tuple[str, ...] | None:
    """The innermost states that a transition may lead to; None where its history decides."""
    found: list[str] = []
    for way in step.ways:
        if way.kind == "stay":
            continue
        if way.kind != "enter" or way.target is None:
            return None
        for source in step.sources[:1]:
            found += flow.tree.completed(flow.tree.entry(way.target), way.target, flow.tree.scope(source, way.target))
        found += flow.tree.entry(way.target)
    return tuple(dict.fromkeys(found))
