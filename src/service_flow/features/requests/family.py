"""Requests that are parts of another case: a repair, an exchange or a return that belongs to an order or a complaint.

The child says whose part it is. Its parent is told when it begins, ends, or goes on, in the same transaction, so that
whoever decides about the parent need not look elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.folding import begins, folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.refusing import check_goes_on
from service_flow.engine.case.state import CaseState
from service_flow.engine.case.telling import Told, tells
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import Merging, Noted, Noting, Opening
from service_flow.engine.commands.unit import need
from service_flow.engine.feature import RuleCase
from service_flow.engine.views import Case, case_view
from service_flow.engine.views.page import checked_flag
from service_flow.errors import DataInvalid
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.arguments import checked_name
from service_flow.features.requests.events import (
    ChildBegan,
    ChildEnded,
    ChildLeft,
    ChildReopened,
    ParentChanged,
    RequestOpened,
)
from service_flow.features.requests.face import RequestFace

PARENT, CHILDREN = "parent", "children"
MOST_CHILDREN = 1_000
DEEPEST = 20
"""Cases above one under which another is put, at most: each of them is read for it."""
PART = "part"
"""The relation of a child where none is named."""
_NONE: Mapping[UUID, Child] = MappingProxyType({})


class Parent(NamedTuple):
    """The case that a request is a part of, and what it is to that."""

    id: UUID
    relation: str


class Child(NamedTuple):
    """A request that is a part of a case: `relation` says what it is to that, `outcome` how it ended, if it has."""

    reference: Reference
    number: str
    relation: str
    outcome: str | None

    @property
    def is_open(self) -> bool:
        return self.outcome is None


class Family(RequestFace):
    """Parents and children."""

    def adopt(
        self, case: CaseArgument, *, parent: CaseArgument | None, by: str, relation: str = PART,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Make a request a part of another case of the same customer, or of none (`parent=None`). Raises DataInvalid
        for a case that is a part of the request itself."""
        word = checked_relation(relation)

        def fields() -> dict[str, Any]:
            above = None if parent is None else identify(parent, self._commands.store)
            return {"parent": above, "relation": None if above is None else word}

        def decide(noting: Noting) -> Made:
            judge_person(noting, "say what is above", also=("rule",))
            state, found = noting.state, fields()
            now, above = parent_of(state), found["parent"]
            if now == (None if above is None else Parent(above, word)):
                raise DataInvalid(f"{state.short} is that already", fields=("parent",), case=state.short)
            if above is None:
                return [(ParentChanged, found)]
            check_parent(above, state.id, state.customer, lambda named: _relied_on(noting, named), state.short)
            return [(ParentChanged, {**found, "number": _relied_on(noting, above).short})]

        return self._record(case, decide, Given(by, at, channel, command_id), ParentChanged, fields)

    def parent(self, case: CaseArgument) -> Case | None:
        """The case that a request is a part of; None for one that stands alone."""
        state = next(_ancestors(self._request(case), self._state), None)
        return None if state is None else case_view(state, self._commands.flows.known(state.revision))

    def children(self, case: CaseArgument, *, open_only: bool = False) -> tuple[Child, ...]:
        """The requests that are parts of a case (a request or a complaint), in the order in which they came to it."""
        only = checked_flag(open_only, "open_only")
        found = children_of(self._state(case)).values()
        return tuple(child for child in found if child.is_open or not only)


def _relied_on(noting: Noting, named: CaseArgument) -> CaseState:
    found = noting.unit.relied_on(named) if isinstance(named, UUID) else None
    if found is None:
        raise DataInvalid("a case above it is not there", fields=("parent",), case=noting.state.short)
    return found


def beginning_under(parent: CaseArgument, relation: str) -> Callable[[Opening], Mapping[str, Any]]:
    """What the opening of a child says of its parent. Raises the Refused that says why it may not have that one."""

    def more(opening: Opening) -> Mapping[str, Any]:
        above = opening.relied_on(parent)
        check_parent(above.id, opening.case_id, opening.customer, opening.relied_on, None)
        return {"parent": above.id, "relation": relation}

    return more


def check_parent(
    above: UUID, child: UUID, customer: UUID | None, state_of: Callable[[CaseArgument], CaseState], short: str | None
) -> None:
    """Raise DataInvalid for a parent that a request may not have. Every case that is asked for on the way up must still
    be as it is when the child is stored: so two who put cases under one another at once cannot close a circle."""
    state = state_of(above)
    check_goes_on(state)
    if state.subject == "customer" or not _is_one(state.customer, customer, state_of):
        raise DataInvalid(f"{state.short} is not a case of the same customer", fields=("parent",), case=short)
    if len(children_of(state)) >= MOST_CHILDREN:
        raise DataInvalid(f"{state.short} has {MOST_CHILDREN:,} children, which is the most", fields=("parent",))
    for number, one in enumerate(chain((state,), _ancestors(state, state_of)), 1):
        if one.id == child:
            raise DataInvalid(f"{short} cannot be a part of itself", fields=("parent",), case=short)
        if number > DEEPEST:
            message = f"there are {DEEPEST} cases above one another, which is the most"
            raise DataInvalid(message, fields=("parent",), case=short)


def _ancestors(state: CaseState, state_of: Callable[[UUID], CaseState]) -> Iterator[CaseState]:
    """The cases above a case, the nearest first; for one that was merged, the one in which it goes on."""
    while (above := parent_of(state)) is not None:
        state = state_of(above.id)
        while MERGED in state.more:
            state = state_of(state.more[MERGED].id)
        yield state


def _is_one(one: UUID | None, other: UUID | None, state_of: Callable[[CaseArgument], CaseState]) -> bool:
    """Whether two customers are one, also where they have been merged since."""
    if one == other or one is None or other is None:
        return one == other
    ends = [goes_on_as(state_of, state_of(customer)) for customer in (one, other)]
    return ends[0] is not None and ends[1] is not None and ends[0].id == ends[1].id


def goes_on_for(both: Merging) -> Sequence[Noted]:
    """What merging two requests means for those above and below them. Whoever waits for the one that is closed waits
    for the one that goes on: it becomes a part of the same case, unless it is one already, or stands above itself.
    Raises the Refused for a request that is merged into one of its own parts, and for parts of different cases."""
    loser, winner = both.loser, both.winner

    def state_of(case: CaseArgument) -> CaseState:
        return need(both.relied_on(case) if isinstance(case, UUID) else None, case)

    if len(children_of(loser)) + len(children_of(winner)) > MOST_CHILDREN:
        message = f"{loser.short} and {winner.short} have over {MOST_CHILDREN:,} children, which is the most"
        raise DataInvalid(message, fields=("into",), case=loser.short)
    over, above = (list(_ancestors(state, state_of)) for state in (loser, winner))
    if loser.id in {one.id for one in above}:
        message = f"{winner.short} is a part of {loser.short}; merge it the other way round"
        raise DataInvalid(message, fields=("into",), case=loser.short)
    kept = parent_of(loser)
    if kept is None or winner.id in {one.id for one in over} or over[0].id in {one.id for one in above}:
        return ()
    if above:
        raise DataInvalid(
            f"{loser.short} is a part of {over[0].short}, and {winner.short} of {above[0].short}; take one of them out "
            "first, with adopt(parent=None)", fields=("into",), case=loser.short,
        )  # fmt: skip
    check_parent(over[0].id, winner.id, winner.customer, state_of, winner.short)
    return [(ParentChanged, {"parent": over[0].id, "number": over[0].short, "relation": kept.relation})]


def as_parent(case: RuleCase) -> Mapping[str, Any]:
    """What a rule opens a child of: the case that it is about."""
    return {"parent": case.reference}


def checked_relation(relation: object) -> str:
    return checked_name(relation, "relation")


def parent_of(state: CaseState) -> Parent | None:
    parent: Parent | None = state.more.get(PARENT)
    return parent


def children_of(state: CaseState) -> Mapping[UUID, Child]:
    children: Mapping[UUID, Child] = state.more.get(CHILDREN, _NONE)
    return children


@guards_know("open_children", FieldModel(type="integer"), at_opening=0)
def _open_children(state: CaseState) -> int:
    return sum(child.is_open for child in children_of(state).values())


def parent_in(event: RequestOpened) -> Parent | None:
    """The parent under which a request began."""
    return None if event.parent is None else Parent(event.parent, event.relation or PART)


@begins(RequestOpened)
def _opened(state: CaseState, event: RequestOpened) -> None:
    above = parent_in(event)
    if above is not None:
        state.more = {**state.more, PARENT: above}


@folds(ParentChanged)
def _changed(state: CaseState, event: ParentChanged) -> None:
    more = {name: kept for name, kept in state.more.items() if name != PARENT}
    if event.parent is not None:
        more[PARENT] = Parent(event.parent, event.relation or PART)
    state.more = more


@tells(PARENT)
def _tell_parent(before: CaseState | None, after: CaseState) -> list[Told]:
    was, now = None if before is None else parent_of(before), parent_of(after)
    child, told = {"child": after.id, "number": after.short}, list[Told]()
    if was is not None and (now is None or now.id != was.id):
        told.append(Told(was.id, ChildLeft, child))
    if now is None:
        return told
    if was != now or before is None:
        return [*told, Told(now.id, ChildBegan, {**child, "relation": now.relation, "outcome": after.outcome})]
    if before.outcome is None and after.outcome is not None:
        return [Told(now.id, ChildEnded, {**child, "outcome": after.outcome})]
    if before.outcome is not None and after.outcome is None:
        return [Told(now.id, ChildReopened, child)]
    return []


@tells(CHILDREN)
def _tell_who_goes_on(before: CaseState | None, after: CaseState) -> list[Told]:
    """The children of a case that was merged into another are parts of that."""
    if before is None or before.outcome == after.outcome or MERGED not in after.more:
        return []
    into = after.more[MERGED].id
    return [
        Told(into, ChildBegan, {
            "child": child.reference.id, "number": child.number, "relation": child.relation, "outcome": child.outcome,
        })
        for child in children_of(after).values()
    ]  # fmt: skip


@folds(ChildBegan)
def _child_began(state: CaseState, event: ChildBegan) -> None:
    subject = numbers.parse(event.number)
    reference = Reference("request" if subject is None else subject[0], event.child)
    _keep(state, {event.child: Child(reference, event.number, event.relation, event.outcome)})


@folds(ChildEnded)
def _child_ended(state: CaseState, event: ChildEnded) -> None:
    _turn(state, event.child, event.outcome)


@folds(ChildReopened)
def _child_reopened(state: CaseState, event: ChildReopened) -> None:
    _turn(state, event.child, None)


@folds(ChildLeft)
def _child_left(state: CaseState, event: ChildLeft) -> None:
    left = {child: kept for child, kept in children_of(state).items() if child != event.child}
    state.more = {**state.more, CHILDREN: MappingProxyType(left)}


def _turn(state: CaseState, child: UUID, outcome: str | None) -> None:
    known = children_of(state).get(child)
    if known is not None:
        _keep(state, {child: known._replace(outcome=outcome)})


def _keep(state: CaseState, children: Mapping[UUID, Child]) -> None:
    state.more = {**state.more, CHILDREN: MappingProxyType({**children_of(state), **children})}
