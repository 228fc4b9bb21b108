"""What happened to a case beside the steps of its flow: to whom it went, which remedy, when the appointment is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from service_flow.blueprint import Blueprint
from service_flow.cli.labels import instant, plain, titled, value_label, word
from service_flow.cli.reading import Reader
from service_flow.design.language.model import FlowModel
from service_flow.design.language.values import Money
from service_flow.engine.case.events import Event, Placing

_IN_SECTIONS = {
    "remedy": ("recovery", "remedies"),
    "item": ("catalogue", "items"),
    "plan": ("catalogue", "plans"),
    "article": ("knowledge", "articles"),
    "purpose": ("customers", "purposes"),
    "contact": ("customers", "contacts"),
}
"""Fields of events that name something which a file of the blueprint gives a title."""
_SAID = (
    "person", "to_post", "party", "remedy", "amount", "item", "plan", "article", "skill", "start", "of", "day", "units",
    "since", "tier", "purpose", "contact", "number", "short", "answer", "outcome",
)  # fmt: skip
"""Fields of events that tell people what it was about, in this order; none of them is personal."""


def said_of(event: Event, reader: Reader) -> str:
    """What an event of a feature is about, as people read it; empty where its title says it all."""
    own = _own(event)
    if isinstance(event, Placing) or "promise" in own or "timer" in own:
        return ""
    told = [_label(name, own, reader) for name in _SAID if own.get(name) is not None]
    return ("，" if reader.lang == "zh" else ", ").join(text for text in told if text)


def own_data(event: Event) -> dict[str, Any]:
    """What an event of a feature holds beside what all events do, as plain data."""
    own = _own(event)
    personal = own.pop("personal", {})
    return {name: _plain(value) for name, value in (own | personal).items()}


def _own(event: Event) -> dict[str, Any]:
    kind = type(event)
    return {name: getattr(event, name) for name in kind.model_fields if name not in Event.model_fields}


def _label(name: str, own: Mapping[str, Any], reader: Reader) -> str:
    value = own[name]
    if name == "amount":
        return str(Money(value, own["currency"])) if own.get("currency") is not None else str(value)
    if name == "number" and not isinstance(value, str):
        return ""  # one that only programs count by
    if name == "since":
        return _span(value, own.get("until"))
    if isinstance(value, datetime):
        return instant(value)
    known = _LABELS.get(name)
    return known(reader, value) if known is not None else value_label(value, reader.lang)


def _span(since: date, until: date | None) -> str:
    """From when to when; both are days, or instants."""
    ends = [instant(end) if isinstance(end, datetime) else str(end) for end in (since, until) if end is not None]
    return " – ".join(ends)


def _outcome(reader: Reader, value: str) -> str:
    return word(value, reader.lang)


def _tier(reader: Reader, value: str) -> str:
    """A tier by its title, where customers.yaml names the field of the customer's flow that holds it."""
    if reader.blueprint is None:
        return value
    words = reader.blueprint.source.sections.get("customers")
    tiers = getattr(words, "tiers", None)
    fields = [flow.data.get(getattr(tiers, "field", None) or "") for flow in _customer_flows(reader.blueprint)]
    known = [getattr(tiers, "choices", {}), *(field.choices for field in fields if field is not None)]
    found = next((choices[value] for choices in known if value in choices), {})
    return titled(found, reader.lang, value)


def _customer_flows(blueprint: Blueprint) -> list[FlowModel]:
    return [flow for flow in blueprint.source.flows.values() if flow.subject == "customer"]


def in_section(name: str) -> Callable[[Reader, str], str]:
    section, word = _IN_SECTIONS[name]

    def label(reader: Reader, value: str) -> str:
        words = reader.blueprint.source.sections.get(section) if reader.blueprint is not None else None
        return _titled(getattr(words, word, {}), reader, value)

    return label


def _of_organisation(*parts: str) -> Callable[[Reader, str], str]:
    def label(reader: Reader, value: str) -> str:
        organisation = reader.blueprint.organisation if reader.blueprint is not None else None
        known: dict[str, Any] = {}
        for part in parts:
            known |= getattr(organisation, part, {})
        return _titled(known, reader, value)

    return label


def _titled(known: Mapping[str, Any], reader: Reader, value: str) -> str:
    found = known.get(value)
    return titled(found.title, reader.lang, value) if found is not None else value


_LABELS: dict[str, Callable[[Reader, str], str]] = {
    "person": Reader.actor_label,
    "to_post": Reader.post_label,
    "party": _of_organisation("parties"),
    "outcome": _outcome,
    "answer": _outcome,
    "tier": _tier,
    "skill": _of_organisation("skills"),
    "of": _of_organisation("departments", "posts"),
    **{name: in_section(name) for name in _IN_SECTIONS},
}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(element) for key, element in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict") and not isinstance(value, Money):
        return {name: _plain(element) for name, element in value._asdict().items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(element) for element in value]
    return str(value) if isinstance(value, UUID) else plain(value)
