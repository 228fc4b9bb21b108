"""Histories judged: which cases kept the properties that a blueprint declares, and where the others broke them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from service_flow.design.flow import Configuration, Flow
from service_flow.design.language.model import PropertyModel
from service_flow.design.properties import BROKEN, Letter
from service_flow.engine.case import numbers
from service_flow.engine.case.events import Event, Migrated, Moved, Opened, Placing
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import FlowBook
from service_flow.engine.commands.naming import identify
from service_flow.engine.store import Store
from service_flow.errors import HistoryDiverged, NotFound, StoreError, meant, printable
from service_flow.insight.histories.exported import ExportedHistory
from service_flow.insight.histories.logs.sorted_log import EVERY, Progress
from service_flow.insight.histories.questions import Question, Questions

MOST_BREACHES = 1_000
"""Breaches of one property that are told, at most; all are counted."""

FlowOf = Callable[[str], Flow]


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a case first broke a property: by its event number `event`, which `did` one of: open it, perform
    `transition`, or move it to another revision. It stands in `stands` after that. `revision` is that of the flow that
    judged it. Nothing here is the case's data.
    """

    case: str
    id: UUID
    event: int
    did: Literal["opened", "performed", "migrated"]
    transition: str
    at: datetime
    stands: Configuration
    revision: str


@dataclass(slots=True)
class PropertyVerdict:
    """What a history says of a property of a flow: how many cases `kept` it so far, how many have `broken` it, and how
    many are `open`: not ended, and something that `after .. eventually` asks for is still to be done. `not_asked` are
    cases that stood on a revision that does not know what the property names. `breaches` has the first 1,000 in the
    order of the cases' numbers.

    `model` is the property, `flow` the name of the flow that asks it; there is one verdict for each way in which its
    revisions put the property into words, and `revisions` has those that do so.
    """

    flow: str
    name: str
    model: PropertyModel
    revisions: dict[str, Flow] = field(default_factory=dict)
    kept: int = 0
    broken: int = 0
    open: int = 0
    not_asked: int = 0
    breaches: list[Breach] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ConformSummary:
    """How much was asked, and the verdicts by flow. `passed_over` are cases whose flow is none of those that ask."""

    cases: int
    events: int
    passed_over: int
    verdicts: list[PropertyVerdict]

    @property
    def clean(self) -> bool:
        """Whether no case broke a property."""
        return not any(verdict.broken for verdict in self.verdicts)


def conform_history(
    source: Path, *, flows: Iterable[Flow] | None = None, case: str | None = None, properties: Iterable[str] = (),
    progress: Progress | None = None,
) -> ConformSummary:  # fmt: skip
    """Ask the cases of an export (also one in gzip, if its name ends in .gz) whether they kept the properties of their
    flows.

    A case is judged from its opening on by the flow that it stands on at the end of its history, or by the one of the
    same name among `flows`, such as those of a blueprint that is still to be. Places and fields of other revisions
    count by their names. `case` is the id or the number of the only case that is asked, `properties` are the names of
    the only ones that it is asked about. `progress` is told how much is done, and of how much (None while the file is
    read). Memory does not grow with the history.

    Raises InputError at the line that cannot be read, NotFound for a case or a property that is not there.
    """
    with ExportedHistory(source, progress) as history:
        judge = _Judge(history.flow, flows, properties, history.flows())
        total = history.events
        for events in history.cases() if case is None else [history.case(case)]:
            try:
                judge.take(events)
            except HistoryDiverged as error:
                raise history.fault(_diverging(events), str(error)) from None
            if progress is not None and judge.cases % EVERY == 0:
                progress(judge.events, total)
        return judge.summary()


def conform_store(
    store: Store, *, flows: Iterable[Flow] | None = None, case: str | None = None, properties: Iterable[str] = (),
    progress: Progress | None = None,
) -> ConformSummary:  # fmt: skip
    """Ask the cases of a store, as `conform_history` asks those of an export; also those that are opened meanwhile.

    Raises StoreError, HistoryDiverged for a case whose events cannot be folded, NotFound for a case or a property that
    is not there.
    """
    book = FlowBook((), store)
    judge = _Judge(book.revision, flows, properties, map(book.revision, store.revisions()))
    total = store.count()["events"]
    for case_id in _cases(store) if case is None else [identify(case, store)]:
        events = store.events(case_id)
        if not events and case is not None:
            raise NotFound(f"no case {printable(case)} in {store.url}")
        if not events:
            raise StoreError(f"{store.url}: case {case_id} has no events; `service-flow doctor --deep` says more")
        judge.take(events)
        if progress is not None and judge.cases % EVERY == 0:
            progress(judge.events, max(total, judge.events))
    return judge.summary()


def _cases(store: Store) -> Iterator[UUID]:
    after: tuple[str, int] | None = None
    while page := store.cases(limit=EVERY, after=after):
        yield from (row.case_id for row in page)
        after = (page[-1].subject, page[-1].number)


def _diverging(events: Sequence[Event]) -> Event:
    """The first event that does not follow on those before it."""
    state: CaseState | None = None
    for event in events:
        try:
            state = evolve(state, event)
        except HistoryDiverged:
            return event
    return events[-1]


class _Judge:
    """Takes cases one by one, and counts."""

    def __init__(
        self, flow_of: FlowOf, flows: Iterable[Flow] | None, properties: Iterable[str], kept: Iterable[Flow]
    ) -> None:
        self._flow_of, self._only = flow_of, tuple(properties)
        self._named = None if flows is None else {flow.name: flow for flow in flows}
        self._check_names(kept if self._named is None else self._named.values())
        self._asked: dict[str, tuple[Questions, list[PropertyVerdict]]] = {}
        self._verdicts: dict[tuple[str, str, str], PropertyVerdict] = {}
        self._sense: dict[tuple[str, str], frozenset[str]] = {}
        self.cases = self.events = self._passed_over = 0
        for flow in () if self._named is None else self._named.values():
            self._questions(flow)

    def take(self, events: Sequence[Event]) -> None:
        """All events of a case. Raises HistoryDiverged where they are no history."""
        opened = events[0]
        if not isinstance(opened, Opened):
            raise HistoryDiverged(f"the history of case {opened.originator_id} does not begin with its opening")
        self.cases += 1
        self.events += len(events)
        stood = list(dict.fromkeys(event.revision for event in events if isinstance(event, Placing)))
        last = next(event.revision for event in reversed(events) if isinstance(event, Placing))
        flow = self._flow_of(last) if self._named is None else self._named.get(opened.flow)
        if flow is None or flow.subject != opened.subject:
            self._passed_over += 1
            return
        questions, verdicts = self._questions(flow)
        if not verdicts:
            return
        sense = frozenset[str].intersection(*(self._making_sense(questions, revision) for revision in stood))
        asked = []
        for question, verdict in zip(questions.asked, verdicts, strict=True):
            if question.name in sense:
                asked.append((question, verdict))
            else:
                verdict.not_asked += 1
        _judge(questions.letters(events), asked, numbers.short(opened.subject, opened.number), flow.revision)

    def summary(self) -> ConformSummary:
        verdicts = sorted(self._verdicts.values(), key=lambda verdict: verdict.flow)
        return ConformSummary(self.cases, self.events, self._passed_over, verdicts)

    def _questions(self, flow: Flow) -> tuple[Questions, list[PropertyVerdict]]:
        known = self._asked.get(flow.revision)
        if known is None:
            questions = Questions(flow, self._only)
            known = questions, [self._verdict(flow, question) for question in questions.asked]
            self._asked[flow.revision] = known
        return known

    def _verdict(self, flow: Flow, question: Question) -> PropertyVerdict:
        words = question.model.model_dump_json(exclude={"title"})
        key = (flow.name, question.name, words)
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = self._verdicts[key] = PropertyVerdict(flow.name, question.name, question.model)
        verdict.revisions[flow.revision] = flow
        return verdict

    def _making_sense(self, questions: Questions, revision: str) -> frozenset[str]:
        """The names of the properties that make sense in a revision that a case stood on."""
        key = (questions.flow.revision, revision)
        known = self._sense.get(key)
        if known is None:
            flow = questions.flow if revision == questions.flow.revision else self._flow_of(revision)
            known = frozenset(question.name for question in questions.asked if question.makes_sense_in(flow))
            self._sense[key] = known
        return known

    def _check_names(self, flows: Iterable[Flow]) -> None:
        if self._only:
            known = {name for flow in flows for name in flow.model.properties}
            for name in self._only:
                if name not in known:
                    raise NotFound(f"no flow has a property '{printable(name)}'{meant(name, known)}")


def _judge(
    letters: Iterable[tuple[Event, Letter]], asked: list[tuple[Question, PropertyVerdict]], case: str, revision: str
) -> None:
    """Let every machine read a case, each until its property is broken."""
    known = [question.monitor.start for question, _ in asked]
    watching = list(range(len(asked)))
    for event, letter in letters:
        broken = []
        for index in watching:
            question, verdict = asked[index]
            known[index] = question.monitor.step(known[index], letter)
            if known[index] is BROKEN:
                broken.append(index)
                verdict.broken += 1
                if len(verdict.breaches) < MOST_BREACHES:
                    verdict.breaches.append(_breach(event, letter, case, revision))
        if broken:
            watching = [index for index in watching if index not in broken]
    for index in watching:
        question, verdict = asked[index]
        if question.monitor.owes(known[index]):
            verdict.open += 1
        else:
            verdict.kept += 1


def _breach(event: Event, letter: Letter, case: str, revision: str) -> Breach:
    did: Literal["opened", "performed", "migrated"] = "opened"
    if isinstance(event, Moved):
        did = "performed"
    elif isinstance(event, Migrated):
        did = "migrated"
    number, stands = event.originator_version, letter.after
    return Breach(case, event.originator_id, number, did, letter.transition, event.at, stands, revision)
