"""What a command answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from service_flow.design.flow import Form
from service_flow.design.language.values import Reference
from service_flow.engine.case.events import Event
from service_flow.engine.case.foresee import Verdict


class Outcome(NamedTuple):
    """An accepted command: the case it concerned, its short number, the new events.

    `repeated` is true when the command id was known: nothing was appended and the first answer is given again.
    """

    reference: Reference
    number: str
    events: tuple[Event, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form, as an application would draw it. Titles and choices are by language code."""

    name: str
    type: str
    required: bool
    title: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    of: str | None
    to: str | None
    personal: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A transition that may be performed next, with the form it asks for."""

    transition: str
    title: Mapping[str, str]
    form: tuple[FormField, ...]
    verdict: Verdict


def form_fields(form: Form) -> tuple[FormField, ...]:
    """A form as data for whoever draws it. Facts are handed in by the app, not asked for."""
    required = frozenset(form.required)
    return tuple(
        FormField(name, field.type, name in required, field.title, field.choices, field.of, field.to, field.personal)
        for name, field in form.fields.items()
        if not field.fact
    )
