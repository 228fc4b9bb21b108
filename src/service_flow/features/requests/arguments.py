"""What is handed in with the commands of this feature, checked before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service_flow.engine.commands.arguments import checked_line
from service_flow.errors import DataInvalid


def checked_name(value: object, name: str) -> str:
    """A word or a number that people read in a list, at most 100 characters in one line. Raises DataInvalid."""
    text = checked_line(value, name, most=100)
    if not text.strip() or not text.isprintable():
        raise DataInvalid(f"'{name}' is not one line of text that says something", fields=(name,))
    return text


def checked_fields(value: object, name: str) -> Mapping[str, Any]:
    """Fields of the flow with their values; none for None. Raises DataInvalid."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise DataInvalid(f"'{name}' is not a mapping of field names to values", fields=(name,))
    return value

