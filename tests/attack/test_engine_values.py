"""Values that hosts really hand in: enum members, subclasses, broken texts, instants at the edge of the calendar."""

from __future__ import annotations

import signal
from collections import OrderedDict, UserDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import FrameType, MappingProxyType
from typing import Any

import pytest
from attack_desks import NOW, a_request, raised

from service_flow import DataInvalid, Money, Outcome, Refused, ServiceDesk, ServiceFlowError
from service_flow.engine.commands import Perform


class Kind(StrEnum):
    SMALL = "small"


class Count(IntEnum):
    THREE = 3


class SafeText(str):
    """As web frameworks mark a text."""

    __slots__ = ()


class FrozenTime(datetime):
    """As libraries that freeze time, and pandas, make them."""


class Day(date): ...


class Span(timedelta): ...


class Exact(Decimal):
    __slots__ = ()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


SUBCLASSES: dict[str, tuple[object, object]] = {
    "kind": (Kind.SMALL, "small"),
    "note": (SafeText("x"), "x"),
    "count": (Count.THREE, 3),
    "size": (Exact("1.50"), Decimal("1.50")),
    "price": (Money(Exact("1"), SafeText("EUR")), Money(Decimal(1), "EUR")),
    "day": (Day(2026, 1, 2), date(2026, 1, 2)),
    "instant": (FrozenTime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    "span": (Span(hours=1), timedelta(hours=1)),
    "texts": ([SafeText("x")], ("x",)),
}


@pytest.mark.parametrize("field", SUBCLASSES)
def test_a_member_of_a_subclass_is_kept_as_the_plain_value(memory_desk: ServiceDesk, field: str) -> None:
    given, wanted = SUBCLASSES[field]
    request = a_request(memory_desk)
    with within(5):
        assert memory_desk.requests.may(request, "tell", by="tom", data={field: given})
        memory_desk.requests.perform(request, "tell", by="tom", data={field: given})
    stored = memory_desk.store.state(request.reference.id)
    assert stored is not None
    assert stored.data[field] == wanted
    assert memory_desk.get(request).data[field] == wanted


def test_a_need_marked_by_a_web_framework_is_a_text(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk, need=SafeText("A pump"))
    assert memory_desk.get(request).facts == {"need": "A pump"}


BROKEN = "half an emoji: \ud83d"


@pytest.mark.parametrize("data", [{"note": BROKEN}, {"texts": ["x", BROKEN]}], ids=["text", "list"])
def test_a_text_that_is_no_unicode_is_refused_by_field_as_may_foretold(
    memory_desk: ServiceDesk, data: dict[str, object]
) -> None:
    request = a_request(memory_desk)
    assert memory_desk.requests.may(request, "tell", by="tom", data=data).answer == "no"
    with pytest.raises(DataInvalid) as caught:
        memory_desk.requests.perform(request, "tell", by="tom", data=data)
    assert caught.value.fields == tuple(data)


@pytest.mark.parametrize("field", ["need", "name", "text", "contact"])
def test_a_broken_text_in_an_opening_is_refused_by_name(memory_desk: ServiceDesk, field: str) -> None:
    anna = memory_desk.customers.register(name="Anna", by="tom")
    calls: dict[str, Callable[[], object]] = {
        "need": lambda: memory_desk.requests.open(customer=anna, need=BROKEN, by="tom"),
        "name": lambda: memory_desk.customers.register(name=BROKEN, by="tom"),
        "text": lambda: memory_desk.complaints.receive(customer=anna, text=BROKEN, by="tom"),
        "contact": lambda: memory_desk.customers.register(name="A", contact={"email": BROKEN}, by="tom"),
    }
    error = raised(calls[field])
    assert isinstance(error, DataInvalid), repr(error)
    assert error.fields == (field,)


def test_a_broken_text_in_one_order_does_not_stop_the_others_of_the_batch(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    answers = memory_desk.commands.run_together(
        [
            Perform(case=request, subject=None, transition="tell", by="tom", data={"note": note})
            for note in ("a", BROKEN, "b")
        ]
    )
    assert [isinstance(answer, Outcome) for answer in answers] == [True, False, True]


EDGES = {
    "after the last": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
    "before the first": datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
}


@pytest.mark.parametrize("edge", EDGES)
def test_an_instant_outside_of_the_calendar_is_refused(memory_desk: ServiceDesk, edge: str) -> None:
    request, instant = a_request(memory_desk), EDGES[edge]
    calls: list[Callable[[], object]] = [
        lambda: memory_desk.requests.perform(request, "tell", by="tom", at=instant),
        lambda: memory_desk.requests.perform(request, "tell", by="tom", data={"instant": instant}),
        lambda: memory_desk.requests.perform(request, "tell", by="tom", data={"instant": instant.isoformat()}),
        lambda: a_request(memory_desk, at=instant),
        lambda: memory_desk.history(request, as_of=instant),
    ]
    for call in calls:
        error = raised(call)
        assert isinstance(error, DataInvalid), repr(error)
    assert memory_desk.requests.may(request, "tell", by="tom", at=instant).answer == "no"
    assert len(memory_desk.history(request)) == 1


def _shown(value: object) -> str:
    """A name for a case that is the same in every process."""
    return value if isinstance(value, str) and len(value) < 20 and value.isascii() else type(value).__name__


ODD: dict[str, list[object]] = {
    "note": [None, b"x", 5, ["x"], {"a": 1}, object()],
    "count": [float("nan"), 1.0, True, 2**63, -(2**63) - 1, 10**5000, "1", Decimal(1), b"1"],
    "size": [float("nan"), float("inf"), "NaN", "sNaN", "Infinity", "", True, "1,5", b"1", "1e" + "9" * 40, "\ud800"],
    "price": ["", "EUR", "5", "5 eur", "5 EUR x", {"amount": 5}, ["5"], Money(Decimal("NaN"), "EUR"), (5, None), 5.0],
    "day": ["2026-02-30", datetime(2026, 1, 1, tzinfo=UTC), 20260101, "\ud800", "0000-01-01", b"2026-01-01"],
    "instant": [datetime(2026, 1, 1), "2026-01-01T00:00:00", date(2026, 1, 1), "soon", 5, "\x00"],
    "span": [
        "",
        "soon",
        float("nan"),
        10**30,
        "9" * 30 + " days",
        "9" * 1_000_002 + "d",
        "1 fortnight",
        b"1 day",
        "1" * 20_000,
    ],
    "sure": [0, 1, "true", "yes", []],
    "kind": ["medium", "", ["small"], {"small"}, 5],
    "texts": ["x", {"x"}, [5], [["x"]], [None], {"x": 1}],
    "prices": [["5"], "5 EUR", [5]],
    "other": ["R-999", "nobody", 5, b"R-1", ("request",), "R-" + "9" * 30, "\ud800"],
    "person": ["R-1"],
    "unknown": [1],
}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, vs in ODD.items() for v in vs if v is not None],
                         ids=_shown)  # fmt: skip
def test_an_odd_value_is_refused_by_the_name_of_its_field(memory_desk: ServiceDesk, field: str, value: object) -> None:
    request = a_request(memory_desk)
    with within(2):
        error = raised(lambda: memory_desk.requests.perform(request, "tell", by="tom", data={field: value}))
    assert isinstance(error, DataInvalid), repr(error)[:300]
    assert error.fields == (field,)
    assert memory_desk.requests.may(request, "tell", by="tom", data={field: value}).because == error.because
    assert len(memory_desk.history(request)) == 1


MAPPINGS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "proxy": MappingProxyType, "user dict": UserDict, "ordered": OrderedDict,
}  # fmt: skip


@pytest.mark.parametrize("kind", MAPPINGS)
def test_any_mapping_may_hold_the_data_and_changing_it_afterwards_changes_nothing(
    memory_desk: ServiceDesk, kind: str
) -> None:
    texts = ["x"]
    inside = {"texts": texts, "note": "n"}
    request = a_request(memory_desk)
    memory_desk.requests.perform(request, "tell", by="tom", data=MAPPINGS[kind](inside))
    texts.append("y")
    inside["note"] = "changed"
    assert memory_desk.get(request).data == {"texts": ("x",), "note": "n"}


def test_ten_thousand_characters_nul_and_marks_of_the_encoding_come_back_as_they_were(
    store: Any, attacked: Any
) -> None:
    from attack_desks import make_desk

    odd = ['{"~money": ["1", "EUR"]}', "\x00", "x" * 10_000, '{"~', "\u2028\\u0000", "𝄞 客户"]
    desk = make_desk(attacked, store)
    anna = desk.customers.register(name="\x00A", by="tom", contact={"~decimal": '{"~date": 1}', "~map": "x"})
    request = desk.requests.open(customer=anna, need=odd[0], by="tom")
    for text in odd:
        desk.requests.perform(request, "tell", by="tom", data={"note": text, "texts": [text, text]})
        stored = store.state(request.reference.id)
        assert stored.data == {"note": text, "texts": (text, text)} == desk.get(request).data
    assert store.state(anna.reference.id).facts == {
        "name": "\x00A", "contact": {"~decimal": '{"~date": 1}', "~map": "x"},
    }  # fmt: skip


def test_every_refusal_is_of_our_tree_for_instants_of_every_kind(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    for odd in ("x", 5, datetime(2026, 3, 2), date(2026, 3, 2), b"", [], NOW - timedelta(microseconds=1)):
        error = raised(lambda odd=odd: memory_desk.requests.perform(request, "tell", by="tom", at=odd))
        assert isinstance(error, Refused), (odd, error)
        if not isinstance(odd, datetime) or odd.tzinfo is None:
            assert isinstance(raised(lambda odd=odd: memory_desk.history(request, as_of=odd)), ServiceFlowError)
