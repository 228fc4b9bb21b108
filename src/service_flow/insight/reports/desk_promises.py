"""What desks offer as `promises`: what can be done about them, and how they were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from service_flow.design.language.model import OrganisationModel
from service_flow.engine.commands import Commands, Promises
from service_flow.engine.commands.awaited import AsyncPromises, reading
from service_flow.engine.commands.orders import Runner
from service_flow.insight.reports.promises import INSTANT, PromiseReport, promise_report

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher


class DeskPromises(Promises):
    """`desk.promises`: what can be done about promises, and the report on how they were kept."""

    def __init__(self, commands: Commands, organisation: OrganisationModel, run: Runner | None = None) -> None:
        super().__init__(commands, run)
        self._organisation = organisation

    def report(
        self, *, by: Sequence[str] = ("promise",), since: datetime | None = None, until: datetime | None = None,
        tier: str = "tier", zone: str = "UTC", progress: Callable[[int, int], None] | None = None,
    ) -> PromiseReport:  # fmt: skip
        """How many promises were kept, told apart `by` any of "promise", "tier", "department", "month" and "nature",
        before `until`; up to the desk's present, if it is left out. `service_flow.insight.reports.promise_report` says
        what is counted, and when. Raises DataInvalid."""
        instant = self._commands.now() + INSTANT if until is None else until
        return promise_report(
            self._commands.store, self._organisation, by=by, since=since, until=instant, tier=tier, zone=zone,
            progress=progress,
        )  # fmt: skip


class AsyncDeskPromises(AsyncPromises):
    """`desk.promises` of an AsyncServiceDesk: the same as `DeskPromises`, awaited."""

    def __init__(self, commands: Commands, organisation: OrganisationModel, dispatcher: Dispatcher) -> None:
        super().__init__(commands, dispatcher)
        self._face = DeskPromises(commands, organisation, cast(Runner, dispatcher.run))

    report = reading(DeskPromises.report)
