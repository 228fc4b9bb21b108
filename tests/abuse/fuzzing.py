"""How the fuzz is run: a seeded tenth in every test, the whole behind the mark `long`; and no example takes for ever."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SECONDS = 5
"""Seconds of processor time that one example may take."""
MEMORY = 1_000_000_000
"""Bytes of address space that one example may take more than there are."""
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
Take = Callable[[Any], None]


@contextmanager
def _no_more_memory() -> Iterator[None]:
    """What takes more than a gigabyte ends in a MemoryError, and not with the machine. Where the system can do that."""
    try:
        import resource

        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def within(seconds: float = SECONDS) -> Iterator[None]:
    """Ends what runs longer than this (processor time), wherever it is. Where the system has no such alarm, it waits."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        pytest.fail(f"this took more than {seconds} seconds of processor time")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        with _no_more_memory():
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fuzz(take: Take, inputs: st.SearchStrategy[Any], *, whole: int, long: bool) -> None:
    """Take `whole` inputs, drawn anew each time; or, unless `long`, a tenth of them and always the same."""

    def timed(one: Any) -> None:
        with within():
            take(one)

    how = {"max_examples": whole} if long else {"max_examples": whole // 10, "derandomize": True}
    settings(**how, deadline=None, database=None, suppress_health_check=QUIET)(given(inputs)(timed))()


def seeded_and_whole(*names: str) -> pytest.MarkDecorator:
    """Parametrizes `name` and `long`: each name once for every test, and once for the long run."""
    quick = [pytest.param(name, False, id=f"{name}-tenth") for name in names]
    return pytest.mark.parametrize(
        ("name", "long"), [*quick, *(pytest.param(name, True, id=name, marks=pytest.mark.long) for name in names)]
    )
