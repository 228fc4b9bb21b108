"""One HTTP request, to an address that was looked at before, and what its answer means."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

from service_flow.engine.work.webhook.addresses import addresses_of
from service_flow.errors import EffectFailed, ServiceFlowError

LONGEST = timedelta(days=1)
"""What a `Retry-After` may ask for, at most."""


class Target(NamedTuple):
    """Where a webhook goes. Only `host` is ever shown: the rest of a URL may be a secret."""

    secure: bool
    host: str
    port: int
    path: str
    shown: str

    @classmethod
    def read(cls, url: str) -> Target:
        """Raises ServiceFlowError for what is no URL of http or https, or has a name and password in it."""
        wrong = ServiceFlowError("a webhook's URL is written https://host/path, without user, password or fragment")
        if not isinstance(url, str) or not url.isprintable() or " " in url:
            raise wrong
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.fragment:
            raise wrong
        if not url.isascii():
            raise ServiceFlowError("a webhook's URL is ASCII: write a host as xn--, and the path with %")
        secure = parts.scheme == "https"
        usual = 443 if secure else 80
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(secure, parts.hostname, port or usual, path, parts.netloc)


class Answer(NamedTuple):
    status: int
    retry_after: str | None


def post(target: Target, body: bytes, headers: Mapping[str, str], *, allow_private: bool, timeout: float) -> Answer:
    """Post a body and give the head of the answer. Raises EffectFailed where there is none in time."""
    deadline = time.monotonic() + timeout
    addresses = addresses_of(target.host, target.port, allow_private=allow_private)
    try:
        connection = _Connection(target, addresses, deadline)
        try:
            connection.request("POST", target.path, body, {"Host": target.shown, **headers})
            answer = connection.getresponse()
            connection.left()  # an answer that was cut off at the deadline looks whole
            return Answer(answer.status, answer.getheader("Retry-After"))
        finally:
            connection.close()
    except (OSError, HTTPException) as error:
        late = time.monotonic() >= deadline
        why = f"no answer within {timeout:g} s" if late else type(error).__name__
        raise EffectFailed(f"{target.host} cannot be reached: {why}") from None


def check_answer(target: Target, answer: Answer) -> None:
    """Raises EffectFailed for every answer but 2xx."""
    status = answer.status
    if 200 <= status < 300:
        return
    told = f"{target.host} answered {status}"
    if status == 429 or 500 <= status < 600:
        raise EffectFailed(told, after=_wait(answer.retry_after))
    if 300 <= status < 400:
        raise EffectFailed(f"{told}; redirects are not followed", retry=False)
    raise EffectFailed(told, retry=False)


def _wait(text: str | None) -> timedelta | None:
    """What `Retry-After` asks for: a number of seconds, or an instant. Source: RFC 9110, section 10.2.3."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:9]), 86_400)), LONGEST)
    with suppress(ValueError, TypeError, OverflowError):
        at = parsedate_to_datetime(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return min(max(at - datetime.now(UTC), timedelta(0)), LONGEST)
    return None


class _Connection(HTTPConnection):
    """To one of some addresses, whatever the name of the host leads to by now. All of it ends by the deadline: a server
    that says one letter a second would never be late by the time-outs of sockets alone."""

    def __init__(self, target: Target, addresses: list[str], deadline: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._addresses, self._deadline = target, addresses, deadline
        self._end: threading.Timer | None = None

    def connect(self) -> None:
        plain = self._connected()
        self._end = threading.Timer(self.left(), _cut, [plain])
        self._end.daemon = True
        self._end.start()
        if not self._target.secure:
            self.sock = plain
            return
        try:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
        except BaseException:
            plain.close()
            raise

    def _connected(self) -> socket.socket:
        *others, last = self._addresses
        for address in others:
            with suppress(OSError):
                return socket.create_connection((address, self._target.port), self.left())
        return socket.create_connection((last, self._target.port), self.left())

    def left(self) -> float:
        """Seconds until the deadline. Raises TimeoutError when it is over."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def close(self) -> None:
        if self._end is not None:
            self._end.cancel()
        super().close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
