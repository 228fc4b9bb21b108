"""`desk.attachments`: files that belong to a case, by reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import command, reading
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import AsyncFace, Face, Given, Made
from service_flow.engine.commands.orders import Noting
from service_flow.engine.views.page import checked_flag
from service_flow.errors import DataInvalid, NotFromHere
from service_flow.features.attachments.attached import Attachment, attachments_of
from service_flow.features.attachments.checking import (
    checked_address,
    checked_media_type,
    checked_name,
    checked_sha256,
    checked_size,
)
from service_flow.features.attachments.events import FileAttached, FileDetached

MOST = 1_000
"""Files on one case, at most, with those that were detached."""


class Attachments(Face):
    """`desk.attachments`. Only where a file is kept is recorded, never its bytes."""

    def attach(
        self, case: CaseArgument, *, name: str, size: int, sha256: str, address: str, media_type: str, by: str,
        shown_to_customer: bool = False, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Say that a file belongs to the case, also to one that is closed. `size` is in bytes, `sha256` of them in hex
        digits; `address` is a URI that lets nobody in by itself. Raises DataInvalid for what is none, and NotFromHere
        where the same file is attached already."""
        personal = {"name": checked_name(name), "address": checked_address(address), "sha256": checked_sha256(sha256)}
        fields = {
            "size": checked_size(size), "media_type": checked_media_type(media_type),
            "shown_to_customer": checked_flag(shown_to_customer, "shown_to_customer"), "personal": personal,
        }  # fmt: skip

        def decide(noting: Noting) -> Made:
            files = attachments_of(noting.state)
            for file in files:
                if (file.sha256, file.name, file.is_detached) == (personal["sha256"], personal["name"], False):
                    raise _because(noting, f"the file is attached already, as number {file.number}")
            if len(files) >= MOST:
                raise _because(noting, f"{MOST:,} files were attached; more of them no case can have")
            return [(FileAttached, {"number": len(files) + 1, **fields})]

        return self._note(case, decide, Given(by, at, channel, command_id), FileAttached, fields)

    def detach(
        self, case: CaseArgument, number: int, *, reason: str, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Say that a file, by its number, no longer belongs to the case, with the reason. What was recorded of it stays
        in the history. Raises DataInvalid for a number that there is not."""
        personal = {"reason": checked_text(reason, "reason")}

        def decide(noting: Noting) -> Made:
            here = [file.number for file in attachments_of(noting.state) if not file.is_detached]
            if isinstance(number, bool) or not isinstance(number, int) or number not in here:
                because = f"{noting.state.short} has no attachment of that number; it has {_listed(here)}"
                raise DataInvalid(because, fields=("number",), case=noting.state.short)
            return [(FileDetached, {"number": number, "personal": personal})]

        asked = {"number": number, "personal": personal}
        return self._note(case, decide, Given(by, at, None, command_id), FileDetached, asked)

    def list(self, case: CaseArgument, *, for_customer: bool = False) -> tuple[Attachment, ...]:
        """The files that belong to the case, by number; `for_customer` only those that are shown to him."""
        only = checked_flag(for_customer, "for_customer")
        return tuple(
            file
            for file in attachments_of(self._state(case))
            if not file.is_detached and (file.shown_to_customer or not only)
        )


class AsyncAttachments(AsyncFace):
    """`desk.attachments` of an AsyncServiceDesk."""

    face: ClassVar[type[Face]] = Attachments

    attach = command(Attachments.attach)
    detach = command(Attachments.detach)
    list = reading(Attachments.list)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _because(noting: Noting, why: str) -> NotFromHere:
    return NotFromHere(f"{noting.state.short}: {why}", case=noting.state.short, transition=None)
