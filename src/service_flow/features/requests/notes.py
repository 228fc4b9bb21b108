"""Notes on a case: what is worth knowing, for those who work on it or for the customer too."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.orders import Noting
from service_flow.engine.views.page import checked_flag
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.events import NoteAdded
from service_flow.features.requests.face import RequestFace

NOTES = "notes"
KEPT = 50
"""The last notes that a case keeps at hand; all of them are in its history."""


class NoteLine(NamedTuple):
    """A note as it was written; `shown` says that the customer may see it."""

    at: datetime
    by: str
    text: str
    shown: bool


class Notes(RequestFace):
    """Notes on a case."""

    def note(
        self, case: CaseArgument, *, text: str, by: str, shown_to_customer: bool = False, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Write something down about a request. It stays among those who work on it, unless `shown_to_customer`; what
        the customer writes himself he also sees."""
        told, shown = checked_text(text, "text", most=10_000), checked_flag(shown_to_customer, "shown_to_customer")
        personal = {"text": told}

        def decide(noting: Noting) -> Made:
            actor = noting.around.actor
            judge_person(noting, "write a note on", also=("customer",))
            return [(NoteAdded, {"shown": shown or (actor.system and actor.id == "customer"), "personal": personal})]

        asked = {"shown": shown or by == "customer", "personal": personal}
        return self._record(case, decide, Given(by, at, channel, command_id), NoteAdded, asked)

    def notes(self, case: CaseArgument) -> tuple[NoteLine, ...]:
        """The last 50 notes, oldest first; the history of the case has all."""
        return notes_of(self._request(case))


def notes_of(state: CaseState) -> tuple[NoteLine, ...]:
    notes: tuple[NoteLine, ...] = state.more.get(NOTES, ())
    return notes


@folds(NoteAdded)
def _noted(state: CaseState, event: NoteAdded) -> None:
    line = NoteLine(event.at, event.by, event.personal.get("text", ""), event.shown)
    state.more = {**state.more, NOTES: (*notes_of(state), line)[-KEPT:]}
