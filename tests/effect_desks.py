"""A small blueprint with effects, and an HTTP server that records what it is sent."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from service_flow import Blueprint

FILES = {
    "blueprint.yaml": 'blueprint: toy\nversion: "1"\n',
    "organisation.yaml": """\
departments: {desk: {}}
posts: {clerk: {department: desk}}
people: {tom: {name: Tom, posts: clerk}}
""",
    "flows/customer.yaml": """\
flow: customer
subject: customer
initial: known
data: {tier: {type: choice, choices: [standard, vip]}}
states: {known: {owner: clerk}, gone: {final: gone}}
transitions:
  rate:  {from: known, by: clerk, collect: [tier]}
  leave: {from: known, to: gone, by: clerk}
""",
    "flows/order.yaml": """\
flow: order
subject: request
initial: work.open
data: {price: {type: decimal}, note: {type: text, personal: true}}
states:
  work:
    initial: open
    owner: clerk
    states: {open: {}, priced: {}}
  closed: {final: completed}
transitions:
  set_price: {from: work, to: work.priced, by: clerk, collect: {optional: [price, note]}}
  close: {from: work, to: closed, by: [clerk, timer]}
promises:
  quick: {from: opened, until: closed, within: 2 hours, warn: 50%}
timers:
  auto: {while: work, after: 3 hours, perform: close}
effects:
  greet:  {on: opened, call: send, with: {template: hello, copies: 2}}
  dear:   {on: set_price, when: price > 100, call: send}
  vip:    {on: closed, when: has(customer.tier) && customer.tier == "vip", call: send}
  time:   {on: [promise.quick.made, promise.quick.warned, promise.quick.broken, promise.quick.kept], call: send}
  fired:  {on: timer.auto.fired, call: send}
  shut:   {on: [close, closed], call: send}
""",
}


def blueprint(folder: Path, **flows: str) -> Blueprint:
    """The toy, written into a folder; `flows` take the place of its own."""
    for name, text in {**FILES, **{f"flows/{key}.yaml": flow for key, flow in flows.items()}}.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Blueprint.load(folder)


class Post(NamedTuple):
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Receiver:
    """Records requests and answers with `status`, or with those of `statuses` one after the other."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.status, self.statuses, self.headers = 204, list[int](), dict[str, str]()
        self.delay = 0.0
        """Seconds before an answer, when what was sent is recorded already."""
        self.broken: set[str] = set()
        """Names of effects that are answered by 500."""
        self._lock = threading.Lock()
        self.url = ""

    def answer(self, post: Post) -> int:
        with self._lock:
            self.posts.append(post)
            if post.key.rpartition(":")[2] in self.broken:
                return 500
            return self.statuses.pop(0) if self.statuses else self.status

    def keys(self) -> Counter[str]:
        with self._lock:
            return Counter(post.key for post in self.posts)


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A server on 127.0.0.1, at a port of its own."""
    recording = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = recording.answer(Post(self.path, headers, self.rfile.read(length)))
            time.sleep(recording.delay)
            self.send_response(status)
            for name, value in recording.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is no news
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    recording.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/hook?token=s3cret"
    try:
        yield recording
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
