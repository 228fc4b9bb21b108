"""Events as the topic and the bytes that the log keeps, and back.

What is at its default is not written, so a default of an event class may never change: old events would
change with it. Give the field a new name, or the event a new topic and an upcast.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from service_flow.engine.case.encoding import MARK, decode_fields
from service_flow.engine.case.events import TOPICS, Event, Moved
from service_flow.engine.case.evolve import evolve, fold_move
from service_flow.engine.case.state import CaseState
from service_flow.errors import StoreError

Upcast = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]

UPCASTS: dict[str, Upcast] = {}
"""For each retired topic: from the JSON object as it was stored to the topic and the object that replace it.

An upcast may lead to another retired topic; it never sees the case's id or version, which do not change.
"""

_WRITE: dict[type[Event], Callable[..., bytes]] = {}
_READ: dict[str, Callable[[bytes | str], Any]] = {}
_BUILDING = Lock()
_SETS: dict[tuple[str, ...], set[str]] = {}
SEALED = b',"~sealed":"'
"""Stands in every stored form of which a part is sealed, and in no other (see sealing/forms.py)."""


def dump(event: Event) -> tuple[str, bytes]:
    """The topic and the stored form of an event. Raises StoreError for a value that no event can hold."""
    kind = type(event)
    write = _WRITE.get(kind)
    if write is None:
        write = _WRITE[kind] = _built(kind).__pydantic_serializer__.to_json
    try:
        return kind.TOPIC, write(event, exclude_defaults=True)
    except PydanticSerializationError as error:
        # An interrupt that falls into our own part of the writing arrives here, told only by its name.
        if str(error).rstrip(": ").endswith(": KeyboardInterrupt"):
            raise KeyboardInterrupt from None
        # Its own text may quote the value.
        raise StoreError(
            f"an event {kind.TOPIC!r} cannot be stored: a text in it is not valid Unicode, or a value is of "
            "a type that case data cannot hold"
        ) from None


def dump_parts(event: Event, parts: tuple[str, ...]) -> tuple[str, bytes, bytes]:
    """The topic of an event, and as two stored objects what is in it besides some of its fields, and those. Raises
    StoreError as `dump` does."""
    kind = type(event)
    write = _WRITE.get(kind)
    if write is None:
        write = _WRITE[kind] = _built(kind).__pydantic_serializer__.to_json
    names = _SETS.get(parts) or _SETS.setdefault(parts, set(parts))
    try:
        return (
            kind.TOPIC,
            write(event, exclude_defaults=True, exclude=names),
            write(event, exclude_defaults=True, include=names),
        )
    except PydanticSerializationError:
        dump(event)  # says what is wrong with it
        raise


def _built(kind: type[Event]) -> type[Event]:
    """The class of an event with its schema, which is built when the first of them is written or read; by one thread,
    because not every release of pydantic lets several build at once."""
    if not kind.__pydantic_complete__:
        with _BUILDING:
            if not kind.__pydantic_complete__:  # another thread may have been first
                kind.model_rebuild()
    return kind


def load(case_id: UUID, version: int, topic: str, state: bytes) -> Event:
    """The event that was stored. Raises StoreError for an unknown topic or an unreadable form."""
    read = _READ.get(topic)
    if read is None:
        topic, state, read = _look_up(case_id, version, topic, state)
    try:
        event: Event = read(state)
        if MARK in state:
            _decode(event)
        if type(version) is not int:
            raise TypeError("a version is a number")
    except Exception as error:
        if type(state) is bytes and SEALED in state:
            raise StoreError(
                f"event {version} of case {case_id} holds personal data that is sealed: open the store with keys="
            ) from None
        raise _unreadable(case_id, version, topic, error) from None
    # The fields are frozen and the JSON does not hold them: they are columns of the log, written once there.
    # So they are placed under the model, before anyone sees the event; a copy of the model would cost more
    # than reading it.
    fields_of = event.__dict__
    fields_of["originator_id"] = case_id
    fields_of["originator_version"] = version
    return event


def fold(case_id: UUID, stored: Iterable[tuple[int, str, bytes]], since: CaseState | None) -> CaseState | None:
    """The state after stored events (version, topic, form), following on `since`, which is left as it was."""
    rows = iter(stored)
    first = next(rows, None)
    if first is None:
        return since
    version, topic, form = first
    # A case begins with an event of its own kind, which needs reading as such; `since` is copied by evolving it.
    state = evolve(since, load(case_id, version, topic, form))
    move, moved = fold_move, Moved.TOPIC
    for version, topic, form in rows:
        if topic == moved:
            try:
                move(state, version, form)
                continue
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
                pass  # reading it as an event says what is wrong with it
        state = evolve(state, load(case_id, version, topic, form))
    return state


def _decode(event: Event) -> None:
    fields_of = event.__dict__
    for name in type(event).HOLDS:
        fields_of[name] = decode_fields(fields_of[name])


def _look_up(case_id: UUID, version: int, topic: str, state: bytes) -> tuple[str, bytes, Callable[[bytes | str], Any]]:
    """The reader of a topic met for the first time, or of what a retired topic has become."""
    kind = TOPICS.get(topic)
    if kind is None and topic in UPCASTS:
        try:
            fields = json.loads(state)
            while kind is None and topic in UPCASTS:
                topic, fields = UPCASTS[topic](fields)
                kind = TOPICS.get(topic)
            state = json.dumps(fields).encode()
        except Exception as error:
            raise _unreadable(case_id, version, topic, error) from None
    if kind is None:
        raise StoreError(
            f"event {version} of case {case_id} has the unknown topic {topic!r}: it belongs to a feature "
            "that is not installed here, or to a newer release"
        )
    read = _READ[topic] = _built(kind).__pydantic_validator__.validate_json
    return topic, state, read


def _unreadable(case_id: UUID, version: int, topic: str, error: Exception) -> StoreError:
    # The texts of these errors quote the values that were refused: only the names of the fields may go on.
    names: set[str] = set()
    if isinstance(error, ValidationError):
        names = {str(problem["loc"][0]) for problem in error.errors(include_input=False) if problem["loc"]}
    where = f" in {', '.join(sorted(names))}" if names else ""
    return StoreError(
        f"event {version} of case {case_id} ({topic}) cannot be read: it is wrong{where}. It was written by "
        "a newer release, or changed by hand"
    )
