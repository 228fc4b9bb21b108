"""What cases are about, and what customers own and are entitled to: one record of each. As a text each is what exports
show of it, without serial numbers: a name and two days."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Concern(NamedTuple):
    """An item that a case is about. `covered` are the kinds of work on it that were covered for the customer when that
    was said."""

    number: int
    item: str
    serial: str | None = None
    is_over: bool = False
    covered: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.item


class Part(NamedTuple):
    """A part of an item that a customer has, or a part of a part. `until` is the last day of its own warranty, None
    where it has none; `covers` the kinds of work that this covers, none for all."""

    item: str
    until: date | None = None
    covers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _span(self.item, None, self.until)


class OwnedItem(NamedTuple):
    """An item that a customer has, since a day. `until` is the last day of its warranty, None where it has none;
    `covers` the kinds of work that it covers, none for all; `parts` what it consisted of then, None where that is not
    on record: then it is what the catalogue says now."""

    number: int
    item: str
    serial: str | None
    since: date
    until: date | None
    covers: tuple[str, ...]
    is_given_up: bool = False
    parts: tuple[Part, ...] | None = None

    def __str__(self) -> str:
        return _span(self.item, self.since, self.until)

    @property
    def items(self) -> tuple[str, ...]:
        """It, and what it is known to have consisted of."""
        return (self.item, *(part.item for part in self.parts or ()))


class HeldPlan(NamedTuple):
    """A service plan that a customer has, since a day, up to and with `until`; none named in `covers` or `items` means
    all of them."""

    number: int
    plan: str
    since: date
    until: date | None
    covers: tuple[str, ...]
    items: tuple[str, ...]

    def __str__(self) -> str:
        return _span(self.plan, self.since, self.until)


def serial_key(item: str, serial: str) -> str:
    """Under what a serial number is found: whatever its letters' case and the spaces in it."""
    return f"{item} {''.join(serial.split()).casefold()}"


def is_serial(one: str | None, other: str | None) -> bool:
    """Whether two serial numbers of one kind of item are the same, if they are known; as `serial_key` finds them."""
    return one == other or (one is not None and other is not None and serial_key("", one) == serial_key("", other))


def _span(name: str, since: date | None, until: date | None) -> str:
    begun, ended = (f" {day.isoformat()}" if day is not None else "" for day in (since, until))
    return f"{name}{begun}" + (f" –{ended}" if ended else "")
