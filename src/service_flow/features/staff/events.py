"""What happens to a member of staff."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AwareDatetime, Field

from service_flow.engine.case.events import Event, Fields, Opened


class StaffEnrolled(Opened):
    """The file of a member of staff was begun. Facts: `person`, the id that the directory knows him by."""

    TOPIC: ClassVar[str] = "service_flow:staff-enrolled"
    subject: ClassVar[str] = "staff"


class StaffTrained(Event):
    """A training gave a skill of a `level`, 1 to 5, until `valid_until`; for good where that is None. `personal` holds
    the course."""

    TOPIC: ClassVar[str] = "service_flow:staff-trained"
    TITLE: ClassVar[dict[str, str]] = {"en": "Trained", "zh": "完成培训"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    skill: str = Field(description="the name of the skill")
    level: int = Field(description="its level, 1 to 5")
    valid_until: AwareDatetime | None = Field(default=None, description="when it expires; none: never")
    personal: Fields = Field(default_factory=dict, repr=False)


class StaffAbsent(Event):
    """An absence became known: from `since` to `until`, or until further notice. `deputy` is who acts for the absent
    person. `personal` holds the reason."""

    TOPIC: ClassVar[str] = "service_flow:staff-absent"
    TITLE: ClassVar[dict[str, str]] = {"en": "Absence recorded", "zh": "登记缺勤"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    since: AwareDatetime = Field(description="when the absence begins")
    until: AwareDatetime | None = Field(default=None, description="when it ends; none: further notice")
    deputy: str | None = Field(default=None, description="the id of whoever acts meanwhile")
    personal: Fields = Field(default_factory=dict, repr=False)


class StaffBack(Event):
    """The absence that began at `absence` ended with this, or was called off; None: the person had left, and came
    back."""

    TOPIC: ClassVar[str] = "service_flow:staff-back"
    TITLE: ClassVar[dict[str, str]] = {"en": "Back", "zh": "返岗"}

    absence: AwareDatetime | None = Field(default=None, description="when the absence began that is over")


class StaffLeft(Event):
    """The person left the service."""

    TOPIC: ClassVar[str] = "service_flow:staff-left"
    TITLE: ClassVar[dict[str, str]] = {"en": "Left", "zh": "离职"}
