"""Rules: effects whose functions are commands of features. They are carried out right after what set them off."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from service_flow.design.flow.effects import RULE
from service_flow.engine.commands import Commands, Order, Outcome
from service_flow.engine.commands.merged import id_now
from service_flow.engine.commands.orders import Settled
from service_flow.engine.store import EffectRow
from service_flow.engine.views import Case, case_view
from service_flow.engine.work.call import EffectCall, EffectFunction
from service_flow.engine.work.running import TOGETHER, Attempt, Runner
from service_flow.errors import EffectFailed, NotFound, Refused, StoreError

if TYPE_CHECKING:
    from service_flow.engine.feature import Feature

ACTOR = "rule"
DEEP = 10
"""How many rules may set off one another; the next is parked."""


def for_the_customer(case: Case) -> Mapping[str, Any]:
    """What opens a case for the customer of another, or for a customer himself."""
    return {"customer": case.reference if case.reference.subject == "customer" else case.customer}


def about_the_request(case: Case) -> Mapping[str, Any]:
    """The same, about the case if that is a request, or about the request that the case is about."""
    return {**for_the_customer(case), "about": case.reference if case.reference.subject == "request" else case.about}


class RuleFunctions:
    """The commands that rules may give, by the names that rules call them."""

    def __init__(self, commands: Commands, features: Iterable[Feature]) -> None:
        self._commands = commands
        self._offered = {
            f"{feature.name}.{name}": (feature, name) for feature in features for name in feature.for_rules
        }

    @property
    def calls(self) -> Collection[str]:
        """Their names."""
        return self._offered.keys()

    def for_effects(self) -> dict[str, EffectFunction]:
        """As functions of effects."""

        def function(called: str, call: EffectCall) -> None:
            self.give(called, call.case, call.given, call.event.id, call.key)

        return {called: partial(function, called) for called in self._offered}

    def give(
        self, called: str, case: Case, given: Mapping[str, Any], event: UUID, key: str, settles: Settled | None = None
    ) -> bool:  # fmt: skip
        """Give the command, and say whether the effect is settled by that. Its id is the rule's key, so however often
        this is done, it is carried out once. Raises EffectFailed for one that is refused."""
        settled = False

        def run(order: Order) -> Outcome:
            nonlocal settled
            order.cause, order.caused_by = "rule", event
            order.settles = None if settled else settles
            outcome = self._commands.run(order)
            settled = settled or (settles is not None and not outcome.repeated and bool(outcome.events))
            return outcome

        feature, name = self._offered[called]
        command = feature.for_rules[name]
        named = {word: value for word, value in given.items() if word in command.takes}
        if len(named) < len(given):  # the rest fills in the form of the opening
            named["data"] = {word: value for word, value in given.items() if word not in named}
        try:
            filled = command.fill(self._as_it_goes_on(case))
            getattr(feature.offer(self._commands, run), name)(**filled, **named, by=ACTOR, command_id=key)
        except (Refused, NotFound) as refusal:
            raise EffectFailed(str(refusal), retry=False) from None
        return settled

    def _as_it_goes_on(self, case: Case) -> Case:
        """The case with the customer, and the request, into which its own were merged since."""
        if case.customer is None and case.about is None:
            return case
        read = self._commands.current
        return replace(case, customer=id_now(read, case.customer), about=id_now(read, case.about))


class Rules:
    """Carries out the rules that a commit has set off, and those that a crash has left."""

    def __init__(self, commands: Commands, functions: RuleFunctions) -> None:
        self._commands, self._functions = commands, functions
        self._runner = Runner(commands, functions.for_effects())
        self._deep = threading.local()

    def after_commit(self, rows: Sequence[EffectRow]) -> None:
        """Carry out the rules among the effects that were written. What set them off is accepted whatever becomes of
        them: one that cannot be carried out is parked, or tried again by `run_pending`."""
        rules = [row for row in rows if row.effect.startswith(RULE) and row.state == "pending"]
        if not rules:
            return
        depth = getattr(self._deep, "depth", 0)
        self._deep.depth = depth + 1
        try:
            for row in rules:
                with suppress(StoreError):
                    self._carry_out_now(row, depth)
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

    def _carry_out_now(self, row: EffectRow, depth: int) -> None:
        """What was set off a moment ago: its case is known, and the rule is settled with the command that it gives."""
        begun = row._replace(attempts=row.attempts + 1)
        if depth >= DEEP:
            because = f"{DEEP} rules set off one another before it; the last of them is this"
            self._runner.settle_as(row, begun, Attempt(because, retry=False))
            return
        state = self._commands.cache.get(row.case_id)
        flow = None if state is None else self._commands.flows.known(state.revision)
        if state is None or flow is None or state.version < row.version or row.call not in self._functions.calls:
            self._carry_out(row)
            return
        given = next((one.given for one in flow.effects if one.name == row.effect), None)
        if given is None:  # it stands on another revision by now
            self._carry_out(row)
            return
        case = case_view(state, flow)
        settled = False

        def give() -> None:
            nonlocal settled
            with_it = Settled(row, self._runner.done(begun))
            settled = self._functions.give(row.call, case, given, row.event_id, row.key, with_it)

        attempt = self._runner.attempted(row, give)
        if not settled:
            self._runner.settle_as(row, begun, attempt)

    def _carry_out(self, row: EffectRow) -> str:
        begun = row._replace(attempts=row.attempts + 1)
        return self._runner.settle_as(row, begun, self._runner.attempt(begun))
