"""Whether work on an item is covered: by its warranty, by that of what it is a part of, or by a plan."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from service_flow.features.catalogue.holding import HeldPlan, Holding, OwnedItem, serial_key

_LASTING = re.compile(r"(\d+) (day|week|month|year)s?")


class Coverage(NamedTuple):
    """Whether work is covered, and why. `by` is "warranty" or the name of the plan, `until` the last day on which it
    is covered so, None where no end is known. It is true where it covers."""

    covered: bool
    why: str
    by: str | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self.covered


def last_day(since: date, lasting: str) -> date:
    """The last day of a length of time that begins on a day, which itself is not counted: two years since 15 March end
    on 15 March; where a month is too short for that, on its last day. Raises OverflowError behind the year 9999."""
    found = _LASTING.fullmatch(lasting)
    assert found is not None  # noqa: S101  it is read so
    number, unit = int(found[1]), found[2]
    if unit in ("day", "week"):
        return since + timedelta(days=number * (7 if unit == "week" else 1))
    years, month = divmod(since.month - 1 + number * (12 if unit == "year" else 1), 12)
    year = since.year + years
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(since.day, monthrange(year, month + 1)[1]))


def wholes(item: str, parts: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The item, and all that it is a part of, or a part of a part."""
    above: dict[str, list[str]] = {}
    for whole, names in parts.items():
        for name in names:
            above.setdefault(name, []).append(whole)
    found, to_look = {item}, [item]
    while to_look:
        for whole in above.get(to_look.pop(), ()):
            if whole not in found:
                found.add(whole)
                to_look.append(whole)
    return frozenset(found)


def coverage(
    holding: Holding, item: str, whole: frozenset[str], work: str | None, serial: str | None, day: date
) -> Coverage:
    """Whether work on an item is covered on a day; `whole` is the item with all that it is a part of. Of several that
    cover it, the one that does so the longest is told."""
    yes: list[Coverage] = []
    no: list[str] = []
    for owned in holding.has:
        if owned.item in whole and (serial is None or owned.item != item or _is(owned, serial)):
            _judge(_by_warranty(owned, work, day), yes, no)
    for plan in holding.plans:
        if not plan.items or not whole.isdisjoint(plan.items):
            _judge(_by_plan(plan, work, day), yes, no)
    if yes:
        return max(yes, key=lambda found: found.until or date.max)
    return Coverage(False, "; ".join(no) or f"the customer has no '{item}', and no plan that covers it")


def _judge(found: Coverage, yes: list[Coverage], no: list[str]) -> None:
    if found:
        yes.append(found)
    elif found.why not in no:
        no.append(found.why)


def _is(owned: OwnedItem, serial: str) -> bool:
    return owned.serial is not None and serial_key("", owned.serial) == serial_key("", serial)


def _by_warranty(owned: OwnedItem, work: str | None, day: date) -> Coverage:
    if owned.until is None:
        return Coverage(False, f"'{owned.item}' came without a warranty")
    return _within(f"the warranty of '{owned.item}'", "warranty", owned.since, owned.until, owned.covers, work, day)


def _by_plan(plan: HeldPlan, work: str | None, day: date) -> Coverage:
    return _within(f"the plan '{plan.plan}'", plan.plan, plan.since, plan.until, plan.covers, work, day)


def _within(
    what: str, by: str, since: date, until: date | None, covers: tuple[str, ...], work: str | None, day: date
) -> Coverage:
    if day < since:
        return Coverage(False, f"{what} begins on {since.isoformat()}")
    if until is not None and day > until:
        return Coverage(False, f"{what} ended on {until.isoformat()}")
    if work is not None and covers and work not in covers:
        return Coverage(False, f"{what} covers {', '.join(covers)}, not {work}")
    end = f" until {until.isoformat()}" if until is not None else ""
    return Coverage(True, f"{what} covers {work or 'it'}{end}", by, until)
