"""What is handed in about a customer, checked against customers.yaml and brought into its plain form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from service_flow.design.flow import Field
from service_flow.engine.commands.arguments import checked_line
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.commands import Commands
from service_flow.errors import DataInvalid, NotFound, meant, printable
from service_flow.features.customers.words import NOTHING, PREFERENCES, SECTION_NAME, CustomersModel

MOST_TIMES = 50
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|every_day"
_TIMES = re.compile(rf"({_DAYS}) ([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")


def words_of(commands: Commands) -> CustomersModel:
    """The blueprint's customers.yaml; nothing in particular where there is none."""
    words = commands.sections.get(SECTION_NAME)
    return words if isinstance(words, CustomersModel) else NOTHING


def invalid(name: str, because: str) -> DataInvalid:
    return DataInvalid(f"'{name}' {because}", fields=(name,))


def checked_mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise invalid(name, "is not a mapping")
    return value


def checked_kind(words: CustomersModel, kind: object) -> str:
    """A class of customers that the blueprint has."""
    if isinstance(kind, str) and kind in words.classes:
        return str.__str__(kind)
    shown, known = printable(kind), words.classes
    there = f"; there are {', '.join(known)}" if known else "; the blueprint's customers.yaml has none"
    raise invalid("kind", f"is no class of customers: {shown}{meant(shown, known)}{there}")


class Profile(NamedTuple):
    """Fields of a profile as they were filled in, personal ones apart, and those that were taken out."""

    plain: dict[str, Any]
    personal: dict[str, Any]
    removed: tuple[str, ...]


def checked_profile(words: CustomersModel, kind: str | None, given: object) -> Profile:
    """Typed values of a class's profile; None takes a field out. Raises DataInvalid."""
    values = checked_mapping(given, "profile")
    fields: Mapping[str, Field] = words.profiles.get(kind, {}) if kind is not None else {}
    plain: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    removed: list[str] = []
    for name, value in values.items():
        shown = printable(name)
        field = fields.get(name) if isinstance(name, str) else None
        if field is None:
            whose = f"the profile of class '{kind}'" if kind is not None else "a profile: say the customer's kind first"
            raise DataInvalid(f"'{shown}' is no field of {whose}{meant(shown, fields)}", fields=(shown,))
        if value is None:
            removed.append(field.name)
            continue
        try:
            (personal if field.personal else plain)[field.name] = field.read(value)
        except ValueError as error:
            raise DataInvalid(f"'{field.name}' {error}", fields=(field.name,)) from None
    return Profile(plain, personal, tuple(removed))


def typed(words: CustomersModel, given: object) -> dict[str, Any]:
    """Values of a profile as its fields hold them, whatever the class: fields of one name have one type. Raises
    ValueError."""
    fields = {name: field for profile in words.profiles.values() for name, field in profile.items()}
    values = given if isinstance(given, Mapping) else {}
    return {
        name: value if value is None or name not in fields else fields[name].read(value)
        for name, value in values.items()
    }


def checked_contact(words: CustomersModel, kind: object, address: object) -> tuple[str, str, str]:
    """Kind, address, and the form in which the address is compared. Raises DataInvalid."""
    known = words.contacts
    if not isinstance(kind, str) or (kind not in known and words.other_contacts == "refused"):
        shown = printable(kind)
        there = f"; there are {', '.join(known)}" if known else ""
        raise DataInvalid(f"'{shown}' is no kind of contact{meant(shown, known)}{there}", fields=("contact",))
    kind = checked_text(kind, "contact", most=100)
    text = checked_text(address, "contact")
    found_by = words.normal(kind, text)
    if kind in known and not found_by:
        raise invalid("contact", f"of kind '{kind}' has nothing to be found by; a number needs a digit other than 0")
    return kind, text, found_by


def checked_contacts(words: CustomersModel, given: object) -> tuple[dict[str, str], dict[str, str]]:
    """Addresses by kind, and the forms in which they are compared where those are not the usual ones."""
    if not isinstance(given, Mapping):
        raise DataInvalid("'contact' is not a mapping of kinds of address to addresses", fields=("contact",))
    addresses: dict[str, str] = {}
    found_by: dict[str, str] = {}
    for kind, address in given.items():
        name, text, found = checked_contact(words, kind, address)
        addresses[name] = text
        if found != NOTHING.normal(name, text):
            found_by[name] = found
    return addresses, found_by


def checked_purpose(words: CustomersModel, purpose: object) -> str:
    """A purpose that the blueprint knows; any word where it names none."""
    if words.purposes and not (isinstance(purpose, str) and purpose in words.purposes):
        shown = printable(purpose)
        raise invalid("purpose", f"is none a customer may agree to{meant(shown, words.purposes)}; there are "
                      f"{', '.join(words.purposes)}")  # fmt: skip
    return checked_line(purpose, "purpose", most=100)


def checked_preferences(words: CustomersModel, commands: Commands, given: Mapping[str, object]) -> dict[str, Any]:
    """Preferences by name, each a value that there is; None takes one away. Raises DataInvalid."""
    checked: dict[str, Any] = {}
    known = tuple(words.preferred) or PREFERENCES
    for name, value in given.items():
        if not isinstance(name, str) or name not in known:
            shown = printable(name)
            raise DataInvalid(
                f"'{shown}' is nothing a customer can prefer here{meant(shown, known)}; there are {', '.join(known)}",
                fields=(shown,),
            )
        checked[name] = None if value is None else _preference(words, commands, name, value)
    return checked


def _preference(words: CustomersModel, commands: Commands, name: str, value: object) -> Any:
    if name == "contact_times":
        return _times(value)
    text = checked_line(value, name, most=100)
    model = words.preferred.get(name)
    choices = model.choices if model is not None else []
    if name == "channel" and not choices:
        choices = sorted(commands.channels)
    if choices:
        if text not in choices:
            shown = printable(text)
            raise invalid(name, f"is not one of {', '.join(choices)}{meant(shown, choices)}")
    elif name == "language" and _LANGUAGE.fullmatch(text) is None:
        raise invalid(name, "is no code of a language, such as en, zh, pt-BR")
    elif name == "calendar":
        try:
            commands.keeper.calendar(text)
        except NotFound as error:
            raise invalid(name, f"names none: {error}") from None
    return text


def _times(value: object) -> tuple[str, ...]:
    lines = (value,) if isinstance(value, str) else value
    if not isinstance(lines, list | tuple) or len(lines) > MOST_TIMES:
        raise invalid("contact_times", "is no line such as 'monday 09:00-12:00', nor a list of them")
    for line in lines:
        if not isinstance(line, str) or _TIMES.fullmatch(line) is None or not _ends_later(line):
            raise invalid("contact_times", "has a line unlike 'monday 09:00-12:00' and 'every_day 18:00-20:00'")
    return tuple(str.__str__(line) for line in lines)


def _ends_later(line: str) -> bool:
    begins, _, ends = line.partition(" ")[2].partition("-")
    return begins < ends
