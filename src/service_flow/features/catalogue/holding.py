"""What is known of a case or a customer around the catalogue: the fold of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from service_flow.design.language.model import FieldModel
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.erased import ERASED
from service_flow.engine.case.folding import folds
from service_flow.engine.case.items import is_about, items_of
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.state import CaseState
from service_flow.features.catalogue.events import (
    ItemConcerned,
    ItemGivenUp,
    ItemNotConcerned,
    ItemOwned,
    PlanEnded,
    PlanTaken,
)

NAME = "catalogue"
CASE, OWNER, SERIAL = "catalogue:case", "catalogue:owner", "catalogue:serial"
"""Kinds of entries: cases that are about an item, customers who own one, and who owns the one of a serial number."""


class Concern(NamedTuple):
    """An item that a case is about."""

    number: int
    item: str
    serial: str | None = None
    is_over: bool = False


class OwnedItem(NamedTuple):
    """An item that a customer has, since a day. `until` is the last day of its warranty, None where it has none;
    `covers` the kinds of work that it covers, none for all."""

    number: int
    item: str
    serial: str | None
    since: date
    until: date | None
    covers: tuple[str, ...]
    is_given_up: bool = False


class HeldPlan(NamedTuple):
    """A service plan that a customer has, since a day, up to and with `until`; none named in `covers` or `items` means
    all of them."""

    number: int
    plan: str
    since: date
    until: date | None
    covers: tuple[str, ...]
    items: tuple[str, ...]


class Holding(NamedTuple):
    """Everything that was ever recorded, in the order of its numbers."""

    concerns: tuple[Concern, ...] = ()
    owned: tuple[OwnedItem, ...] = ()
    plans: tuple[HeldPlan, ...] = ()

    @property
    def is_about(self) -> tuple[Concern, ...]:
        return tuple(concern for concern in self.concerns if not concern.is_over)

    @property
    def has(self) -> tuple[OwnedItem, ...]:
        return tuple(owned for owned in self.owned if not owned.is_given_up)


_NOTHING = Holding()


def holding_of(state: CaseState) -> Holding:
    found: Holding = state.more.get(NAME, _NOTHING)
    return found


def serial_key(item: str, serial: str) -> str:
    """Under what a serial number is found: whatever its letters' case and the spaces in it."""
    return f"{item} {''.join(serial.split()).casefold()}"


@enters(NAME)
def _entries(state: CaseState) -> Iterator[Entry]:
    holding = holding_of(state)
    opened = state.opened_at.isoformat(timespec="microseconds")
    for concern in holding.is_about:
        yield Entry(CASE, concern.item, opened, state.short)
    for owned in holding.has:
        yield Entry(OWNER, owned.item, f"{owned.since.isoformat()} {owned.number}", state.short)
        if owned.serial is not None and owned.serial is not ERASED:
            yield Entry(SERIAL, serial_key(owned.item, owned.serial), "", state.short, personal=True)


@folds(ItemConcerned)
def _concerned(state: CaseState, event: ItemConcerned) -> None:
    holding = holding_of(state)
    concern = Concern(event.number, event.item, event.personal.get("serial"))
    _concern(state, holding._replace(concerns=(*holding.concerns, concern)))


@folds(ItemNotConcerned)
def _not_concerned(state: CaseState, event: ItemNotConcerned) -> None:
    holding = holding_of(state)
    concerns = tuple(one._replace(is_over=True) if one.number == event.number else one for one in holding.concerns)
    _concern(state, holding._replace(concerns=concerns))


@folds(ItemOwned)
def _owned(state: CaseState, event: ItemOwned) -> None:
    holding = holding_of(state)
    owned = OwnedItem(
        event.number, event.item, event.personal.get("serial"), event.since, event.until, tuple(event.covers)
    )
    _keep(state, holding._replace(owned=(*holding.owned, owned)))


@folds(ItemGivenUp)
def _given_up(state: CaseState, event: ItemGivenUp) -> None:
    holding = holding_of(state)
    owned = tuple(one._replace(is_given_up=True) if one.number == event.number else one for one in holding.owned)
    _keep(state, holding._replace(owned=owned))


@folds(PlanTaken)
def _taken(state: CaseState, event: PlanTaken) -> None:
    holding = holding_of(state)
    plan = HeldPlan(event.number, event.plan, event.since, event.until, tuple(event.covers), tuple(event.items))
    _keep(state, holding._replace(plans=(*holding.plans, plan)))


@folds(PlanEnded)
def _ended(state: CaseState, event: PlanEnded) -> None:
    holding = holding_of(state)
    plans = tuple(one._replace(until=event.on) if one.number == event.number else one for one in holding.plans)
    _keep(state, holding._replace(plans=plans))


def _concern(state: CaseState, holding: Holding) -> None:
    _keep(state, holding)
    is_about(state, (concern.item for concern in holding.is_about))


def _keep(state: CaseState, holding: Holding) -> None:
    state.more = {**state.more, NAME: holding}


@guards_know("items", FieldModel(type="list", of="text"), [])
def _items(state: CaseState) -> list[str]:
    return list(items_of(state))


GUARDS_KNOW = ("items",)
