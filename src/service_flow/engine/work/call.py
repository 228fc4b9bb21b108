"""What a function of the host is given when it is called for an effect: read from the store at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from service_flow.engine.case.events import Event
from service_flow.engine.commands import Commands
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.store import EffectRow
from service_flow.engine.views import Case, Entry, case_view, history
from service_flow.errors import EffectFailed, NotFound


@dataclass(frozen=True, slots=True)
class EffectCall:
    """One call of a function for an effect.

    `effect` is its name in the flow, `given` the constants said there. `entry` is what happened, as a history tells it;
    `case` is the case as it was right after that, `customer` the case's customer as he is known now (None if there is
    none). `key` is the idempotency key: the same whenever this effect is run again, so hand it on to whom you call.
    `attempt` counts from 1. Apart from the constants all of this may hold personal data.
    """

    effect: str
    given: Mapping[str, Any]
    entry: Entry
    case: Case
    customer: Case | None
    key: str
    attempt: int

    @property
    def event(self) -> Event:
        """The event that set it off."""
        return self.entry.event


EffectFunction = Callable[[EffectCall], None]
"""A function of the host. It returns when all is done; what it raises means that it is to be tried again, and
EffectFailed says whether and when."""


def call_of(commands: Commands, row: EffectRow) -> EffectCall:
    """The call that a row stands for. Raises EffectFailed for one that the flow does not know, and StoreError."""
    events = commands.store.events(row.case_id, until=row.version)
    if not events or events[-1].originator_version != row.version:
        raise EffectFailed("the event that set it off is not in the store", retry=False)
    told = history(events, commands.flows.known, as_of=None, limit=1, after=row.version - 1)
    flow = commands.flows.known(told.case.revision)
    known = {effect.name: effect for effect in flow.effects} if flow is not None else {}
    if row.effect not in known:
        raise EffectFailed(f"the case's flow has no effect '{row.effect}'", retry=False)
    customer = None
    if told.case.customer is not None:
        with suppress(NotFound):
            state = goes_on_as(commands.current, commands.current(told.case.customer))
            customer = None if state is None else case_view(state, commands.flows.known(state.revision))
    return EffectCall(row.effect, known[row.effect].given, told.entries[0], told.case, customer, row.key, row.attempts)
