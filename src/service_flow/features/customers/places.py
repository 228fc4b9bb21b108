"""Walking through those who stand under entries, in the order of their numbers, and reading no more than it takes:
however many have a word or a name in common, whoever has all that is asked for is found."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Protocol

from service_flow.engine.commands.commands import Commands
from service_flow.engine.store import EntryRow

PAGE = 200
"""Entries that are read at once."""
AFTER = "~"
"""Behind a number, a text before that of the next one."""


class Way(Protocol):
    """Some customers in the order of their numbers."""

    def first(self, since: str) -> EntryRow | None:
        """The first of them whose number is not before `since`."""


def each(way: Way) -> Iterator[EntryRow]:
    """All of them."""
    row = way.first("")
    while row is not None:
        yield row
        row = way.first(row.sort + AFTER)


class Place:
    """The customers under one entry."""

    def __init__(self, commands: Commands, kind: str, key: str) -> None:
        self._store, self._kind, self._key = commands.store, kind, key
        self._page: list[EntryRow] = []
        self._since: str | None = None
        self._is_last = False

    def first(self, since: str) -> EntryRow | None:
        if self._since is None or since < self._since or not (self._is_last or since <= self._page[-1].sort):
            self._page = self._store.entries(self._kind, self._key, since=since, limit=PAGE, personal=True)
            self._since, self._is_last = since, len(self._page) < PAGE
        at = bisect_left(self._page, since, key=_number)
        return self._page[at] if at < len(self._page) else None

    def has(self, number: str) -> bool:
        row = self.first(number)
        return row is not None and row.sort == number


class Both:
    """Those who are in all of these ways."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = ways

    def first(self, since: str) -> EntryRow | None:
        while True:
            for way in self._ways:
                row = way.first(since)
                if row is None:
                    return None
                if row.sort != since:
                    break
            else:
                return row
            since = row.sort  # whoever comes before is not in this one


class Either:
    """Those who are in any of these ways."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = ways

    def first(self, since: str) -> EntryRow | None:
        found = (way.first(since) for way in self._ways)
        return min((row for row in found if row is not None), key=_number, default=None)


def _number(row: EntryRow) -> str:
    return row.sort
