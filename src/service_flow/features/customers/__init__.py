"""Customers: files, and the life of a customer."""

from service_flow.engine.feature import Feature
from service_flow.features.customers.customers import Customers
from service_flow.features.customers.events import CustomerRegistered

FEATURE = Feature("customers", Customers)

__all__ = ["FEATURE", "CustomerRegistered", "Customers"]
