"""Rows of a log as commands: what the mapping says, in the words of a flow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Map
from uuid import UUID, uuid5

from service_flow.design.flow import Flow, Form
from service_flow.design.organisation import Actor
from service_flow.engine.case.events import Opened
from service_flow.engine.commands import Open, Perform
from service_flow.engine.commands.cases import checked_text
from service_flow.errors import meant
from service_flow.features.complaints import ComplaintReceived
from service_flow.features.customers import CustomerRegistered
from service_flow.features.requests import RequestOpened
from service_flow.insight.histories.cells import Cells
from service_flow.insight.histories.logs.sorted_log import Row
from service_flow.insight.histories.mapping import NO_ROW, CellWords, Mapping

_CASES = UUID("5b1f6a0e-6c1c-4f0e-9a55-0f6f2f6f8d01")
_CUSTOMERS = UUID("5b1f6a0e-6c1c-4f0e-9a55-0f6f2f6f8d02")
_LONGEST_CASE = 100
_IMPORT = Actor("import", system=True)
_OPENINGS: dict[str, tuple[type[Opened], str]] = {
    "request": (RequestOpened, "need"),
    "complaint": (ComplaintReceived, "text"),
    "customer": (CustomerRegistered, "name"),
}
"""How a case of each subject begins: its event, and the fact that says what it is about."""


class Translation:
    """Makes commands of rows, with ids made from names: a second import finds those of the first."""

    def __init__(self, mapping: Mapping, flow: Flow, columns: tuple[str, ...], log: str) -> None:
        """Raises InputError where the mapping does not fit the flow."""
        self._words, self.flow, self._log = mapping.words, flow, log
        self._at = {column: index for index, column in enumerate(columns)}
        words = mapping.words
        self._cells = Cells(words.log, words.instant.zone, words.data)
        if flow.subject not in _OPENINGS:
            known = ", ".join(_OPENINGS)
            raise mapping.fault(f"flow '{flow.name}' carries a {flow.subject}; imported are: {known}", ("flow",))
        self._opened, self._fact = _OPENINGS[flow.subject]
        self._actors: dict[tuple[str, str], Actor] = {}
        _check(mapping, flow, self._fact)

    def case_id(self, case: str) -> UUID:
        return uuid5(_CASES, f"{self._log}/{case}")

    def customer_id(self, first_case: str) -> UUID:
        """A customer's id, from the first case: one made from the name would confirm a guess of the name."""
        return uuid5(_CUSTOMERS, f"{self._log}/{first_case}")

    def command_id(self, case: str, ordinal: int | str) -> str:
        """The id of the command that a row is: 1 for the first row of its case; 0 is the opening."""
        name = case if len(case) <= _LONGEST_CASE else f"sha256:{_digest(case)}"
        return f"{self._log}/{name}/{ordinal}"

    def activity(self, row: Row) -> str:
        return row.cells[self._at[self._words.activity]]

    def transition(self, row: Row) -> str | None:
        """The transition that the row's activity is; None when the mapping names none."""
        return self._words.transitions.get(self.activity(row))

    def opens(self, row: Row) -> bool:
        """Whether the row, as the first of its case, is the opening and nothing more."""
        word = self._words.opening.transition
        return word != NO_ROW and self.transition(row) == word

    def customer(self, row: Row) -> str | None:
        """Whose case it is, as the log writes it."""
        if self._words.customer is None:
            return None
        return row.cells[self._at[self._words.customer.column]] or None

    def actor(self, row: Row) -> Actor:
        """Who acted, in the post held then; the system actor `import` where the row names nobody."""
        person = self._cell(self._words.person, row)
        if not person:
            return _IMPORT
        words = self._words.post
        cell = self._cell(words, row)
        post = words.map.get(cell, "") if words is not None and words.map else cell
        known = self._actors.get((person, post))
        if known is None:
            known = self._actors[person, post] = Actor(person, frozenset({post} if post else ()))
        return known

    def registration(self, customer: str, row: Row) -> Open:
        """The customer of that name is registered when his first case is opened, by whoever opens it."""
        words = self._words.customer
        return Open(
            opened=CustomerRegistered, facts={"name": customer}, case_id=self.customer_id(row.case),
            flow=words.flow if words is not None else None, by=self.actor(row), at=row.at, cause="import",
            command_id=self.command_id(row.case, "customer"),
        )  # fmt: skip

    def opening(self, row: Row, customer: UUID | None) -> Open:
        """The case of the row begins. Raises DataInvalid for a text too long to open one with."""
        opening = self._words.opening
        cell = {"need": opening.need, "text": opening.text, "name": opening.name}[self._fact]
        text = self._cell(cell, row) or f"Case {row.case} of the log {self._log}"
        return Open(
            opened=self._opened, facts={self._fact: checked_text(text, self._fact)}, flow=self.flow.name,
            case_id=self.case_id(row.case), customer=customer,
            data=self._data(self.flow.opening, self.flow, row),
            by=self.actor(row), at=row.at, channel=self._cell(opening.channel, row) or None, cause="import",
            command_id=self.command_id(row.case, 0),
        )  # fmt: skip

    def move(self, row: Row, ordinal: int, transition: str, flow: Flow) -> Perform:
        """The transition that the row is, with the data that its form asks for in the case's revision."""
        known = flow.transitions.get(transition)
        return Perform(
            case=self.case_id(row.case), subject=flow.subject, transition=transition,
            data=self._data(known.form, flow, row) if known is not None else {},
            by=self.actor(row), at=row.at, cause="import", command_id=self.command_id(row.case, ordinal),
        )  # fmt: skip

    def _cell(self, words: CellWords | None, row: Row) -> str:
        if words is None:
            return ""
        return words.value or "" if words.column is None else row.cells[self._at[words.column]]

    def _data(self, form: Form, flow: Flow, row: Row) -> dict[str, object]:
        data: dict[str, object] = {}
        for name in self._words.data:
            if name in form.names:
                cell = self._cell(self._words.data[name], row)
                if cell:
                    data[name] = self._cells.value(cell, name, flow.fields[name])
        return data


def _check(mapping: Mapping, flow: Flow, fact: str) -> None:
    words = mapping.words
    given: Map[str, CellWords | None] = {
        "need": words.opening.need,
        "text": words.opening.text,
        "name": words.opening.name,
    }
    for word, cell in given.items():
        if cell is not None and word != fact:
            raise mapping.fault(f"a {flow.subject} is opened with '{fact}', not '{word}'", ("opening", word), key=True)
    if words.customer is not None and flow.subject == "customer":
        raise mapping.fault(
            "the cases of this flow are customers themselves; take 'customer' out", ("customer",), key=True
        )
    for name in words.data:
        if name not in flow.fields:
            hint = meant(name, flow.fields) or "."
            message = f"flow '{flow.name}' has no field '{name}'{hint} It has: {', '.join(flow.fields) or 'none'}."
            raise mapping.fault(message, ("data", name), key=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
