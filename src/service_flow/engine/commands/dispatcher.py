"""Between the tasks of an event loop and the threads that work for them.

What touches the queue runs on the loop, so nothing here needs a lock but the first meeting of loop and dispatcher.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from itertools import islice
from typing import ParamSpec, TypeVar

from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.group_commit import Answer, carry_out
from service_flow.engine.commands.orders import Order
from service_flow.engine.commands.outcome import Outcome
from service_flow.errors import StoreError

TOGETHER = 500
"""Commands in one commit, at most."""
WAITING = 1_000
"""Commands that wait or are being carried out, at most; further tasks wait for room."""
READERS = 4
"""Threads that read."""

P = ParamSpec("P")
T = TypeVar("T")
Asked = asyncio.Future[Answer]
Batch = Sequence[tuple[Asked, Order]]


class Dispatcher:
    """Carries out the commands of the tasks of one event loop, and answers their questions.

    One thread writes. Commands that tasks give in the same turn of the loop, or while that thread is busy, share its
    next commit. A few threads read. A task that is cancelled withdraws its command, unless the thread has taken it:
    then it is carried out and nobody hears the answer (with a command id one can ask again).
    """

    def __init__(
        self, commands: Commands, *, together: int = TOGETHER, waiting: int = WAITING, readers: int = READERS
    ) -> None:
        self._commands, self._together, self._url = commands, together, commands.store.url
        self._room = asyncio.Semaphore(waiting)
        self._waiting: dict[Asked, Order] = {}
        self._resting = True
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: int | None = None
        """The process in which it was used first: there, and in no process forked from it, are its threads."""
        self._binding = threading.Lock()
        # Executors, because the interpreter waits at its end for what they have begun, and then ends them.
        self._writer = ThreadPoolExecutor(1, "service-flow-write")
        self._readers = ThreadPoolExecutor(readers, "service-flow-read")
        self._closed = False
        self._end: Future[None] | None = None

    async def run(self, order: Order) -> Outcome:
        """As `Commands.run`, in one commit with what other tasks ask for."""
        loop = self._enter()
        async with self._room:
            if self._closed:
                raise self._withdrawn()
            asked: Asked = loop.create_future()
            self._waiting[asked] = order
            if self._resting:
                self._resting = False
                # Not at once: the tasks that wake in this turn of the loop are to share the commit.
                loop.call_soon(self._take)
            try:
                answer = await asked
            finally:
                self._waiting.pop(asked, None)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def read(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a function that waits for the store, called in a thread, in the task's own context."""
        loop = self._enter()
        call = partial(_ask, partial(question, *args, **kwargs))
        try:
            asked = loop.run_in_executor(self._readers, copy_context().run, call)
        except RuntimeError:
            raise self._exiting() from None
        return await asked

    async def close(self, last: Callable[[], None]) -> None:
        """Refuse the commands that wait, finish those that were taken and all reading, then call `last` in a thread.

        Raises what `last` raises, and StoreError in a loop other than the tasks' own (unless that one was closed). In a
        process that was forked after its first use there is nothing to finish.
        """
        if self._is_forked():
            self._closed = True
            last()
            return
        if self._end is None:
            if self._loop is not None and not self._loop.is_closed():
                self._bind(asyncio.get_running_loop())
                for asked in self._waiting:
                    if not asked.done():
                        asked.set_result(self._withdrawn())
            self._waiting.clear()
            self._closed = True
            try:
                # The thread that writes does one thing after the other: this comes after what it was given.
                self._end = self._writer.submit(self._finish, last)
                self._writer.shutdown(wait=False)
            except RuntimeError:  # the interpreter is exiting, and has ended the threads
                last()
                self._end = Future()
                self._end.set_result(None)
        await asyncio.shield(asyncio.wrap_future(self._end))

    def _enter(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if self._is_forked():
            raise StoreError(
                f"{self._url}: this process was forked after its AsyncServiceDesk was used, and the threads of that "
                "desk stayed behind in the parent; open another one here"
            )
        if self._loop is not loop:
            self._bind(loop)
        if self._closed:
            raise StoreError(f"{self._url}: this desk was closed; open it again")
        return loop

    def _is_forked(self) -> bool:
        return self._process is not None and self._process != os.getpid()

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._binding:
            if self._loop is None:
                self._loop, self._process = loop, os.getpid()
        if self._loop is not loop:
            closed = ", which was closed" if self._loop.is_closed() else ""
            raise StoreError(
                f"{self._url}: this AsyncServiceDesk belongs to another event loop{closed}; open one desk for each loop"
            )

    def _take(self) -> None:
        waiting = ((asked, order) for asked, order in self._waiting.items() if not asked.done())
        batch = list(islice(waiting, self._together))
        if not batch:
            self._resting = True
            return
        for asked, _ in batch:
            del self._waiting[asked]
        try:
            self._writer.submit(self._carry_out, batch)
        except RuntimeError:
            self._answer(batch, [self._exiting() for _ in batch])

    def _carry_out(self, batch: Batch) -> None:
        """In the thread that writes."""
        answers = carry_out(self._commands, [order for _, order in batch])
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody waits
                self._loop.call_soon_threadsafe(self._answer, batch, answers)

    def _answer(self, batch: Batch, answers: Sequence[Answer]) -> None:
        for (asked, _), answer in zip(batch, answers, strict=True):
            if not asked.done():
                asked.set_result(answer)
        if self._loop is not None:
            # Behind the tasks that have just been woken, for they may have more to do.
            self._loop.call_soon(self._take)

    def _finish(self, last: Callable[[], None]) -> None:
        """In the thread that writes."""
        self._readers.shutdown(wait=True)
        last()

    def _withdrawn(self) -> StoreError:
        return StoreError(f"{self._url}: this desk was closed before the command was carried out; nothing was appended")

    def _exiting(self) -> StoreError:
        return StoreError(f"{self._url}: the interpreter is exiting; nothing was appended")


def _ask(question: Callable[[], T]) -> T:
    try:
        return question()
    except StopIteration as stop:  # of the host's own code; no future can hold it, and its task would wait for ever
        raise RuntimeError("a StopIteration was raised while answering a question of the desk") from stop
