"""What becomes of one case and is recorded on another: that a child of it has begun, or ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState


class Told(NamedTuple):
    """An event to be recorded on another case, with its fields."""

    case: UUID
    event: type[Event]
    fields: Mapping[str, Any]


Tells = Callable[[CaseState | None, CaseState], Iterable[Told]]
TELLS: dict[str, Tells] = {}


def tells(name: str) -> Callable[[Tells], Tells]:
    """Register what is told to other cases when `state.more[name]`, or the outcome of a case that has it, has changed.
    It is given the case before (None for one that is opened) and after, and is recorded in the same transaction."""

    def register(function: Tells) -> Tells:
        if name in TELLS:
            raise TypeError(f"two features tell other cases of {name!r}")
        TELLS[name] = function
        return function

    return register


def told_by(before: CaseState | None, after: CaseState) -> Iterator[Told]:
    """What other cases are to be told of the step from one state of a case to the next."""
    was: Mapping[str, Any] = {} if before is None else before.more
    if was is after.more and (not was or (before is not None and before.outcome == after.outcome)):
        return
    ended = before is not None and before.outcome != after.outcome
    for name, function in TELLS.items():
        if was.get(name) is not after.more.get(name) or (ended and name in after.more):
            yield from function(before, after)
