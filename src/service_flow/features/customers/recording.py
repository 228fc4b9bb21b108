"""How a command records an event of a customer's file: who may, and what makes it the same command again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from service_flow.engine.case.decide import judge_actor
from service_flow.engine.case.events import Event
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.cases import Cases
from service_flow.engine.commands.orders import Note, Noted, Noting, Step
from service_flow.errors import DataInvalid, NotFromHere
from service_flow.features.customers.arguments import words_of
from service_flow.features.customers.file import CustomerFile, file_of
from service_flow.features.customers.words import CustomersModel

Made = Sequence[Noted | Step]
Decide = Callable[[Noting, CustomerFile], Made]


class Files(Cases):
    """The cases of customers, whose files events of their own may change."""

    @property
    def _words(self) -> CustomersModel:
        return words_of(self._commands)

    def _note(
        self, customer: CaseArgument, decide: Decide, is_same: Callable[[Event], bool], *, doing: str, by: str,
        at: datetime | None, channel: str | None = None, command_id: str | None = None,
        may: Sequence[str] | None = None,
    ) -> Outcome:  # fmt: skip
        """Record what `decide` says, by somebody who may. `may` are the posts, if not those that keep files."""
        posts = frozenset(self._words.by if may is None else may)

        def decided(noting: Noting) -> Made:
            state = noting.state
            what = f"{doing} of {state.short}"
            judge_actor(noting.around.actor, posts, doing=what, case=state.short, transition=None)
            return decide(noting, file_of(state))

        return self._run(
            Note(
                case=customer, subject=self.subject, decide=decided, is_same=is_same, by=by, at=at, channel=channel,
                command_id=command_id,
            )
        )  # fmt: skip

    def _mirrored(self, noting: Noting, field: str | None, value: Any) -> dict[str, Any]:
        """The field of the customer's flow that says the same, with the value, if the flow has it."""
        if field is None or field not in noting.flow.fields:
            return {}
        try:
            return {field: noting.flow.fields[field].read(value)}
        except ValueError:
            because = f"'{field}' of {noting.state.short} cannot hold this: its flow is of an older revision"
            raise DataInvalid(because, fields=(field,), case=noting.state.short) from None


def not_so(noting: Noting, because: str) -> NotFromHere:
    """The refusal of what the file itself contradicts."""
    short = noting.state.short
    return NotFromHere(f"{short}: {because}", case=short, transition=None)


def said(event: Event, event_class: type[Event], /, **fields: Any) -> bool:
    """Whether an event is of a class and says this."""
    return isinstance(event, event_class) and all(getattr(event, name) == value for name, value in fields.items())


def held(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the values that are None."""
    return {name: value for name, value in values.items() if value is not None}
