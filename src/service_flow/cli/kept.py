"""What features keep of a case, as `service-flow show` tells it: who has it, its parts, remedies, a customer's file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service_flow.cli.happened import in_section
from service_flow.cli.labels import instant, plain, titled, value_label, word
from service_flow.cli.reading import Reader
from service_flow.engine.case.state import CaseState
from service_flow.features.appointments.booked import plans_of
from service_flow.features.assignment.kept import kept
from service_flow.features.customers.file import CustomerFile, file_of
from service_flow.features.recovery.kept import Remedy, remedies_of
from service_flow.features.requests.family import children_of

_WORDS = {
    "person": ("Assigned to", "承办人"),
    "party": ("With", "外部单位"),
    "appointment": ("Appointment", "预约"),
    "parts": ("Parts", "子单"),
    "remedies": ("Remedies", "补救方式"),
    "kind": ("Class", "客户类别"),
    "preferences": ("Prefers", "客户偏好"),
    "consents": ("Consents", "客户同意"),
    "open": ("open", "未完成"),
    "asked": ("waits for approval", "待审批"),
    "granted": ("to be done", "待执行"),
    "done": ("done", "已落实"),
    "declined": ("declined", "未批准"),
    "withdrawn": ("withdrawn", "已撤回"),
}


def kept_rows(state: CaseState, reader: Reader) -> Iterator[tuple[str, str]]:
    """A label and what stands behind it, of all that features keep of a case and people ask for."""
    lang = reader.lang
    if state.subject == "customer":
        yield from _of_a_customer(file_of(state), state, reader)
        return
    assigned = kept(state)
    if assigned.person is not None:
        yield _word("person", lang), reader.actor_label(assigned.person)
    if assigned.party is not None:
        parties = reader.blueprint.organisation.parties if reader.blueprint is not None else {}
        model = parties.get(assigned.party)
        yield _word("party", lang), titled(model.title, lang, assigned.party) if model is not None else assigned.party
    for one in plans_of(state).open:
        who = f", {reader.actor_label(one.person)}" if one.person is not None else ""
        yield _word("appointment", lang), f"{instant(one.start)}{who}"
    parts = [
        f"{child.number} {child.relation} ({word(child.outcome, lang) if child.outcome else _word('open', lang)})"
        for child in children_of(state).values()
    ]
    if parts:
        yield _word("parts", lang), ", ".join(parts)
    remedies = [_remedy(one, reader) for one in remedies_of(state)]
    if remedies:
        yield _word("remedies", lang), ", ".join(remedies)


def kept_as_json(state: CaseState) -> dict[str, Any]:
    """The same as plain data, under names of its own."""
    if state.subject == "customer":
        file = file_of(state)
        return {
            "kind": file.kind,
            "profile": plain(file.profile),
            "contacts": [
                {"kind": one.kind, "address": one.address, "preferred": one.preferred} for one in file.contacts
            ],
            "preferences": plain(file.preferences),
            "consents": {
                purpose: {"given": one.given, "source": one.source, "at": plain(one.at)}
                for purpose, one in file.consents.items()
            },
        }
    assigned = kept(state)
    return {
        "person": assigned.person,
        "party": assigned.party,
        "appointments": [
            {"kind": one.kind, "start": plain(one.start), "end": plain(one.end), "person": one.person}
            for one in plans_of(state).open
        ],
        "parts": [
            {"number": child.number, "relation": child.relation, "outcome": child.outcome}
            for child in children_of(state).values()
        ],
        "remedies": [
            {"number": one.number, "remedy": one.name, "status": one.status, "value": plain(one.value)}
            for one in remedies_of(state)
        ],
    }


def _remedy(one: Remedy, reader: Reader) -> str:
    lang = reader.lang
    told = [str(one.number), in_section("remedy")(reader, one.name)]
    if one.value is not None:
        told.append(value_label(one.value, lang))
    return f"{' '.join(told)} ({_word(one.status, lang)})"


def _of_a_customer(file: CustomerFile, state: CaseState, reader: Reader) -> Iterator[tuple[str, str]]:
    lang = reader.lang
    words = reader.blueprint.source.sections.get("customers") if reader.blueprint is not None else None
    model = getattr(words, "classes", {}).get(file.kind)
    if file.kind is not None and getattr(words, "class_field", None) not in state.data:
        yield _word("kind", lang), titled(model.title, lang, file.kind) if model is not None else file.kind
    for name, value in file.profile.items():
        field = model.profile.get(name) if model is not None else None
        yield (titled(field.title, lang, name) if field is not None else name), value_label(value, lang)
    if file.preferences:
        yield _word("preferences", lang), value_label(dict(file.preferences), lang)
    purposes = getattr(words, "purposes", {})
    titles = {name: titled(model.title, lang, name) for name, model in purposes.items()}
    told = [f"{titles.get(name, name)}: {value_label(one.given, lang)}" for name, one in file.consents.items()]
    if told:
        yield _word("consents", lang), ", ".join(told)


def _word(name: str, lang: str) -> str:
    english, chinese = _WORDS[name]
    return chinese if lang == "zh" else english
