"""What happens to a service request."""

from __future__ import annotations

from typing import ClassVar

from service_flow.engine.case.events import Opened


class RequestOpened(Opened):
    """A need was raised. Facts: `need`, in the customer's words."""

    TOPIC: ClassVar[str] = "service_flow:request-opened"
    subject: ClassVar[str] = "request"
