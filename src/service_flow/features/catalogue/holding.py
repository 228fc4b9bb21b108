"""What is known of a case or a customer around the catalogue: the fold of what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from service_flow.design.language.model import FieldModel
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.erased import ERASED
from service_flow.engine.case.folding import folds
from service_flow.engine.case.items import is_about, items_of
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.case.telling import Told, tells
from service_flow.features.catalogue.events import (
    HoldingTakenOver,
    ItemConcerned,
    ItemGivenUp,
    ItemNotConcerned,
    ItemOwned,
    PlanEnded,
    PlanTaken,
)
from service_flow.features.catalogue.held import Concern, HeldPlan, OwnedItem, is_serial, serial_key

NAME = "catalogue"
CASE, OWNER, SERIAL = "catalogue:case", "catalogue:owner", "catalogue:serial"
"""Kinds of entries: cases that are about an item, customers who own one, and who owns the one of a serial number."""


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


@enters(NAME)
def _entries(state: CaseState) -> Iterator[Entry]:
    if state.outcome == MERGED:  # all of it is found where the case goes on
        return
    holding = holding_of(state)
    opened = state.opened_at.isoformat(timespec="microseconds")
    for concern in holding.is_about:
        yield Entry(CASE, concern.item, opened, state.short)
    for owned in holding.has:
        for name in owned.items:
            yield Entry(OWNER, name, f"{owned.since.isoformat()} {owned.number}", state.short)
        if owned.serial is not None and owned.serial is not ERASED:
            yield Entry(SERIAL, serial_key(owned.item, owned.serial), "", state.short, personal=True)


@folds(ItemConcerned)
def _concerned(state: CaseState, event: ItemConcerned) -> None:
    holding = holding_of(state)
    concern = Concern(event.number, event.item, event.personal.get("serial"), covered=tuple(event.covered))
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
        event.number, event.item, event.personal.get("serial"), event.since, event.until, tuple(event.covers),
        parts=event.parts,
    )  # fmt: skip
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


@tells(NAME)
def _hand_on(before: CaseState | None, after: CaseState) -> Iterator[Told]:
    """What was merged goes on elsewhere, with all that it has."""
    if after.outcome != MERGED or before is None or before.outcome == MERGED:
        return
    holding = holding_of(after)
    concerns, owned = ({one.number: one for one in some} for some in (holding.is_about, holding.has))
    serials = {f"concern {number}": one.serial for number, one in concerns.items()}
    serials |= {f"item {number}": one.serial for number, one in owned.items()}
    if concerns or owned or holding.plans:
        yield Told(after.more[MERGED].id, HoldingTakenOver, {
            "other": after.id, "plans": holding.plans,
            "concerns": tuple(one._replace(serial=None) for one in concerns.values()),
            "owned": tuple(one._replace(serial=None) for one in owned.values()),
            "personal": {name: serial for name, serial in serials.items() if serial is not None},
        })  # fmt: skip


@folds(HoldingTakenOver)
def _taken_over(state: CaseState, event: HoldingTakenOver) -> None:
    """All get numbers of their own here, behind those that were there."""
    holding, serials = holding_of(state), event.personal
    concerns = [one._replace(serial=serials.get(f"concern {one.number}")) for one in event.concerns]
    new = [
        one
        for one in concerns
        if not any(one.item == known.item and is_serial(one.serial, known.serial) for known in holding.is_about)
    ]
    owned = (one._replace(serial=serials.get(f"item {one.number}")) for one in event.owned)
    _concern(state, Holding(
        _numbered(holding.concerns, new), _numbered(holding.owned, owned), _numbered(holding.plans, event.plans)
    ))  # fmt: skip


def _numbered(known: tuple[Any, ...], more: Iterable[Any]) -> tuple[Any, ...]:
    return (*known, *(one._replace(number=number) for number, one in enumerate(more, len(known) + 1)))


def _concern(state: CaseState, holding: Holding) -> None:
    _keep(state, holding)
    is_about(state, (concern.item for concern in holding.is_about))


def _keep(state: CaseState, holding: Holding) -> None:
    state.more = {**state.more, NAME: holding}


@guards_know("items", FieldModel(type="list", of="text"), [])
def _items(state: CaseState) -> list[str]:
    return list(items_of(state))


@guards_know("covered", FieldModel(type="list", of="text"), [])
def _covered(state: CaseState) -> list[str]:
    """The kinds of work that were covered on something that the case is about, when that was said."""
    return list(dict.fromkeys(work for concern in holding_of(state).is_about for work in concern.covered))


GUARDS_KNOW = ("items", "covered")
