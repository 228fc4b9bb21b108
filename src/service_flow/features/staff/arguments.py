"""What is handed in about staff, checked before anything is decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from service_flow.design.language.model.organisation import HIGHEST_LEVEL, LOWEST_LEVEL
from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.commands import CaseArgument
from service_flow.engine.commands.arguments import checked_instant, checked_line
from service_flow.errors import DataInvalid, meant, printable
from service_flow.features.staff.file import file_id


def checked_person(person: object, name: str = "person") -> str:
    """The id of a person. Raises DataInvalid."""
    return checked_line(person, name, most=200)


def file_named(person: CaseArgument) -> CaseArgument:
    """The file that is meant: a text that is no short number is the id of a person."""
    if isinstance(person, str) and numbers.parse(person) is None:
        return Reference("staff", file_id(checked_person(person)))
    return person


def checked_level(level: object) -> int:
    """Raises DataInvalid for what is no level of a skill."""
    if isinstance(level, bool) or not isinstance(level, int) or not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        message = f"'level' is a whole number from {LOWEST_LEVEL} to {HIGHEST_LEVEL}"
        raise DataInvalid(message, fields=("level",))
    return level


def checked_skill(skill: object, known: Iterable[str]) -> str:
    """One of the skills that the organisation knows; any name, where it knows none. Raises DataInvalid."""
    name, known = checked_line(skill, "skill", most=63), tuple(known)
    if known and name not in known:
        shown = printable(name)
        raise DataInvalid(f"the organisation has no skill '{shown}'{meant(shown, known)}", fields=("skill",))
    return name


def checked_time(since: object, until: object) -> tuple[datetime | None, datetime | None]:
    """A beginning and an end in UTC, each of which may be left out. Raises DataInvalid."""
    begun = None if since is None else checked_instant(since, "since")
    ended = None if until is None else checked_instant(until, "until")
    if begun is not None and ended is not None and begun >= ended:
        raise DataInvalid("'since' is not before 'until'", fields=("since", "until"))
    return begun, ended
