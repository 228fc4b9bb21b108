"""The files of a case: the fold of what happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState
from service_flow.features.attachments.events import FileAttached, FileDetached

NAME = "attachments"


class Attachment(NamedTuple):
    """A file that belongs to a case. `size` is in bytes, `at` when it was attached (UTC). Of a customer who was erased,
    `name`, `sha256` and `address` read "[erased]"."""

    number: int
    name: str
    size: int
    sha256: str
    media_type: str
    address: str
    shown_to_customer: bool
    by: str
    at: datetime
    is_detached: bool = False


def attachments_of(state: CaseState) -> tuple[Attachment, ...]:
    """All files that were ever attached, in the order of their numbers."""
    found: tuple[Attachment, ...] = state.more.get(NAME, ())
    return found


@folds(FileAttached)
def _attached(state: CaseState, event: FileAttached) -> None:
    held = event.personal
    file = Attachment(
        event.number, held.get("name", ""), event.size, held.get("sha256", ""), event.media_type,
        held.get("address", ""), event.shown_to_customer, event.by, event.at,
    )  # fmt: skip
    state.more = {**state.more, NAME: (*attachments_of(state), file)}


@folds(FileDetached)
def _detached(state: CaseState, event: FileDetached) -> None:
    files = tuple(
        file._replace(is_detached=True) if file.number == event.number else file for file in attachments_of(state)
    )
    state.more = {**state.more, NAME: files}
