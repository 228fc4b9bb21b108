"""Values that no caller should hand in, and some do: wrong types, odd members of right types, objects that explode."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from service_flow import Money, Person, Reference


class Bomb:
    """Goes off when anybody asks it for anything: what is of no known type must not be touched."""

    def _bang(self, *_: Any) -> Any:
        raise RuntimeError("somebody touched the bomb")

    __str__ = __repr__ = __eq__ = __hash__ = __len__ = __bool__ = __contains__ = __getitem__ = _bang  # type: ignore[assignment]
    __lt__ = __int__ = __float__ = __index__ = __fspath__ = __format__ = _bang

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"somebody asked the bomb for {name}")


class Colour(enum.StrEnum):
    """A text that is a member of an enumeration."""

    RED = "red"


class Loud(str):
    """A text that does not want to be compared or shown."""

    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("somebody asked a text for its text")

    def __format__(self, _: str) -> str:
        raise RuntimeError("somebody formatted a text")


class NoZone(tzinfo):
    """A zone that does not know its offset, but says that it is one."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None


def endless() -> Iterator[str]:
    while True:
        yield "x"


def nested(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


def own_member() -> list[Any]:
    ring: list[Any] = []
    ring.append(ring)
    return ring


NUMBERS: list[Any] = [
    0, 1, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**5_000, True, False, 1.5, float("nan"), float("inf"), complex(1, 1),
    Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e999999"), Decimal("-0"),
]  # fmt: skip
TEXTS: list[Any] = [
    "", " ", "\x00", "\n", "\ud800", "\x1b[31m", "a" * 100_001, "x" * 70, "客户", "\u202e", "R-0", "R-1", "R--1", "r-1", "R-\u0661",
    "R-99999999999999999999999", "CU-1", "C-1", "CU-", "00000000-0000-0000-0000-000000000000", "request:x", "any", "history",
    "customer", "timer", "rule", "import", "tom", "__class__", "'; drop table events; --", "%s", "{0}", Colour.RED, Loud("tom"),
    Loud("R-1"), b"tom", bytearray(b"x"), Path("tom"),
]  # fmt: skip
TIMES: list[Any] = [
    datetime(2026, 3, 2, 9), datetime.min, datetime.max, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))),
    datetime(2026, 3, 2, tzinfo=NoZone()), date(2026, 3, 2), timedelta.max, "2026-03-02T09:00:00Z", 1_772_442_000,
]  # fmt: skip
OBJECTS: list[Any] = [
    None, Bomb(), object(), object, print, lambda: None, NotImplemented, ..., Reference("request", None), Reference("x", UUID(int=0)),  # type: ignore[arg-type]
    Reference("request", "x"), ("request", UUID(int=0)), UUID(int=0), Money(Decimal("NaN"), "EUR"), Money(None, None),  # type: ignore[arg-type]
    Person("tom"), Person("", "x", frozenset({1})),  # type: ignore[arg-type]
]  # fmt: skip
HOLDERS: list[Any] = [
    [], (), {}, set(), frozenset({"x"}), [None], {"x"}, {"": ""}, {None: None}, {1: 2}, {("a",): "b"}, {"a": Bomb()}, {"\ud800": "x"},
    {"email": "x"}, {"email": None}, {"email": ["x"]}, {"x": nested(5_000)}, {"x": own_member()}, nested(5_000), own_member(),
    {f"field_number_{n}": n for n in range(5_000)}, ["x"] * 50_000, endless(), range(10**9), [Bomb()], {"kind": Bomb()},
]  # fmt: skip
KINDS = {"number": NUMBERS, "text": TEXTS, "time": TIMES, "object": OBJECTS, "holder": HOLDERS}


class Odd(NamedTuple):
    """The name of a hostile value. Hypothesis draws and shows names; it would touch the values themselves."""

    kind: str
    index: int

    @property
    def value(self) -> Any:
        return KINDS[self.kind][self.index]

    def __repr__(self) -> str:
        return f"Odd({self.kind!r}, {self.index})  # {type(self.value).__name__}\n"


NAMES = [Odd(kind, index) for kind, values in KINDS.items() for index in range(len(values))]


def hostile() -> st.SearchStrategy[Odd]:
    """Any of them, each kind as often as the others."""
    return st.one_of(*(st.sampled_from([name for name in NAMES if name.kind == kind]) for kind in KINDS))


def meant(given: Any) -> Any:
    """What was drawn, with hostile values in the place of their names."""
    if isinstance(given, Odd):
        return given.value
    return {name: meant(inner) for name, inner in given.items()} if isinstance(given, dict) else given
