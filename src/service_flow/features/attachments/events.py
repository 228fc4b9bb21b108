"""What happens to the files that belong to a case. Their bytes are kept elsewhere."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from service_flow.engine.case.events import Event, Fields, once_beside

PLACES = (
    "file.attached",
    "file.detached",
)
"""What rules, effects and promises may name of what happens here."""


class FileAttached(Event):
    """A file was attached, by reference: its `number` on the case counts from 1, `size` is in bytes. `personal` holds
    its `name`, the `address` where it is kept, and the `sha256` of its bytes in hex digits, by which whoever has the
    file knows it again."""

    TOPIC: ClassVar[str] = "service_flow:file-attached"
    TITLE: ClassVar[dict[str, str]] = {"en": "File attached", "zh": "已添加附件"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    number: int = Field(description="its number on the case, from 1")
    size: int = Field(description="how many bytes it has")
    media_type: str = Field(description="what it is, e.g. application/pdf")
    shown_to_customer: bool = Field(default=False, description="whether the customer may see it")
    personal: Fields = Field(default_factory=dict, repr=False)
    _as_first_written = once_beside("sha256")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("file.attached",)

    @property
    def for_customer(self) -> str | None:
        return self.personal.get("name", "") if self.shown_to_customer else None

    @property
    def told_as(self) -> str | None:
        return f"file {self.number}"


class FileDetached(Event):
    """A file no longer belongs to the case. `personal` holds the reason."""

    TOPIC: ClassVar[str] = "service_flow:file-detached"
    TITLE: ClassVar[dict[str, str]] = {"en": "File detached", "zh": "已移除附件"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    number: int = Field(description="which of the case's files")
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return ("file.detached",)

    @property
    def told_as(self) -> str | None:
        return f"file {self.number}"
