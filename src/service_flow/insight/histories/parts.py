"""A case's state as an export writes it: what the case index holds in the clear, everything else as digests.

A digest says that two states differ, and in what, without showing any of the case's data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from service_flow.engine.case.encoding import encode
from service_flow.engine.case.state import CaseState
from service_flow.engine.store import CaseRow

DIGESTED = ("channel", "data", "facts", "came_from")
"""The parts of a state that the case index does not hold."""


def index_parts(row: CaseRow) -> dict[str, Any]:
    """The row as JSON; the case's id stands beside it."""
    return {name: _plain(value) for name, value in row._asdict().items() if name != "case_id"}


def digests(state: CaseState) -> dict[str, str]:
    """The first 128 bits of the SHA-256 of each digested part, in hexadecimal digits."""
    return {name: _digest(getattr(state, name)) for name in DIGESTED}


def _digest(value: object) -> str:
    form = json.dumps(_encoded(value), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(form.encode()).hexdigest()[:32]


def _encoded(value: object) -> Any:
    return (
        {name: encode(inner) for name, inner in value.items()}
        if isinstance(value, Mapping)
        else encode(value)
    )


def _plain(value: object) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
