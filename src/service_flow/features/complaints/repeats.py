"""Repeated complaints: found among those that the same customer made before, of the same, not long ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Reference
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands
from service_flow.engine.commands.merged import goes_on_as, id_now, merged_into
from service_flow.engine.store import CaseRow
from service_flow.errors import Finding, meant
from service_flow.features.complaints.events import ComplaintRepeated
from service_flow.features.complaints.words import ABOUT, ITEM, NAME, ComplaintsModel, RepeatsModel

KEY = "repeats"
SUBJECT = "complaint"
OF_ITEM = "catalogue:case"
"""The entries that say of which item of the catalogue a case is; their key is the item."""
_AT_A_TIME = 500


class Repeat(NamedTuple):
    """An earlier complaint of the same, and what the two share: `about`, `item`, or names of fields."""

    complaint: Reference
    number: str
    same: tuple[str, ...]


@folds(ComplaintRepeated)
def _repeated(state: CaseState, event: ComplaintRepeated) -> None:
    state.more = {**state.more, KEY: (*state.more.get(KEY, ()), *event.earlier)}


@guards_know("repeats", FieldModel(type="integer"), at_opening=0)
def _repeats(state: CaseState) -> int:
    return len(state.more.get(KEY, ()))


def known_repeats(state: CaseState) -> tuple[UUID, ...]:
    """The earlier complaints that were recorded as of the same."""
    found: tuple[UUID, ...] = state.more.get(KEY, ())
    return found


class _Subject(NamedTuple):
    """What a complaint is of: its data, the request complained of as that goes on, and the items of both."""

    data: Mapping[str, Any]
    about: UUID | None
    items: frozenset[str]


def earlier_of_the_same(commands: Commands, model: RepeatsModel, state: CaseState) -> Iterator[Repeat]:
    """The complaints of the customer that were received before this one, not longer ago than `model` says, and share
    something with it; in the order of their numbers. One that was merged into another is not counted beside it."""
    since = state.opened_at - timedelta(days=int(model.within.split()[0]))
    this = _subject_of(commands, model, state)
    for row in _complaints(commands, state):
        if row.case_id == state.id or row.outcome == MERGED or not since <= row.opened_at <= state.opened_at:
            continue
        if row.opened_at == state.opened_at and row.number > state.number:
            continue
        other = commands.current(row.case_id)
        same = tuple(_shared(model, this, _subject_of(commands, model, other)))
        if same:
            yield Repeat(other.reference, other.short, same)


def _subject_of(commands: Commands, model: RepeatsModel, state: CaseState) -> _Subject:
    cases = [case for case in (state.id, state.about) if case is not None and ITEM in model.same]
    items = (row.key for case in cases for row in commands.store.entries_of(case) if row.kind == OF_ITEM)
    return _Subject(state.data, id_now(commands.current, state.about), frozenset(items))


def _shared(model: RepeatsModel, this: _Subject, other: _Subject) -> Iterator[str]:
    for what in model.same:
        if what == ABOUT:
            shared = this.about is not None and this.about == other.about
        elif what == ITEM:
            shared = not this.items.isdisjoint(other.items)
        else:
            value = this.data.get(what)
            shared = value is not None and other.data.get(what) == value
        if shared:
            yield what


def _complaints(commands: Commands, state: CaseState) -> Iterator[CaseRow]:
    """All complaints of the customer as he goes on, and of those who were merged into him."""
    if state.customer is None:
        return
    customer = goes_on_as(commands.current, commands.current(state.customer))
    if customer is None:
        return
    for one in (customer.id, *merged_into(commands.current, customer)):
        after: tuple[str, int] | None = None
        while rows := commands.store.cases(subject=SUBJECT, customer=one, limit=_AT_A_TIME, after=after):
            yield from rows
            after = (SUBJECT, rows[-1].number)


def check_complaints(source: BlueprintSource) -> Iterator[Finding]:
    """SF375: complaints.yaml."""
    words = source.sections.get(NAME)
    if not isinstance(words, ComplaintsModel) or words.repeats is None:
        return
    for index, what in enumerate(words.repeats.same):
        if what in (ABOUT, ITEM):
            continue
        for flow in source.flows.values():
            if flow.subject == SUBJECT and what not in flow.data:
                known = [ABOUT, ITEM, *flow.data]
                message = f"flow '{flow.flow}' has no field '{what}'{meant(what, known)}"
                yield source.finding("SF375", message, NAME, ("repeats", "same", index))
