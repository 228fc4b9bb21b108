"""Money: what is invoiced, paid and credited of a request, exact to the smallest coin."""

from service_flow.features.requests.billing.account import Account, CreditNote, Invoice, Payment
from service_flow.features.requests.billing.billing import Billing
from service_flow.features.requests.billing.lines import Line

__all__ = ["Account", "Billing", "CreditNote", "Invoice", "Line", "Payment"]
