"""Proofs on the walk: whoever can be stranded, and what guards read that may not be there."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.telling import story
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.space import MOST_STATES, Fault
from service_flow.errors import Finding

MOST_STRANDED = 20
"""Stranding states of one flow that are told one by one."""


def prove_soundness(theme: Theme) -> Iterator[Finding]:
    """SF306, SF501, SF503, SF601, SF602: automatic loops, fields read too early, cases stranded, and how far the walk
    went."""
    yield from _faults(theme)
    yield from _stranded(theme)
    yield from _bounds(theme)


def _faults(theme: Theme) -> Iterator[Finding]:
    told: set[tuple[str, ...]] = set()
    taken = {name for edges in theme.space.edges for edge in edges for name in (edge.transition, *dict(edge.followed))}
    for number, fault in theme.space.faults:
        key = (fault.kind, fault.transition, fault.missing or "")
        if key in told:
            continue
        told.add(key)
        way = story(theme.space.way_to(number)) if number >= 0 else "opened"
        if fault.kind == "error":
            yield _error(theme, fault, way, ever=fault.transition in taken)
        elif fault.kind == "restless":
            message = f"automatic transitions do not come to rest from here; for instance: {way} > {fault.transition}"
            yield theme.at("SF306", message, ("transitions", fault.transition), key=True)


def _error(theme: Theme, fault: Fault, way: str, *, ever: bool) -> Finding:
    at = _place(theme, fault)
    if fault.missing is None:
        message = f"this cannot always be worked out: {fault.because}; for instance: {way} > {fault.transition}"
        return theme.at("SF501", message, at)
    record = fault.missing.partition(".")[0]
    if record == "customer":
        message = f"'{fault.missing}' is not known of every customer; write has({fault.missing}) && ... beside it"
    elif not ever and fault.transition != "opening":
        message = (
            f"'{fault.missing}' can have no value yet where '{fault.transition}' is possible, so it is always refused; "
            f"for instance: {way} > {fault.transition}"
        )
        return theme.at("SF503", message, at)
    else:
        message = (
            f"'{fault.missing}' may have no value here; this way never asks for it: {way} > {fault.transition}; "
            f"collect it before, or write has({fault.missing}) && ... beside it"
        )
    return theme.at("SF501", message, at)


def _place(theme: Theme, fault: Fault) -> tuple[str | int, ...]:
    model = theme.flow.model.transitions.get(fault.transition)
    if model is None:
        return ("opening", "sets")
    at: tuple[str | int, ...] = ("transitions", fault.transition)
    if fault.guard is None:
        return (*at, "sets") if model.sets else at
    if model.when == fault.guard.text:
        return (*at, "when")
    texts = [way.when for way in model.to]
    return (*at, "to", texts.index(fault.guard.text), "when") if fault.guard.text in texts else at


def _stranded(theme: Theme) -> Iterator[Finding]:
    space, flow = theme.space, theme.flow
    ends = space.ends()
    if not ends or not space.whole:
        return
    ending = space.that_reach(ends)
    told: set[tuple[str, ...]] = set()
    for number, here in enumerate(space.situations):
        if number in ending or here.configuration in told:
            continue
        told.add(here.configuration)
        if len(told) > MOST_STRANDED:
            return
        where = " + ".join(here.configuration)
        leads_on = bool(space.edges[number])
        why = "no way from there leads to an end" if leads_on else "nothing can be done there any more"
        message = f"a case can be stranded in '{where}': {story(space.way_to(number))}; {why}"
        yield theme.at_state("SF601", message, flow.tree.nodes[here.configuration[0]].path)


def _bounds(theme: Theme) -> Iterator[Finding]:
    space = theme.space
    if space.whole:
        return
    if space.tracked.inexact:
        names = ", ".join(sorted(space.tracked.inexact))
        message = (
            f"not decided: guards do more with {names} than compare with constants, so the walk through flow "
            f"'{theme.flow.name}' tried examples only"
        )
        yield theme.at("SF602", message, ("flow",), severity="info")
    else:
        message = (
            f"not decided: flow '{theme.flow.name}' has more than {MOST_STATES} situations, or forms with too many "
            "answers; only the first were looked at"
        )
        yield theme.at("SF602", message, ("flow",), severity="info")
