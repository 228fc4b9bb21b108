"""What can be done with the cases of one subject. Features add how theirs begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from service_flow.design.language.values import read_text
from service_flow.engine.case.events import Opened
from service_flow.engine.case.foresee import Verdict
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.orders import CaseArgument, Merge, Merging, Noted, Open, Perform, Runner
from service_flow.engine.commands.outcome import FormField, Option, Outcome, form_fields
from service_flow.engine.views import LIMIT, Case, History, case_view, checked_limit, history
from service_flow.errors import DataInvalid


class Cases:
    """The cases of one subject: perform, may, options, get, history.

    Every argument that names a case takes an Outcome, a Reference, an id or a short number. `by` is a person's id (or
    the name of a system actor); `at` an aware datetime, the clock's when left out; `command_id` makes a command
    idempotent. Commands raise Refused (with `because`), NotFound, ConcurrentChange or StoreError.
    """

    opened: ClassVar[type[Opened]]

    def __init__(self, commands: Commands, run: Runner | None = None) -> None:
        """`run` carries out what the methods order; without it, `commands` does."""
        self._commands = commands
        self._run = commands.run if run is None else run

    @property
    def subject(self) -> str:
        return self.opened.subject

    def perform(
        self, case: CaseArgument, transition: str, *, by: str, data: Mapping[str, Any] | None = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Perform a transition of the case's flow, with the fields its form asks for."""
        return self._run(
            Perform(
                case=case, subject=self.subject, transition=transition, data={} if data is None else data,
                by=by, at=at, channel=channel, command_id=command_id,
            )
        )  # fmt: skip

    def may(
        self,
        case: CaseArgument,
        transition: str,
        *,
        by: str,
        data: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Verdict:
        """Whether the transition may be performed: yes, no because, or depends on fields its own form collects.

        With `data` the answer is what `perform` would do with it.
        """
        return self._commands.may(case, transition, by=by, data=data, at=at, subject=self.subject)

    def options(self, case: CaseArgument, *, by: str, at: datetime | None = None) -> list[Option]:
        """What `by` may do with the case next, each with the form it asks for."""
        return self._commands.options(case, by=by, at=at, subject=self.subject)

    def get(self, case: CaseArgument) -> Case:
        """The case as it is stored now."""
        state = self._commands.current(case, self.subject)
        return case_view(state, self._commands.flows.known(state.revision))

    def history(
        self, case: CaseArgument, *, as_of: datetime | None = None, limit: int = LIMIT, after: int = 0
    ) -> History:
        """What happened to the case, oldest first; with `as_of`, as it stood at that instant."""
        state = self._commands.current(case, self.subject)
        return history(
            self._commands.store.events(state.id),
            self._commands.flows.known,
            as_of=as_of,
            limit=checked_limit(limit),
            after=after,
        )

    def form(self, flow: str | None = None, entry: str | None = None) -> tuple[FormField, ...]:
        """The fields of the flow that are asked for when a case is opened, at the named entry if there is one."""
        return form_fields(self._commands.flows.for_opening(self.subject, flow).beginning(entry).form)

    def _open(
        self, facts: dict[str, Any], *, by: str, customer: CaseArgument | None = None,
        about: CaseArgument | None = None, flow: str | None, data: Mapping[str, Any] | None, at: datetime | None,
        channel: str | None, command_id: str | None, entry: str | None = None,
    ) -> Outcome:  # fmt: skip
        return self._run(
            Open(
                opened=self.opened, facts=facts, customer=customer, about=about, flow=flow, entry=entry,
                data={} if data is None else data, by=by, at=at, channel=channel, command_id=command_id,
            )
        )  # fmt: skip

    def _merge(
        self, case: CaseArgument, *, into: CaseArgument, reason: str, by: str, at: datetime | None,
        channel: str | None, command_id: str | None, more: Callable[[Merging], Sequence[Noted]] | None = None,
    ) -> Outcome:  # fmt: skip
        """Merge a case into another of the subject; `more` as in the order."""
        return self._run(
            Merge(
                case=case, into=into, subject=self.subject, reason=checked_text(reason, "reason"), by=by, at=at,
                channel=channel, command_id=command_id, more=more,
            )
        )  # fmt: skip


def checked_text(value: object, name: str, *, most: int = 100_000) -> str:
    """A text that says something, at most `most` characters. Raises DataInvalid."""
    try:
        text = read_text(value)
    except ValueError as error:
        raise DataInvalid(f"'{name}' {error}", fields=(name,)) from None
    if not text.strip():
        raise DataInvalid(f"'{name}' is not a text that says something", fields=(name,))
    if len(text) > most:
        raise DataInvalid(f"'{name}' is longer than {most} characters", fields=(name,))
    return text


def checked_customer(customer: CaseArgument | None) -> CaseArgument:
    """Whoever a case is for. Raises DataInvalid for None, which a look-up that found nobody gives."""
    if customer is None:
        raise DataInvalid("'customer' is nobody: register the customer first", fields=("customer",))
    return customer
