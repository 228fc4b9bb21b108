"""A log becomes cases: through the same commands as live work, many rows to a commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from uuid import UUID

from service_flow.design.flow import Flow
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import judge
from service_flow.engine.case.events import Moved, Opened
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands, Open, Outcome, Perform
from service_flow.errors import DataInvalid, InputError, NotFound, Refused, meant
from service_flow.insight.histories import refusals
from service_flow.insight.histories.logs import uncompressed_name
from service_flow.insight.histories.logs.sorted_log import Progress, Row, SortedLog
from service_flow.insight.histories.mapping import Mapping, read_mapping
from service_flow.insight.histories.past import Past
from service_flow.insight.histories.summaries import ImportSummary, RefusedRow, Tally
from service_flow.insight.histories.translation import Translation

_MOST_CUSTOMERS = 100_000
_LONGEST_NAME = 80

Answer = Outcome | Refused | NotFound


def import_log(
    commands: Commands,
    log: Path,
    mapping: Path,
    *,
    progress: Progress | None = None,
    lines_a_commit: int = 500,
) -> ImportSummary:
    """Import a log in CSV or XES, plain or in gzip, as a mapping file says. Importing it again adds nothing.

    The log is read through and sorted before anything is written: a fault of form in it, or in the mapping,
    raises InputError with its place and leaves the store as it was. A row whose command is refused is counted
    and listed, and the later rows of its case are still offered. `lines_a_commit` rows share a transaction;
    after a crash, import again. `progress` is told the rows done, and of how many (None while the log is
    being read).

    Raises InputError, StoreError, and ConcurrentChange when others kept changing the same cases.
    """
    if lines_a_commit < 1:
        raise DataInvalid("lines_a_commit must be a whole number from 1", fields=("lines_a_commit",))
    started = time.perf_counter()
    words = read_mapping(mapping)
    name, flow = _name(words, log), _flow(words, commands)
    with SortedLog(log, words, progress) as rows:
        translation = Translation(words, flow, rows.columns, name)
        importing = _Import(
            commands,
            translation,
            customers=_customers(words, commands),
            lines_a_commit=lines_a_commit,
            progress=progress,
        )
        importing.run(rows)
        seconds = time.perf_counter() - started
        return importing.tally.summary(cases=rows.cases, events=len(rows), left_out=rows.left_out, seconds=seconds)


def _name(mapping: Mapping, log: Path) -> str:
    name = mapping.words.log.name or uncompressed_name(log)
    if len(name) > _LONGEST_NAME:
        wrong = f"the log's file name has more than {_LONGEST_NAME} characters"
        raise InputError(f"{wrong}; give the log a `name` in the mapping", str(log))
    return name


def _flow(mapping: Mapping, commands: Commands) -> Flow:
    named, word = commands.flows.named, mapping.words.flow
    if word not in named:
        message = f"the blueprint has no flow '{word}'{meant(word, named) or '.'} It has: {', '.join(named)}."
        raise mapping.fault(message, ("flow",))
    return named[word]


def _customers(mapping: Mapping, commands: Commands) -> bool:
    """Whether customers are registered: not in a blueprint that has no flow for them."""
    words = mapping.words.customer
    if words is None:
        return False
    flows = {flow.name: flow for flow in commands.flows.named.values() if flow.subject == "customer"}
    if words.flow is not None and words.flow not in flows:
        hint = meant(words.flow, flows)
        raise mapping.fault(f"the blueprint has no flow '{words.flow}' for a customer{hint}", ("customer", "flow"))
    if words.flow is None and len(flows) > 1:
        named = ", ".join(flows)
        raise mapping.fault(
            f"the blueprint has several flows for a customer ({named}); name one with `flow`", ("customer",)
        )
    return bool(flows)


@dataclass(slots=True)
class _Case:
    """A case while its rows are imported: why it was not opened, and the outcome of its last move."""

    id: UUID
    flow: Flow
    past: Past | None = None
    standing: str = ""
    unopened: str | None = None
    refused: bool = False
    outcome: str | None = None


class _Import:
    """Offers the rows of a log to the commands, batch by batch."""

    def __init__(
        self, commands: Commands, translation: Translation, *, customers: bool, lines_a_commit: int,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self.tally = Tally()
        self._commands, self._translation = commands, translation
        self._customers, self._lines_a_commit, self._progress = customers, lines_a_commit, progress
        self._activities = refusals.Activities()
        self._batch: list[tuple[Open | Perform, Callable[[Answer], None]]] = []
        self._ended: list[_Case] = []
        self._lines = self._done = 0
        self._known_customers: dict[str, UUID] = {}
        self._unregistered: dict[UUID, str] = {}

    def run(self, log: SortedLog) -> None:
        for name, rows in groupby(log, key=lambda row: row.case):
            case = self._find(name)
            for ordinal, row in enumerate(rows, 1):
                if ordinal == 1 and case.past is None:
                    self._open(case, row, log)
                self._offer(case, row, ordinal)
                self._lines += 1
                if self._lines >= self._lines_a_commit:
                    self._commit(len(log))
            self._ended.append(case)
        self._commit(len(log))

    def _find(self, name: str) -> _Case:
        translation, flow = self._translation, self._translation.flow
        case = _Case(translation.case_id(name), flow)
        events = self._commands.store.events(case.id)
        if events:
            case.past = Past(events, translation.command_id(name, ""))
            case.standing = case.past.now.standing_in
            if case.past.now.flow == flow.name:
                case.flow = self._commands.flows.revision(case.past.now.revision)
            else:
                case.unopened = f"the case was opened in flow '{case.past.now.flow}'"
        return case

    def _open(self, case: _Case, row: Row, log: SortedLog) -> None:
        customer = self._register(row, log)
        try:
            order = self._translation.opening(row, customer)
        except DataInvalid as refusal:
            case.unopened = refusals.opening_reason(refusal, case.flow, self._translation.actor(row))
        else:
            self._batch.append((order, partial(self._took_opening, case, row, customer)))

    def _register(self, row: Row, log: SortedLog) -> UUID | None:
        """The customer of a case that is to be opened, registered before it if that was not done yet."""
        name = self._translation.customer(row)
        if not self._customers or name is None:
            return None
        customer = self._known_customers.get(name)
        if customer is None:
            first = log.first_opening(name)
            customer = self._translation.customer_id(first.case)
            if self._commands.store.row(customer) is None:
                order = self._translation.registration(name, first)
                actor = self._translation.actor(first)
                self._batch.append((order, partial(self._took_registration, customer, order.flow, actor)))
            if len(self._known_customers) == _MOST_CUSTOMERS:
                self._known_customers.clear()
            self._known_customers[name] = customer
        return customer

    def _offer(self, case: _Case, row: Row, ordinal: int) -> None:
        transition = self._translation.transition(row)
        if transition is None:
            return self._refuse(case, row, self._activities.reason(self._translation.activity(row)))
        if case.unopened is not None:
            return self._refuse(case, row, case.unopened)
        if ordinal == 1 and self._translation.opens(row):
            self.tally.repeated += case.past is not None
            return None
        order = self._translation.move(row, ordinal, transition, case.flow)
        if case.past is not None and ordinal < case.past.last and not case.past.performed(ordinal):
            # An earlier import refused it. Offered again it could be taken, behind the rows that followed.
            return self._refuse(case, row, self._refused_before(case, case.past.before(ordinal), row, order))
        self._batch.append((order, partial(self._took_move, case, row, ordinal, transition)))
        return None

    def _refused_before(self, case: _Case, met: CaseState, row: Row, order: Perform) -> str:
        actor = self._translation.actor(row)
        try:
            judge(met, case.flow, order.transition, Circumstances(actor, row.at), order.data)
        except Refused as refusal:
            return refusals.move_reason(refusal, case.flow, order.transition, actor, met.standing_in)
        return refusals.LATE

    def _commit(self, rows: int) -> None:
        """Carry out what was gathered, in one transaction, and count the answers."""
        answers = self._commands.run_together([order for order, _ in self._batch])
        for (_, take), answer in zip(self._batch, answers, strict=True):
            take(answer)
        for case in self._ended:
            if not case.refused and case.outcome is not None:
                self.tally.accepted_cases += 1
        self._done += self._lines
        self._batch, self._ended, self._lines = [], [], 0
        if self._progress is not None:
            self._progress(self._done, rows)

    def _took_registration(self, customer: UUID, named: str | None, actor: Actor, answer: Answer) -> None:
        if isinstance(answer, Outcome):
            self.tally.customers += not answer.repeated
            return
        flow = self._commands.flows.for_opening("customer", named)
        self._unregistered[customer] = refusals.registration_reason(answer, flow, actor)

    def _took_opening(self, case: _Case, row: Row, customer: UUID | None, answer: Answer) -> None:
        if isinstance(answer, Outcome):
            opened = answer.events[0]
            if isinstance(opened, Opened):
                case.standing = " + ".join(opened.entered)
        elif isinstance(answer, NotFound) and customer in self._unregistered:
            case.unopened = self._unregistered[customer]
        else:
            case.unopened = refusals.opening_reason(answer, case.flow, self._translation.actor(row))
        if case.unopened is not None and self._translation.opens(row):
            self._refuse(case, row, case.unopened)

    def _took_move(self, case: _Case, row: Row, ordinal: int, transition: str, answer: Answer) -> None:
        if not isinstance(answer, Outcome):
            actor = self._translation.actor(row)
            reason = refusals.move_reason(answer, case.flow, transition, actor, case.standing)
            self._refuse(case, row, case.unopened or reason)
            return
        self.tally.repeated += answer.repeated
        last = answer.events[-1]
        if isinstance(last, Moved):
            case.outcome = last.outcome
            if case.past is None or ordinal > case.past.last:
                case.standing = " + ".join(last.entered)

    def _refuse(self, case: _Case, row: Row, reason: str) -> None:
        case.refused = True
        self.tally.refuse(RefusedRow(row.line, row.case, self._translation.activity(row), reason))
