"""`desk.erasure`: a person's data handed out, and destroyed."""

from __future__ import annotations

from datetime import datetime

from service_flow.engine.case.decide import judge_actor
from service_flow.engine.commands import CaseArgument, Commands, Outcome
from service_flow.engine.commands.arguments import checked_instant, checked_line, not_ahead
from service_flow.engine.commands.awaited import reading
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.dispatcher import Dispatcher
from service_flow.engine.commands.naming import identify
from service_flow.engine.views.page import checked_flag
from service_flow.features.erasure.erasing import Wish, erase
from service_flow.features.erasure.exporting import PersonExport, person_export
from service_flow.features.erasure.retention import Retention
from service_flow.features.erasure.words import SECTION_NAME, RetentionModel

MOST = 200
"""Characters of a reason."""


class Erasure:
    """`desk.erasure`. It needs a desk with `keys`."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        model = commands.sections.get(SECTION_NAME)
        self._model = model if isinstance(model, RetentionModel) else RetentionModel()
        self._retention = Retention(commands, self._model)
        commands.erase_customer = self.erase
        if self._model.erase is not None:
            commands.also_due[SECTION_NAME] = self._retention.run

    def erase(
        self, customer: CaseArgument, *, reason: str, by: str, force: bool = False, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Erase a customer: his file and all his cases lose what they hold of him, and his key is destroyed. It is done
        whole or not at all, and cannot be undone.

        `reason` is kept, so it may hold nothing of the person. With open cases it is refused, unless `force`: they go
        on then with the person shown as erased. Raises Refused, NotFound, ConcurrentChange or StoreError.
        """
        commands = self._commands
        told = checked_text(reason, "reason", most=MOST)
        command = None if command_id is None else checked_line(command_id, "command_id", most=MOST)
        forced = checked_flag(force, "force")
        actor = commands.actor(by)
        identity = identify(customer, commands.store, "customer")
        judge_actor(actor, frozenset(self._model.by), doing="erase a customer", case=None, transition=None)
        now = commands.now()
        instant = now if at is None else checked_instant(at, "at")
        not_ahead(instant, now)
        return erase(
            commands,
            Wish(identity, told, actor.id, instant, now, forced, "command", command, self._retention.check),
        )

    def export(self, customer: CaseArgument) -> PersonExport:
        """All that is held of a customer, to be handed out to him as JSON or as a page. Of one who was erased it says
        so. Raises NotFound and StoreError."""
        commands = self._commands
        identity = identify(customer, commands.store, "customer")
        return person_export(commands.store, commands.flows.known, identity, commands.now())


class AsyncErasure:
    """`desk.erasure` of an AsyncServiceDesk. It writes beside the commands of tasks, as another process would."""

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        self._face = Erasure(commands)
        self._dispatcher = dispatcher

    erase = reading(Erasure.erase)
    export = reading(Erasure.export)
