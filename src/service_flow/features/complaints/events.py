"""What happens to a complaint."""

from __future__ import annotations

from typing import ClassVar

from service_flow.engine.case.events import Opened


class ComplaintReceived(Opened):
    """A customer complained. Facts: `text`, in the customer's words. `about` is the request complained of."""

    TOPIC: ClassVar[str] = "service_flow:complaint-received"
    subject: ClassVar[str] = "complaint"
