"""The service desk for programs that run on an event loop."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from service_flow.blueprint import Blueprint
from service_flow.clock import Clock, system_clock
from service_flow.design.organisation import FindPerson
from service_flow.desk import ServiceDesk
from service_flow.engine.commands.awaited import reading
from service_flow.engine.commands.dispatcher import Dispatcher
from service_flow.engine.store import Store
from service_flow.engine.store.sealing.keys import Keys
from service_flow.engine.work import AsyncEffects, EffectFunction
from service_flow.insight.reports.desk_promises import AsyncDeskPromises

if TYPE_CHECKING:
    from service_flow.features.appointments import AsyncAppointments
    from service_flow.features.assignment import AsyncAssignments
    from service_flow.features.attachments import AsyncAttachments
    from service_flow.features.catalogue import AsyncCatalogue
    from service_flow.features.complaints import AsyncComplaints
    from service_flow.features.customer_view import AsyncCustomerViews
    from service_flow.features.customers import AsyncCustomers
    from service_flow.features.erasure import AsyncErasure
    from service_flow.features.knowledge import AsyncKnowledge
    from service_flow.features.recovery import AsyncRecovery
    from service_flow.features.requests import AsyncRequests
    from service_flow.features.staff import AsyncStaff


class AsyncServiceDesk:
    """A ServiceDesk whose methods are awaited. Commands of tasks that run side by side share their commits.

    Takes what ServiceDesk takes, and opens the store at once: make it when the program starts. It belongs to the event
    loop that uses it first. `people` and `clock` are called in threads of the desk. Raises StoreError when the store
    cannot be opened, in a second loop, and after `close`.
    """

    customers: AsyncCustomers
    customer_view: AsyncCustomerViews
    requests: AsyncRequests
    complaints: AsyncComplaints
    recovery: AsyncRecovery
    appointments: AsyncAppointments
    knowledge: AsyncKnowledge
    erasure: AsyncErasure
    catalogue: AsyncCatalogue
    assignment: AsyncAssignments
    attachments: AsyncAttachments
    staff: AsyncStaff

    def __init__(
        self,
        blueprint: Blueprint,
        store: str | Store = "memory",
        *,
        people: FindPerson | None = None,
        clock: Clock = system_clock,
        effects: Mapping[str, EffectFunction] | None = None,
        keys: Keys | None = None,
    ) -> None:
        self._face = ServiceDesk(blueprint, store, people=people, clock=clock, effects=effects, keys=keys)
        self.blueprint, self.store, self.commands = self._face.blueprint, self._face.store, self._face.commands
        self._dispatcher = Dispatcher(self.commands)
        self.promises = AsyncDeskPromises(self.commands, blueprint.organisation, self._dispatcher)
        self.effects = AsyncEffects(self.commands, self._dispatcher)
        for feature in blueprint.features:
            if feature.offer_async is not None:
                setattr(self, feature.name, feature.offer_async(self.commands, self._dispatcher))

    get = reading(ServiceDesk.get)
    history = reading(ServiceDesk.history)
    worklist = reading(ServiceDesk.worklist)
    run_due = reading(ServiceDesk.run_due)  # as migrate does
    run_effects = reading(ServiceDesk.run_effects)  # the functions are called in a thread of the desk
    migrate = reading(ServiceDesk.migrate)  # it writes too, beside the commands of tasks, as another process would

    async def close(self) -> None:
        """Finish the commands that were taken, refuse those that wait, and close the store if the desk opened it."""
        await self._dispatcher.close(self._face.close)

    async def __aenter__(self) -> AsyncServiceDesk:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    if not TYPE_CHECKING:  # a type checker must go on refusing names that there are not

        def __getattr__(self, name: str) -> object:
            blueprint = vars(self).get("blueprint")
            hint = ""
            if blueprint is not None and any(feature.name == name for feature in blueprint.features):
                hint = ": that feature offers nothing here; hand offer_async= to its Feature"
            raise AttributeError(f"an AsyncServiceDesk has no '{name}'{hint}")
