"""Customers: files, and the life of a customer."""

from service_flow.engine.feature import Feature
from service_flow.features.customers.customers import AsyncCustomers, Customers
from service_flow.features.customers.events import CustomerRegistered

FEATURE = Feature("customers", Customers, offer_async=AsyncCustomers)

__all__ = ["FEATURE", "AsyncCustomers", "CustomerRegistered", "Customers"]
