"""What can be done with cases, awaited: each method is made of the one it awaits, so it is written once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from service_flow.engine.commands.cases import Cases
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.orders import Order, Runner
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.commands.promises import Promises

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher

P = ParamSpec("P")
T = TypeVar("T")
Awaited = Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]
"""A method with the parameters P that is awaited for a T."""


def command(method: Callable[Concatenate[Any, P], Outcome]) -> Awaited[P, Outcome]:
    """A method that orders a command, to be awaited. It hands on what `run` answers as it is, and reads no store."""

    @wraps(method)
    async def awaited(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        # What carries out the orders of this face answers with the promise of an Outcome.
        return await cast(Awaitable[Outcome], method(self._face, *args, **kwargs))

    return awaited


def reading(method: Callable[Concatenate[Any, P], T]) -> Awaited[P, T]:
    """A method that reads, to be awaited: it is called in a thread of the desk."""

    @wraps(method)
    async def awaited(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        dispatcher: Dispatcher = self._dispatcher
        return await dispatcher.read(method, self._face, *args, **kwargs)

    return awaited


def prepared(
    method: Callable[Concatenate[Any, P], Outcome], prepare: Callable[Concatenate[Any, P], Order]
) -> Awaited[P, Outcome]:
    """A method that orders a command which takes a look at the store first, to be awaited: what `prepare` makes of the
    same arguments is ordered. It is called in a thread of the desk."""

    @wraps(method)
    async def awaited(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        dispatcher: Dispatcher = self._dispatcher
        return await dispatcher.run(await dispatcher.read(prepare, self._face, *args, **kwargs))

    return awaited


class AsyncPromises:
    """`desk.promises` of an AsyncServiceDesk: the same as `Promises`, awaited."""

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._face = Promises(commands, cast(Runner, dispatcher.run))

    __call__ = reading(Promises.__call__)
    extend = command(Promises.extend)
    pause = command(Promises.pause)
    resume = command(Promises.resume)


class AsyncCases:
    """The cases of one subject, awaited: the same methods as `Cases`, with the same parameters, answers and errors.

    A command whose task is cancelled is withdrawn if it still waits; if not, it is carried out unheard.
    """

    face: ClassVar[type[Cases]]
    """What is awaited here."""

    def __init__(self, commands: Commands, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._face = self.face(commands, cast(Runner, dispatcher.run))

    @property
    def subject(self) -> str:
        return self._face.subject

    perform = command(Cases.perform)
    may = reading(Cases.may)
    options = reading(Cases.options)
    get = reading(Cases.get)
    history = reading(Cases.history)
    form = reading(Cases.form)
