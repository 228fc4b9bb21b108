"""Guards and decision tables, compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from service_flow.design.flow.fields import result_reader
from service_flow.design.flow.names import CIRCUMSTANCES, DECISIONS
from service_flow.design.language.expressions import EvaluationError, Expression, Type, literals
from service_flow.design.language.model import DecisionModel
from service_flow.design.language.model.decisions import Cell


class NoRowError(EvaluationError):
    """No row of a decision table fits."""


class Guard:
    """A guard with what it depends on.

    `reads` and `asks` are the fields whose values, or whose presence, may decide it, those of the decision tables it
    names counted in; `circumstances` the other names (customer, now, ...), `decisions` the tables. `holds` says whether
    it is true for values; it raises EvaluationError.
    """

    __slots__ = ("asks", "circumstances", "decisions", "expression", "holds", "needs", "reads", "text")

    def __init__(self, expression: Expression, tables: Mapping[str, Decision]) -> None:
        self.expression = expression
        self.text = expression.text
        named = frozenset(name for name in (*expression.needs, *expression.asks) if name.startswith(f"{DECISIONS}."))
        self.decisions: tuple[Decision, ...] = tuple(tables[name.split(".")[1]] for name in sorted(named))
        self.holds: Callable[[Mapping[str, object]], bool] = self._with_tables if self.decisions else expression.holds
        inside = self.decisions
        self.circumstances = (expression.reads & CIRCUMSTANCES).union(*(table.circumstances for table in inside))
        self.reads = (expression.reads - CIRCUMSTANCES).union(*(table.reads for table in inside))
        asked = frozenset(name.partition(".")[0] for name in expression.asks) - CIRCUMSTANCES
        self.asks = asked.union(*(table.asks for table in inside))
        self.needs = frozenset(name.partition(".")[0] for name in expression.needs) - CIRCUMSTANCES

    def _with_tables(self, values: Mapping[str, object]) -> bool:
        return self.expression.holds({**values, DECISIONS: _Results(self.decisions, values)})

    def __repr__(self) -> str:
        return f"<Guard {self.text}>"


class _Results(dict[str, Any]):
    """The results of decision tables, each worked out when it is read, so that && and || keep their meaning."""

    __slots__ = ("_tables", "_values")

    def __init__(self, tables: Iterable[Decision], values: Mapping[str, object]) -> None:
        super().__init__()
        self._tables = {table.name: table for table in tables}
        self._values = values

    def get(self, name: str, default: Any = None) -> Any:
        table = self._tables.get(name)
        return default if table is None else table(self._values)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: it counts where all conditions hold."""

    conditions: tuple[Expression, ...]
    result: Any


class Decision:
    """A decision table, compiled."""

    __slots__ = ("asks", "circumstances", "hit", "name", "reads", "rows", "title")

    def __init__(self, name: str, model: DecisionModel, names: Mapping[str, Type]) -> None:
        self.name, self.title, self.hit = name, model.title, model.hit
        read, _ = result_reader(model.gives)
        self.rows = tuple(
            Row(
                tuple(Expression.read(text, names) for text in conditions(row.match, row.when)),
                read(row.then),
            )
            for row in model.rows
        )
        everything = [condition for row in self.rows for condition in row.conditions]
        reads: frozenset[str] = frozenset().union(*(condition.reads for condition in everything))
        self.circumstances = reads & CIRCUMSTANCES
        self.reads = reads - CIRCUMSTANCES
        asked = (name.partition(".")[0] for condition in everything for name in condition.asks)
        self.asks = frozenset(asked) - CIRCUMSTANCES

    def __call__(self, values: Mapping[str, object]) -> Any:
        """The result for these values; a tuple where the table collects. Raises EvaluationError where it gives none."""
        if self.hit == "first":
            for row in self.rows:
                if all_hold(row.conditions, values):
                    return row.result
            raise NoRowError(f"no row of decision '{self.name}' fits")
        found = [row for row in self.rows if all_hold(row.conditions, values)]
        if self.hit == "collect":
            return tuple(row.result for row in found)
        if len(found) != 1:
            if not found:
                raise NoRowError(f"no row of decision '{self.name}' fit where one must")
            raise EvaluationError(f"{len(found)} rows of decision '{self.name}' fit where one must")
        return found[0].result


def all_hold(guards: Iterable[Expression], values: Mapping[str, object]) -> bool:
    """Whether all of these guards are true, as if && stood between them: where one is false, an error in another does
    not matter, whichever comes first. Raises EvaluationError."""
    failed: EvaluationError | None = None
    for guard in guards:
        try:
            if not guard.holds(values):
                return False
        except EvaluationError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return True


def conditions(match: Mapping[str, list[Cell]], when: str | None) -> list[str]:
    """The conditions of a row as guards, in order: one for each name it matches, then its `when`."""
    texts = [cell_guard(name, cells) for name, cells in match.items()]
    return texts if when is None else [*texts, when]


def cell_guard(name: str, cells: list[Cell]) -> str:
    """The guard that says: `name` has one of these values."""
    shown = [literals.write(cell) for cell in cells]
    return f"{name} == {shown[0]}" if len(shown) == 1 else f"{name} in [{', '.join(shown)}]"
