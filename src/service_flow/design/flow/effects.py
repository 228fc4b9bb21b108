"""Effects of a flow, compiled: what the host's program is asked to do, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from service_flow.design.flow.guards import Guard
from service_flow.design.language.model import EffectModel, RuleModel

PROMISE, TIMER = "promise", "timer"
PROMISE_ENDS = ("made", "warned", "broken", "escalated", "kept", "extended")
"""What may become of a promise, as effects name it."""
FIRED = "fired"
RULE = "rule:"
"""Stands before the name of an effect that is a rule."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A function of the host, called by its name `call` with the constants `given`, when something happens at one of
    the places `on` and the guard holds for the case after it. A rule is one whose function is a command of a feature.
    """

    name: str
    title: Mapping[str, str]
    on: frozenset[str]
    guard: Guard | None
    call: str
    given: Mapping[str, Any]

    @property
    def is_rule(self) -> bool:
        return self.name.startswith(RULE)


def promise_place(name: str, what: str) -> str:
    """The place where something becomes of a promise."""
    return f"{PROMISE}.{name}.{what}"


def timer_place(name: str) -> str:
    """The place where a timer fires."""
    return f"{TIMER}.{name}.{FIRED}"


def time_places(promises: Iterable[str], timers: Iterable[str]) -> list[str]:
    """All places at which something becomes of a promise or a timer."""
    made = [promise_place(name, what) for name in promises for what in PROMISE_ENDS]
    return [*made, *map(timer_place, timers)]


def compile_effect(name: str, model: EffectModel, guard: Guard | None) -> Effect:
    return Effect(name, model.title, frozenset(model.on), guard, model.call or name, model.given)


def compile_rule(name: str, model: RuleModel, guard: Guard | None) -> Effect:
    ((call, given),) = model.do.items()
    return Effect(f"{RULE}{name}", model.title, frozenset(model.on), guard, call, given)
