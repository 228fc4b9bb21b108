"""Work that is done in a forked child, and desks that are busy meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from service_flow import Outcome, ServiceDesk

FORKING = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork"),
    pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning"),
]


def forked(work: Callable[[], object], fork: Callable[[], int] = os.fork) -> Callable[[], str]:
    """Begins the work in a child, and gives what waits for its answer: the text of what it returned or raised."""
    reading, writing = os.pipe()
    child = fork()
    if child == 0:
        try:
            answer = str(work())
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)

    def wait(seconds: float = 40) -> str:
        late = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
        late.start()
        with os.fdopen(reading) as pipe:
            answer = pipe.read()
        late.cancel()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return answer if status == 0 else f"ended with {status}"

    return wait


def in_child(work: Callable[[], object], fork: Callable[[], int] = os.fork) -> str:
    return forked(work, fork)()


def a_case(desk: ServiceDesk) -> Outcome:
    return desk.requests.open(customer=desk.customers.register(name="Anna", by="tom"), need="A pump", by="tom")


def tell(desk: ServiceDesk, case: Outcome, name: str) -> Outcome:
    return desk.requests.perform(case, "tell", by="tom", data={"note": "x"}, command_id=name)


@contextmanager
def busy(*works: Callable[[], object]) -> Iterator[None]:
    """Each is done again and again in a thread of its own."""
    done, broken = threading.Event(), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            while not done.is_set():
                work()
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert broken == []
