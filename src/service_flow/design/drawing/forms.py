"""Forms and decision tables on the page of a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.hypertext import Markup, element
from service_flow.design.drawing.page_words import said
from service_flow.design.drawing.wording import Wording, cleaned
from service_flow.design.flow import Field, Form
from service_flow.design.language.model import DecisionModel, RowModel
from service_flow.design.language.model.decisions import Cell

_MOST_CHOICES = 12
"""Choices of a field that are written out."""


class Forms:
    """What a flow asks for and decides by, in tables."""

    def __init__(self, figure: Figure, wording: Wording) -> None:
        self._flow, self._wording = figure.flow, wording

    def _said(self, word: str, *values: object) -> str:
        return said(self._wording.lang, word, *values)

    def form(self, form: Form) -> Markup:
        """The fields that are asked for; nothing for none."""
        if not form.fields:
            return Markup("")
        rows = [self._field(field, required=field.name in form.required) for field in form.fields.values()]
        return self._table(("field", "type"), rows)

    def _field(self, field: Field, *, required: bool) -> Markup:
        notes = [self._said("required" if required else "optional")]
        if field.personal:
            notes.append(self._said("personal"))
        name = [self._wording.title(field.title, field.name), " ", element("small", self._wording.comma.join(notes))]
        return element("tr", element("th", *name, scope="row"), element("td", self._type(field)))

    def _type(self, field: Field) -> str:
        if field.choices:
            words = [self._wording.title(title, word) for word, title in field.choices.items()]
            more = ["…"] if len(words) > _MOST_CHOICES else []
            return self._said(f"type_{field.type}", self._wording.comma.join([*words[:_MOST_CHOICES], *more]))
        if field.type == "list":
            return self._said("type_list", self._said(f"type_{field.of or 'text'}"))
        return self._wording(field.to) if field.to is not None else self._said(f"type_{field.type}")

    def decision(self, table: DecisionModel) -> Markup:
        """A decision table: a row for each of its rows, with what must hold and what it gives."""
        return self._table(("guard", "gives"), [self._row(table, row) for row in table.rows])

    def _row(self, table: DecisionModel, row: RowModel) -> Markup:
        colon = self._wording.colon
        holds = [f"{self._name(name)}{colon}{self._values(name, cells)}" for name, cells in row.match.items()]
        parts: list[str] = [self._wording.comma.join(holds)] if holds else []
        if row.when is not None:
            parts += [" ", element("code", cleaned(row.when))]
        gives = table.gives.choices.get(str(row.then), {}) if table.gives.choices else {}
        result = self._wording.title(gives, str(row.then)) if gives else self._value(row.then)
        return element("tr", element("td", *parts or [self._said("always")]), element("td", result))

    def _name(self, name: str) -> str:
        field = self._flow.fields.get(name)
        return name if field is None else self._wording.title(field.title, name)

    def _values(self, name: str, cells: Sequence[Cell]) -> str:
        field = self._flow.fields.get(name)
        choices = field.choices if field is not None else {}
        named = [(choices.get(str(cell)), cell) for cell in cells]
        told = [self._value(cell) if title is None else self._wording.title(title, str(cell)) for title, cell in named]
        return self._wording.either.join(told)

    def _value(self, value: Cell) -> str:
        if isinstance(value, bool):
            return self._said("yes" if value else "no")
        return self._wording.span(cleaned(str(value)))

    def _table(self, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
        cells = [element("th", self._said(word), scope="col") for word in heads]
        table = element("table", element("thead", element("tr", *cells)), element("tbody", *rows))
        return element("div", table, class_="form")
