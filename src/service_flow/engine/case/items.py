"""What a case is about: names of the things that the service offers. Whoever knows says it here, whoever needs it reads
it here, and neither has to know the other."""

from __future__ import annotations

from collections.abc import Iterable

from service_flow.engine.case.state import CaseState

_ITEMS = "items"


def items_of(state: CaseState) -> tuple[str, ...]:
    """The names of the items that the case is about, each once."""
    found: tuple[str, ...] = state.more.get(_ITEMS, ())
    return found


def is_about(state: CaseState, items: Iterable[str]) -> None:
    """Fold: the items that the case is about from now on. The state is the fold's own."""
    state.more = {**state.more, _ITEMS: tuple(dict.fromkeys(items))}
