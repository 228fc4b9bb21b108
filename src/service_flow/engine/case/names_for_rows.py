"""What the tables and rules of features may name, for the cases of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service_flow.design.flow.names import CUSTOMER, data_types, row_names
from service_flow.design.language.expressions import Type
from service_flow.design.language.model import FieldModel, FlowModel
from service_flow.engine.case.known import KNOWN


def customer_fields(flows: Iterable[FlowModel]) -> dict[str, FieldModel]:
    """The fields of a customer's file."""
    return {name: field for flow in flows if flow.subject == CUSTOMER for name, field in flow.data.items()}


def names_for_rows(flow: FlowModel, customer: Mapping[str, FieldModel]) -> dict[str, Type]:
    """All that guards of the flow may name but decision tables, also of the customer's file and of what features keep
    where no guard of the flow reads it. Of a customer's own case, `customer` is its file too."""
    kept = {name: known.field for name, known in KNOWN.items()}
    facts = {**customer, **flow.customer}
    return row_names(flow.model_copy(update={"customer": facts, "case": kept}), data_types(flow))
