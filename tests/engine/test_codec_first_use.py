"""The schema of an event class is built when the first of them is written, once, whichever thread comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from time import sleep
from typing import Any

from service_flow.engine.case.events import Moved, new_id
from service_flow.engine.store.codec import dump, load

THREADS = 8
BUILDS: list[str] = []


class FirstMet(Moved):
    """A kind of event that nobody has written or read yet; it is written like the one that it is made of."""

    @classmethod
    def model_rebuild(cls, **words: Any) -> bool | None:
        BUILDS.append(cls.__name__)
        sleep(0.02)  # time for the other threads to arrive
        return super().model_rebuild(**words)


def test_threads_that_write_the_first_event_of_a_kind_at_once_build_its_schema_once() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    event = FirstMet.record(
        id=new_id(), at=at, by="tom", transition="analyse", left=("need",), entered=("done",), revision="r1",
        data={"price": 3}, personal={},
    )  # fmt: skip
    ready = Barrier(THREADS)

    def written(_: int) -> tuple[str, bytes]:
        ready.wait()
        return dump(event)

    assert not FirstMet.__pydantic_complete__
    with ThreadPoolExecutor(THREADS) as pool:
        forms = set(pool.map(written, range(THREADS)))

    assert BUILDS == ["FirstMet"]
    [(topic, form)] = forms
    read = load(event.originator_id, 1, topic, form)
    assert isinstance(read, Moved)
    assert (read.id, read.at, read.data) == (event.id, at, {"price": 3})
