"""Rules: effects whose functions are commands of features. They are carried out right after what set them off."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from service_flow.design.flow.effects import RULE
from service_flow.engine.commands import Commands, Order, Outcome
from service_flow.engine.store import EffectRow
from service_flow.engine.views import Case
from service_flow.engine.work.call import EffectCall, EffectFunction
from service_flow.engine.work.running import TOGETHER, Attempt, Runner
from service_flow.errors import EffectFailed, NotFound, Refused, StoreError

if TYPE_CHECKING:
    from service_flow.engine.feature import Feature

ACTOR = "rule"
DEEP = 10
"""How many rules may set off one another; the next is parked."""


def rule_functions(commands: Commands, features: Iterable[Feature]) -> dict[str, EffectFunction]:
    """The commands that rules may give, as functions of effects by the names that rules call them."""
    return {
        f"{feature.name}.{name}": partial(_carry_out, commands, feature, name)
        for feature in features
        for name in feature.for_rules
    }


def for_the_customer(case: Case) -> Mapping[str, Any]:
    """What opens a case for the customer of another, or for a customer himself."""
    return {"customer": case.reference if case.reference.subject == "customer" else case.customer}


def about_the_request(case: Case) -> Mapping[str, Any]:
    """The same, about the case if that is a request, or about the request that the case is about."""
    return {**for_the_customer(case), "about": case.reference if case.reference.subject == "request" else case.about}


def _carry_out(commands: Commands, feature: Feature, name: str, call: EffectCall) -> None:
    """Give the command. Its id is the rule's key, so however often this is done, it is carried out once."""

    def run(order: Order) -> Outcome:
        order.cause, order.caused_by = "rule", call.event.id
        return commands.run(order)

    given = {**feature.for_rules[name].fill(call.case), **call.given}
    try:
        getattr(feature.offer(commands, run), name)(**given, by=ACTOR, command_id=call.key)
    except (Refused, NotFound) as refusal:
        raise EffectFailed(str(refusal), retry=False) from None


class Rules:
    """Carries out the rules that a commit has set off, and those that a crash has left."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
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
                    self._carry_out(row, depth)
        finally:
            self._deep.depth = depth

    def run_pending(self) -> int:
        """Carry out the rules that are pending; returns how many. Raises StoreError."""
        store, now = self._runner.commands.store, self._runner.commands.now()
        done, after = 0, None
        while rows := store.effects("pending", until=now, limit=TOGETHER, after=after):
            after = rows[-1]
            for row in rows:
                if row.effect.startswith(RULE):
                    done += self._carry_out(row, 0) == "done"
        return done

    def _carry_out(self, row: EffectRow, depth: int) -> str:
        begun = row._replace(attempts=row.attempts + 1)
        if depth >= DEEP:
            attempt = Attempt(f"{DEEP} rules set off one another before it; the last of them is this", retry=False)
        else:
            attempt = self._runner.attempt(begun)
        return self._runner.settle_as(row, begun, attempt)

