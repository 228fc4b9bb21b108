"""What can be proved of the table of tiers: which customers no row fits, which rows never count, which fit at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Protocol

from service_flow.design.checking.proofs.side_by_side import Rows, Seen
from service_flow.design.checking.sampling import Question, shown
from service_flow.design.flow import Guard
from service_flow.design.language.values import Money
from service_flow.errors import Finding
from service_flow.features.customers.evaluating import scales
from service_flow.features.customers.facts import COUNTS
from service_flow.features.customers.words import CustomersModel

MOST = 20_000
"""Combinations of facts that are tried."""


class At(Protocol):
    """Makes a finding at a place of customers.yaml."""

    def __call__(
        self, code: str, message: str, path: tuple[str | int, ...], *, key: bool = False, severity: str = "error"
    ) -> Finding: ...


def prove_tiers(words: CustomersModel, at: At) -> Iterator[Finding]:
    """SF366: rows that never count. SF369: customers whom no row fits, or two where one must."""
    tiers = words.tiers
    if tiers is None:
        return
    rows = Rows(tiers.hit, [[Guard(condition, {}) for condition in row.conditions] for row in scales(words).rows])
    question = Question([guard for row in rows.rows for guard in row])
    seen = Seen()
    for world in islice(question.worlds(), MOST):
        if _can_be(world):
            rows.look(_in_currency(world, words.currency or ""), seen)
    for (one, other), world in seen.overlaps.items():
        message = f"row {one + 1} fits too with {shown(world)}, and only one may"
        yield at("SF369", message, ("tiers", "rows", other), severity="warning")
    if seen.uncovered is not None:
        message = f"no row fits with {shown(seen.uncovered)}; add a row without conditions at the end"
        yield at("SF369", message, ("tiers", "rows"), key=True, severity="warning")
    if not question.is_exact or question.combinations > MOST:
        if seen.uncovered is None and (tiers.hit == "unique" or rows.rows[-1]):
            message = "not decided: whether rows overlap, or leave somebody out; they compare too much at once"
            yield at("SF369", message, ("tiers", "rows"), key=True, severity="info")
        return  # a row that was not seen to count may still do
    for index in range(len(tiers.rows)):
        if index not in seen.counted:
            why = "rows before it fit whenever it does" if index in seen.fitting else "it never fits"
            yield at("SF366", f"row {index + 1} of the tiers never counts: {why}", ("tiers", "rows", index))


def _can_be(world: Mapping[str, Any]) -> bool:
    """Whether a customer can have these facts: counts are never below none."""
    return all(value >= 0 for name, value in world.items() if name in COUNTS)


def _in_currency(world: Mapping[str, Any], currency: str) -> Mapping[str, Any]:
    """The same world with all amounts in the currency in which customers are reckoned."""
    return {
        name: Money(value.amount, currency) if isinstance(value, Money) else value for name, value in world.items()
    }
