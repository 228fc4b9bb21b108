"""Proofs on the walk: whoever can be stranded, and what guards read that may not be there."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.structure import never_ending
from service_flow.design.checking.proofs.telling import story
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.space import Fault
from service_flow.design.checking.space.around import CONSTANT
from service_flow.design.flow.names import CUSTOMER
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
    space = theme.space
    edges = [*space.beginnings, *(edge for edges in space.edges for edge in edges)]
    taken = {name for edge in edges for name in edge.names}
    begun = {edge.transition for edge in space.beginnings}
    told: set[tuple[str, ...]] = set()
    for number, fault in space.faults:
        key = (fault.kind, fault.transition, fault.missing or "", fault.during if not fault.transition else "")
        if key in told:
            continue
        told.add(key)
        way = story(*space.way_to_fault(number, fault))
        if fault.kind == "error":
            ever = fault.transition in taken if fault.transition else fault.during in begun
            yield _error(theme, fault, way, ever=ever or not space.whole)
        elif fault.kind == "restless":
            message = f"automatic transitions do not come to rest from here; for instance: {way}"
            yield theme.at("SF306", message, ("transitions", fault.transition), key=True)


def _error(theme: Theme, fault: Fault, way: str, *, ever: bool) -> Finding:
    at, missing = _place(theme, fault), fault.missing
    if missing is None:
        return theme.at("SF501", f"this cannot always be worked out: {fault.because}; for instance: {way}", at)
    if not ever:
        what = f"where '{fault.transition}' is possible" if fault.transition else "when a case is opened"
        message = f"'{missing}' can have no value yet {what}, so it is always refused; for instance: {way}"
        return theme.at("SF503", message, at)
    beside = f"write has({missing}) && ... beside it"
    if missing.startswith(f"{CUSTOMER}."):
        message = f"'{missing}' is not known of every customer; {beside}"
    elif missing in CONSTANT:
        message = f"'{missing}' is not known of every case; {beside}"
    else:
        message = (
            f"'{missing}' may have no value here; this way never asks for it: {way}; collect it before, or {beside}"
        )
    return theme.at("SF501", message, at)


def _place(theme: Theme, fault: Fault) -> tuple[str | int, ...]:
    model = theme.flow.model.transitions.get(fault.transition)
    if model is None:
        return ("entries", fault.during, "sets") if fault.during else ("opening", "sets")
    at: tuple[str | int, ...] = ("transitions", fault.transition)
    if fault.guard is None:
        return (*at, "sets") if model.sets else at
    if model.when == fault.guard.text:
        return (*at, "when")
    texts = [way.when for way in model.to]
    return (*at, "to", texts.index(fault.guard.text), "when") if fault.guard.text in texts else at


def _stranded(theme: Theme) -> Iterator[Finding]:
    """Whoever can be stranded, told once for each configuration; not where the drawing alone shows it already."""
    space, flow = theme.space, theme.flow
    told = set[tuple[str, ...]]()
    never = {path for paths in never_ending(theme.drawn) for path in paths}
    if all(state.outcome is None for state in flow.states.values()):
        return  # SF304 has said so, or somebody may be a customer for ever
    leading = space.that_reach(space.ends())
    for number in space.stranded():
        here = space.situations[number].configuration
        if here in told or not never.isdisjoint(here):
            continue
        told.add(here)
        if len(told) > MOST_STRANDED:
            return
        why = "no way from there leads to an end"
        if number in leading:
            why = "what leads to an end from there is possible for a time only"
        elif not space.edges[number]:
            why = "nothing can be done there any more"
        message = f"a case can be stranded in '{' + '.join(here)}': {story(space.way_to(number))}; {why}"
        yield theme.at_state("SF601", message, here[0])


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
            f"not decided: flow '{theme.flow.name}' has more situations than can be looked at, or forms with too many "
            f"answers; the first {len(space.situations):,} situations were looked at"
        )
        yield theme.at("SF602", message, ("flow",), severity="info")
