"""Commands that are given inside of a transaction that is under way."""

from __future__ import annotations

from collections.abc import Callable

from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands, Result
from service_flow.engine.commands.naming import identify, of_subject
from service_flow.engine.commands.orders import CaseArgument
from service_flow.engine.commands.unit import Unit, need
from service_flow.errors import printable


class CommandsWithin(Commands):
    """The commands of a desk, within a unit: what they do is committed with it, and what they are decided by is the
    cases as the unit has them. One that is refused leaves nothing in it."""

    def __init__(self, commands: Commands, unit: Unit) -> None:
        self.__dict__.update(commands.__dict__)
        self._unit = unit

    def together(self, step: Callable[[Unit], Result], **_: object) -> Result:
        """What `step` makes of the unit; it is committed, or done again, with all else in it."""
        return step(self._unit)

    def current(self, case: CaseArgument, subject: str | None = None) -> CaseState:
        identity = identify(case, self.store, subject)
        state = need(self._unit.relied_on(identity), printable(case) if isinstance(case, str) else identity)
        return of_subject(state, subject)
