"""Moving the cases of older revisions of a flow to the present one, each in its turn, while others go on working."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Literal, NamedTuple
from uuid import UUID

from service_flow.design.checking.migrations import check_migrations
from service_flow.design.flow import Configuration, Flow
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import MigrationModel
from service_flow.design.language.values import Reference
from service_flow.design.migrating import Endings, Passage, Problem, finding_of, passages_of, problems_of
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.events import Event, Migrated, Moved
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.happening import Stamp, follow
from service_flow.engine.case.migrating import migrated
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.arguments import checked_instant
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store import CaseRow, EffectRow, VersionTaken
from service_flow.engine.timing import follow_time
from service_flow.engine.views import open_cases
from service_flow.errors import BlueprintError, ConcurrentChange, Finding, Refused

TOGETHER = 100
"""Cases that are moved in one transaction, at most."""
MIGRATION = "migration"
"""Who moves cases where nobody is named."""

Progress = Callable[[int, int], None]
"""Told how many cases are done, and of how many."""
Fate = Literal["moves", "moved", "refused", "closed"]


class PromiseTerms(NamedTuple):
    """What is promised in a case: within what time, by which calendar, and when that is up; None while it stands
    still."""

    within: str
    calendar: str | None
    due: datetime | None


class PromiseMigration(NamedTuple):
    """What a migration means for one promise of a case: what is promised `before` it, and `after` it. None: nothing
    is."""

    promise: str
    before: PromiseTerms | None
    after: PromiseTerms | None


@dataclass(frozen=True, slots=True)
class CaseMigration:
    """What a migration means for one case. `fate`: it `moves` (in a dry run), has `moved`, is `refused` because of
    `because`, or was `closed` meanwhile and stays.

    `left` are the states it stands in, `entered` those that take their place, `follows` the automatic transitions that
    it takes there at once, `stands` the states in which it comes to rest. Owners and clock are those before and after
    it all. Of its data only the names of fields are told: `renamed`, `dropped`, with a value that was `changed` to one
    of the new field's, or `given`. `promises` are the promises, still to be kept, of which it changes something.
    """

    reference: Reference
    number: str
    fate: Fate
    revision: str
    left: Configuration
    entered: Configuration = ()
    follows: tuple[str, ...] = ()
    stands: Configuration = ()
    owners_before: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    clock_before: str = ""
    clock: str = ""
    outcome: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    promises: tuple[PromiseMigration, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class MigrationSummary:
    """What a migration did, or would do. `counts` says how many cases had which fate, `staying` how many open cases of
    the flow stand on revisions that it does not move. `notes` are findings that do not hinder it. `cases` has every
    case, in the order of their numbers, unless they were told one by one."""

    migration: str
    flow: str
    revision: str
    dry_run: bool
    counts: Mapping[Fate, int]
    staying: Mapping[str, int]
    notes: tuple[Finding, ...]
    cases: tuple[CaseMigration, ...]


def migrate(
    commands: Commands, source: BlueprintSource, plan: MigrationModel, *, dry_run: bool = False,
    by: str | None = None, progress: Progress | None = None, told: Callable[[CaseMigration], None] | None = None,
) -> MigrationSummary:  # fmt: skip
    """Move the open cases that a migration of the blueprint is for; with `dry_run`, say what would become of each.

    Nothing is written before it is proved that no case is stranded; BlueprintError says what is wrong otherwise. Each
    case is one event, and moves in its own turn: run it again after an interruption, and it goes on where it was.
    """
    actor = Actor(MIGRATION, system=True) if by is None else commands.actor(by)
    return _Migration(commands, source, plan, actor, dry_run=dry_run).run(progress, told)


class _Step(NamedTuple):
    """Events of a case, the case after them, and the effects that they set off."""

    events: tuple[Event, ...]
    after: CaseState
    effects: Sequence[EffectRow]


class _Migration:
    def __init__(
        self, commands: Commands, source: BlueprintSource, plan: MigrationModel, actor: Actor, *, dry_run: bool
    ) -> None:
        self.commands, self.source, self.plan, self.actor, self.dry_run = commands, source, plan, actor, dry_run
        self._check_names()
        self.flow: Flow = commands.flows.named[plan.flow]
        self.standing = Counter(row.revision for row in self._rows())
        self.passages: dict[str, Passage] = {}
        self.endings = Endings(self.flow)

    def run(self, progress: Progress | None, told: Callable[[CaseMigration], None] | None) -> MigrationSummary:
        notes = self._prove()
        total = sum(number for revision, number in self.standing.items() if revision in self.passages)
        counts: Counter[Fate] = Counter()
        cases: list[CaseMigration] = []
        rows = (row for row in self._rows() if row.revision in self.passages)
        while batch := tuple(islice(rows, TOGETHER)):
            for case in self._looked_at(batch) if self.dry_run else self._moved(batch):
                counts[case.fate] += 1
                (cases.append if told is None else told)(case)
            if progress is not None:
                done = counts.total()
                progress(done, max(total, done))
        staying = {revision: number for revision, number in self.standing.items() if revision not in self.passages}
        staying.pop(self.flow.revision, None)
        return MigrationSummary(
            self.plan.migration, self.flow.name, self.flow.revision, self.dry_run, dict(counts), staying, notes,
            tuple(cases),
        )  # fmt: skip

    def _check_names(self) -> None:
        """A migration that was made in Python is checked as one that was read."""
        if self.source.migrations.get(self.plan.migration) is not self.plan:
            alone = replace(self.source, migrations={self.plan.migration: self.plan}, documents={})
            findings = list(check_migrations(alone))
            if findings:
                raise BlueprintError(findings)

    def _prove(self) -> tuple[Finding, ...]:
        """Find the ways of the revisions that cases stand on. Raises BlueprintError where one would strand a case."""
        kept = self.commands.store.revisions()
        problems = [
            Problem("SF801", f"no case ever stood on revision {revision}", ("from", index))
            for index, revision in enumerate(self.plan.sources)
            if revision not in kept
        ]
        older = [self.commands.flows.revision(revision) for revision in self.standing]
        passages = passages_of(self.plan, self.flow, older)
        problems += problems_of(passages)
        findings = [finding_of(self.source, self.plan, problem) for problem in problems]
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            raise BlueprintError(errors)
        self.passages = {passage.old.revision: passage for passage in passages}
        return tuple(findings)

    def _rows(self) -> Iterator[CaseRow]:
        """The open cases of the flow, in the order of their numbers."""
        rows = open_cases(self.commands.store, subject=self.flow.subject)
        return (row for row in rows if row.flow == self.flow.name)

    def _looked_at(self, rows: tuple[CaseRow, ...]) -> Iterator[CaseMigration]:
        for row in rows:
            state = self.commands.store.state(row.case_id)
            if state is not None and state.revision in self.passages:
                yield self._decided(state)[0]

    def _moved(self, rows: tuple[CaseRow, ...]) -> list[CaseMigration]:
        """Move cases in one transaction; where others keep changing one of them, each in one of its own."""
        try:
            return self.commands.together(lambda unit: list(self._in_unit(rows, unit)))
        except ConcurrentChange as error:
            if len(rows) > 1:
                return [case for row in rows for case in self._moved((row,))]
            return [self._lost(rows[0].case_id, str(error))]

    def _in_unit(self, rows: tuple[CaseRow, ...], unit: Unit) -> Iterator[CaseMigration]:
        for row in rows:
            state = unit.state(row.case_id)
            if state is None:
                continue
            moves = state.revision in self.passages  # if not, somebody else has moved it
            case, steps = self._decided(state, unit) if moves else (None, ())
            if steps:
                unit.keep_revision(self.flow.revision, self.flow.name, self.flow.form)
                for step in steps:
                    unit.append(step.events, step.after, opened=False, command_id=None, effects=step.effects)
            elif not unit.is_current(row.case_id):
                raise VersionTaken(row.case_id)
            if case is not None:
                yield case

    def _decided(
        self, state: CaseState, unit: Unit | None = None
    ) -> tuple[CaseMigration, tuple[_Step, ...]]:
        """What becomes of a case, with the steps that do it: what fell due, and its move; none for one that stays."""
        if state.outcome is not None:
            return self._staying(state, "closed", ""), ()
        try:
            fallen, state, around, stamp = self._settled(state, unit)
            if state.outcome is not None:  # a timer that was due has ended it
                return self._staying(state, "closed", ""), fallen
            events, after = self._events(state, around, stamp)
        except Refused as refusal:
            return self._staying(state, "refused", refusal.because), ()
        move, *follows = events
        assert isinstance(move, Migrated)  # noqa: S101  it is made so
        data = self.passages[state.revision].data(state.data)
        case = CaseMigration(
            state.reference, state.short, "moves" if self.dry_run else "moved", state.revision, move.left, move.entered,
            tuple(event.transition for event in follows if isinstance(event, Moved)), after.configuration,
            state.owners, after.owners, state.clock, after.clock, after.outcome,
            data.renamed, data.dropped, tuple(data.changed), tuple(data.given), _promises(state, after),
        )  # fmt: skip
        effects = effects_of(self.flow, state, events, after, around.customer, self.actor)
        return case, (*fallen, _Step(events, after, effects))

    def _settled(
        self, state: CaseState, unit: Unit | None
    ) -> tuple[tuple[_Step, ...], CaseState, Circumstances, Stamp]:
        """What fell due on the case by its old revision, the case after that, and what its move is decided by."""
        commands, old = self.commands, self.commands.flows.revision(state.revision)
        now = checked_instant(commands.clock(), "clock")
        at = max(now, state.changed_at)
        facts = commands.facts_of(state.customer, old, unit)
        fallen, after = commands.settled(state, old, at, now, facts)
        steps: tuple[_Step, ...] = ()
        if fallen:
            steps = (_Step(tuple(fallen), after, effects_of(old, state, fallen, after, facts)),)
        facts = commands.facts_of(state.customer, self.flow, unit)
        return steps, after, Circumstances(self.actor, at, facts), Stamp(None if at == now else now)

    def _events(
        self, state: CaseState, around: Circumstances, stamp: Stamp
    ) -> tuple[tuple[Event, ...], CaseState]:
        passage = self.passages[state.revision]
        move = migrated(state, passage, by=self.actor.id, at=around.at, written_at=stamp.written_at)
        after = evolve(state, move)
        events: tuple[Event, ...] = (move,)
        if self.flow.acts and after.outcome is None:  # the automatic transitions that are taken at once
            following, after = follow(after, self.flow, around, stamp, move.id)
            events = (move, *following)
        self._check_end(after)
        timed, after = follow_time(state, events, after, self.flow, self.commands.keeper, around, stamp)
        return (*events, *timed), after

    def _check_end(self, after: CaseState) -> None:
        """Raises Refused for a case that, with what is known of it, could never end."""
        if after.outcome is not None:
            return
        situation = self.endings.situation(
            after.configuration, after.data, after.times, after.came_from, after.trail, after.opened_at, after.channel
        )
        if self.endings.can_end(situation) == "no":
            because = f"{after.short} would be stranded in '{after.standing_in}': with the data it has, no way ends it"
            raise Refused(because, case=after.short)

    def _staying(self, state: CaseState, fate: Fate, because: str) -> CaseMigration:
        return CaseMigration(
            state.reference, state.short, fate, state.revision, state.configuration, owners_before=state.owners,
            clock_before=state.clock, outcome=state.outcome, because=because,
        )  # fmt: skip

    def _lost(self, case: UUID, because: str) -> CaseMigration:
        return self._staying(self.commands.current(case), "refused", because)


def _promises(before: CaseState, after: CaseState) -> tuple[PromiseMigration, ...]:
    """The promises whose terms are not the same before and after."""
    old, new = _terms(before), _terms(after)
    return tuple(
        PromiseMigration(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    )


def _terms(state: CaseState) -> dict[str, PromiseTerms]:
    return {
        name: PromiseTerms(clock.within, clock.calendar, clock.due)
        for name, clock in state.clocks.items()
        if clock.is_open
    }
