"""The facts of a customer that tables of tiers and steps of the ladder are asked with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service_flow.design.flow.fields import field_type
from service_flow.design.language.expressions import INT, MONEY, Choice, Record, Type
from service_flow.design.language.values import Money
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import Store
from service_flow.features.customers.file import CustomerFile, file_of, plus
from service_flow.features.customers.keeping import kind_of
from service_flow.features.customers.words import CustomersModel, personally

COUNTS = {
    "months_active": "whole months since the file was begun, or one that was merged into it",
    "months_silent": "whole months since anything happened in a request or a complaint, or since a file was begun",
    "requests": "requests, open and closed",
    "requests_open": "open requests",
    "requests_done": "requests that were closed with an outcome that counts as done",
    "complaints": "complaints, open and closed",
    "complaints_open": "open complaints",
}
AMOUNTS = {
    "revenue": "what was ever brought",
    "revenue_year": "what was brought in this month and the eleven before it",
    "cost": "what was ever cost",
    "cost_year": "what was cost in this month and the eleven before it",
}
BALANCES = {"value": "revenue without cost", "value_year": "the same of this month and the eleven before it"}
KIND, PROFILE = "kind", "profile"
_PAGE = 1_000


def fact_types(words: CustomersModel) -> dict[str, Type]:
    """The names that rows and steps may read, and their types. Amounts are there where there is a currency."""
    names: dict[str, Type] = dict.fromkeys(COUNTS, INT)
    if words.currency is not None:
        names |= dict.fromkeys((*AMOUNTS, *BALANCES), MONEY)
    if words.classes:
        names[KIND] = Choice(tuple(words.classes))
        fields = {name: field for model in words.classes.values() for name, field in model.profile.items()}
        if fields:
            names[PROFILE] = Record({name: field_type(personally(field)) for name, field in fields.items()})
    return names


def facts_of(words: CustomersModel, state: CaseState, store: Store, at: datetime) -> dict[str, Any]:
    """The facts of a customer at an instant. What he brought and cost is reckoned in whole months."""
    file = file_of(state)
    facts = _counts(words, state, file, store, at)
    if words.currency is not None:
        facts |= _amounts(file, words.currency, at)
    kind = kind_of(words, state)
    if kind is not None:
        facts[KIND] = kind
    facts[PROFILE] = dict(file.profile)
    return facts


def told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that may stand in an event: no profile, which tells of a person."""
    return {name: value for name, value in facts.items() if name != PROFILE}


def _counts(
    words: CustomersModel, state: CaseState, file: CustomerFile, store: Store, at: datetime
) -> dict[str, Any]:  # fmt: skip
    found: Counter[str] = Counter()
    merged = (store.row(customer) for customer in file.merged)
    begun = [state.opened_at, *(row.opened_at for row in merged if row is not None)]
    last = max(begun)
    for customer in (state.id, *file.merged):
        for row in _rows(store, customer):
            if row.outcome == MERGED:
                continue
            found[f"{row.subject}s"] += 1
            if row.outcome is None:
                found[f"{row.subject}s_open"] += 1
            elif row.subject == "request" and (not words.done or row.outcome in words.done):
                found["requests_done"] += 1
            last = max(last, row.changed_at)
    counts: dict[str, Any] = {name: found[name] for name in COUNTS}
    return {**counts, "months_active": months(min(begun), at), "months_silent": months(last, at)}


def _rows(store: Store, customer: UUID) -> Any:
    after: tuple[str, int] | None = None
    while page := store.cases(customer=customer, limit=_PAGE, after=after):
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].subject, page[-1].number


def _amounts(file: CustomerFile, currency: str, at: datetime) -> dict[str, Money]:
    year = _month_before(at, 11)
    sums = dict.fromkeys(AMOUNTS, Decimal(0))
    for (month, unit), earned in file.value.items():
        if unit != currency:
            continue
        for what, amount in (("revenue", earned.revenue), ("cost", earned.cost)):
            sums[what] = plus(sums[what], amount)
            if year <= month <= at.strftime("%Y-%m"):
                sums[f"{what}_year"] = plus(sums[f"{what}_year"], amount)
    sums["value"] = plus(sums["revenue"], sums["cost"].copy_negate())
    sums["value_year"] = plus(sums["revenue_year"], sums["cost_year"].copy_negate())
    return {name: Money(amount, currency) for name, amount in sums.items()}


def _month_before(at: datetime, months: int) -> str:
    whole = at.year * 12 + at.month - 1 - months
    return f"{whole // 12:04}-{whole % 12 + 1:02}"


def months(since: datetime, at: datetime) -> int:
    """Whole months between two instants, in UTC; none where the second is the earlier."""
    if at <= since:
        return 0
    whole = (at.year - since.year) * 12 + at.month - since.month
    return whole - ((at.day, at.time()) < (since.day, since.time()))


