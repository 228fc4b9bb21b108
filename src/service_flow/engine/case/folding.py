"""Which function folds which event. A module that adds events adds its folds here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState

Fold = Callable[[CaseState, Any], None]
FOLDS: dict[type[Event], Fold] = {}
BEGINNINGS: dict[type[Event], Fold] = {}
"""What an opening means besides what every opening does."""


def folds(event: type[Event]) -> Callable[[Fold], Fold]:
    """Register how an event changes a state; the function changes the fresh copy it is given."""

    def register(fold: Fold) -> Fold:
        FOLDS[event] = fold
        return fold

    return register


def begins(event: type[Event]) -> Callable[[Fold], Fold]:
    """Register what an opening of this class means for the new state, besides what every opening does."""

    def register(fold: Fold) -> Fold:
        BEGINNINGS[event] = fold
        return fold

    return register
