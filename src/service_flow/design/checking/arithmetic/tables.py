"""Decision tables as terms: which row fits, and what the table gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service_flow.design.checking.arithmetic.terms import Term, Terms, Truth, Value
from service_flow.design.flow import Decision
from service_flow.design.language.expressions import Expression, ListOf, Type

if TYPE_CHECKING:
    from service_flow.design.checking.arithmetic.translating import Translator


@dataclass(frozen=True, slots=True)
class _Given:
    """When each row is the one that counts, with its result."""

    rows: Sequence[tuple[Term, Any]]


class Tables:
    """The decision tables that guards name."""

    def __init__(self, terms: Terms, tables: Mapping[str, Decision], translator: Translator) -> None:
        self.terms = terms
        self._tables = tables
        self._translator = translator
        self._given: dict[str, _Given | None] = {}

    def fits(self, conditions: Iterable[Expression]) -> Truth:
        """Whether a row fits: its conditions are asked one after the other, up to the first that says no."""
        so_far, fails = self.terms.true, []
        for condition in conditions:
            truth = self._translator.truth(condition.tree)
            fails.append(self.terms.both(so_far, truth.no))
            so_far = self.terms.both(so_far, truth.yes)
        return Truth(so_far, self.terms.some(fails))

    def known(self, name: str) -> Term | None:
        """When a table gives a result; None where the table is nothing that is reckoned with."""
        given = self._rows(name)
        return None if given is None else self.terms.some(counts for counts, _ in given.rows)

    def truth(self, name: str) -> Truth | None:
        """The result of a table that gives booleans."""
        given = self._rows(name)
        if given is None:
            return None
        yes, no = ([counts for counts, result in given.rows if result is wanted] for wanted in (True, False))
        return Truth(self.terms.some(yes), self.terms.some(no))

    def value(self, name: str, kind: Type) -> Value | None:
        """The result of a table that gives anything else."""
        given = self._rows(name)
        if given is None or isinstance(kind, ListOf):
            return None
        terms = self.terms
        found: Value | None = None
        for counts, result in reversed(given.rows):
            mine = self._translator.constant(kind, result)
            if found is None:
                found = Value(mine.term, counts, mine.currency)
                continue
            coin = None if mine.currency is None else terms.chosen(counts, mine.currency, found.currency)
            term = terms.chosen(counts, mine.term, found.term)
            found = Value(term, terms.either(counts, found.known), coin)
        return found

    def _rows(self, name: str) -> _Given | None:
        if name not in self._given:
            table = self._tables.get(name)
            self._given[name] = None if table is None or table.hit == "collect" else self._counting(table)
        return self._given[name]

    def _counting(self, table: Decision) -> _Given:
        fits = [self.fits(row.conditions) for row in table.rows]
        terms = self.terms
        if table.hit == "first":
            counting, so_far = [], terms.true
            for row in fits:
                counting.append(terms.both(so_far, row.yes))
                so_far = terms.both(so_far, row.no)
        else:
            counting = [terms.every([row.yes, *(other.no for other in fits if other is not row)]) for row in fits]
        return _Given([(counts, row.result) for counts, row in zip(counting, table.rows, strict=True)])
