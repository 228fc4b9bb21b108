"""A migration as a program of its own, to be killed: `python migrating_load.py BLUEPRINT STORE`.

It tells how many cases are done, a line each time, and waits a moment then, so that a kill falls into the middle.
"""

from __future__ import annotations

import sys
import time

from service_flow import Blueprint, ServiceDesk


def tell(done: int, total: int) -> None:
    print(done, total, flush=True)
    time.sleep(0.02)


if __name__ == "__main__":
    with ServiceDesk(Blueprint.load(sys.argv[1]), sys.argv[2]) as desk:
        summary = desk.migrate("rework", progress=tell)
        print("done", dict(summary.counts), flush=True)
