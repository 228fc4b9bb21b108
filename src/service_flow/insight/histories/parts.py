"""A case's state as an export writes it: what the case index holds in the clear, everything else as digests.

A digest says that two states differ, and in what, without showing any of the case's data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.design.language.values import Money, Reference
from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.encoding import encode
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import CaseRow

DIGESTED = ("channel", "clocks", "data", "facts", "came_from", "more", "since", "timers", "times", "trail")
"""The parts of a state that the case index does not hold."""
ADDED = frozenset({"since", "times", "trail", "clocks", "timers", "next_due", "promised", "more"})
"""Parts of a state, and of its row, that older exports do not have."""


def index_parts(row: CaseRow) -> dict[str, Any]:
    """The row as JSON; the case's id stands beside it."""
    return {name: _plain(value) for name, value in row._asdict().items() if name != "case_id"}


def digests(state: CaseState, chain: bytes) -> dict[str, str]:
    """The digests of the events and of each part that the index lacks, in hexadecimal digits."""
    parts = {name: getattr(state, name) for name in DIGESTED} | {"more": _kept(state.more)}
    return {"events": chain.hex(), **{name: _digest(part).hex() for name, part in parts.items()}}


def chained(chain: bytes, version: int, topic: str, form: bytes) -> bytes:
    """The digest of a case's events with one more; `form` is the event as JSON. The first follows on b"".

    It also covers what leaves no trace in the state: who did it, and data that was overwritten later.
    """
    return _hash(chain + f"{version} {topic} ".encode() + form)


def _digest(value: object) -> bytes:
    return _hash(json.dumps(_encoded(value), separators=(",", ":"), sort_keys=True).encode())


def _hash(content: bytes) -> bytes:
    """The first 128 bits of the SHA-256."""
    return hashlib.sha256(content).digest()[:16]


def _encoded(value: object) -> Any:
    if isinstance(value, Mapping) and any(isinstance(name, tuple) for name in value):
        return [list(name) for name in value]  # the trail: its order is what it says
    if isinstance(value, Mapping):
        return {name: encode(_positional(inner)) for name, inner in value.items()}
    return encode(value)


def _kept(value: Any) -> Any:
    """What features keep, down to plain values: rows for tuples, sets in order."""
    if isinstance(value, Mapping):
        return {str(name): _kept(inner) for name, inner in value.items()}
    if isinstance(value, Set):
        return sorted((_kept(element) for element in value), key=repr)
    if isinstance(value, tuple | list) and not isinstance(value, Reference | Money):
        return [_kept(element) for element in value]
    return str(value) if isinstance(value, UUID) else encode(value)


def _positional(value: object) -> object:
    """A clock as the row of its values."""
    if isinstance(value, PromiseClock) and value.taken_over is None:
        return tuple(value[:-1])  # as exports say it that knew of no merging
    return tuple(value) if isinstance(value, tuple) and not isinstance(value, Reference) else value


def _plain(value: object) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
