"""A TCP proxy before a Postgres server that cuts a connection at a chosen point of its conversation.

It reads just as much of the protocol as it needs to see COMMIT on its way to the server and the server's word that it was
done. Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CUTS = {
    "before_commit": "The server never sees the COMMIT.",
    "inside_commit": "The server sees a part of the message that says COMMIT.",
    "commit_unanswered": "The server commits; the client hears nothing of the whole trip.",
    "answer_cut": "The server commits; the client hears the beginning of its answer, not that of COMMIT.",
    "stopped_instead": "The server commits; the client hears that it is being stopped instead, as a pooler between may say.",
    "answered_then_silence": "The client hears that it was committed, but not the end of the trip.",
    "answered_then_stopped": "The client hears that it was committed, and then that the server is being stopped.",
}
_BEFORE = ("before_commit", "inside_commit")
COMMITTED = frozenset(CUTS) - frozenset(_BEFORE)
"""The cuts behind which the command is in the store."""
_STOPPED = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"


@dataclass
class Conversation:
    """One connection of a client, and the server's end of it."""

    client: socket.socket
    server: socket.socket
    statements: dict[bytes, bytes] = field(default_factory=dict)
    armed: str | None = None
    """The cut that a COMMIT of this conversation has set off."""

    def end(self, *, reset: bool) -> None:
        """Hang up on both sides; with `reset` without a farewell, as when a machine loses its power."""
        if reset:
            with suppress(OSError):
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for side in (self.client, self.server):
            with suppress(OSError):  # a thread that waits for this side wakes up
                side.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
            side.close()


class Proxy:
    """Listens at `port`. `cut` is what is done to the next COMMIT; it is None again once that has happened."""

    def __init__(self, target: Path) -> None:
        self._target = str(target)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut: str | None = None
        self.reset = False
        self.after: int | None = None
        """Bytes, of both directions, after which whatever connection carries them is cut."""
        self._threads: list[threading.Thread] = []
        self._open: list[Conversation] = []
        self._lock = threading.Lock()
        self._run(self._accept)

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for conversation in self._open:
            conversation.end(reset=False)
        for thread in self._threads:
            thread.join(10)

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._target)
            except OSError:  # the server is down: the client is told as by a closed port
                client.close()
                continue
            conversation = Conversation(client, server)
            self._open.append(conversation)
            self._run(self._guarded, self._to_server, conversation)
            self._run(self._guarded, self._to_client, conversation)

    def _guarded(self, pump: Callable[[Conversation], None], conversation: Conversation) -> None:
        with suppress(OSError, EOFError):
            pump(conversation)
        conversation.end(reset=self.reset)

    def _to_server(self, conversation: Conversation) -> None:
        (length,) = struct.unpack("!i", start := _exactly(conversation.client, 4))
        self._pass(conversation.server, start + _exactly(conversation.client, length - 4))
        for kind, body in _messages(conversation.client):
            message = kind + struct.pack("!i", len(body) + 4) + body
            if kind == b"P":
                name, statement, *_ = body.split(b"\0")
                conversation.statements[name] = statement
            if self._commits(kind, body, conversation):
                with self._lock:
                    conversation.armed, self.cut = self.cut, None
            if conversation.armed in _BEFORE:
                if conversation.armed == "inside_commit":
                    conversation.server.sendall(message[: len(message) // 2])
                return
            self._pass(conversation.server, message)

    def _to_client(self, conversation: Conversation) -> None:
        for kind, body in _messages(conversation.server):
            committed = kind == b"C" and body == b"COMMIT\0"
            message = kind + struct.pack("!i", len(body) + 4) + body
            cut = conversation.armed
            if (
                cut is None
                or cut.startswith("answered")
                or (cut in ("answer_cut", "stopped_instead") and not committed)
            ):
                self._pass(conversation.client, message)
            if not committed or cut is None:
                continue
            if "stopped" in cut:
                self._pass(conversation.client, b"E" + struct.pack("!i", len(_STOPPED) + 4) + _STOPPED)
                time.sleep(0.1)  # so that the client reads it before it can see that the connection is gone
            return

    def _commits(self, kind: bytes, body: bytes, conversation: Conversation) -> bool:
        if self.cut is None or kind != b"B":
            return False
        _, name, *_ = body.split(b"\0")
        return conversation.statements.get(name) == b"COMMIT"

    def _pass(self, to: socket.socket, data: bytes) -> None:
        with self._lock:
            left = self.after
            if left is not None:
                self.after = left - len(data) if left >= len(data) else None
        if left is not None and left < len(data):
            to.sendall(data[:left])
            raise EOFError
        to.sendall(data)


@contextmanager
def proxy_before(target: Path) -> Iterator[Proxy]:
    started = Proxy(target)
    try:
        yield started
    finally:
        started.close()


def _messages(side: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    while True:
        kind, (length,) = _exactly(side, 1), struct.unpack("!i", _exactly(side, 4))
        yield kind, _exactly(side, length - 4)


def _exactly(side: socket.socket, count: int) -> bytes:
    """So many bytes. Raises EOFError when the other side has hung up."""
    data = b""
    while len(data) < count:
        more = side.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data
