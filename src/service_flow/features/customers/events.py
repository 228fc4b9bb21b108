"""What happens to a customer's file."""

from __future__ import annotations

from typing import ClassVar

from service_flow.engine.case.events import Opened


class CustomerRegistered(Opened):
    """A customer's file was begun. Facts: `name`, `contact` (addresses by kind)."""

    TOPIC: ClassVar[str] = "service_flow:customer-registered"
    subject: ClassVar[str] = "customer"
