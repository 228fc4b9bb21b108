"""Finding customers by what is in their files, and files that may be of the same customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from service_flow.design.language.values import Reference
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.store import EntryRow
from service_flow.errors import DataInvalid, DataMissing
from service_flow.features.customers.arguments import checked_contact
from service_flow.features.customers.file import (
    CONTACT,
    FILE,
    LONGEST,
    NAME,
    PROFILE,
    WORD,
    CustomerFile,
    file_of,
    place,
)
from service_flow.features.customers.normalising import folded, name_key, words_of
from service_flow.features.customers.words import NAME_MATCH, CustomersModel

MOST = 1_000
"""Customers, at most, who are looked at for one word or address."""
USUAL_WEIGHTS = {"email": 60, "phone": 50, "mobile": 50, "name": 30}
"""What things that are the same count where customers.yaml does not say it."""
USUAL_THRESHOLD = 50


class Same(NamedTuple):
    """One thing that two files have in common, and what it counts."""

    what: str
    weight: int


class Candidate(NamedTuple):
    """A customer who may be the same as another. `score` is the sum of what `why` counts."""

    customer: Reference
    number: str
    score: int
    why: tuple[Same, ...]


def found(
    words: CustomersModel, commands: Commands, text: str | None, contacts: Mapping[str, str], limit: int
) -> list[CaseState]:
    """The customers of whom all that is given is true, in the order of their numbers. Raises Refused."""
    ways: list[set[UUID]] = []
    for given, address in contacts.items():
        kind, _, found_by = checked_contact(words, given, address)
        ways.append(_cases(commands, CONTACT, place(kind, found_by)))
    if text is not None:
        ways.append(_by_text(words, commands, text))
    if not ways:
        raise DataMissing("nothing to find by: give a text or an address", fields=("text", "phone", "email", "contact"))
    going_on = (goes_on_as(commands.current, commands.current(case)) for case in set.intersection(*ways))
    winners = {state.id: state for state in going_on if state is not None}
    return sorted(winners.values(), key=lambda state: state.number)[:limit]


def _by_text(words: CustomersModel, commands: Commands, text: object) -> set[UUID]:
    if not isinstance(text, str) or not words_of(text):
        raise DataInvalid("'text' has no word to find by", fields=("text",))
    together = [_cases(commands, WORD, word[:LONGEST]) for word in words_of(text)]
    named = set.intersection(*together)
    kinds = {*words.contacts, "email", "phone"}
    for kind in kinds:
        found_by = words.normal(kind, text)
        if found_by:
            named |= _cases(commands, CONTACT, place(kind, found_by))
    return named


def _cases(commands: Commands, kind: str, key: str) -> set[UUID]:
    return {row.case_id for row in _rows(commands, kind, key)}


def _rows(commands: Commands, kind: str, key: str) -> list[EntryRow]:
    return commands.store.entries(kind, key, limit=MOST, personal=True)


def alike(words: CustomersModel, commands: Commands, state: CaseState, limit: int) -> tuple[Candidate, ...]:
    """The customers whose files have so much in common with this one that they may be the same."""
    file = file_of(state)
    weights = USUAL_WEIGHTS if words.matching is None else words.matching.weights
    threshold = USUAL_THRESHOLD if words.matching is None else words.matching.threshold
    why: dict[UUID, dict[str, int]] = {}
    for what, weight in weights.items():
        for kind, key in _places(file, what):
            for row in _rows(commands, kind, key):
                why.setdefault(row.case_id, {})[what] = weight
    why.pop(state.id, None)
    candidates = []
    for case, same in why.items():
        score = sum(same.values())
        if score < threshold:
            continue
        other = commands.current(case)
        if other.outcome != MERGED and FILE in other.more:
            reasons = tuple(Same(what, weight) for what, weight in same.items())
            candidates.append((other.number, Candidate(other.reference, other.short, score, reasons)))
    candidates.sort(key=lambda one: (-one[1].score, one[0]))
    return tuple(candidate for _, candidate in candidates[:limit])


def _places(file: CustomerFile, what: str) -> Iterable[tuple[str, str]]:
    """Under which entries the same thing of another file stands."""
    if what == NAME_MATCH:
        key = name_key(file.name)
        return [(NAME, key[:LONGEST])] if key else []
    record, _, field = what.partition(".")
    if field:
        value = file.profile.get(field) if record == "profile" else None
        return [(PROFILE, place(field, folded(value)))] if isinstance(value, str) and folded(value) else []
    return [(CONTACT, place(what, one.found_by)) for one in file.contacts if one.kind == what and one.found_by]
