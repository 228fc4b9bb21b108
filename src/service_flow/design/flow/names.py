"""What guards may name, and the types of it: the case's data, and beside it what is known of the circumstances."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.flow.fields import field_type, result_type
from service_flow.design.language.expressions import DURATION, INSTANT, INT, TEXT, ListOf, Record, Type
from service_flow.design.language.model import FlowModel

CUSTOMER, ACTOR, CASE, TIMES, NOW = "customer", "actor", "case", "times", "now"
DECISIONS = "decisions"
CIRCUMSTANCES = frozenset({CUSTOMER, ACTOR, CASE, TIMES, NOW, DECISIONS})
"""Names that are no fields; a field may not be called so."""
CHANGING = frozenset({CUSTOMER, ACTOR, CASE, NOW})
"""Names whose values change without an event of the case; an automatic transition may not wait for them."""

_ACTOR = Record({"id": TEXT, "posts": ListOf(TEXT)})
_CASE: Mapping[str, Type] = {"opened_at": INSTANT, "entered_at": INSTANT, "time_in_state": DURATION, "channel": TEXT}


def data_types(model: FlowModel) -> dict[str, Type]:
    """The types of the fields of a case's data, by name."""
    return {name: field_type(field) for name, field in model.data.items()}


def row_names(model: FlowModel, data: Mapping[str, Type]) -> dict[str, Type]:
    """What the rows of a decision table may name: everything but other tables."""
    kept = {name: field_type(field) for name, field in model.case.items()}
    names: dict[str, Type] = {**data, ACTOR: _ACTOR, CASE: Record({**kept, **_CASE}), NOW: INSTANT}
    names[TIMES] = Record(dict.fromkeys(model.transitions, INT))
    if model.customer:
        names[CUSTOMER] = Record({name: field_type(field) for name, field in model.customer.items()})
    return names


def guard_names(model: FlowModel, data: Mapping[str, Type]) -> dict[str, Type]:
    """What a guard may name: what rows may name, and the results of the tables."""
    results = {
        name: ListOf(result_type(table.gives)) if table.hit == "collect" else result_type(table.gives)
        for name, table in model.decisions.items()
        if table.gives.type != "span"
    }
    names = row_names(model, data)
    if results:
        names[DECISIONS] = Record(results)
    return names
