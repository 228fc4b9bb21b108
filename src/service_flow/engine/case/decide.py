"""Deciding: may this be done, and what would happen. Pure; may refuse.

`may`, `options` and `perform` all go through `judge`, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from service_flow.design.flow import Configuration, Decision, Filled, Flow, Guard, Transition, Way
from service_flow.design.language.expressions import EvaluationError
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.refusing import (
    cannot_judge,
    check_goes_on,
    no_way,
    not_from_here,
    nowhere,
    said_no,
    too_early,
    undecided,
)
from service_flow.engine.case.state import CaseState
from service_flow.errors import DataInvalid, DataMissing, NotAllowed


class Move(NamedTuple):
    """What performing would do: the transition taken, the form as filled in, where the case goes.

    `returned` tells that it goes back in its own history, `again` which states are left and entered again.
    """

    transition: Transition
    filled: Filled
    entered: Configuration
    returned: bool
    again: Configuration = ()


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
    if state.more:
        check_goes_on(state, name)
    transition = flow.exits(state.configuration).get(name) if isinstance(name, str) else None
    if transition is None:
        raise not_from_here(state, flow, name)
    return transition


def judge(state: CaseState, flow: Flow, name: str, around: Circumstances, data: Mapping[str, Any]) -> Move:
    """What performing the transition now with this data does. Raises the Refused that says why it may not."""
    transition = find(state, flow, name)
    judge_actor(around.actor, transition.by, doing=f"'{name}' {state.short}", case=state.short, transition=name)
    if around.at < state.changed_at:
        raise too_early(state, name, around.at)
    form = transition.form
    filled = form.fill(data) if data or form.required else Filled({}, {})
    if filled.wrong or filled.missing:
        check_form(filled, doing=f"'{name}'", case=state.short, transition=name)
    return take(state, flow, transition, around, filled)


def take(state: CaseState, flow: Flow, transition: Transition, around: Circumstances, filled: Filled) -> Move:
    """What a transition from where the case stands does, once it is clear who does it. Raises Refused."""
    values: Mapping[str, Any] = state.data
    if filled.data or filled.personal:
        values = {**values, **filled.data, **filled.personal}
    if transition.circumstances:
        values = around.around(values, transition.circumstances, state, source_of(state, flow, transition))
    if transition.guard is not None:
        hold(transition.guard, values, state, transition.name)
    way = _way(transition, values, state)
    if transition.sets:
        filled = with_results(filled, transition.sets, values, flow, case=state.short, transition=transition.name)
    return lead(state, flow, transition, filled, way)


def lead(state: CaseState, flow: Flow, transition: Transition, filled: Filled, way: Way) -> Move:
    """Where a way leads. Raises NotFromHere for one that goes back to nowhere."""
    here = state.configuration
    if way.kind in ("enter", "stay"):
        step = flow.step(here, transition, way)
        return Move(transition, filled, step.entered, False, step.again)
    source = flow.source(here, transition, way)
    if way.kind == "back":
        before = state.came_from.get(source)
        if before is None:
            raise nowhere(transition, state)
        step = flow.back(here, source, before)
    else:
        step = flow.again(here, source, way, last_inside(state, flow, way.target or ""))
    return Move(transition, filled, step.entered, True, step.again)


def last_inside(state: CaseState, flow: Flow, phase: str) -> Configuration:
    """The latest configuration with a state in the phase; empty where the case was never in it."""
    for configuration in (state.configuration, *reversed(state.trail)):
        if flow.tree.under(phase, configuration):
            return configuration
    return ()


def next_by_itself(state: CaseState, flow: Flow, around: Circumstances) -> Move | None:
    """The automatic transition that is taken now, if any: the first whose guard holds. Raises Refused where a guard
    cannot be evaluated."""
    for transition in flow.automatic(state.configuration):
        values: Mapping[str, Any] = state.data
        if transition.circumstances:
            values = around.around(values, transition.circumstances, state, source_of(state, flow, transition))
        try:
            if transition.guard is not None and not transition.guard.holds(values):
                continue
        except EvaluationError as error:
            raise undecided(state, transition.name, error) from None
        return take(state, flow, transition, around, Filled({}, {}))
    return None


def source_of(state: CaseState, flow: Flow, transition: Transition) -> str:
    """The state whose time a guard of the transition means by `case.time_in_state`."""
    return flow.source(state.configuration, transition, transition.ways[0])


def with_results(
    filled: Filled, sets: Mapping[str, Decision], values: Mapping[str, Any], flow: Flow, *,
    case: str | None, transition: str | None,
) -> Filled:  # fmt: skip
    """The form with the fields that decision tables fill. Raises GuardSaidNo where a table gives no result."""
    data, personal = dict(filled.data), dict(filled.personal)
    for name, table in sets.items():
        try:
            result = table(values)
        except EvaluationError as error:
            raise cannot_judge(f"decision '{table.name}'", error, case=case, transition=transition) from None
        (personal if flow.fields[name].personal else data)[name] = result
    return Filled(data, personal, filled.missing, filled.wrong)


def hold(guard: Guard, values: Mapping[str, Any], state: CaseState, name: str) -> None:
    """Raise GuardSaidNo unless the guard holds."""
    try:
        held = guard.holds(values)
    except EvaluationError as error:
        raise undecided(state, name, error) from None
    if not held:
        raise said_no(state, name, guard)


def _way(transition: Transition, values: Mapping[str, Any], state: CaseState) -> Way:
    for way in transition.ways:
        if way.guard is None:
            return way
        try:
            if way.guard.holds(values):
                return way
        except EvaluationError as error:
            raise cannot_judge(
                f"a way of '{transition.name}'", error, case=state.short, transition=transition.name
            ) from None
    raise no_way(transition, state)
