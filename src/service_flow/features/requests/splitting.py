"""One request that turned out to be several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
from service_flow.features.requests.events import RequestOpened, RequestSplit
from service_flow.features.requests.face import SUBJECT, RequestFace
from service_flow.features.requests.family import PART, beginning_under

MOST_PARTS = 50


class Splitting(RequestFace):
    """Splitting a request."""

    def split(
        self, case: CaseArgument, *, needs: Sequence[str], by: str, data: Mapping[str, Any] | None = None,
        entry: str | None = None, at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Make several requests of one, all or none: each of the `needs` becomes a child of it, for the same customer
        and in the same flow, with what the request holds of the fields that are asked for at the beginning. `data` is
        what they get beside or instead of that. The request itself stays open, and knows its parts as its children."""
        return self._run(
            self._splitting(
                case, needs=needs, by=by, data=data, entry=entry, at=at, channel=channel, command_id=command_id
            )
        )

    def _splitting(
        self, case: CaseArgument, *, needs: Sequence[str], by: str, data: Mapping[str, Any] | None = None,
        entry: str | None = None, at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Several:  # fmt: skip
        """The orders that it takes."""
        told = _checked(needs)
        state = self._request(case)
        flow = self._commands.flows.for_opening(SUBJECT, state.flow)
        known = {name: state.data[name] for name in flow.beginning(entry).form.fields if name in state.data}
        given = {**known, **({} if data is None else data)}
        parts = tuple(new_id() for _ in told)
        customer, about = (id_now(self._commands.current, one) for one in (state.customer, state.about))

        def decide(noting: Noting) -> Made:
            judge_person(noting, "split")
            if noting.state.outcome is not None:
                short = noting.state.short
                raise NotFromHere(f"{short} is closed; there is nothing left of it to split", case=short)
            return [(RequestSplit, {"parts": parts, "personal": {"needs": told}})]

        def is_same(event: Event) -> bool:
            return isinstance(event, RequestSplit) and event.personal == {"needs": told}

        note = Note(
            case=state.id, subject=SUBJECT, decide=decide, is_same=is_same, by=by, at=at, channel=channel,
            command_id=command_id,
        )  # fmt: skip
        opened = [
            Open(
                opened=RequestOpened, facts={"need": need}, customer=customer, about=about, data=given,
                flow=state.flow, entry=entry, case_id=part, by=by, at=at, channel=channel or state.channel,
                more=beginning_under(state.id, PART),
            )
            for part, need in zip(parts, told, strict=True)
        ]  # fmt: skip
        return Several(orders=[note, *opened], by=by, at=at, channel=channel, command_id=command_id)


def _checked(needs: object) -> tuple[str, ...]:
    if not isinstance(needs, Sequence) or isinstance(needs, str) or not 2 <= len(needs) <= MOST_PARTS:
        raise DataInvalid(f"'needs' is not a list of 2 to {MOST_PARTS} needs", fields=("needs",))
    return tuple(checked_text(need, "needs") for need in needs)


@folds(RequestSplit)
def _split(state: CaseState, event: RequestSplit) -> None:
    """The parts are its children."""
