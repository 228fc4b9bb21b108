"""What happens to remedies. Of one complaint they are counted from 1. What people wrote stands in `personal`."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from service_flow.engine.case.events import Event, Fields

WHAT = ("asked", "granted", "declined", "withdrawn", "started", "stopped", "done")
"""What may become of a remedy, as rules and effects name it: recovery.granted, or recovery.granted.refund."""


class RemedyEvent(Event):
    """Something about one remedy of a complaint."""

    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)
    what: ClassVar[str]

    number: int = Field(description="the remedy's number in its complaint, from 1")
    remedy: str = Field(description="its name in the catalogue")
    personal: Fields = Field(default_factory=dict, repr=False, description="what was written: the reason, or a note")

    @property
    def happened(self) -> tuple[str, ...]:
        return (f"recovery.{self.what}", f"recovery.{self.what}.{self.remedy}")


class RemedyAsked(RemedyEvent):
    """Somebody wants to grant a remedy that is above his authority; it waits for one of the `approvers`, the nearest of
    whom comes first. `personal` holds the `reason`. The rest is as with one that is granted."""

    TOPIC: ClassVar[str] = "service_flow:remedy-asked"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy asked for", "zh": "申请补救"}
    what: ClassVar[str] = "asked"

    amount: Decimal | None = Field(default=None, description="what it is worth; none where it has no value")
    currency: str | None = Field(default=None, description="in which currency")
    row: int | None = Field(default=None, description="the row of the table that proposes it; none for an exception")
    done_by: tuple[str, ...] = Field(default=(), description="who may say that it is done; none: anybody")
    approvers: tuple[str, ...] = Field(description="the posts that may grant it, the nearest one first")


class RemedyGranted(RemedyEvent):
    """A remedy was granted by whoever did this, as `granted_as`; where somebody else had asked, `asked_by` is he. `row`
    of the table proposed it (from 1), None for an exception. `done_by` are those who carry it out. `personal` holds the
    `reason`."""

    TOPIC: ClassVar[str] = "service_flow:remedy-granted"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy granted", "zh": "批准补救"}
    what: ClassVar[str] = "granted"

    amount: Decimal | None = Field(default=None, description="what it is worth; none where it has no value")
    currency: str | None = Field(default=None, description="in which currency")
    row: int | None = Field(default=None, description="the row of the table that proposes it; none for an exception")
    granted_as: str = Field(description="the post that gave the authority")
    asked_by: str | None = Field(default=None, description="who asked for it, if that was somebody else")
    done_by: tuple[str, ...] = Field(default=(), description="who may say that it is done; none: anybody")


class RemedyDeclined(RemedyEvent):
    """What was asked for was not granted. `personal` holds the `reason`."""

    TOPIC: ClassVar[str] = "service_flow:remedy-declined"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy declined", "zh": "未批准补救"}
    what: ClassVar[str] = "declined"


class RemedyWithdrawn(RemedyEvent):
    """A remedy that was not done yet is taken back, or is no longer asked for. `personal` holds the `reason`."""

    TOPIC: ClassVar[str] = "service_flow:remedy-withdrawn"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy withdrawn", "zh": "撤回补救"}
    what: ClassVar[str] = "withdrawn"


class RemedyStarted(RemedyEvent):
    """A request was opened that carries the remedy out, or reopened after its end: the remedy is to be done again."""

    TOPIC: ClassVar[str] = "service_flow:remedy-started"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy begun", "zh": "开始执行补救"}
    what: ClassVar[str] = "started"

    request: UUID = Field(description="the request that carries it out")


class RemedyStopped(RemedyEvent):
    """The request that was to carry the remedy out ended otherwise; the remedy is still owed."""

    TOPIC: ClassVar[str] = "service_flow:remedy-stopped"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy stopped", "zh": "补救执行中止"}
    what: ClassVar[str] = "stopped"

    request: UUID = Field(description="the request that carries it out")
    outcome: str = Field(description="how that request ended")


class RemedyDone(RemedyEvent):
    """The remedy was carried out, by a `request` if one was opened for it. `personal` may hold a `note`."""

    TOPIC: ClassVar[str] = "service_flow:remedy-done"
    TITLE: ClassVar[dict[str, str]] = {"en": "Remedy carried out", "zh": "补救已落实"}
    what: ClassVar[str] = "done"

    request: UUID | None = Field(default=None, description="the request that carried it out, if there was one")


class RecoveryBegun(Event):
    """Of a request: it was opened to carry out the remedy of this number of a complaint."""

    TOPIC: ClassVar[str] = "service_flow:recovery-begun"
    TITLE: ClassVar[dict[str, str]] = {"en": "Opened to repair a failure", "zh": "为补救而开立"}

    complaint: UUID = Field(description="the complaint")
    number: int = Field(description="the remedy's number there")
    remedy: str = Field(description="its name in the catalogue")
