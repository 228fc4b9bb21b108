"""Whether work on an item is covered: by its warranty, by that of what it is a part of, or by a plan."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from service_flow.features.catalogue.held import HeldPlan, is_serial
from service_flow.features.catalogue.holding import Holding

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


def parts_of(item: str, parts: Mapping[str, Iterable[str]]) -> list[str]:
    """All that an item consists of, down to parts of parts; each once, in the order in which they are named."""
    found: dict[str, None] = {}
    level: dict[str, None] = {item: None}
    while level:
        level = {name: None for whole in level for name in parts.get(whole, ()) if name not in found and name != item}
        found |= level
    return list(found)


def coverage(
    holding: Holding, item: str, whole: frozenset[str], work: str | None, serial: str | None, day: date
) -> Coverage:
    """Whether work on an item is covered on a day; `whole` is the item with all that it is a part of. A part is covered
    by the warranty of what was bought as a whole, and by its own. Of several that cover it, the one that does so the
    longest is told."""
    yes: list[Coverage] = []
    no: list[str] = []
    for owned in holding.has:
        if serial is not None and owned.item == item and not is_serial(owned.serial, serial):
            continue
        if item in owned.items or (owned.parts is None and owned.item in whole):
            _judge(_by_warranty(owned.item, owned.since, owned.until, owned.covers, work, day), yes, no)
        for part in owned.parts or ():
            if part.item in whole and part.until is not None:
                _judge(_by_warranty(part.item, owned.since, part.until, part.covers, work, day), yes, no)
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


def _by_warranty(
    item: str, since: date, until: date | None, covers: tuple[str, ...], work: str | None, day: date
) -> Coverage:
    if until is None:
        return Coverage(False, f"'{item}' came without a warranty")
    return _within(f"the warranty of '{item}'", "warranty", since, until, covers, work, day)


def _by_plan(plan: HeldPlan, work: str | None, day: date) -> Coverage:
    return _within(f"the plan '{plan.plan}'", plan.plan, plan.since, plan.until, plan.covers, work, day)


def _within(
    what: str, by: str, since: date, until: date | None, covers: tuple[str, ...], work: str | None, day: date
) -> Coverage:
    if until is not None and until < since:
        return Coverage(False, f"{what} was ended before it began")
    if day < since:
        return Coverage(False, f"{what} begins on {since.isoformat()}")
    if until is not None and day > until:
        return Coverage(False, f"{what} ended on {until.isoformat()}")
    if work is not None and covers and work not in covers:
        return Coverage(False, f"{what} covers {', '.join(covers)}, not {work}")
    end = f" until {until.isoformat()}" if until is not None else ""
    return Coverage(True, f"{what} covers {work or 'it'}{end}", by, until)
