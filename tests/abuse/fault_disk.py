"""A desk whose disk is full for a while, in a process of its own: what it is told, and what is kept.

Run: python fault_disk.py WAY FOLDER, where FOLDER is empty and, for the way `tmpfs`, a file system of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from fault_desks import HEADER, check_whole, write

from service_flow import AsyncServiceDesk, Blueprint, Outcome, ServiceDesk, StoreError
from service_flow.insight.histories import import_log


class Room:
    """Takes the room on the disk away, but for some bytes, and gives it back."""

    def __init__(self, way: str, folder: Path) -> None:
        self._way, self._folder, self._ballast = way, folder, folder / "ballast"

    def take(self, left: int) -> None:
        if self._way == "tmpfs":
            with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(b"x" * 4096)
            os.truncate(self._ballast, self._ballast.stat().st_size - left)
        else:
            # Of any file of this process. Python ignores the signal that comes with it, so writing fails.
            most = max((file.stat().st_size for file in self._folder.glob("desk.db*")), default=0)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most + left, resource.RLIM_INFINITY))

    def give(self) -> None:
        self._ballast.unlink(missing_ok=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class Run:
    """What is asked for by name, what was accepted, and what was said instead."""

    def __init__(self, blueprint: Blueprint, desk: ServiceDesk) -> None:
        self.blueprint, self.desk = blueprint, desk
        self.accepted: set[str] = set()
        self.failed: set[str] = set()
        self.said: set[str] = set()
        self.anna = desk.customers.register(name="Anna Weber", by="tom")
        self.job = desk.requests.open(customer=self.anna, need="A quieter pump", by="tom")

    def tell(self, name: str, length: int = 5000) -> bool:
        note = {"note": "n" * length}
        return self._ask(
            name, lambda: self.desk.requests.perform(self.job, "tell", by="tom", data=note, command_id=name)
        )

    def open(self, name: str) -> bool:
        need = "y" * 9000
        return self._ask(
            name, lambda: self.desk.requests.open(customer=self.anna, need=need, by="tom", command_id=name)
        )

    def tell_in_tasks(self, names: list[str]) -> None:
        async def ask() -> list[Any]:
            desk = AsyncServiceDesk(self.blueprint, self.desk.store)
            note = {"note": "n" * 5000}
            calls = [desk.requests.perform(self.job, "tell", by="tom", data=note, command_id=name) for name in names]
            try:
                return await asyncio.gather(*calls, return_exceptions=True)
            finally:
                await desk.close()

        for name, answer in zip(names, asyncio.run(ask()), strict=True):
            self._heard(name, answer)

    def _ask(self, name: str, command: Callable[[], Outcome]) -> bool:
        try:
            answer: Outcome | BaseException = command()
        except StoreError as error:
            answer = error
        return self._heard(name, answer)

    def _heard(self, name: str, answer: Outcome | BaseException) -> bool:
        if isinstance(answer, Outcome):
            assert answer.repeated == (name in self.accepted), name
            self.accepted.add(name)
            self.failed.discard(name)
            return True
        assert isinstance(answer, StoreError), answer
        assert not answer.outcome_unknown
        self.failed.add(name)
        self.said.add(f"{type(answer).__name__}: {answer}")
        return False


def run(way: str, folder: Path) -> dict[str, Any]:
    blueprint, url = Blueprint.load(write(folder / "blueprint")), f"sqlite:///{folder / 'desk.db'}"
    log, mapping = folder / "shop.csv", folder / "mapping.yaml"
    rows = [f"J{job},Begin,2026-03-02 10:00,tom,Client {job},{'A wish ' * 99}\n" for job in range(100)]
    log.write_text(HEADER + "".join(rows))
    room, failures = Room(way, folder), 0
    room.take(4096)
    assert not _opened(blueprint, url)
    room.give()
    with ServiceDesk(blueprint, url) as desk:
        done = Run(blueprint, desk)
        for turn in range(6):
            room.take(turn * 6000)
            names = [f"{turn}/{number}" for number in range(1000)]
            next(name for name in names if not done.tell(name))
            done.open(f"{turn}/open")
            done.tell(f"{turn}/small", 1)
            done.tell_in_tasks([f"{turn}/task{number}" for number in range(40)])
            with suppress(StoreError):
                import_log(desk.commands, log, mapping)
            told = [event.command_id for event in desk.history(done.job, limit=1000).events]
            assert set(told) - {None} == {name for name in done.accepted if not name.endswith("open")}
            assert desk.worklist().items[0].number == "R-1"
            room.give()
            failures += len(done.failed)
            for name in sorted(done.failed | done.accepted):
                assert done.open(name) if name.endswith("open") else done.tell(name, 1 if "small" in name else 5000)
        import_log(desk.commands, log, mapping)
        kept = check_whole(desk.store)
        assert {name: count for name, count in kept.items() if not str(name).startswith("shop")} == {
            None: 2, **dict.fromkeys(done.accepted, 1),
        }  # fmt: skip
    room.take(0)
    opened = _opened(blueprint, url)
    room.give()
    assert _opened(blueprint, url)
    return {"failures": failures, "said": sorted(done.said), "opened": opened}


def _opened(blueprint: Blueprint, url: str) -> bool:
    try:
        with ServiceDesk(blueprint, url) as desk:
            return bool(desk.store.count())
    except StoreError:
        return False


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
