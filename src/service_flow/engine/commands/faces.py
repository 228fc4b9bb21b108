"""What a feature offers about cases that are under way: commands that record its own events, and questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.orders import CaseArgument, Note, Noted, Noting, Runner, Step
from service_flow.engine.commands.outcome import Outcome

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher

Made = Sequence[Noted | Step]
"""What a command records: events of the feature, and steps of the flow that go with them."""


class Given(NamedTuple):
    """The arguments that all commands share."""

    by: str
    at: datetime | None = None
    channel: str | None = None
    command_id: str | None = None


class Face:
    """The base of `desk.<feature>` for features that record events of their own. `by` is a person's id or the name of a
    system actor; `at` an aware datetime, the clock's when left out; `command_id` makes a command idempotent. Commands
    raise Refused (with `because`), NotFound, ConcurrentChange or StoreError."""

    def __init__(self, commands: Commands, run: Runner | None = None) -> None:
        """`run` carries out what the methods order; without it, `commands` does."""
        self._commands = commands
        self._run = commands.run if run is None else run

    def _note(
        self, case: CaseArgument, decide: Callable[[Noting], Made], given: Given, first: type[Event],
        asked: Mapping[str, Any], *, subject: str | None = None, data: Mapping[str, Any] | None = None,
    ) -> Outcome:  # fmt: skip
        """Record what `decide` says; its first event is a `first` with the fields that were `asked` for."""

        def is_same(event: Event) -> bool:
            return type(event) is first and all(getattr(event, name) == value for name, value in asked.items())

        return self._run(
            Note(
                case=case, subject=subject, decide=decide, is_same=is_same, data={} if data is None else data,
                by=given.by, at=given.at, channel=given.channel, command_id=given.command_id,
            )
        )  # fmt: skip

    def _state(self, case: CaseArgument, subject: str | None = None) -> CaseState:
        """The case as it is stored now. Raises NotFound."""
        return self._commands.current(case, subject)


class AsyncFace:
    """The same, awaited: its methods are made of those of `face` with `command` and `reading`."""

    face: ClassVar[type[Face]]

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._face = self.face(commands, cast(Runner, dispatcher.run))
