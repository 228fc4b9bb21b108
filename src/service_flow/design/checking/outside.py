"""What guards read that changes without an event of the case."""

from __future__ import annotations

from functools import cached_property

from service_flow.design.flow.fields import field_type
from service_flow.design.flow.names import CHANGING, DECISIONS, guard_names, row_names
from service_flow.design.language.expressions import Expression, ExpressionError, Type
from service_flow.design.language.model import FlowModel


class Outside:
    """The names in the guards and tables of a flow whose values change without an event of the case. Each table is
    looked at once, however many name it."""

    def __init__(self, flow: FlowModel) -> None:
        self.flow = flow
        self._tables: dict[str, frozenset[str]] = {}

    def of_guard(self, text: str) -> list[str]:
        """Such names in a guard, and the decision tables in it that read some. None of a guard that cannot be read:
        another check says so."""
        try:
            guard = Expression.read(text, self._guard_names)
        except ExpressionError:
            return []
        named = (name for name in sorted(guard.needs | guard.asks) if name.startswith(f"{DECISIONS}."))
        tables = [name for name in named if self.of_table(name.split(".")[1])]
        return [*sorted(guard.reads & CHANGING), *tables]

    def of_table(self, key: str) -> frozenset[str]:
        """The same of the rows of a decision table; none of one that does not exist."""
        known = self._tables.get(key)
        if known is None:
            known = self._tables[key] = frozenset(self._read_by(key)) & CHANGING
        return known

    def _read_by(self, key: str) -> set[str]:
        table = self.flow.decisions.get(key)
        rows = table.rows if table is not None else []
        found = {name.partition(".")[0] for row in rows for name in row.match}
        for row in rows:
            if row.when is not None:
                try:
                    found |= Expression.read(row.when, self._row_names).reads
                except ExpressionError:
                    continue
        return found

    @cached_property
    def _types(self) -> dict[str, Type]:
        return {name: field_type(model) for name, model in self.flow.data.items()}

    @cached_property
    def _guard_names(self) -> dict[str, Type]:
        return dict(guard_names(self.flow, self._types))

    @cached_property
    def _row_names(self) -> dict[str, Type]:
        return dict(row_names(self.flow, self._types))
