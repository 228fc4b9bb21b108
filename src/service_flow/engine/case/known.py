"""What guards may know of a case because a feature keeps it: `case.NAME`, worked out from the state alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from service_flow.design.language.model import FieldModel
from service_flow.engine.case.state import CaseState

Of = Callable[[CaseState], Any]


class Known(NamedTuple):
    """What guards read as `case.NAME`: its type, the value while a case is being opened, and the value of a state. A
    whole number counts something and is never negative."""

    field: FieldModel
    at_opening: Any
    of: Of


KNOWN: dict[str, Known] = {}
"""By the name that guards use. A feature says in `Feature.known` which of them are its own."""


def guards_know(name: str, field: FieldModel, at_opening: Any) -> Callable[[Of], Of]:
    """Register what gives `case.NAME`. It asks no clock and no YAML, and always has a value."""

    def register(function: Of) -> Of:
        if name in KNOWN:
            raise TypeError(f"two features keep what guards call case.{name}")
        KNOWN[name] = Known(field, at_opening, function)
        return function

    return register
