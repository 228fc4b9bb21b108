"""A process that runs what is due until nothing is, from several threads; it says so on its output when it begins.

Run: python due_load.py STORE NOW THREADS
"""

from __future__ import annotations

import sys
import threading
from datetime import datetime

from timed_desks import blueprint, flow, promise

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.commands.dues import DueSummary


def timed() -> Blueprint:
    """What the desks of these processes, and of the tests that start them, carry out."""
    promises = {"answer": promise(warn="50%", escalate=["0 minutes", "1 working hour"])}
    timers = {"nag": {"while": "open", "every": "3 hours", "perform": "note"}}
    return blueprint(flow(promises=promises, timers=timers))


def main(store: str, now: str, threads: str) -> int:
    instant = datetime.fromisoformat(now)
    faults: list[str] = []
    with ServiceDesk(timed(), store, clock=lambda: instant) as desk:
        print("begun", flush=True)

        def run() -> None:
            try:
                waiting = 1
                while waiting:
                    summary: DueSummary = desk.run_due()
                    waiting = summary.waiting
                    faults.extend(summary.faults.values())
            except Exception as error:
                faults.append(repr(error))

        workers = [threading.Thread(target=run) for _ in range(int(threads))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    print("\n".join(faults), flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
