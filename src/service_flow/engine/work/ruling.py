"""Rules: effects whose functions are commands of features. They are carried out with what set them off, or right after
it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from service_flow.design.flow.effects import RULE
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands, Order, Outcome
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.unit import Unit
from service_flow.engine.commands.within import CommandsWithin
from service_flow.engine.feature import RuleCase, RuleCommand
from service_flow.engine.store import EffectRow
from service_flow.engine.views import Case
from service_flow.engine.work.call import EffectCall, EffectFunction
from service_flow.engine.work.running import DONE, TOGETHER, Attempt, Runner, failed
from service_flow.errors import ConcurrentChange, EffectFailed, NotFound, Refused, StoreError

if TYPE_CHECKING:
    from service_flow.engine.feature import Feature

ACTOR = "rule"
DEEP = 10
"""How many rules may set off one another; the next is parked."""


def for_the_customer(case: RuleCase) -> Mapping[str, Any]:
    """What opens a case for the customer of another, or for a customer himself."""
    return {"customer": case.reference if case.reference.subject == "customer" else case.customer}


def about_the_request(case: RuleCase) -> Mapping[str, Any]:
    """The same, about the case if that is a request, or about the request that the case is about."""
    return {**for_the_customer(case), "about": case.reference if case.reference.subject == "request" else case.about}


class RuleFunctions:
    """The commands that rules may give, by the names that rules call them."""

    def __init__(self, commands: Commands, features: Iterable[Feature]) -> None:
        self._commands = commands
        self._offered = {
            f"{feature.name}.{name}": (feature, name) for feature in features for name in feature.for_rules
        }

    def for_effects(self) -> dict[str, EffectFunction]:
        """As functions of effects."""

        def function(called: str, call: EffectCall) -> None:
            self.give(self._commands, called, call.case, call.given, call.event.id, call.key)

        return {called: partial(function, called) for called in self._offered}

    def go_with_event(self, called: str) -> bool:
        """Whether there is such a command, and it is carried out in the transaction of what set it off."""
        if called not in self._offered:
            return False
        command = self._command(called)
        return command.with_event and (not command.asks or self._commands.people.are_listed)

    def give(
        self, commands: Commands, called: str, case: Case | CaseState, given: Mapping[str, Any], event: UUID, key: str
    ) -> None:
        """Give the command. Its id is the rule's key, so however often this is done, it is carried out once. Raises
        EffectFailed for one that is refused."""

        def run(order: Order) -> Outcome:
            order.cause, order.caused_by = "rule", event
            return commands.run(order)

        feature, name = self._offered[called]
        command = feature.for_rules[name]
        named = {word: value for word, value in given.items() if word in command.takes}
        if len(named) < len(given):  # the rest fills in the form of the opening
            named["data"] = {word: value for word, value in given.items() if word not in named}
        try:
            filled = command.fill(_as_it_goes_on(case, commands))
            getattr(feature.offer(commands, run), name)(**filled, **named, by=ACTOR, command_id=key)
        except (Refused, NotFound) as refusal:
            raise EffectFailed(str(refusal), retry=False) from None

    def _command(self, called: str) -> RuleCommand:
        feature, name = self._offered[called]
        return feature.for_rules[name]


def _as_it_goes_on(case: Case | CaseState, commands: Commands) -> RuleCase:
    """The case with the customer, and the request, into which its own were merged since."""
    read = commands.current
    return RuleCase(case.reference, id_now(read, case.customer), id_now(read, case.about), case.facts)


class Rules:
    """Carries out rules: in the transaction that has set them off, or right after it; and those that a crash has left.

    What set them off is accepted whatever becomes of them: one that cannot be carried out is parked, or tried again by
    `run_pending`.
    """

    def __init__(self, commands: Commands, functions: RuleFunctions) -> None:
        self._commands, self._functions = commands, functions
        self._runner = Runner(commands, functions.for_effects())
        self._deep = threading.local()

    def within(self, unit: Unit) -> None:
        """Carry out the rules that go with their events, before the commit."""
        self._within(unit, 0, getattr(self._deep, "depth", 0))

    def _within(self, unit: Unit, first: int, depth: int) -> None:
        rows, left = unit.effects[first:], list[EffectRow]()
        del unit.effects[first:]
        for row in rows:
            if not _is_new(row) or not self._functions.go_with_event(row.call):
                left.append(row)
                continue
            mark = unit.mark()
            attempt = self._attempt(unit, row, depth)
            if attempt.because is None:
                self._within(unit, mark.effects, depth + 1)
            else:
                unit.back_to(mark)
                left.append(self._runner.after(row._replace(attempts=1), attempt))
        unit.effects += left

    def _attempt(self, unit: Unit, row: EffectRow, depth: int) -> Attempt:
        if depth >= DEEP:
            return _TOO_DEEP
        state = unit.state(row.case_id)
        revision = unit.revision_at(row.case_id, row.version)
        flow = None if revision is None else self._commands.flows.known(revision)
        given = None if flow is None else next((one.given for one in flow.effects if one.name == row.effect), None)
        if state is None or given is None:
            return Attempt(f"the case's flow has no effect '{row.effect}'", retry=False)
        try:
            within = CommandsWithin(self._commands, unit)
            self._functions.give(within, row.call, state, given, row.event_id, row.key)
        except (ConcurrentChange, StoreError):  # then all of it has to be done again, or cannot be
            raise
        except Exception as error:
            return failed(row, error)
        return DONE

    def after_commit(self, rows: Sequence[EffectRow]) -> None:
        """Carry out the other rules among the effects that were written. Raises nothing."""
        rules = [row for row in rows if _is_new(row)]
        if not rules:
            return
        depth = getattr(self._deep, "depth", 0)
        self._deep.depth = depth + 1
        try:
            for row in rules:
                with suppress(StoreError):
                    if depth >= DEEP:
                        self._runner.settle_as(row, row._replace(attempts=1), _TOO_DEEP)
                    else:
                        self._carry_out(row)
        finally:
            self._deep.depth = depth

    def run_pending(self) -> int:
        """Carry out the rules that are pending; returns how many. Raises StoreError."""
        store, now = self._commands.store, self._commands.now()
        done, after = 0, None
        while rows := store.effects("pending", until=now, limit=TOGETHER, after=after):
            after = rows[-1]
            for row in rows:
                if row.effect.startswith(RULE):
                    done += self._carry_out(row) == "done"
        return done

    def _carry_out(self, row: EffectRow) -> str:
        begun = row._replace(attempts=row.attempts + 1)
        return self._runner.settle_as(row, begun, self._runner.attempt(begun))


_TOO_DEEP = Attempt(f"{DEEP} rules set off one another before it; the last of them is this", retry=False)


def _is_new(row: EffectRow) -> bool:
    """Whether it is a rule that nobody has begun to carry out."""
    return row.effect.startswith(RULE) and row.state == "pending" and not row.attempts
