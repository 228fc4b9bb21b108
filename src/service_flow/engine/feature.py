"""What a feature hands in, so that nothing below needs to know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from service_flow.design.checking import Check
from service_flow.design.language import Section
from service_flow.engine.commands import Commands

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name (a word for `features:` in a blueprint, and the desk's attribute), what it offers there,
    the parts of the language it adds, the checks it makes of them, what it offers on an AsyncServiceDesk, and which of
    its commands a blueprint's rules may give, each with the names of what it takes."""

    name: str
    offer: Callable[[Commands], Any]
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
    offer_async: Callable[[Commands, Dispatcher], Any] | None = None
    for_rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
