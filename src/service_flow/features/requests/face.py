"""The base of what `desk.requests` offers about requests that are under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.faces import Face, Given, Made
from service_flow.engine.commands.orders import Note, Noting

SUBJECT = "request"
Asked = Callable[[], Mapping[str, Any]]
"""Gives the fields that were asked for, where the store must be read for them: only a repeated command is compared."""


class RequestFace(Face):
    """Commands that record something about a request, and questions about one."""

    def _record(
        self, case: CaseArgument, decide: Callable[[Noting], Made], given: Given, first: type[Event],
        asked: Mapping[str, Any] | Asked,
    ) -> Outcome:  # fmt: skip
        """Record what `decide` says; its first event is a `first` with the fields that were `asked` for. It reads no
        store: what is to be read is read while the order is carried out."""

        def is_same(event: Event) -> bool:
            fields = asked if isinstance(asked, Mapping) else asked()
            return type(event) is first and all(getattr(event, name) == value for name, value in fields.items())

        return self._run(
            Note(
                case=case, subject=SUBJECT, decide=decide, is_same=is_same, by=given.by, at=given.at,
                channel=given.channel, command_id=given.command_id,
            )
        )  # fmt: skip

    def _request(self, case: CaseArgument) -> CaseState:
        """The request as it is stored now. Raises NotFound, also for a case of another subject."""
        return self._state(case, SUBJECT)
