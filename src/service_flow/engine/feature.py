"""What a feature hands in, so that nothing below needs to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service_flow.design.checking import Check
from service_flow.design.language import Section
from service_flow.engine.commands import Commands


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name (a word for `features:` in a blueprint, and the desk's attribute), what it offers there,
    the parts of the language it adds, and the checks it makes of them."""

    name: str
    offer: Callable[[Commands], Any]
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
