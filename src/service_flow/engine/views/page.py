"""Answers that come in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from service_flow.errors import DataInvalid

Item = TypeVar("Item")
LIMIT = 50
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of an answer. Hand `next` in as `after=` for the page that follows; None when this is the last."""

    items: tuple[Item, ...]
    next: str | None = None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def checked_limit(limit: int) -> int:
    """The limit, or DataInvalid when it is not between 1 and 1,000."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        raise DataInvalid(f"limit must be a whole number from 1 to {MOST}", fields=("limit",))
    return limit


def checked_flag(flag: bool, name: str) -> bool:
    """The flag, or DataInvalid for what only looks like one: the text "no" would count as true."""
    if not isinstance(flag, bool):
        raise DataInvalid(f"{name}= is neither True nor False", fields=(name,))
    return flag


def bad_cursor() -> DataInvalid:
    return DataInvalid("after= is not the `next` of a page of this kind", fields=("after",))
