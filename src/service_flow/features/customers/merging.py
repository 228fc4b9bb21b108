"""Merging the files of two customers who are one: what the one that goes on takes over from the other."""

from __future__ import annotations

from typing import Any

from service_flow.design.flow import Flow
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import Noted
from service_flow.features.customers.events import FileTakenOver
from service_flow.features.customers.file import Consent, CustomerFile, file_of
from service_flow.features.customers.keeping import kind_of
from service_flow.features.customers.words import CustomersModel


def taken_over(words: CustomersModel, loser: CaseState, winner: CaseState, flow: Flow) -> Noted:
    """What the file of the `winner` gets from that of the `loser`: all that it lacks. What both say otherwise stays as
    the winner's file has it, but for consents, of which the stricter counts. `flow` is the winner's."""
    one, other = file_of(loser), file_of(winner)
    kind, known = kind_of(words, winner), kind_of(words, loser)
    lacking = {name: value for name, value in one.profile.items() if name not in other.profile}
    if kind is not None and known not in (None, kind):
        lacking = {name: value for name, value in lacking.items() if name in words.profiles.get(kind, {})}
    fields = words.profiles.get(kind or known or "", {})
    settled, data = _settled(one, other), _data(words, loser, winner, flow)
    plain = {name: value for name, value in lacking.items() if name in fields and not fields[name].personal}
    personal: dict[str, Any] = {
        "profile": {name: value for name, value in lacking.items() if name not in plain},
        "contacts": _contacts(one, other),
        "sources": {purpose: consent.source for purpose, consent in settled.items()},
        "data": {name: value for name, value in data.items() if flow.fields[name].personal},
    }
    preferences = {name: value for name, value in one.preferences.items() if name not in other.preferences}
    return FileTakenOver, {
        "other": loser.id, "customer_class": known if kind is None else None,
        "settled": {purpose: (consent.given, consent.at) for purpose, consent in settled.items()},
        "profile": plain, "preferences": preferences,
        "data": {name: value for name, value in data.items() if not flow.fields[name].personal}, "personal": personal,
        "value": {f"{month} {unit}": tuple(earned) for (month, unit), earned in one.value.items()},
        "customers": one.merged,
    }  # fmt: skip


def _contacts(one: CustomerFile, other: CustomerFile) -> tuple[tuple[Any, ...], ...]:
    """The addresses that the other file has not, none of them preferred to those it has."""
    known = {(contact.kind, contact.found_by) for contact in other.contacts}
    kinds = {contact.kind for contact in other.contacts}
    return tuple(
        (contact.kind, contact.address, contact.found_by, contact.preferred and contact.kind not in kinds)
        for contact in one.contacts
        if (contact.kind, contact.found_by) not in known
    )


def _settled(one: CustomerFile, other: CustomerFile) -> dict[str, Consent]:
    """The consents that change: what the other file does not speak of is taken over, and what was withdrawn in either
    is withdrawn."""
    changed: dict[str, Consent] = {}
    for purpose, consent in one.consents.items():
        there = other.consents.get(purpose)
        if there is None or (there.given and not consent.given):
            changed[purpose] = consent
    return changed


def _data(words: CustomersModel, loser: CaseState, winner: CaseState, flow: Flow) -> dict[str, Any]:
    """The fields of the flow that say what the file says, where the winner's are empty."""
    named = [words.class_field, *(model.field for model in words.preferred.values())]
    found: dict[str, Any] = {}
    for name in named:
        field = None if name is None else flow.fields.get(name)
        if field is None or winner.data.get(field.name) is not None or loser.data.get(field.name) is None:
            continue
        try:
            found[field.name] = field.read(loser.data[field.name])
        except ValueError:  # the two stand on different revisions of the flow
            continue
    return found
