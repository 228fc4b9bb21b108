"""That somebody was erased. Neither event holds anything of him; what his other events held is sealed under a key that
is gone."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

from service_flow.engine.case.events import Event
from service_flow.engine.case.folding import folds
from service_flow.engine.case.state import CaseState


class ErasedMark(NamedTuple):
    """In `state.more["erased"]`: when, and why."""

    at: datetime
    reason: str


class CustomerErased(Event):
    """A customer was erased. His file takes nothing more; its outcome is "erased"."""

    TOPIC: ClassVar[str] = "service_flow:customer-erased"
    TITLE: ClassVar[dict[str, str]] = {"en": "Erased", "zh": "已删除个人数据"}

    reason: str


class CaseErased(Event):
    """What a case held of its customer was erased with him, for the same reason."""

    TOPIC: ClassVar[str] = "service_flow:case-erased"
    TITLE: ClassVar[dict[str, str]] = {"en": "The customer was erased", "zh": "已删除该客户的个人数据"}

    reason: str


ERASING = frozenset({CustomerErased.TOPIC, CaseErased.TOPIC})
"""The topics at which a state that was folded before is folded anew: it holds what is gone."""
OUTCOME = "erased"
NAME = "erased"


@folds(CaseErased)
def _case(state: CaseState, event: CaseErased) -> None:
    state.more = {**state.more, NAME: ErasedMark(event.at, event.reason)}


@folds(CustomerErased)
def _customer(state: CaseState, event: CustomerErased) -> None:
    state.more = {**state.more, NAME: ErasedMark(event.at, event.reason)}
    state.outcome = OUTCOME
    state.timers = {}
    state.clocks = {name: clock for name, clock in state.clocks.items() if clock.ended_at is not None}
