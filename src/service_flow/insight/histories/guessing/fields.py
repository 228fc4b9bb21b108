"""Which columns fill the fields of a flow, and how their cells are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from service_flow.design.flow import Field, Flow
from service_flow.insight.histories.cells import Cells
from service_flow.insight.histories.guessing.looking import Looked
from service_flow.insight.histories.guessing.matching import Match, match_fields
from service_flow.insight.histories.guessing.moments import moments
from service_flow.insight.histories.guessing.text import Page, braced, can_be_written, scalar
from service_flow.insight.histories.logs.numbers import amount_parts
from service_flow.insight.histories.mapping import ISO, DataWords, LogWords

_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}")
_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBERS = ("integer", "decimal", "money")
_HALF = 0.5
_MOST_FIELDS = 8
"""Fields that are told of by name though no row needs them."""


def is_moment(text: str) -> bool:
    """Whether a text is a date or an instant."""
    return moments([text]) is not None


def find_columns(looked: Looked, flow: Flow, taken: Collection[str]) -> dict[str, Match]:
    """The column that each field is likely filled by; a field for which none is likely is left out.

    A column that says something else (`taken`) fills a field only if it is called like it, and so does one most of
    whose cells the field could not hold.
    """
    fields = [field for field in flow.fields.values() if field.type != "reference"]
    found = match_fields(fields, [column for column in looked.columns if column and can_be_written(column)])
    marks = number_marks(looked, flow, found)
    return {
        name: column
        for name, column in found.items()
        if column.is_sure
        or (column.name not in taken and _words(flow.fields[name], column.name, looked, marks).readable >= _HALF)
    }


def number_marks(looked: Looked, flow: Flow, columns: Mapping[str, Match]) -> dict[str, str]:
    """The words of a log in which numbers are not written with a point alone."""
    cells = [
        amount_parts(cell)[0]
        for name, column in columns.items()
        if flow.fields[name].type in _NUMBERS
        for cell in looked.cells(column.name)
    ]
    if any(map(_COMMA.fullmatch, cells)):
        return {"decimal": '","', **({"thousands": '"."'} if any("." in cell for cell in cells) else {})}
    return {"thousands": '","'} if any(map(_POINT.fullmatch, cells)) else {}


def write(page: Page, looked: Looked, flow: Flow, columns: Mapping[str, Match], done: Collection[str]) -> None:
    """The word `data`, and what is doubtful in it. `done` are the transitions that the log is known to have."""
    lines: list[tuple[bool, str, str]] = []
    lacking = []
    marks = number_marks(looked, flow, columns)
    for field in flow.fields.values():
        column = columns.get(field.name)
        if column is None:
            lacking.append(field.name)
            continue
        words, doubt, _ = _words(field, column.name, looked, marks)
        lines.append((column.is_sure and not doubt, f"  {field.name}: {words}", doubt or "near in name only"))
    _ask(page, flow, lacking, done)
    sure = any(counts for counts, *_ in lines)
    if lines:
        (page.holds if sure else page.leaves_out)("data:")
    for counts, line, _ in lines:
        if counts:
            page.holds(line)
    for counts, line, doubt in lines:
        if not counts:
            page.asks(f"is this the column? {doubt[:1].upper()}{doubt[1:]}.", "  ")
            page.leaves_out(line)


def _ask(page: Page, flow: Flow, lacking: Sequence[str], done: Collection[str]) -> None:
    """Ask for the fields that no column fills: first for those without which rows would be refused."""
    forms = [flow.opening, *(flow.transitions[name].form for name in done)]
    needed = [name for name in lacking if any(name in form.required for form in forms)]
    others = [name for name in lacking if name not in needed]
    if needed:
        page.asks(
            "what fills these fields of the flow? No column is called so, and the opening or a transition of this "
            f"mapping does not go without: {', '.join(needed)}."
        )
    if others:
        more = f" and {len(others) - _MOST_FIELDS} more" if len(others) > _MOST_FIELDS else ""
        page.remarks(f"No column is called like these fields of the flow: {', '.join(others[:_MOST_FIELDS])}{more}.")


class _Written(NamedTuple):
    """The value of a field's word, what is doubtful about it, and which part of the cells the field can hold."""

    words: str
    doubt: str
    readable: float


def _words(field: Field, column: str, looked: Looked, marks: dict[str, str]) -> _Written:
    cells = [cell for cell in looked.cells(column) if cell]
    words: dict[str, str] = {"column": column}
    doubt = ""
    times = moments(cells) if "date" in (field.type, field.of) or "instant" in (field.type, field.of) else None
    if times is not None and times.formats != (ISO,):
        words["format"] = times.formats[0]
        if times.others:
            doubt = f'its dates may also be "{times.others[0]}"'
    if field.type == "money" and cells and not any(amount_parts(cell)[1] for cell in cells):
        words["currency"] = "EUR"
        doubt = "its amounts name no currency"
    share = _readable(field, words, cells, marks)
    if share < 1:
        doubt = f"{1 - share:.0%} of its cells are no value of the field"
    if len(words) == 1:
        return _Written(scalar(column), doubt, share)
    return _Written(braced({word: scalar(value) for word, value in words.items()}), doubt, share)


def _readable(field: Field, words: dict[str, str], cells: Sequence[str], marks: dict[str, str]) -> float:
    """Which part of the cells the field takes, read as the mapping would have them read."""
    if not cells:
        return 1.0
    given = {word: [value] if word == "format" else value for word, value in words.items()}
    log = LogWords.model_validate({word: value.strip('"') for word, value in marks.items()})
    # Any zone will do to see whether an instant can be read.
    reader = Cells(log, "UTC", {field.name: DataWords.model_validate(given)})
    return sum(_is_read(reader.value(cell, field.name, field), field) for cell in cells) / len(cells)


def _is_read(value: object, field: Field) -> bool:
    try:
        field.read(value)
    except ValueError:
        return False
    return True
