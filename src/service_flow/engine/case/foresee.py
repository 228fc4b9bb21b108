"""Foreseeing: whether a transition may be performed, before its form is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service_flow.design.flow import Configuration, Decision, Filled, Flow, Guard, Transition, Way
from service_flow.design.language.expressions import EvaluationError
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import find, hold, judge_actor, lead, source_of, with_results
from service_flow.engine.case.happening import Stamp, happen
from service_flow.engine.case.refusing import cannot_judge, no_way, nowhere, said_no, too_early
from service_flow.engine.case.state import CaseState
from service_flow.errors import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a transition may be performed: `yes`, `no` (`because` says why), or `depends` on the `fields` its guard
    reads of its own form.

    True in a condition only for `yes`.
    """

    answer: Literal["yes", "no", "depends"]
    because: str = ""
    fields: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.answer == "yes"


YES = Verdict("yes")


def verdict(state: CaseState, flow: Flow, name: str, around: Circumstances) -> Verdict:
    """Whether the transition may be performed before its form is filled in.

    `yes`: with any well-filled form, `no`: with none, `depends`: its guards read fields of its own form, or those of
    automatic transitions that would follow do.
    """
    try:
        transition = find(state, flow, name)
        judge_actor(around.actor, transition.by, doing=f"'{name}' {state.short}", case=state.short, transition=name)
        if around.at < state.changed_at:
            raise too_early(state, name, around.at)
        fields = _Foresight(state, flow, transition, around).fields()
        if fields:
            return Verdict("depends", "its guard reads what its form collects", fields)
    except Refused as refusal:
        return Verdict("no", refusal.because)
    return YES


class _Foresight:
    """What can be said of a transition without its form."""

    def __init__(self, state: CaseState, flow: Flow, transition: Transition, around: Circumstances) -> None:
        self.state, self.flow, self.transition, self.around = state, flow, transition, around
        self.collected = transition.form.names
        self.values: Mapping[str, Any] = state.data
        if transition.circumstances:
            self.values = around.around(state.data, transition.circumstances, state, source_of(state, flow, transition))
        self.open: set[str] = set()

    def fields(self) -> tuple[str, ...]:
        """The fields of the form that the answer depends on; none when every well-filled form is accepted. Raises the
        Refused that stands whatever the form will say. Only the guards that read no field of the form are judged for
        sure."""
        self._guard()
        self._tables()
        for way in self._ways():
            self._what_follows(way)
        return tuple(sorted(self.open))

    def _asked(self, guard: Guard) -> frozenset[str]:
        return (guard.reads | guard.asks) & self.collected

    def _guard(self) -> None:
        guard = self.transition.guard
        if guard is None:
            return
        asked = self._asked(guard)
        if not asked:
            hold(guard, self.values, self.state, self.transition.name)
        elif self._never(guard):
            raise said_no(self.state, self.transition.name, guard)
        self.open |= asked

    def _tables(self) -> None:
        for table in self.transition.sets.values():
            asked = (table.reads | table.asks) & self.collected
            self.open |= asked
            if not asked:
                try:
                    table(self.values)
                except EvaluationError as error:
                    raise cannot_judge(
                        f"decision '{table.name}'", error, case=self.state.short, transition=self.transition.name
                    ) from None

    def _ways(self) -> list[Way]:
        """The ways that may be taken. Raises Refused when there is none."""
        possible: list[Way] = []
        lost = False
        for way in self.transition.ways:
            sure = way.guard is None
            if way.guard is not None:
                asked = self._asked(way.guard)
                self.open |= asked
                if not asked:
                    if not self._holds_for_sure(way.guard, maybe=bool(possible)):
                        continue
                    sure = True
            # A way back to nowhere is refused, even if its guard should hold.
            if way.kind == "back" and self._source(way) not in self.state.came_from:
                lost = True
                if sure:
                    break
                continue
            possible.append(way)
            if sure:
                return possible
        if not possible:
            raise nowhere(self.transition, self.state) if lost else no_way(self.transition, self.state)
        return possible

    def _source(self, way: Way) -> str:
        return self.flow.source(self.state.configuration, self.transition, way)

    def _holds_for_sure(self, guard: Guard, *, maybe: bool) -> bool:
        """Whether a way's guard holds. An error in it refuses, unless a way before it may be taken."""
        try:
            return guard.holds(self.values)
        except EvaluationError as error:
            if maybe:
                return False
            name = self.transition.name
            raise cannot_judge(f"a way of '{name}'", error, case=self.state.short, transition=name) from None

    def _never(self, guard: Guard) -> bool:
        """Whether the guard is false whatever the form will say: false with the form's fields unknown."""
        if guard.asks & self.collected:
            return False
        known = {field: value for field, value in self.values.items() if field not in self.collected}
        try:
            return not guard.holds(known)
        except EvaluationError:
            return False

    def _what_follows(self, way: Way) -> None:
        """Automatic transitions that would be taken next refuse the whole, if they refuse."""
        if not self.flow.acts:
            return
        move = lead(self.state, self.flow, self.transition, Filled({}, {}), way)
        asked = self._read_after(move.entered)
        for field, table in self.transition.sets.items():
            if field in asked:
                asked |= table.reads | table.asks
        if asked & self.collected:
            self.open |= asked & self.collected
        elif not self.open:
            filled = with_results(
                move.filled, self.transition.sets, self.values, self.flow,
                case=self.state.short, transition=self.transition.name,
            )  # fmt: skip
            happen(self.state, self.flow, move._replace(filled=filled), self.around, Stamp())

    def _read_after(self, configuration: Configuration) -> frozenset[str]:
        """The fields that automatic transitions may read from here on."""
        seen: set[Configuration] = set()
        pending = [configuration]
        fields: frozenset[str] = frozenset()
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            for transition in self.flow.automatic(here):
                if any(way.kind not in ("enter", "stay") for way in transition.ways):
                    # Its history decides where it leads: anything may follow.
                    automatic = (step for step in self.flow.transitions.values() if step.automatic)
                    return frozenset[str]().union(*map(_reads, automatic))
                fields |= _reads(transition)
                pending += [self.flow.step(here, transition, way).entered for way in transition.ways]
        return fields


def _reads(transition: Transition) -> frozenset[str]:
    """The fields whose value or presence an automatic transition depends on."""
    conditions: list[Guard | Decision] = [*transition.guards, *transition.sets.values()]
    return frozenset[str]().union(*(condition.reads | condition.asks for condition in conditions))
