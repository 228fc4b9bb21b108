"""The stored form of an event whose personal parts are sealed.

It is the JSON object of the event with a member `~sealed` after all that stays readable, and behind that what is left
of the personal parts when they are gone:

    {"id": ..., "by": "tom", "~sealed": "<base64>", "personal": {"reason": {"~erased": true}}}

So both readings, with the key and without, are pieces of the stored bytes put together; nothing else is written anew.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service_flow.engine.case.encoding import encode_residue
from service_flow.engine.case.events import PERSONAL, Event
from service_flow.engine.store.codec import SEALED
from service_flow.errors import StoreError

MARK = SEALED
_END = b'",'
_LAYOUT = b"\x01"
"""The first byte of what is sealed: how it is laid out."""
HEAD = 17
"""Bytes before the nonce: the layout and the id of the key."""
_LEAST = HEAD + 12 + 16
"""Bytes of what seals nothing: those, the nonce, the tag of GCM."""
_left: dict[tuple[Any, ...], bytes] = {}


def bound_to(case_id: UUID, version: int, topic: str) -> bytes:
    """What a sealed part belongs to: it can be opened nowhere else."""
    return case_id.bytes + version.to_bytes(8, "big") + topic.encode()


def personal_parts(event: Event) -> tuple[str, ...]:
    """The fields of an event that hold something personal."""
    names = PERSONAL.get(type(event)) or ()
    values = event.__dict__
    return tuple([name for name in names if values[name]])


def residue(event: Event, parts: tuple[str, ...]) -> bytes:
    """What is left of personal parts once they are gone: their names."""
    shapes: list[tuple[str, tuple[str, ...], tuple[type, ...]]] = []
    for part in parts:
        fields: Mapping[str, Any] = event.__dict__[part]
        shapes.append((part, tuple(fields), tuple([type(value) for value in fields.values()])))
    known = _left.get(found := tuple(shapes))
    if known is None:
        known = b",".join(encode_residue(part, names, kinds) for part, names, kinds in shapes)
        if len(_left) < 4096:
            _left[found] = known
    return known


def joined(readable: bytes, key_id: bytes, sealed: bytes, left: bytes) -> bytes:
    """The stored form: the `readable` members as an object, the nonce and what is sealed, and what is left."""
    return b"".join(
        (readable[:-1], MARK, b2a_base64(b"".join((_LAYOUT, key_id, sealed)), newline=False), _END, left, b"}")
    )


def parted(form: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """A stored form's readable members without the end of the object, the id of its key, what is sealed, and what is
    left. Raises ValueError."""
    readable, mark, rest = form.rpartition(MARK)
    text, end, left = rest.partition(_END)
    sealed = a2b_base64(text)
    if not (mark and end) or sealed[:1] != _LAYOUT or len(sealed) < _LEAST:
        raise ValueError("an unknown layout")
    return readable, sealed[1:HEAD], sealed[HEAD:], left[:-1]


def left_alone(case_id: UUID, version: int, form: bytes) -> bytes:
    """A stored form without what is sealed in it. Raises StoreError."""
    try:
        readable, _, _, left = parted(form)
    except (ValueError, LookupError):
        raise cannot_be_opened(case_id, version) from None
    return b"".join((readable, b",", left, b"}"))


def cannot_be_opened(case_id: UUID, version: int) -> StoreError:
    """The error for a sealed part that is not that of its event."""
    return StoreError(
        f"the sealed part of event {version} of case {case_id} cannot be opened: it belongs to another event, or was "
        "changed by hand; take the last good copy, and keep this one"
    )
