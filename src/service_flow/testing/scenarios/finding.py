"""The case that a rule has begun: no step began it, so a step has to find it."""

from __future__ import annotations

from collections.abc import Iterable

from service_flow.desk import ServiceDesk
from service_flow.engine.commands import Outcome

MOST = 10_000
"""Cases of one customer that are looked at: a scenario tells no more."""


def latest(desk: ServiceDesk, subject: str, customer: Outcome, known: Iterable[Outcome]) -> Outcome | None:
    """The latest case of a customer that is none of the known ones; None where there is none."""
    rows = desk.store.cases(subject=subject, customer=customer.reference.id, limit=MOST)
    seen = {outcome.reference.id for outcome in known}
    row = next((row for row in reversed(rows) if row.case_id not in seen), None)
    if row is None:
        return None
    case = desk.get(row.case_id)
    return Outcome(case.reference, case.number, ())
