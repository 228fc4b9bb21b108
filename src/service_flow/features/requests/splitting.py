"""One request that turned out to be several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.design.flow import Field, Form
from service_flow.engine.case.events import Event, new_id
from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.orders import Note, Noting, Open, Several
from service_flow.errors import DataInvalid, NotFromHere
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.arguments import checked_fields
from service_flow.features.requests.events import RequestOpened, RequestSplit
from service_flow.features.requests.face import SUBJECT, RequestFace
from service_flow.features.requests.family import PART, beginning_under

MOST_PARTS = 50


class Splitting(RequestFace):
    """Splitting a request."""

    def split(
        self, case: CaseArgument, *, needs: Sequence[str | Mapping[str, Any]], by: str,
        data: Mapping[str, Any] | None = None, entry: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Make several requests of one, all or none: each of the `needs` becomes a child of it, for the same customer
        and in the same flow, with what the request holds of the fields that are asked for at the beginning, but for
        money, which would count several times. `data` is what all of them get beside or instead of that; a need that is
        a mapping, `{"need": ..., "data": {...}}`, has data of its own. The request itself stays open, and knows its
        parts as its children."""
        return self._run(
            self._splitting(
                case, needs=needs, by=by, data=data, entry=entry, at=at, channel=channel, command_id=command_id
            )
        )

    def _splitting(
        self, case: CaseArgument, *, needs: Sequence[str | Mapping[str, Any]], by: str,
        data: Mapping[str, Any] | None = None, entry: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Several:  # fmt: skip
        """The orders that it takes."""
        told, own = _checked(needs, checked_fields(data, "data"))
        state = self._request(case)
        flow = self._commands.flows.for_opening(SUBJECT, state.flow)
        form = flow.beginning(entry).form
        asked = {name for name, field in form.fields.items() if not _holds_money(field)}
        known = {name: value for name, value in state.data.items() if name in asked}
        parts = tuple(new_id() for _ in told)
        customer, about = (id_now(self._commands.current, one) for one in (state.customer, state.about))

        def decide(noting: Noting) -> Made:
            judge_person(noting, "split")
            if noting.state.outcome is not None:
                short = noting.state.short
                raise NotFromHere(f"{short} is closed; there is nothing left of it to split", case=short)
            return [(RequestSplit, {"parts": parts, "personal": {"needs": told}})]

        def is_same(event: Event) -> bool:
            if not isinstance(event, RequestSplit) or event.personal != {"needs": told}:
                return False
            return all(
                self._began_with(part, entry, form, fields) for part, fields in zip(event.parts, own, strict=True)
            )

        note = Note(
            case=state.id, subject=SUBJECT, decide=decide, is_same=is_same, by=by, at=at, channel=channel,
            command_id=command_id,
        )  # fmt: skip
        opened = [
            Open(
                opened=RequestOpened, facts={"need": need}, customer=customer, about=about, data={**known, **fields},
                flow=state.flow, entry=entry, case_id=part, by=by, at=at, channel=channel or state.channel,
                more=beginning_under(state.id, PART),
            )
            for part, need, fields in zip(parts, told, own, strict=True)
        ]  # fmt: skip
        return Several(orders=[note, *opened], by=by, at=at, channel=channel, command_id=command_id)

    def _began_with(self, part: UUID, entry: str | None, form: Form, fields: Mapping[str, Any]) -> bool:
        """Whether a part that was made before began where this one would, with what this one is given."""
        for event in self._commands.store.events(part, until=1):
            filled, began = form.fill(fields), event
            if not isinstance(began, RequestOpened) or began.entry != entry:
                return False
            held = {**began.data, **began.personal}
            return all(held.get(name) == value for name, value in {**filled.data, **filled.personal}.items())
        return True  # in a commit of this very batch: nobody can have read it


def _holds_money(field: Field) -> bool:
    return "money" in (field.type, field.of)


def _checked(needs: object, data: Mapping[str, Any]) -> tuple[tuple[str, ...], list[Mapping[str, Any]]]:
    """The needs, and what each part is given."""
    if not isinstance(needs, Sequence) or isinstance(needs, str | bytes) or not 2 <= len(needs) <= MOST_PARTS:
        raise DataInvalid(f"'needs' is not a list of 2 to {MOST_PARTS} needs", fields=("needs",))
    parts = [need if isinstance(need, Mapping) else {"need": need} for need in needs]
    for part in parts:
        if not {"need"} <= part.keys() <= {"need", "data"}:
            raise DataInvalid("one of the 'needs' is a mapping of other than 'need' and 'data'", fields=("needs",))
    told = tuple(checked_text(part["need"], "needs") for part in parts)
    return told, [{**data, **checked_fields(part.get("data"), "data")} for part in parts]


@folds(RequestSplit)
def _split(state: CaseState, event: RequestSplit) -> None:
    """The parts are its children."""
