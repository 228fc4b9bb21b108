"""What a worker tells those who watch it, over HTTP on this machine alone: /health and /metrics."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service_flow.engine.work.worker import Tally
from service_flow.errors import ServiceFlowError, StoreError

STALE = 30.0
"""Seconds without a sweep that succeeded, after which a worker is not healthy."""
FATES = ("done", "again", "parked", "lost")
_TYPES = {"/health": "application/json", "/metrics": "text/plain; version=0.0.4; charset=utf-8"}

Counts = Callable[[], Mapping[str, int]]
"""How many effects are pending and parked. Raises StoreError."""


@contextmanager
def watched(tally: Tally, counts: Counts, port: int) -> Iterator[int]:
    """Answer at a port of 127.0.0.1 (any that is free for 0) while the block lasts; gives the port. Raises
    ServiceFlowError for one that is taken."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            asked = self.path.partition("?")[0]
            status, text = 404, ""
            if asked == "/health":
                status, text = health(tally)
            elif asked == "/metrics":
                status, text = 200, metrics(tally, counts)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", _TYPES.get(asked, "text/plain"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: object) -> None:
            """Nothing is logged."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise ServiceFlowError(f"the worker cannot be watched at port {port}: {error.strerror}") from None
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def health(tally: Tally) -> tuple[int, str]:
    """200 as long as sweeps succeed, else 503; with how long ago the last one did, in seconds."""
    age = tally.age()
    good = age is not None and age < STALE
    told = {"healthy": good, "last_sweep_seconds_ago": None if age is None else round(age, 3)}
    return (200 if good else 503), json.dumps(told) + "\n"


def metrics(tally: Tally, counts: Counts) -> str:
    """In the text format of Prometheus. What the store would have to say is left out while it cannot be reached."""
    lines = _metric("effects_total", "counter", "Attempts that ended, by how.")
    lines += [f'service_flow_effects_total{{result="{fate}"}} {tally.effects[fate]}' for fate in FATES]
    for name, what, number in (
        ("due_events_total", "Things that fell due and were carried out.", tally.dues),
        ("sweeps_total", "Sweeps that succeeded.", tally.sweeps),
        ("failed_sweeps_total", "Sweeps that failed, for a database that was away most often.", tally.failures),
    ):
        lines += [*_metric(name, "counter", what), f"service_flow_{name} {number}"]
    try:
        found = counts()
    except StoreError:
        found = {}
    for state, number in found.items():
        lines += _metric(f"effects_{state}", "gauge", f"Effects that are {state}.")
        lines.append(f"service_flow_effects_{state} {number}")
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, what: str) -> list[str]:
    return [f"# HELP service_flow_{name} {what}", f"# TYPE service_flow_{name} {kind}"]
