"""What a view is made of, read from a store: the case, what is told of its history, what its customer may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service_flow.design.flow import Flow
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.foresee import verdict
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.outcome import Option, form_fields
from service_flow.engine.store import Store
from service_flow.errors import NotFound
from service_flow.features.customer_view.view import CUSTOMER, CustomerView, Telling, is_shown

STEPS = 50
"""Steps that are told, at most: the last ones."""
_AT_A_TIME = 200
_ACTOR = Actor(CUSTOMER, system=True)


def view_of(
    store: Store, state: CaseState, flow: Flow, *, language: str, posts: Mapping[str, Mapping[str, str]], at: datetime,
    customer: Mapping[str, object] | None = None,
) -> CustomerView:  # fmt: skip
    """A case as its customer may see it at an instant. `posts` are the titles of posts, `customer` what guards may read
    of his file. Raises NotFound for a file of staff."""
    if state.subject == "staff":
        raise NotFound(f"{state.short} is a file of staff, which no customer is shown")
    return Telling(state, flow, language, posts, at).view(_told(store, state, flow), _may(state, flow, at, customer))


def _told(store: Store, state: CaseState, flow: Flow) -> list[Event]:
    """The last events that may be told, the oldest first."""
    shown = {name for name, model in flow.model.transitions.items() if is_shown(model)}
    found: list[Event] = []
    gone: set[str] = set()
    last = state.version
    while last > 0 and len(found) < STEPS:
        first = max(0, last - _AT_A_TIME)
        events = store.events(state.id, after=first, until=last)
        for event in reversed(events):
            told = event.transition in shown if isinstance(event, Moved) else event.for_customer is not None
            if told and event.told_as not in gone:
                found.append(event)
            elif event.told_as is not None:
                gone.add(event.told_as)
        last = first
    return found[:STEPS][::-1]


def _may(state: CaseState, flow: Flow, at: datetime, customer: Mapping[str, object] | None) -> list[Option]:
    """What the customer himself may do next, in the order of the flow."""
    if state.outcome is not None and "merged" in state.more:
        return []
    around = Circumstances(_ACTOR, max(at, state.changed_at), customer or {})
    options = []
    for name, transition in flow.exits(state.configuration).items():
        if CUSTOMER in transition.by and (answer := verdict(state, flow, name, around)).answer != "no":
            options.append(Option(name, transition.title, form_fields(transition.form), answer))
    return options
