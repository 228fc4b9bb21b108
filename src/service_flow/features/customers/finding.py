"""Finding customers by what is in their files, and files that may be of the same customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice, starmap
from typing import NamedTuple

from service_flow.design.language.values import Reference
from service_flow.engine.case.erasure_events import NAME as ERASED
from service_flow.engine.case.link_events import MERGED
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.merged import goes_on_as
from service_flow.errors import DataInvalid, DataMissing
from service_flow.features.customers.arguments import checked_contact
from service_flow.features.customers.file import (
    CONTACT,
    FILE,
    LONGEST,
    MOST_WORDS,
    NAME,
    PROFILE,
    WORD,
    CustomerFile,
    file_of,
    place,
)
from service_flow.features.customers.normalising import folded, name_key, sought
from service_flow.features.customers.places import Both, Either, Place, Way, each
from service_flow.features.customers.words import NAME_MATCH, CustomersModel

MOST = 1_000
"""Customers, at most, who are looked at because of one thing that they have in common with another."""
USUAL_KINDS = ("email", "phone", "mobile", "fax")
"""The kinds of addresses that a text may be, beside those that customers.yaml names."""
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
    ways: list[Way] = []
    for given, address in contacts.items():
        kind, said, _ = checked_contact(words, given, address)
        ways.append(_by_address(words, commands, words.kinds_like(kind), said))
    if text is not None:
        ways.append(_by_text(words, commands, text))
    if not ways:
        raise DataMissing("nothing to find by: give a text or an address", fields=("text", "phone", "email", "contact"))
    going_on = (goes_on_as(commands.current, commands.current(row.case_id)) for row in each(Both(ways)))
    winners: dict[int, CaseState] = {}
    for state in going_on:
        if state is not None:
            winners[state.number] = state
        if len(winners) == limit:
            break
    return [winners[number] for number in sorted(winners)]


def _by_text(words: CustomersModel, commands: Commands, text: object) -> Way:
    together = sought(text) if isinstance(text, str) else ()
    if not isinstance(text, str) or not together:
        raise DataInvalid("'text' has no word to find by", fields=("text",))
    if len(together) > MOST_WORDS:
        raise DataInvalid(f"'text' has more than {MOST_WORDS} words to find by; give fewer", fields=("text",))
    named = Both([Place(commands, WORD, word[:LONGEST]) for word in together])
    kinds = dict.fromkeys((*words.contacts, *USUAL_KINDS))
    return Either([named, _by_address(words, commands, kinds, text)])


def _by_address(words: CustomersModel, commands: Commands, kinds: Iterable[str], address: str) -> Way:
    """By an address of any of these kinds."""
    known = ((kind, words.normal(kind, address)) for kind in kinds)
    return Either([Place(commands, CONTACT, place(kind, found_by)) for kind, found_by in known if found_by])


def alike(words: CustomersModel, commands: Commands, state: CaseState, limit: int) -> tuple[Candidate, ...]:
    """The customers whose files have so much in common with this one that they may be the same."""
    if MERGED in state.more or ERASED in state.more:
        return ()
    weights = USUAL_WEIGHTS if words.matching is None else words.matching.weights
    threshold = USUAL_THRESHOLD if words.matching is None else words.matching.threshold
    file = file_of(state)
    things = [*_texts(commands, file, weights), *_addresses(words, commands, file, weights)]
    others = {
        row.sort: row.case_id for thing in things for _, at in thing for row in islice(each(at), MOST)
        if row.case_id != state.id
    }  # fmt: skip
    candidates = []
    for number, case in sorted(others.items()):
        counted: dict[str, int] = {}
        for thing in things:
            same = next((same for same, at in thing if at.has(number)), None)
            if same is not None:
                counted[same.what] = same.weight
        score = sum(counted.values())
        if score < threshold:
            continue
        other = commands.current(case)
        if MERGED not in other.more and FILE in other.more:
            why = sorted(starmap(Same, counted.items()), key=lambda one: -one.weight)
            candidates.append(Candidate(other.reference, other.short, score, tuple(why)))
    candidates.sort(key=lambda one: -one.score)  # of the same score the older file first, as they were found
    return tuple(candidates[:limit])


Thing = list[tuple[Same, Place]]
"""One thing that a file has: where others stand who have it, and what that counts; the first that is so counts."""


def _texts(commands: Commands, file: CustomerFile, weights: Mapping[str, int]) -> Iterator[Thing]:
    for what, weight in weights.items():
        if what == NAME_MATCH:
            kind, key = NAME, name_key(file.name)[:LONGEST]
        else:
            kind, field = PROFILE, what.removeprefix("profile.")
            text = file.profile.get(field) if field != what else None
            key = place(field, folded(text)) if isinstance(text, str) and folded(text) else ""
        if key:
            yield [(Same(what, weight), Place(commands, kind, key))]


def _addresses(
    words: CustomersModel, commands: Commands, file: CustomerFile, weights: Mapping[str, int]
) -> Iterator[Thing]:
    """An address counts once, under however many kinds it was filed."""
    addresses: dict[tuple[frozenset[str], str], set[str]] = {}
    for one in file.contacts:
        if one.found_by and one.kind in weights:
            addresses.setdefault((frozenset(words.kinds_like(one.kind)), one.found_by), set()).add(one.kind)
    for (kinds, found_by), own in addresses.items():
        counted = [(_lesser(own, kind, weights), kind) for kind in kinds & weights.keys()]
        counted.sort(key=lambda pair: (pair[0].weight, *pair), reverse=True)
        yield [(same, Place(commands, CONTACT, place(kind, found_by))) for same, kind in counted]


def _lesser(own: Collection[str], kind: str, weights: Mapping[str, int]) -> Same:
    """What it counts that others have as an address of a `kind` what a file has as its `own` kinds: of two kinds the
    lesser weight, and of several the best."""
    weight, what = max(min((weights[one], one), (weights[kind], kind)) for one in own)
    return Same(what, weight)
