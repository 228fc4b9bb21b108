"""The page of what features add to a blueprint: the words of their files, what rules may do and wait for, and what
guards may read. Made from the features themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from pages import ROOT, headings

from service_flow.blueprint import Blueprint
from service_flow.design.flow.fields import field_type
from service_flow.design.language import Section
from service_flow.design.language.model import Word
from service_flow.design.language.reference import PARTS, said_of, table_of
from service_flow.engine.case.known import KNOWN as READ
from service_flow.engine.feature import Feature
from service_flow.features import DEFAULT

HOW_TO = {
    "customers": "keep-customers.md",
    "requests": "requests-that-belong-together.md",
    "complaints": "repair-a-failure.md#recognise-who-complains-again",
    "recovery": "repair-a-failure.md",
    "attachments": "catalogue-and-knowledge.md#attach-files",
    "catalogue": "catalogue-and-knowledge.md",
    "assignment": "assign-cases.md",
    "erasure": "erase-a-person.md",
    "knowledge": "catalogue-and-knowledge.md#articles",
    "appointments": "appointments.md",
    "staff": "organisation-and-staff.md#files-of-staff",
    "customer_view": "keep-customers.md#tell-customers-how-things-stand",
}
"""Where each feature is shown at work."""

KNOWN = {
    "open_children": "how many requests that are parts of this case are not done yet",
    "open_quote": "whether a quote waits for the customer's answer",
    "consented": "whether the customer has just accepted a quote: in the step that carries it out, and in no other",
    "unpaid": "whether something that was invoiced is still to be paid",
    "repeats": "how many earlier complaints were of the same",
    "open_remedies": "how many remedies were granted, or wait for approval, and are not done yet",
    "done_remedies": "how many remedies of it are done",
    "is_recovery": "whether the request was opened to carry out a remedy",
    "covered": "the kinds of work that are covered on something that it is about, as it was when that was said",
    "items": "the names of the items of the catalogue that it is about",
    "passed_on": "how often it was passed on from one to another",
    "is_assigned": "whether a person has it",
    "is_answered": "whether an article answered it",
    "has_appointment": "whether an appointment is still to take place",
    "has_reservation": "whether units of the capacity of a day are reserved for it",
}
"""What guards read as `case.NAME`, where the feature does not say it itself."""

INTRODUCTION = """\
# What features add

<!-- This page is generated from the code: `make reference`. -->

Beside the files that [the language](language.md) describes, a blueprint may have one file for each feature that has
something to say; each may be left out. This page has every word of them, what the [rules](language.md#rule) of a flow may
do, what rules, effects and promises may wait for, and what [guards](guards.md#what-a-guard-knows-beside-the-data) may read.
The forms of values are [those of the language](language.md#forms-of-values). What developers call is on the page of
[public names](api.md).
"""


def features_page() -> str:
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield INTRODUCTION
    places = _places()
    for feature in DEFAULT:
        yield f"## {feature.name}\n"
        yield f"`desk.{feature.name}` is shown at work in [{_title(feature.name)}](../how-to/{HOW_TO[feature.name]}).\n"
        for section in feature.sections:
            yield from _file(section)
        yield from _wiring(feature, places[feature.name])


def _file(section: Section) -> Iterator[str]:
    file = f"{section.name}.yaml"
    parts = [part for part in _parts(section.model) if part not in PARTS]
    own = {part: (f"{section.name}: {_called(part)}", _called(part)) for part in parts[1:]}
    names = {part: (f"language.md#{heading}", called) for part, (heading, called) in PARTS.items()} | own
    for part in parts:
        heading = own[part][0] if part in own else file
        yield f"### {heading}\n\n{said_of(part, file)}\n"
        yield from table_of(part, names)
        yield ""


def _wiring(feature: Feature, places: list[str]) -> Iterator[str]:
    if feature.for_rules:
        yield "| a rule may do | must be given | may be given |"
        yield "|---|---|---|"
        for name, command in sorted(feature.for_rules.items()):
            form = ", and fields of the form of the opening" if command.opens else ""
            optional = ", ".join(f"`{word}`" for word in command.takes if word not in command.needs)
            needed = ", ".join(f"`{word}`" for word in command.needs)
            yield f"| `{feature.name}.{name}` | {needed} | {optional}{form} |"
        yield ""
    if places:
        yield f"Rules, effects and promises may wait for {', '.join(f'`{place}`' for place in places)}.\n"
    if feature.known:
        yield "| guards read | type | what it is |"
        yield "|---|---|---|"
        yield from (f"| `case.{name}` | {field_type(READ[name].field)} | {known_as(name)} |" for name in feature.known)
        yield ""


def known_as(name: str) -> str:
    """What guards read under a name: as said above, or as the feature says it."""
    said = KNOWN.get(name) or " ".join((inspect.getdoc(READ[name].of) or "").split()).rstrip(".")
    return said[:1].lower() + said[1:]


def _places() -> dict[str, list[str]]:
    """What each feature lets rules wait for; what it adds for each name of a blueprint is told by one name for all."""
    source = Blueprint.load("full_process").source
    found = {}
    for feature in DEFAULT:
        named = list(feature.places(source))
        whole = [place for place in named if place.count(".") == 1]
        more = {place.rpartition(".")[0] for place in named if place.count(".") > 1}
        found[feature.name] = [f"{place}` or `{place}.NAME" if place in more else place for place in whole]
    return found


def _parts(whole: type[Word]) -> list[type[Word]]:
    """A part of the language and all that stand in it, each once, as they are come to."""
    found = [whole]
    for part in found:
        hints = get_type_hints(part, include_extras=True)
        inner = (inner for name in part.model_fields for inner in _inside(hints[name]))
        found += [one for one in dict.fromkeys(inner) if one not in found]
    return found


def _inside(annotation: Any) -> Iterator[type[Word]]:
    if isinstance(annotation, type) and issubclass(annotation, Word):
        yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)


def _called(part: type[Word]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part.__name__.removesuffix("Model")).lower()


def _title(feature: str) -> str:
    page, _, _ = HOW_TO[feature].partition("#")
    return headings(ROOT / "docs" / "how-to" / page)[0]
