"""Proofs of data: fields that never get a value, and fields that nothing ever looks at."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.flow import Flow, Guard
from service_flow.design.flow.names import data_types, guard_names
from service_flow.design.language.expressions import Expression
from service_flow.errors import Finding


def prove_fields(theme: Theme) -> Iterator[Finding]:
    """SF502, SF504: collected but never read (said only when it is asked for), declared but never collected."""
    flow = theme.flow
    written, read = _written(flow), _read(flow)
    for name in flow.fields:
        if name not in written:
            message = f"'{name}' never gets a value: no form asks for it, and no decision sets it"
            yield theme.at("SF504", message, ("data", name), key=True, severity="warning")
        elif name not in read:
            message = f"'{name}' is collected, and no guard, table, timer or promise reads it"
            yield theme.at("SF502", message, ("data", name), key=True, severity="info")


def _written(flow: Flow) -> set[str]:
    openings = [flow.entry, *flow.entries.values()]
    steps = flow.transitions.values()
    return {
        *(name for opening in openings for name in (*opening.form.fields, *opening.sets)),
        *(name for step in steps for name in (*step.form.fields, *step.sets)),
    }


def _read(flow: Flow) -> set[str]:
    found = {name for step in flow.transitions.values() for guard in step.guards for name in guard.reads | guard.asks}
    for table in flow.decisions.values():
        found |= table.reads | table.asks
    found |= {timer.at for timer in flow.model.timers.values() if timer.at is not None}
    names = guard_names(flow.model, data_types(flow.model))
    texts = [rule.when for rule in flow.model.rules.values()]
    texts += [effect.when for effect in flow.model.effects.values()]
    texts += [wish.when for wish in flow.model.properties.values()]
    for text in filter(None, texts):
        guard = Guard(Expression.read(text, names), flow.decisions)
        found |= guard.reads | guard.asks
    return found
