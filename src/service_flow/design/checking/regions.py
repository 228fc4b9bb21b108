"""Checks of regions: parts side by side are well made, joined, and not jumped between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.checking.words import Path, all_states, region_of
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import ANY, DEEP_HISTORY, HISTORY, FlowModel, StateModel
from service_flow.errors import Finding

States = Mapping[str, tuple[StateModel, Path]]


def check_regions(source: BlueprintSource) -> Iterator[Finding]:
    """SF207 to SF209, SF211: regions, their ends, moves between them, joins."""
    for name, flow in source.flows.items():
        part, states = f"flow:{name}", all_states(flow)
        for path, (state, at) in states.items():
            yield from _state(source, part, path, state, at, states)
        yield from _transitions(source, part, flow, states)


def _state(
    source: BlueprintSource, part: str, path: str, state: StateModel, at: Path, states: States
) -> Iterator[Finding]:
    if state.regions and (state.states or state.initial is not None):
        word = "states" if state.states else "initial"
        message = f"'{path}' has regions, so `{word}` means nothing; put it into a region"
        yield source.finding("SF207", message, part, (*at, word), key=True)
    if len(state.regions) == 1:
        message = f"'{path}' has one region; what lies side by side are two or more"
        yield source.finding("SF207", message, part, (*at, "regions"), key=True)
    inside = region_of(path, states)
    if inside == path and not (state.states or state.regions):
        message = f"region '{path}' has no states inside"
        yield source.finding("SF207", message, part, at, key=True)
    if state.done and (state.states or state.regions or inside is None):
        message = f"'{path}' cannot be `done`: only a state inside a region ends it"
        yield source.finding("SF208", message, part, (*at, "done"))
    if state.final is not None and inside is not None:
        message = f"'{path}' lies in region '{inside}' and cannot be final; a region ends with `done: true`"
        yield source.finding("SF208", message, part, (*at, "final"))


def _transitions(source: BlueprintSource, part: str, flow: FlowModel, states: States) -> Iterator[Finding]:
    for name, transition in flow.transitions.items():
        at: Path = ("transitions", name)
        named = [path for path in transition.sources if path in states]
        for index, way in enumerate(transition.to):
            target = _without_history(way.state)
            if target not in states:
                continue
            for path in named:
                common = _side_by_side(path, target, states)
                if common is not None and not _in_region_of(named, target, states):
                    message = (
                        f"'{name}' would lead from one region of '{common}' into another; "
                        f"leave '{common}', or move inside one region"
                    )
                    yield source.finding("SF209", message, part, (*at, "to", index, "state"))
                    break
        if transition.join:
            yield from _join(source, part, name, transition.sources, states)


def _join(source: BlueprintSource, part: str, name: str, named: list[str], states: States) -> Iterator[Finding]:
    at: Path = ("transitions", name)
    whole = named[0]
    if len(named) != 1 or whole == ANY or (whole in states and not states[whole][0].regions):
        message = f"'{name}' joins regions: `from` must name the one state that has them"
        yield source.finding("SF211", message, part, (*at, "from"))
        return
    if whole not in states:
        return
    for region in states[whole][0].regions:
        inside = f"{whole}.{region}"
        if not any(state.done and region_of(path, states) == inside for path, (state, _) in states.items()):
            message = f"'{name}' waits for ever: no state of region '{whole}.{region}' is `done`"
            yield source.finding("SF211", message, part, (*at, "join"))


def _without_history(path: str) -> str:
    above, _, last = path.rpartition(".")
    return above if above and last in (HISTORY, DEEP_HISTORY) else path


def _side_by_side(one: str, other: str, states: States) -> str | None:
    """The state in whose different regions the two lie; None where they do not lie side by side."""
    mine, theirs = one.split("."), other.split(".")
    length = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), None)
    if not length:
        return None
    above = ".".join(mine[:length])
    return above if above in states and states[above][0].regions else None


def _in_region_of(named: list[str], target: str, states: States) -> bool:
    """Whether one of the sources lies in the target's own region, or holds it: then that is the one that is left."""
    return any(
        path == target or target.startswith(f"{path}.") or _side_by_side(path, target, states) is None
        for path in named
        if path != ANY
    )
