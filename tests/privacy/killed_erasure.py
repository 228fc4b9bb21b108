"""Erasures that are killed with the process at a statement: `python killed_erasure.py FOLDER STATEMENT...`.

FOLDER holds `shop`, a blueprint, and `whole.db`, a store in which CU-1 is to be erased. For each number of a statement
a copy of the store is made, `killed-N.db`, and a process that erases there is killed before its Nth statement.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from forgotten_shop import keys

from service_flow import Blueprint, ServiceDesk


def erase_until(blueprint: Blueprint, path: Path, statement: int) -> None:
    """Erase, and end this process before a statement that writes."""
    desk = ServiceDesk(blueprint, f"sqlite:///{path}", keys=keys())
    seen = 0

    def trace(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    desk.store.writer.set_trace_callback(trace)  # type: ignore[attr-defined]
    desk.erasure.erase("CU-1", reason="asked", by="tom")


def main() -> None:
    folder = Path(sys.argv[1])
    blueprint = Blueprint.load(folder / "shop")
    for statement in map(int, sys.argv[2:]):
        copy = folder / f"killed-{statement}.db"
        shutil.copy(folder / "whole.db", copy)
        child = os.fork()
        if child == 0:
            erase_until(blueprint, copy, statement)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "finished")


if __name__ == "__main__":
    main()
