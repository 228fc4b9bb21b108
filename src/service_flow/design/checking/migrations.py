"""Checks of migrations by what the present flow has. What the older revisions have is in a store, not here."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow.fields import compile_field
from service_flow.design.language import BlueprintSource, migration_part
from service_flow.design.language.model import FlowModel, MigrationModel
from service_flow.errors import Finding, meant, printable


def check_migrations(source: BlueprintSource) -> Iterator[Finding]:
    """SF281 to SF284: migrations lead to what is there, say no two things at once, and give values that fit."""
    for plan in source.migrations.values():
        flow = source.flows.get(plan.flow)
        if flow is None:
            message = f"unknown flow '{plan.flow}'{meant(plan.flow, source.flows)}"
            yield source.finding("SF281", message, migration_part(plan.migration), ("flow",))
            continue
        yield from _Check(source, plan, flow).findings()


class _Check:
    def __init__(self, source: BlueprintSource, plan: MigrationModel, flow: FlowModel) -> None:
        self.source, self.plan, self.flow = source, plan, flow
        self.states = all_states(flow)

    def findings(self) -> Iterator[Finding]:
        plan, flow = self.plan, self.flow
        for old, new in plan.states.items():
            yield from self._known("state", new, self.states, ("states", old))
        for old, new in plan.transitions.items():
            yield from self._known("transition", new, flow.transitions, ("transitions", old))
        for old, new in plan.data.items():
            yield from self._known("field", new, flow.data, ("data", old))
        yield from self._choices()
        yield from self._gives()
        yield from self._twice()

    def _known(self, what: str, name: str, known: Collection[str], at: Path, *, key: bool = False) -> Iterator[Finding]:
        if name not in known:
            message = f"flow '{self.flow.flow}' has no {what} '{printable(name)}'{meant(name, known)}"
            yield self._at("SF282", message, at, key=key)

    def _choices(self) -> Iterator[Finding]:
        for name, words in self.plan.choices.items():
            at: Path = ("choices", name)
            field = self.flow.data.get(name)
            if field is None:
                yield from self._known("field", name, self.flow.data, at, key=True)
            elif not field.choices:
                yield self._at("SF284", f"'{name}' is no choice but a {field.type}: it has no words", at, key=True)
            else:
                for old, new in words.items():
                    yield from self._known(f"choice in '{name}' called", new, field.choices, (*at, old))

    def _gives(self) -> Iterator[Finding]:
        for name, value in self.plan.gives.items():
            field = self.flow.data.get(name)
            if field is None:
                yield from self._known("field", name, self.flow.data, ("gives", name), key=True)
                continue
            try:
                compile_field(name, field).read(value)
            except ValueError as error:
                yield self._at("SF284", f"the value given for '{name}' {error}", ("gives", name))

    def _twice(self) -> Iterator[Finding]:
        plan = self.plan
        taken: dict[str, str] = {}
        for old, new in plan.data.items():
            if old in plan.drops:
                yield self._at("SF283", f"'{old}' is dropped and becomes '{new}'; keep one of the two", ("data", old))
            if new in taken:
                message = f"'{new}' is what '{taken[new]}' becomes already; two fields cannot become one"
                yield self._at("SF283", message, ("data", old))
            taken.setdefault(new, old)
        for index, path in enumerate(plan.ends):
            if path in plan.states:
                message = f"'{path}' ends and becomes '{plan.states[path]}'; keep one of the two"
                yield self._at("SF283", message, ("ends", index))

    def _at(self, code: str, message: str, at: Path, *, key: bool = False) -> Finding:
        return self.source.finding(code, message, migration_part(self.plan.migration), at, key=key)
