"""What guards read that changes without an event of the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.flow.fields import field_type
from service_flow.design.flow.names import CHANGING, DECISIONS, guard_names, row_names
from service_flow.design.language.expressions import Expression, ExpressionError, Type
from service_flow.design.language.model import FlowModel


def outside(text: str, flow: FlowModel) -> Iterator[str]:
    """The names in a guard whose values change without an event of the case, and the decision tables in it that read
    such names. None of a guard that cannot be read: another check says so."""
    types = {name: field_type(model) for name, model in flow.data.items()}
    try:
        guard = Expression.read(text, guard_names(flow, types))
    except ExpressionError:
        return
    yield from sorted(guard.reads & CHANGING)
    for name in sorted(guard.needs | guard.asks):
        record, _, table = name.partition(".")
        if record == DECISIONS and outside_of_table(table, flow, row_names(flow, types)):
            yield name


def outside_of_table(key: str, flow: FlowModel, names: Mapping[str, Type]) -> frozenset[str]:
    """The same of the rows of a decision table; none of one that does not exist."""
    table = flow.decisions.get(key)
    if table is None:
        return frozenset()
    found = {name.partition(".")[0] for row in table.rows for name in row.match}
    for row in table.rows:
        if row.when is not None:
            try:
                found |= Expression.read(row.when, names).reads
            except ExpressionError:
                continue
    return frozenset(found) & CHANGING
