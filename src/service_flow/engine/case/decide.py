"""Deciding: may this be done, and what would happen. Pure; may refuse.

`may`, `options` and `perform` all go through `judge`, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from service_flow.design.flow import Configuration, Filled, Flow, Transition, Way
from service_flow.design.language.expressions import EvaluationError, Expression
from service_flow.design.organisation import Actor
from service_flow.engine.case.state import CaseState
from service_flow.errors import (
    DataInvalid,
    DataMissing,
    GuardSaidNo,
    NotAllowed,
    NotFromHere,
    Refused,
    meant,
    printable,
)


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


class Move(NamedTuple):
    """What performing would do: the transition and way taken, the form as filled in, where the case goes."""

    transition: Transition
    filled: Filled
    entered: Configuration
    returned: bool


YES = Verdict("yes")


def judge_actor(actor: Actor, by: frozenset[str], *, doing: str, case: str | None, transition: str | None) -> None:
    """Raise NotAllowed unless the actor may do what asks for one of the posts in `by`."""
    if actor.may_act(by):
        return
    wanted = ", ".join(sorted(by)) if by else "a known person"
    held = ", ".join(sorted(actor.posts)) or "no post"
    who = f"the system actor '{actor.id}'" if actor.system else f"'{actor.id}' ({held})"
    raise NotAllowed(f"{who} may not {doing}; it takes {wanted}", case=case, transition=transition)


def check_form(filled: Filled, *, doing: str, case: str | None, transition: str | None) -> None:
    """Raise DataInvalid or DataMissing for a form that is not well filled in."""
    if filled.wrong:
        said = "; ".join(f"'{name}' {why}" for name, why in filled.wrong.items())
        raise DataInvalid(f"{doing}: {said}", fields=filled.wrong, case=case, transition=transition)
    if filled.missing:
        names = ", ".join(f"'{name}'" for name in filled.missing)
        raise DataMissing(f"{doing} asks for {names}", fields=filled.missing, case=case, transition=transition)


def find(state: CaseState, flow: Flow, name: str) -> Transition:
    """The transition of that name from where the case stands, or NotFromHere saying what is possible instead."""
    exits = flow.exits(state.configuration)
    transition = exits.get(name) if isinstance(name, str) else None
    if transition is not None:
        return transition
    name = printable(name)
    if state.outcome is not None:
        where = f"{state.short} is closed ({state.outcome})"
    else:
        where = f"{state.short} stands in '{state.standing_in}'"
    possible = f"Possible: {', '.join(exits)}." if exits else "Nothing leaves it."
    known = flow.transitions.get(name)
    if known is None:
        hint = meant(name, flow.transitions) or "."
        because = f"{where}; flow '{flow.name}' has no transition '{name}'{hint} {possible}"
    else:
        because = f"{where}; '{name}' leaves {_listed(known.sources)}. {possible}"
    raise NotFromHere(because, case=state.short, transition=name)


def judge(state: CaseState, flow: Flow, name: str, actor: Actor, data: Mapping[str, Any], at: datetime) -> Move:
    """What performing the transition now with this data does. Raises the Refused that says why it may not."""
    transition = find(state, flow, name)
    judge_actor(actor, transition.by, doing=f"'{name}' {state.short}", case=state.short, transition=name)
    if at < state.changed_at:
        raise _too_early(state, name, at)
    form = transition.form
    filled = form.fill(data) if data or form.required else Filled({}, {})
    if filled.wrong or filled.missing:
        check_form(filled, doing=f"'{name}'", case=state.short, transition=name)
    values = state.data
    if filled.data or filled.personal:
        values = {**values, **filled.data, **filled.personal}
    if transition.guard is not None:
        _hold(transition.guard, values, state, name)
    way = _way(transition, values, state)
    return _move(state, transition, filled, way)


def verdict(state: CaseState, flow: Flow, name: str, actor: Actor, at: datetime) -> Verdict:
    """Whether the transition may be performed before its form is filled in.

    `yes`: with any well-filled form, `no`: with none, `depends`: its guards read fields of its own form.
    """
    try:
        transition = find(state, flow, name)
        judge_actor(actor, transition.by, doing=f"'{name}' {state.short}", case=state.short, transition=name)
        if at < state.changed_at:
            raise _too_early(state, name, at)
        fields = _foreseen(transition, state, name)
        if fields:
            return Verdict("depends", "its guard reads what its form collects", fields)
    except Refused as refusal:
        return Verdict("no", refusal.because)
    return YES


def _too_early(state: CaseState, name: str, at: datetime) -> DataInvalid:
    last = state.changed_at.isoformat()
    return DataInvalid(
        f"'{name}' at {at.isoformat()} is before the last event of {state.short} ({last})",
        fields=("at",),
        case=state.short,
        transition=name,
    )


def _foreseen(transition: Transition, state: CaseState, name: str) -> tuple[str, ...]:
    """The fields of the form that the answer depends on; none when every well-filled form is accepted. Raises the
    Refused that stands whatever the form will say. Only the guards that read no field of the form are judged for sure.
    """
    collected = transition.form.names
    open_questions: set[str] = set()
    guard = transition.guard
    if guard is not None:
        asked = (guard.reads | guard.asks) & collected
        if not asked:
            _hold(guard, state.data, state, name)
        elif _never(guard, state.data, collected):
            raise GuardSaidNo(f"{state.short}: {_said_no(guard)}", case=state.short, transition=name)
        open_questions |= asked
    maybe = nowhere = False
    for way in transition.ways:
        if way.guard is not None:
            asked = (way.guard.reads | way.guard.asks) & collected
            open_questions |= asked
            if asked:
                # A way back to nowhere is refused, even if its guard should hold.
                leads_on = not way.returns or state.configuration[0] in state.came_from
                maybe, nowhere = maybe or leads_on, nowhere or not leads_on
                continue
            if not _holds_for_sure(way.guard, state, transition, maybe=maybe):
                continue
        if not maybe:
            _move(state, transition, Filled({}, {}), way)
        return tuple(sorted(open_questions))
    if not maybe:
        raise _nowhere(transition, state) if nowhere else _no_way(transition, state)
    return tuple(sorted(open_questions))


def _holds_for_sure(guard: Expression, state: CaseState, transition: Transition, *, maybe: bool) -> bool:
    """Whether a way's guard holds. An error in it refuses, unless a way before it may be taken."""
    try:
        return guard.holds(state.data)
    except EvaluationError as error:
        if maybe:
            return False
        raise _cannot_judge(transition, state, error) from None


def _never(guard: Expression, data: Mapping[str, Any], collected: frozenset[str]) -> bool:
    """Whether the guard is false whatever the form will say: false with the form's fields unknown."""
    if guard.asks & collected:
        return False
    known = {field: value for field, value in data.items() if field not in collected}
    try:
        return not guard.holds(known)
    except EvaluationError:
        return False


def _hold(guard: Expression, values: Mapping[str, Any], state: CaseState, name: str) -> None:
    try:
        held = guard.holds(values)
    except EvaluationError as error:
        raise GuardSaidNo(
            f"the guard of '{name}' cannot be evaluated for {state.short}: {error.because}",
            case=state.short,
            transition=name,
        ) from None
    if not held:
        raise GuardSaidNo(f"{state.short}: {_said_no(guard)}", case=state.short, transition=name)


def _said_no(guard: Expression | None) -> str:
    return f"the guard says no: {guard.text}" if guard is not None else "no way is open"


def _way(transition: Transition, values: Mapping[str, Any], state: CaseState) -> Way:
    for way in transition.ways:
        if way.guard is None:
            return way
        try:
            if way.guard.holds(values):
                return way
        except EvaluationError as error:
            raise _cannot_judge(transition, state, error) from None
    raise _no_way(transition, state)


def _no_way(transition: Transition, state: CaseState) -> GuardSaidNo:
    guards = "; ".join(way.guard.text for way in transition.ways if way.guard is not None)
    because = f"{state.short}: no way of '{transition.name}' is open: {guards}"
    return GuardSaidNo(because, case=state.short, transition=transition.name)


def _nowhere(transition: Transition, state: CaseState) -> NotFromHere:
    because = f"{state.short}: '{transition.name}' goes back, but nothing led into '{state.standing_in}'"
    return NotFromHere(because, case=state.short, transition=transition.name)


def _cannot_judge(transition: Transition, state: CaseState, error: EvaluationError) -> GuardSaidNo:
    return GuardSaidNo(
        f"a way of '{transition.name}' cannot be judged for {state.short}: {error.because}",
        case=state.short,
        transition=transition.name,
    )


def _move(state: CaseState, transition: Transition, filled: Filled, way: Way) -> Move:
    if way.returns:
        back = state.came_from.get(state.configuration[0])
        if back is None:
            raise _nowhere(transition, state)
        return Move(transition, filled, back, True)
    entered = state.configuration if way.target is None else (way.target,)
    return Move(transition, filled, entered, False)


def _listed(paths: tuple[str, ...]) -> str:
    shown = ", ".join(f"'{path}'" for path in paths[:6])
    return shown if len(paths) <= 6 else f"{shown} and {len(paths) - 6} more"
