"""The customer's own view of a case."""

from service_flow.engine.feature import Feature
from service_flow.features.customer_view.face import AsyncCustomerViews, CustomerViews
from service_flow.features.customer_view.gathering import view_of
from service_flow.features.customer_view.page import customer_page
from service_flow.features.customer_view.view import (
    CustomerView,
    ShownField,
    ShownOption,
    ShownPromise,
    ShownStep,
)

FEATURE = Feature("customer_view", CustomerViews, offer_async=AsyncCustomerViews)

__all__ = [
    "FEATURE",
    "AsyncCustomerViews",
    "CustomerView",
    "CustomerViews",
    "ShownField",
    "ShownOption",
    "ShownPromise",
    "ShownStep",
    "customer_page",
    "view_of",
]
