"""A customer's file: the fold of what happened to it. It asks no clock and no blueprint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Context, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.folding import begins, folds
from service_flow.engine.case.state import CaseState
from service_flow.features.customers.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactAdded,
    ContactPreferred,
    ContactRemoved,
    CustomerEvaluated,
    CustomerRegistered,
    FileTakenOver,
    PreferencesChanged,
    ProfileChanged,
    ValueRecorded,
)
from service_flow.features.customers.normalising import entered, folded, name_key, normal, usual

FILE = "file"
CONTACT, NAME, WORD, PROFILE = "customers:contact", "customers:name", "customers:word", "customers:profile"
"""The kinds of entries by which files are found."""


_EXACT = Context(prec=1_000, traps=[])


def plus(one: Decimal, other: Decimal) -> Decimal:
    """The sum to the last digit, whatever the host has set for decimals."""
    return _EXACT.add(one, other)


class Contact(NamedTuple):
    """An address of a kind. `found_by` is the form in which it is compared."""

    kind: str
    address: str
    found_by: str
    preferred: bool = False


class Consent(NamedTuple):
    """What the customer said of a purpose, when, and where that is on record."""

    given: bool
    source: str
    at: datetime


class Earned(NamedTuple):
    """What a customer brought and cost in one month."""

    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


class Evaluation(NamedTuple):
    """How a customer was weighed: the tier, the row of the table that gave it (from 1), its condition, the facts."""

    tier: str | None
    row: int | None
    because: str
    basis: Mapping[str, Any]
    at: datetime | None = None


class CustomerFile(NamedTuple):
    """What is known of a customer. `value` has what he brought and cost by month ("2026-03") and currency; `merged` are
    the customers whose files went into this one."""

    name: str
    kind: str | None = None
    profile: Mapping[str, Any] = {}
    contacts: tuple[Contact, ...] = ()
    consents: Mapping[str, Consent] = {}
    preferences: Mapping[str, Any] = {}
    value: Mapping[tuple[str, str], Earned] = {}
    evaluated: Evaluation | None = None
    merged: tuple[UUID, ...] = ()

    def __repr__(self) -> str:
        return f"<CustomerFile, {len(self.contacts)} contacts>"  # what it holds tells of a person


def file_of(state: CaseState) -> CustomerFile:
    """The file of a customer's case."""
    file: CustomerFile = state.more[FILE]
    return file


def _keep(state: CaseState, file: CustomerFile) -> None:
    state.more = {**state.more, FILE: file}


def _show_contacts(state: CaseState, contacts: tuple[Contact, ...]) -> None:
    """The address to use of each kind stands among the facts, where it stood when the file was begun."""
    shown = {contact.kind: contact.address for contact in sorted(contacts, key=lambda one: one.preferred)}
    for contact in contacts:
        if not any(one.preferred for one in contacts if one.kind == contact.kind):
            shown[contact.kind] = next(one.address for one in contacts if one.kind == contact.kind)
    facts = {name: value for name, value in state.facts.items() if name != "contact"}
    state.facts = {**facts, "contact": shown} if shown else facts


@begins(CustomerRegistered)
def _registered(state: CaseState, event: CustomerRegistered) -> None:
    facts = event.facts
    found_by = facts.get("found_by", {})
    contacts = tuple(
        Contact(kind, address, found_by[kind] if kind in found_by else normal(address, usual(kind)))
        for kind, address in facts.get("contact", {}).items()
    )
    state.facts = {name: value for name, value in state.facts.items() if name in ("name", "contact")}
    _keep(
        state,
        CustomerFile(
            facts.get("name", ""), facts.get("kind"), dict(facts.get("profile", {})), contacts,
            preferences=dict(facts.get("preferences", {})),
        ),
    )  # fmt: skip


@folds(ProfileChanged)
def _profile_changed(state: CaseState, event: ProfileChanged) -> None:
    file = file_of(state)
    personal = {name: value for name, value in event.personal.items() if name != "name"}
    profile = {name: value for name, value in file.profile.items() if name not in event.removed}
    name = event.personal.get("name", file.name)
    state.facts = {**state.facts, "name": name}
    state.data.update(event.data)
    profile = {**profile, **event.profile, **personal}
    _keep(state, file._replace(name=name, kind=event.customer_class or file.kind, profile=profile))


@folds(ContactAdded)
def _contact_added(state: CaseState, event: ContactAdded) -> None:
    file = file_of(state)
    others = _unpreferred(file.contacts, event.contact) if event.preferred else file.contacts
    held = event.personal
    new = Contact(event.contact, held.get("address", ""), held.get("found_by", ""), event.preferred)
    contacts = (*others, new)
    _show_contacts(state, contacts)
    _keep(state, file._replace(contacts=contacts))


@folds(ContactRemoved)
def _contact_removed(state: CaseState, event: ContactRemoved) -> None:
    file = file_of(state)
    gone = (event.contact, event.personal.get("address"))
    contacts = tuple(contact for contact in file.contacts if contact[:2] != gone)
    _show_contacts(state, contacts)
    _keep(state, file._replace(contacts=contacts))


@folds(ContactPreferred)
def _contact_preferred(state: CaseState, event: ContactPreferred) -> None:
    file = file_of(state)
    chosen = (event.contact, event.personal.get("address"))
    contacts = tuple(
        contact._replace(preferred=True) if contact[:2] == chosen else contact
        for contact in _unpreferred(file.contacts, event.contact)
    )
    _show_contacts(state, contacts)
    _keep(state, file._replace(contacts=contacts))


def _unpreferred(contacts: tuple[Contact, ...], kind: str) -> tuple[Contact, ...]:
    return tuple(contact._replace(preferred=False) if contact.kind == kind else contact for contact in contacts)


@folds(ConsentGiven)
def _consent_given(state: CaseState, event: ConsentGiven) -> None:
    file = file_of(state)
    consents = {**file.consents, event.purpose: Consent(True, event.personal.get("source", ""), event.at)}
    _keep(state, file._replace(consents=consents))


@folds(ConsentWithdrawn)
def _consent_withdrawn(state: CaseState, event: ConsentWithdrawn) -> None:
    file = file_of(state)
    consents = {**file.consents, event.purpose: Consent(False, event.personal.get("source", ""), event.at)}
    _keep(state, file._replace(consents=consents))


@folds(PreferencesChanged)
def _preferences_changed(state: CaseState, event: PreferencesChanged) -> None:
    file = file_of(state)
    kept = {name: value for name, value in file.preferences.items() if name not in event.removed}
    state.data.update(event.data)
    state.data.update(event.personal)
    _keep(state, file._replace(preferences={**kept, **event.preferences}))


@folds(ValueRecorded)
def _value_recorded(state: CaseState, event: ValueRecorded) -> None:
    file = file_of(state)
    month = (event.at.strftime("%Y-%m"), event.currency)
    earned = file.value.get(month, Earned())
    if event.what == "revenue":
        earned = earned._replace(revenue=plus(earned.revenue, event.amount))
    else:
        earned = earned._replace(cost=plus(earned.cost, event.amount))
    _keep(state, file._replace(value={**file.value, month: earned}))


@folds(CustomerEvaluated)
def _evaluated(state: CaseState, event: CustomerEvaluated) -> None:
    evaluation = Evaluation(event.tier, event.row, event.because, dict(event.basis), event.at)
    _keep(state, file_of(state)._replace(evaluated=evaluation))


@folds(FileTakenOver)
def _taken_over(state: CaseState, event: FileTakenOver) -> None:
    file, held = file_of(state), event.personal
    contacts = (*file.contacts, *(Contact(*contact) for contact in held.get("contacts", ())))
    consents = dict(file.consents)
    sources = held.get("sources", {})
    for purpose, said in event.settled.items():
        given, since = (said, event.at) if isinstance(said, bool) else said  # as it was written at first
        consents[purpose] = Consent(given, sources.get(purpose, ""), since)
    value = dict(file.value)
    for key, (revenue, cost) in event.value.items():
        month, _, currency = key.partition(" ")
        earned = value.get((month, currency), Earned())
        value[month, currency] = Earned(plus(earned.revenue, revenue), plus(earned.cost, cost))
    _show_contacts(state, contacts)
    state.data.update(event.data)
    state.data.update(held.get("data", {}))
    _keep(
        state,
        file._replace(
            kind=file.kind or event.customer_class, contacts=contacts, consents=consents, value=value,
            profile={**event.profile, **held.get("profile", {}), **file.profile},
            preferences={**event.preferences, **file.preferences}, merged=(*file.merged, event.other, *event.customers),
        ),
    )  # fmt: skip


@enters(FILE)
def _entries(state: CaseState) -> Iterable[Entry]:
    """By what a file is found, in the order of the customers' numbers: addresses, the name whole and word by word,
    texts of the profile."""
    file = file_of(state)
    texts = {name: value for name, value in file.profile.items() if isinstance(value, str)}
    keys = [(CONTACT, place(contact.kind, contact.found_by)) for contact in file.contacts if contact.found_by]
    keys += [(NAME, name_key(file.name)[:LONGEST])]
    keys += [(PROFILE, place(name, folded(text))) for name, text in texts.items() if folded(text)]
    keys += [(WORD, word[:LONGEST]) for text in (file.name, *texts.values()) for word in entered(text)[:MOST_WORDS]]
    for kind, key in keys:
        if key:
            yield Entry(kind, key, f"{state.number:012}", state.short, personal=True)


def place(name: str, text: str) -> str:
    """Where files with this text, or address, of that name are found: by its beginning, if it is a long one."""
    return f"{name} {text[:LONGEST]}"


LONGEST = 200
"""Characters of a text, at most, by which a file is found."""
MOST_WORDS = 100
"""Words of one text, at most, by which a file is found. Of Chinese and Japanese each character and each pair is one."""
