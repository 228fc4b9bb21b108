"""Customers: files, and the life of a customer."""

from service_flow.engine.feature import Feature, RuleCommand
from service_flow.features.customers.checks import check_customers
from service_flow.features.customers.customers import AsyncCustomers, Customers
from service_flow.features.customers.events import CustomerRegistered
from service_flow.features.customers.rules import of_the_customer, wishes
from service_flow.features.customers.words import SECTION

FEATURE = Feature(
    "customers",
    Customers,
    sections=(SECTION,),
    checks=(check_customers,),
    offer_async=AsyncCustomers,
    wishes=wishes,
    for_rules={"evaluate": RuleCommand((), (), of_the_customer)},
)

__all__ = ["FEATURE", "AsyncCustomers", "CustomerRegistered", "Customers"]
