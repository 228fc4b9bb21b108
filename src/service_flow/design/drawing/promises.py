"""Promises, timers, rules and effects in words, and which states and transitions they name."""

from __future__ import annotations

from collections.abc import Iterable

from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.wording import Wording
from service_flow.design.language.model import EffectModel, PromiseModel, RuleModel, TimerModel


def promise_in_words(figure: Figure, promise: PromiseModel, wording: Wording) -> list[str]:
    """From where to where a promise runs, and how long."""
    if promise.start is None:
        told = [wording("promise_while", wording.either.join(figure.named(name, wording) for name in promise.during))]
    else:
        until = wording.either.join(figure.named(name, wording) for name in promise.until)
        told = [wording("promise", figure.named(promise.start, wording), until)]
    if isinstance(promise.within, str):
        told.append(wording("within", wording.span(promise.within)))
    else:
        table = figure.flow.model.decisions.get(promise.within.decision)
        title = table.title if table is not None else {}
        told.append(wording("decided", wording.title(title, promise.within.decision)))
    return told


def timers_at(figure: Figure, path: str) -> list[tuple[str, TimerModel]]:
    """The timers that run in a state, or in a phase around it."""
    return [(name, one) for name, one in figure.flow.model.timers.items() if _names(one.during, path)]


def promises_at(figure: Figure, name: str) -> list[tuple[str, PromiseModel]]:
    """The promises that begin or end with a state, a phase around it, or a transition."""
    promises = figure.flow.model.promises.items()
    return [(key, one) for key, one in promises if _names(_of_promise(one), name)]


def _of_promise(promise: PromiseModel) -> list[str]:
    start = [] if promise.start is None else [promise.start]
    return [*start, *promise.until, *promise.during]


def rules_at(figure: Figure, name: str) -> list[tuple[str, RuleModel]]:
    """The rules that a state, or a transition, sets off."""
    return [(key, one) for key, one in figure.flow.model.rules.items() if _names(one.on, name)]


def effects_at(figure: Figure, name: str) -> list[tuple[str, EffectModel]]:
    """The effects that a state, or a transition, sets off."""
    return [(key, one) for key, one in figure.flow.model.effects.items() if _names(one.on, name)]


def _names(named: Iterable[str], path: str) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in named)
