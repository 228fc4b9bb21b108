"""`desk.recovery` of an AsyncServiceDesk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ClassVar, Concatenate, ParamSpec, TypeVar

from service_flow.engine.commands import Commands
from service_flow.engine.commands.awaited import Awaited, command, reading
from service_flow.engine.commands.dispatcher import Dispatcher
from service_flow.engine.commands.faces import AsyncFace, Face
from service_flow.features.recovery.recovery import Recovery

P = ParamSpec("P")
T = TypeVar("T")


def _in_a_thread(method: Callable[Concatenate[Recovery, P], T]) -> Awaited[P, T]:
    """A method that gives several orders, one building on another, awaited: all of it in one thread of the desk."""

    @wraps(method)
    async def awaited(self: AsyncRecovery, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._dispatcher.read(method, self._whole, *args, **kwargs)

    return awaited


class AsyncRecovery(AsyncFace):
    """`desk.recovery` of an AsyncServiceDesk."""

    face: ClassVar[type[Face]] = Recovery

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        super().__init__(commands, dispatcher)
        self._whole = Recovery(commands)

    proposals = reading(Recovery.proposals)
    grant = command(Recovery.grant)
    approve = command(Recovery.approve)
    decline = command(Recovery.decline)
    withdraw = command(Recovery.withdraw)
    done = command(Recovery.done)
    remedies = reading(Recovery.remedies)
    approvals = reading(Recovery.approvals)
    to_do = reading(Recovery.to_do)
    start = _in_a_thread(Recovery.start)
    settle = _in_a_thread(Recovery.settle)
