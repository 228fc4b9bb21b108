"""An expression: read and type-checked once, then a function of case data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from service_flow.design.language.expressions.compiling import Run, compiled
from service_flow.design.language.expressions.errors import EvaluationError, ExpressionError
from service_flow.design.language.expressions.parsing import parse
from service_flow.design.language.expressions.presence import Presence, presence
from service_flow.design.language.expressions.tree import Node
from service_flow.design.language.expressions.typecheck import check
from service_flow.design.language.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the guard language over named values. Make one with `read`; call it with the values.

    `reads` are the top-level names whose values it may use; `asks` the names, dotted within records, that
    stand under has(); `needs` those, dotted too, that no has() protects: it may be an error without them.
    """

    text: str
    tree: Node = field(repr=False)
    reads: frozenset[str] = field(repr=False)
    asks: frozenset[str] = field(repr=False)
    needs: frozenset[str] = field(repr=False)
    _run: Run = field(repr=False, compare=False)

    @classmethod
    def read(
        cls,
        text: str,
        names: Mapping[str, Type],
        optional: Collection[str] = (),
        *,
        gives: Type | None = None,
    ) -> Self:
        """Read and check an expression over these names and their types.

        `optional` are names, dotted within records, that may have no value where the expression is used: the
        expression must not need them. `gives` is the type it must have, if that is fixed.
        Raises ExpressionError.
        """
        tree = check(parse(text), names)
        if gives is not None and tree.type != gives:
            raise ExpressionError(f"a value of type {gives} is wanted here; this gives {tree.type}", *tree.place)
        found = presence(tree)
        _refuse_unasked(found, optional)
        return cls(text, tree, frozenset(found.reads), frozenset(found.asks), frozenset(found.needs), compiled(tree))

    @property
    def type(self) -> Type:
        """The type of what the expression gives."""
        return self.tree.type

    def __call__(self, values: Mapping[str, object]) -> object:
        """What the expression gives for these values; a name that is no key, or has None, has no value.

        Raises EvaluationError when it gives nothing: a value is missing, of another type or out of range.
        """
        return self._run(values, ())

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether a guard, an expression of type BOOL, is true for these values. Raises EvaluationError."""
        outcome = self._run(values, ())
        if outcome is True or outcome is False:
            return outcome
        raise EvaluationError(f"a guard is true or false; this expression gives {self.type}")


def _refuse_unasked(found: Presence, optional: Collection[str]) -> None:
    for name in sorted(found.needs.keys() & set(optional), key=lambda name: found.needs[name].offset):
        raise ExpressionError(
            f"'{name}' may have no value here, which would be an error; write has({name}) && ... beside it",
            *found.needs[name].place,
        )
