"""Cells of a log as values of a flow's fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from service_flow.design.flow import Field
from service_flow.insight.histories.logs.instants import day_reader, instant_reader
from service_flow.insight.histories.logs.numbers import amount_parts, number_reader
from service_flow.insight.histories.mapping import DataWords, LogWords

_WHOLE = re.compile(r"[+-]?\d{1,20}")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_NO_NUMBER, _NO_MOMENT = "no number", "no moment"
"""Texts that no such field takes. `1.50` is a number for every field, but not in a log that writes `1,50`."""


class Cells:
    """Reads cells as the mapping says. A cell that is no value of its field goes on as it is, to be refused."""

    def __init__(self, log: LogWords, zone: str | None, data: Mapping[str, DataWords]) -> None:
        """`zone` is that of instants without an offset, `data` what fills each field."""
        # Numbers with a point need not be rewritten: they are written as fields take them.
        plain = log.decimal == "." and log.thousands is None
        self._number: Callable[[str], str | None] = (
            (lambda text: text) if plain else number_reader(log.decimal, log.thousands)
        )
        self._currencies = {name: cell.currency for name, cell in data.items()}
        self._instants = {name: instant_reader(cell.format, zone) for name, cell in data.items()}
        self._days = {name: day_reader(cell.format) for name, cell in data.items()}
        self._readers: dict[str, Callable[[str, str], object]] = {
            "integer": self._integer,
            "decimal": self._decimal,
            "money": self._money,
            "boolean": lambda text, _: _BOOLEANS.get(text.lower(), text),
            "instant": lambda text, name: _moment(text, self._instants[name]),
            "date": lambda text, name: _moment(text, self._days[name]),
        }

    def value(self, text: str, name: str, field: Field) -> object:
        """What the field's reader takes."""
        read = self._readers.get((field.of or "text") if field.type == "list" else field.type, _as_it_is)
        if field.type != "list":
            return read(text, name)
        return [read(part.strip(), name) for part in text.split(";") if part.strip()]

    def _integer(self, text: str, _: str) -> object:
        number = self._number(text) or text
        return int(number) if _WHOLE.fullmatch(number) else text

    def _decimal(self, text: str, _: str) -> object:
        return self._number(text) or _NO_NUMBER

    def _money(self, text: str, name: str) -> object:
        number, currency = amount_parts(text)
        return f"{self._number(number) or _NO_NUMBER} {currency or self._currencies[name] or ''}"


def _as_it_is(text: str, _: str) -> object:
    return text


def _moment(text: str, read: Callable[[str], datetime | date]) -> object:
    try:
        return read(text)
    except ValueError:
        return _NO_MOMENT
