"""The one path of every command: receipt, decide, append, answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from service_flow.clock import Clock
from service_flow.design.flow import Flow
from service_flow.design.language.model import OrganisationModel, Word
from service_flow.design.language.values import Reference
from service_flow.design.organisation import Actor, People
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.clocks import next_due
from service_flow.engine.case.decide import judge
from service_flow.engine.case.events import Event
from service_flow.engine.case.foresee import Verdict, verdict
from service_flow.engine.case.happening import Stamp, happen
from service_flow.engine.case.refusing import too_much_due
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.arguments import check_order, checked_instant, not_ahead
from service_flow.engine.commands.cache import StateCache
from service_flow.engine.commands.deciding import decided
from service_flow.engine.commands.flows import FlowBook
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.merging import merge
from service_flow.engine.commands.naming import identify, of_subject
from service_flow.engine.commands.opening import open_case
from service_flow.engine.commands.orders import CaseArgument, Merge, Note, Open, Order, Several
from service_flow.engine.commands.outcome import Option, Outcome, form_fields
from service_flow.engine.commands.pending import effects_of
from service_flow.engine.commands.promised import revise_promises
from service_flow.engine.commands.repeated import answer_again
from service_flow.engine.commands.several import all_or_none
from service_flow.engine.commands.telling import tell_others
from service_flow.engine.commands.unit import Unit, need
from service_flow.engine.commands.wishes import Wishes
from service_flow.engine.store import CommandTaken, EffectRow, Store, VersionTaken
from service_flow.engine.timing import NO_TIME, Timekeeper, follow_time, settle
from service_flow.engine.timing.settling import MOST
from service_flow.errors import (
    ConcurrentChange,
    DataInvalid,
    NotAllowed,
    NotFound,
    Refused,
    ServiceFlowError,
    printable,
)

RACES = 3
"""How many races a command may lose. It is then decided while nobody else may write, so it cannot lose another."""
ATTEMPTS = RACES + 2
"""How often a command is decided at most, before ConcurrentChange."""

Result = TypeVar("Result")
Found = Mapping[str, Actor | NotAllowed]
"""What the directory said of people that were asked for, by name."""
_NOBODY: Found = MappingProxyType({})
_NO_ORGANISATION = OrganisationModel()


class Commands:
    """Decides commands and appends what they do. Safe for threads; one for each open store."""

    def __init__(
        self, store: Store, flows: FlowBook, people: People, clock: Clock, channels: frozenset[str] = frozenset(),
        sections: Mapping[str, Word] = MappingProxyType({}), keeper: Timekeeper = NO_TIME,
        organisation: OrganisationModel = _NO_ORGANISATION,
    ) -> None:  # fmt: skip
        """`sections` holds what the blueprint says in the files of its features, by the name of the section; `keeper`
        is what time is measured by; `organisation` what the blueprint says of posts and people."""
        self.organisation = organisation
        self.keeper = keeper
        self.store, self.flows, self.people, self.clock, self.channels = store, flows, people, clock, channels
        self.sections = sections
        self.cache = StateCache()
        store.forgets(self.cache)
        self.also_due: dict[str, Callable[[datetime], tuple[Mapping[str, int], Mapping[str, str]]]] = {}
        """What features carry out with what is due until an instant, by name; each says what happened how often, and
        what could not be done, as in DueSummary."""
        self.erase_customer: Callable[..., Outcome] = _nobody_erases
        self._tell_others = partial(tell_others, self)
        self.wishes: Sequence[Wishes] = ()
        """What gives what a customer prefers, for what is opened for him."""
        self.set_off: Callable[[Unit], None] = _leave
        """Given each unit that has set off effects, right before its commit: what it adds is committed with it."""
        self.committed: Callable[[Sequence[EffectRow]], None] = _leave
        """Told of the effects that a commit has left to be carried out; raises nothing."""

    def run(self, order: Order) -> Outcome:
        """Carry out one command in its own transaction. Raises Refused, NotFound, ConcurrentChange, StoreError, or what
        the host's directory raises."""

        check_order(order, self.channels)
        found = self._found([order])
        try:
            return self.together(lambda unit: self._answer(order, unit, found))
        except CommandTaken:
            again = self._known(order, None, found=found)
            if again is None:  # its receipt cannot vanish
                raise
            return again

    def run_together(self, orders: Sequence[Order]) -> list[Outcome | Refused | NotFound]:
        """Carry out several commands in one transaction, in order. One that is refused, or names what is not there,
        appends nothing and its error stands in the answer; the others are not touched by it. Raises ConcurrentChange,
        StoreError, or what the host's directory raises, for all."""

        found = self._found(orders)

        def steps(unit: Unit) -> list[Outcome | Refused | NotFound]:
            answers: list[Outcome | Refused | NotFound] = []
            for order in orders:
                try:
                    check_order(order, self.channels)
                    answers.append(self._answer(order, unit, found))
                except (Refused, NotFound) as refusal:
                    answers.append(refusal)
            return answers

        return self.together(steps, again=(VersionTaken, CommandTaken))

    def current(self, case: CaseArgument, subject: str | None = None) -> CaseState:
        """The case as it is stored now: the cached state brought up to date. Raises NotFound."""
        identity = identify(case, self.store, subject)
        known = self.cache.get(identity)
        state = self.store.state(identity, since=known)
        if state is None:
            raise NotFound(f"no case {printable(case) if isinstance(case, str) else identity}")
        if state is not known:
            self.cache.put(state)
        named = case.reference if isinstance(case, Outcome) else case
        return of_subject(state, named.subject if isinstance(named, Reference) else subject)

    def may(
        self, case: CaseArgument, transition: str, *, by: str | Actor, subject: str | None = None,
        data: Mapping[str, object] | None = None, at: datetime | None = None,
    ) -> Verdict:  # fmt: skip
        """Whether `by` may perform the transition now. With `data` the answer is exact, never `depends`."""
        state = self.current(case, subject)
        flow = self.flows.revision(state.revision)
        try:
            actor, instant = self.actor(by), self.asked(at, state.changed_at)
            around = Circumstances(actor, instant, self.facts_of(state.customer, flow))
            _, state = self.settled(state, flow, instant, instant, around.customer)
            if data is None:
                return verdict(state, flow, transition, around)
            move = judge(state, flow, transition, around, self._resolved(data, flow))
            if flow.acts or flow.is_timed:
                events, after = happen(state, flow, move, around, Stamp())
                follow_time(state, events, after, flow, self.keeper, around, Stamp())
        except Refused as refusal:
            return Verdict("no", refusal.because)
        return Verdict("yes")

    def options(
        self, case: CaseArgument, *, by: str | Actor, subject: str | None = None, at: datetime | None = None
    ) -> list[Option]:
        """What `by` may do with the case now, with the form each asks for; in the order of the flow."""
        state = self.current(case, subject)
        flow = self.flows.revision(state.revision)
        actor, instant = self.actor(by), self.asked(at, state.changed_at)
        around = Circumstances(actor, instant, self.facts_of(state.customer, flow))
        _, state = self.settled(state, flow, instant, instant, around.customer)
        options = []
        for name, transition in flow.exits(state.configuration).items():
            answer = verdict(state, flow, name, around)
            if answer.answer != "no":
                options.append(Option(name, transition.title, form_fields(transition.form), answer))
        return options

    def together(
        self, step: Callable[[Unit], Result], *, again: tuple[type[ConcurrentChange], ...] = (VersionTaken,)
    ) -> Result:
        """What `step` makes of a unit, committed in one transaction; done again where one of the `again` came between.
        Raises ConcurrentChange, StoreError, and what the step raises."""
        for attempt in range(ATTEMPTS):
            unit = Unit(self.store, self.cache, fresh=attempt > 0, tell_others=self._tell_others)
            try:
                if attempt >= RACES:
                    unit.lock()
                result = step(unit)
                if unit.effects:
                    self.set_off(unit)
                unit.commit()
                if unit.effects:
                    self.committed(unit.effects)
                return result
            except again:
                pass
            finally:
                unit.end()
            time.sleep(random.uniform(0, 0.001 * 2**attempt))  # noqa: S311  spreads rivals, keeps no secret
        raise ConcurrentChange(
            f"others kept changing the case; tried {ATTEMPTS} times, nothing was appended; try again"
        )

    def _answer(self, order: Order, unit: Unit, found: Found) -> Outcome:
        """What the command does in this unit, or did before. Nearly every id is new, and inserting its receipt proves
        it: so the store is asked for an id only before a refusal, and after a conflict has shown that one is known."""
        again = self._known(order, unit, look=unit.fresh, found=found)
        if again is not None:
            return again
        before = unit.mark()
        try:
            return self._step(order, unit, found)
        except (Refused, NotFound):
            unit.back_to(before)  # others share the unit: nothing of what is refused is committed with theirs
            again = self._known(order, unit, found=found)
            if again is None:
                raise
            return again

    def _step(self, order: Order, unit: Unit, found: Found) -> Outcome:
        if isinstance(order, Several):
            return all_or_none(order, self.channels, lambda one: self._step(one, unit, found))
        actor = self.actor(order.by, found)
        now = self.now()
        if isinstance(order, Open):
            flow = self.flows.for_opening(order.opened.subject, order.flow)
            order.data = self._resolved(order.data, flow, unit)
            if order.at is not None:
                not_ahead(order.at, now)
            try:
                return open_case(order, unit, self.store, flow, actor, now, self.keeper, self.wishes, self.channels)
            except Refused:
                changed = unit.changed_meanwhile()
                if changed is None:
                    raise
                raise VersionTaken(changed) from None
        if isinstance(order, Merge):
            if order.at is not None:
                not_ahead(order.at, now)
            return merge(self, order, unit, actor, now)
        identity = identify(order.case, self.store, order.subject)
        state = of_subject(need(unit.state(identity), _called(order, order.case, identity)), order.subject)
        flow = self.flows.revision(state.revision)
        order.data = self._resolved(order.data, flow, unit)
        at = self._instant(order.at, state.changed_at, now)
        around = Circumstances(actor, at, self.facts_of(state.customer, flow, unit))
        stamp = Stamp(None if at == now else now, order.channel, order.cause, order.caused_by, order.command_id)
        try:
            fallen, settled = self.settled(state, flow, at, now, around.customer)
            events, after = decided(order, settled, flow, self.keeper, around, stamp, unit)
        except Refused:
            if unit.is_current(identity) and unit.relies_on_current():
                raise
            raise VersionTaken(identity) from None
        if fallen:
            imported = order.cause == "import"  # what was done elsewhere is not done again here
            effects = [] if imported else effects_of(flow, state, fallen, settled, around.customer)
            unit.append(tuple(fallen), settled, opened=False, command_id=None, effects=effects)
        if not events:
            return Outcome(state.reference, state.short, ())
        effects = effects_of(flow, settled, events, after, around.customer, actor)
        unit.append(events, after, opened=False, command_id=order.command_id, effects=effects)
        if state.subject == "customer" and after.data != state.data:
            revise_promises(self, unit, after, events[0], now)
        return Outcome(state.reference, state.short, events)

    def settled(
        self, state: CaseState, flow: Flow, at: datetime, now: datetime, customer: Mapping[str, object]
    ) -> tuple[list[Event], CaseState]:
        """What fell due on a case until an instant, and the case after it: every command comes after that. Raises
        Refused for a case on which more fell due than is carried out in one command."""
        due = next_due(state)
        if due is None or due.at > at:
            return [], state
        events, state = settle(state, flow, self.keeper, at, now, customer)
        due = next_due(state)
        if due is not None and due.at <= at:
            raise too_much_due(state, MOST)
        return events, state

    def facts_of(self, customer: UUID | None, flow: Flow, unit: Unit | None = None) -> Mapping[str, object]:
        """What guards may read of the customer's file, or of the one into which it was merged; the unit makes sure that
        it is still so at the commit."""
        if customer is None or not flow.reads_customer:
            return {}
        read = self.current if unit is None else unit.relied_on
        state = goes_on_as(read, read(customer))
        return {} if state is None else state.data

    def _known(self, order: Order, unit: Unit | None, *, found: Found, look: bool = True) -> Outcome | None:
        """The first answer of a command id that was carried out before: earlier in this unit, or in the store if it is
        to `look` there."""
        if order.command_id is None:
            return None
        if unit is not None and order.command_id in unit.receipts:
            state, events = unit.receipts[order.command_id]
            return answer_again(order, state, events, self.flows, self.store, self._names(order.by, found))
        receipt = self.store.receipt(order.command_id) if look else None
        if receipt is None:
            return None
        appended = tuple(self.store.events(receipt.case_id, after=receipt.first - 1, until=receipt.last))
        return answer_again(
            order, self.current(receipt.case_id), appended, self.flows, self.store, self._names(order.by, found)
        )

    def _found(self, orders: Sequence[Order]) -> Found:
        """Everybody who acts in some orders, asked for once, before anything is locked: a directory may be slow."""
        if self.people.are_listed:
            return _NOBODY
        found: dict[str, Actor | NotAllowed] = {}
        for order in orders:
            by = order.by if type(order.by) is str else str.__str__(order.by) if isinstance(order.by, str) else None
            if by is not None and by not in found:
                try:
                    found[by] = self.actor(by)
                except NotAllowed as refusal:
                    found[by] = refusal
        return found

    def actor(self, by: str | Actor, found: Found = _NOBODY) -> Actor:
        """Whoever acts under a name, asked for unless `found` already. Raises NotAllowed for a name that nobody knows,
        and what the host's directory raises."""
        if isinstance(by, Actor):
            return by
        if found and type(by) is str:
            known = found.get(by)
            if isinstance(known, Actor):
                return known
        actor: Actor | NotAllowed | None = None
        if isinstance(by, str):
            actor = (found.get(str.__str__(by)) if found else None) or self.people.actor(by)
        if isinstance(actor, NotAllowed):
            raise NotAllowed(actor.because)  # anew: one error raised twice would collect the tracebacks of both
        if actor is None:
            listed = self.people.are_listed
            hint = "list people in organisation.yaml" if listed else "the directory handed in as people= has none"
            raise NotAllowed(f"nobody named '{printable(by)}' is known; {hint}")
        return actor

    def _names(self, by: str | Actor, found: Found) -> frozenset[str]:
        """What an event may have recorded for `by`: the name itself, and the id of the person it leads to."""
        try:
            actor = self.actor(by, found)
        except NotAllowed:  # somebody who has left
            return frozenset({str(by)})
        return frozenset({actor.id, by if isinstance(by, str) else by.id})

    def now(self) -> datetime:
        """The present, by the desk's clock, in UTC."""
        now = self.clock()
        return now if type(now) is datetime and now.tzinfo is UTC else checked_instant(now, "clock")

    def _instant(self, at: datetime | None, last: datetime, now: datetime) -> datetime:
        if at is not None:
            not_ahead(at, now)
            return at
        # A clock may lag behind the one that stamped the last event; what happens now happens after it.
        return now if now > last else last

    def asked(self, at: datetime | None, last: datetime) -> datetime:
        """The instant that a question is about. Raises DataInvalid for one that is none."""
        return self._instant(None if at is None else checked_instant(at, "at"), last, self.now())

    def _resolved(self, data: object, flow: Flow, unit: Unit | None = None) -> Mapping[str, object]:
        """The data with everything that names a case turned into its reference."""
        if not isinstance(data, Mapping):
            raise DataInvalid("'data' is not a mapping of field names to values", fields=("data",))
        pointing = [name for name in flow.references if data.get(name) is not None]
        if not pointing:
            return data
        resolved = dict(data)
        for name in pointing:
            resolved[name] = self._reference(name, data[name], unit)
        return resolved

    def _reference(self, name: str, named: object, unit: Unit | None) -> object:
        if not isinstance(named, Outcome | UUID | str | tuple):
            return named
        try:
            identity = identify(named, self.store)  # type: ignore[arg-type]
            state = unit.state(identity) if unit is not None else None
            return (state if state is not None else self.current(identity)).reference
        except NotFound as error:
            raise DataInvalid(f"'{name}' names no case: {error}", fields=(name,)) from None


def _nobody_erases(*_: object, **__: object) -> Outcome:
    raise ServiceFlowError("the blueprint does not use the feature 'erasure'; add it to `features`")


def _leave(_: object) -> None:
    """Whoever runs effects finds them in the store."""


def _called(order: Order, case: CaseArgument, identity: UUID) -> object:
    """What an error calls the case of an order that there is not."""
    if isinstance(order, Note) and order.called is not None:
        return order.called
    return printable(case) if isinstance(case, str) else identity
