"""Events as bytes: what is written, what a reader of older or newer bytes is told."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.compressor import ZlibCompressor
from eventsourcing.persistence import StoredEvent
from store_samples import SampleOpened, minutes, moved, opened

from service_flow.engine.case.events import TOPICS, Event
from service_flow.engine.store.codec import UPCASTS, dump, load
from service_flow.engine.store.mapper import EventMapper
from service_flow.errors import StoreError

CASE = uuid4()
SECRET = "Anna Weber"


def stored(event: Event, **changes: Any) -> bytes:
    """The stored form with some of its JSON changed; None takes a key out."""
    fields = {**json.loads(dump(event)[1]), **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def test_only_what_differs_from_the_defaults_is_written() -> None:
    topic, state = dump(opened(CASE, 7, at=minutes(1)))
    assert topic == "test:store-sample-opened"
    assert json.loads(state).keys() == {"id", "at", "by", "number", "flow", "revision", "entered", "owners"}


def test_the_case_and_version_are_not_written_but_placed() -> None:
    event = moved(CASE, 5)
    topic, state = dump(event)
    assert str(CASE).encode() not in state
    read = load(CASE, 5, topic, state)
    assert read == event
    assert hash(read) == hash(event)
    with pytest.raises(Exception, match="frozen"):
        read.originator_version = 6  # type: ignore[misc]


def test_a_topic_nobody_knows_is_named() -> None:
    with pytest.raises(StoreError, match=r"unknown topic 'loyalty:earned'.*not installed here") as caught:
        load(CASE, 3, "loyalty:earned", b'{"name":"Anna Weber"}')
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"surprise": SECRET}, "surprise"),
        ({"at": SECRET}, "at"),
        ({"transition": None}, "transition"),
        ({"data": {"x": {"~unheard": SECRET}}}, "wrong"),
        ({"data": {"x": {"~decimal": SECRET}}}, "wrong"),
    ],
)
def test_an_event_that_cannot_be_read_names_its_fields_and_no_value(changes: dict[str, Any], named: str) -> None:
    event = moved(CASE, 2, personal={"name": SECRET})
    with pytest.raises(StoreError, match=named) as caught:
        load(CASE, 2, "service_flow:moved", stored(event, **changes))
    assert f"event 2 of case {CASE}" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


def test_bytes_that_are_no_json_are_not_quoted() -> None:
    with pytest.raises(StoreError, match="cannot be read") as caught:
        load(CASE, 2, "service_flow:moved", b"Anna Weber")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", ["\ud800" + SECRET, 1.5, object()])
def test_a_value_that_no_event_can_hold_is_not_quoted(value: object) -> None:
    with pytest.raises(StoreError, match="cannot be stored") as caught:
        dump(moved(CASE, 2, data={"x": value}))
    assert SECRET not in str(caught.value)


def test_retired_topics_are_upcast_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_second(fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        action = fields.pop("action")
        return "test:second", {**fields, "transition": action}

    def to_moved(fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "service_flow:moved", {**fields, "owners": [fields["owners"][0], "supervisor"]}

    event = moved(CASE, 2, data={"price": None})
    state = stored(event, transition=None, action="analyse")
    with pytest.raises(StoreError, match="unknown topic"):
        load(CASE, 2, "test:first", state)
    monkeypatch.setitem(UPCASTS, "test:first", to_second)
    monkeypatch.setitem(UPCASTS, "test:second", to_moved)
    for _ in range(2):  # a second reading is not led astray by what the first one looked up
        read = load(CASE, 2, "test:first", state)
        assert read == event.model_copy(update={"owners": ("technician", "supervisor")})
    assert load(CASE, 2, *dump(event)) == event
    with pytest.raises(StoreError, match="cannot be read"):
        load(CASE, 2, "test:first", stored(event))  # it has no `action`


def test_an_upcast_that_leads_nowhere_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTS, "test:first", lambda fields: ("test:gone", fields))
    with pytest.raises(StoreError, match="unknown topic 'test:gone'"):
        load(CASE, 1, "test:first", b"{}")


def test_no_topic_is_both_current_and_retired() -> None:
    assert not TOPICS.keys() & UPCASTS.keys()


def test_the_library_finds_the_mapper_by_its_topic() -> None:
    class Reader(Application[Any]):
        env: ClassVar[dict[str, str]] = {"MAPPER_TOPIC": "service_flow.engine.store.mapper:EventMapper"}

    event = opened(CASE, 1, personal={"name": SECRET})
    mapper = Reader().mapper
    assert type(mapper) is EventMapper
    stored_event = mapper.to_stored_event(event)
    assert stored_event == StoredEvent(CASE, 1, SampleOpened.TOPIC, dump(event)[1])
    assert mapper.to_domain_event(stored_event) == event


def test_the_library_is_told_that_the_log_is_not_compressed() -> None:
    with pytest.raises(StoreError, match="COMPRESSOR_TOPIC"):
        EventMapper(compressor=ZlibCompressor())


def test_originator_ids_as_texts_are_understood() -> None:
    event = moved(CASE, 2)
    assert EventMapper().to_domain_event(StoredEvent(CASE.hex, 2, *dump(event))) == event


def test_an_interrupt_while_an_event_is_written_down_stays_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """pydantic turns every exception of a serializer's own part into its own error; a Ctrl-C must not look like data
    that cannot be stored."""

    def interrupted(_value: object) -> object:
        raise KeyboardInterrupt

    event = opened(CASE, 1, data={"price": Decimal("1.5")})
    monkeypatch.setattr("service_flow.engine.case.encoding.encode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        dump(event)
