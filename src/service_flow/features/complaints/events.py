"""What happens to a complaint."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from service_flow.engine.case.events import Event, Opened

REPEATED = "complaints.repeated"
"""What happened, as rules and effects name it."""


class ComplaintReceived(Opened):
    """A customer complained. Facts: `text`, in the customer's words. `about` is the request complained of."""

    TOPIC: ClassVar[str] = "service_flow:complaint-received"
    subject: ClassVar[str] = "complaint"


class ComplaintRepeated(Event):
    """The customer has complained of the same before: `earlier` are those complaints, `same` what they share with this
    one."""

    TOPIC: ClassVar[str] = "service_flow:complaint-repeated"
    TITLE: ClassVar[dict[str, str]] = {"en": "Complained of before", "zh": "重复投诉"}

    earlier: tuple[UUID, ...] = Field(description="the earlier complaints")
    same: tuple[str, ...] = Field(description="what they share with this one: about, item, or fields")

    @property
    def happened(self) -> tuple[str, ...]:
        return (REPEATED,)
