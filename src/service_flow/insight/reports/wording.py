"""Titles, instants, spans, money and all other values as people of one language read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from service_flow.design.flow import Field, Flow
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.language.values import Money, Reference
from service_flow.engine.case.erased import Erased, erased_in
from service_flow.insight.reports.names import Names
from service_flow.insight.reports.words import LANGUAGES, MONTHS, UNITS, WEEKDAYS, WORDS

_MOST_DIGITS = 30
"""A number with more is written as it is stored: with an exponent it may have thousands of zeros."""


class Wording:
    """One language and the names that go with it. It gives plain texts; escaping them is the page's work."""

    def __init__(self, lang: str, names: Names) -> None:
        self.lang, self._names = lang, names
        self._column = list(LANGUAGES).index(lang)
        self._writers: dict[type, Callable[[Any], str]] = {
            bool: lambda value: self("yes" if value else "no"),
            Decimal: _number,
            Money: lambda money: f"{_number(money.amount)} {money.currency}",
            datetime: self.instant,
            date: self.date,
            timedelta: self.span,
            Reference: lambda reference: names.case(reference.id) or str(reference),
        }

    def __call__(self, word: str, *values: object, **named: object) -> str:
        return WORDS[word][self._column].format(*values, **named)

    def either(self, kind: str, name: str) -> str:
        """The word for a name of that kind; where there is none the name with spaces for underscores."""
        known = WORDS.get(f"{kind}_{name}")
        return known[self._column] if known is not None else name.replace("_", " ")

    def title(self, titles: Mapping[Any, str], name: str) -> str:
        """The title in this language, else in any there is, else the last part of the name."""
        return self._said(titles) or name.rpartition(".")[2].replace("_", " ")

    def _said(self, titles: Mapping[Any, str]) -> str:
        said = (titles.get(language, "") for language in (self.lang, *titles))
        return next((text for text in said if text.strip()), "")

    def states(self, states: Sequence[str], flow: Flow | None) -> str:
        known = flow.states if flow is not None else {}
        return " + ".join(self.title(known[path].title if path in known else {}, path) for path in states)

    def posts(self, posts: Sequence[str]) -> str:
        return (", " if self.lang == "en" else "、").join(map(self.post, posts))

    def post(self, post: str) -> str:
        return self.title(self._names.posts.get(post, {}), post)

    def party(self, party: str) -> str:
        """An outside party."""
        return self.title(self._names.parties.get(party, {}), party)

    def actor(self, actor: str) -> str:
        """Who did something: a member of staff by name, one of the system's own actors by its word."""
        return self.either("actor", actor) if actor in SYSTEM_ACTORS else self._names.people.get(actor) or actor

    def case(self, case: UUID) -> str:
        """What people call a case; its id where nobody knows."""
        return self._names.case(case) or str(case)

    # --- times

    def day(self, instant: datetime) -> str:
        """The day in UTC with its weekday."""
        weekday = WEEKDAYS[instant.astimezone(UTC).weekday()][self._column]
        day = self.date(instant.astimezone(UTC))
        return f"{weekday}, {day}" if self.lang == "en" else f"{day} {weekday}"

    def date(self, day: date) -> str:
        if self.lang == "en":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日"

    def time_of_day(self, instant: datetime) -> str:
        """To the minute, in UTC."""
        return f"{instant.astimezone(UTC):%H:%M}"

    def instant(self, instant: datetime) -> str:
        """To the minute, in UTC, which it says."""
        between = ", " if self.lang == "en" else " "
        return f"{self.date(instant.astimezone(UTC))}{between}{self.time_of_day(instant)} UTC"

    def span(self, span: timedelta) -> str:
        """A span in its two largest units: "3 d 4 h". What is left over is dropped."""
        seconds = abs(span) // timedelta(seconds=1)
        parts: list[str] = []
        for size, *written in UNITS:
            number, seconds = divmod(seconds, size)
            if number:
                parts.append(f"{number:,}{written[self._column]}")
            elif parts:
                break
            if len(parts) == 2:
                break
        sign = "−" if span < timedelta(0) and parts else ""
        return sign + (" " if self.lang == "en" else "").join(parts or [f"0{UNITS[-1][1 + self._column]}"])

    def share(self, part: timedelta, whole: timedelta) -> str:
        """A share in per cent; what is there but rounds to nothing is "< 1 %"."""
        percent = part / whole * 100 if whole else 0.0
        return "< 1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"

    # --- values

    def value(self, value: Any, field: Field | None = None) -> list[str]:
        """A value as lines of text: one, or several for a list or a mapping with more elements."""
        if isinstance(value, list | tuple) and not isinstance(value, Reference):
            return [" ".join(self.value(element, field)) for element in value] or [self("empty")]
        if isinstance(value, Mapping):
            return [f"{key}: {', '.join(self.value(element))}" for key, element in value.items()] or [self("empty")]
        return [self._plain(value, field) or self("empty")]

    def _plain(self, value: Any, field: Field | None) -> str:
        if isinstance(value, Erased):
            return erased_in(self.lang)
        if isinstance(value, str):
            return (self._said(field.choices.get(value, {})) if field is not None else "") or value
        write = self._writers.get(type(value), str)
        return "" if value is None else write(value)


def _number(number: Decimal) -> str:
    """With commas between thousands, and as many decimals as it has."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or max(abs(exponent), abs(number.adjusted())) > _MOST_DIGITS:
        return str(number)
    return f"{number:,f}"
