"""Whether what an event records is possible by its revision's flow.

Guards are not asked again: the event says what was decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from service_flow.design.flow import Configuration, Filled, Flow, Transition, Way
from service_flow.design.migrating.passage import NoPlaceError, complete
from service_flow.engine.case.decide import lead
from service_flow.engine.case.events import Event, Migrated, Moved, Opened, Placing
from service_flow.engine.case.state import CaseState
from service_flow.errors import Refused


class Unlawful(NamedTuple):
    """What an event records against its flow: the part, what the flow allows, what is recorded."""

    what: str
    expected: str
    found: str


def unlawful(state: CaseState | None, event: Event, flow: Flow) -> Iterator[Unlawful]:
    """What is impossible about an event of a case that stood in `state` (None before its opening)."""
    if isinstance(event, Opened):
        yield from _opening(event, flow)
    elif isinstance(event, Moved) and state is not None:
        yield from _move(state, event, flow)
    elif isinstance(event, Migrated) and state is not None:
        yield from _migration(state, event, flow)


def _opening(event: Opened, flow: Flow) -> Iterator[Unlawful]:
    if (type(event).subject, event.flow) != (flow.subject, flow.name):
        yield Unlawful("flow", f"{flow.subject} in {flow.name}", f"{type(event).subject} in {event.flow}")
    entry = flow.entry if event.entry is None else flow.entries.get(event.entry)
    if entry is None:
        yield Unlawful("entry", ", ".join(flow.entries) or "none", str(event.entry))
    elif event.entered != entry.configuration:
        yield Unlawful("initial state", _text(entry.configuration), _text(event.entered))
    else:
        yield from _standing(event, flow)


def _move(state: CaseState, event: Moved, flow: Flow) -> Iterator[Unlawful]:
    if event.left != state.configuration:
        yield Unlawful("state left", _text(state.configuration), _text(event.left))
        return
    if event.at < state.changed_at:
        yield Unlawful("instant", f"not before {state.changed_at.isoformat()}", event.at.isoformat())
    if any(path not in flow.states for path in event.left):
        yield Unlawful("state", "a state of the flow", _text(event.left))
        return
    transition = _possible(flow, event).get(event.transition)
    if transition is None:
        possible = ", ".join(_possible(flow, event)) or "nothing"
        yield Unlawful(f"transition from '{_text(event.left)}'", possible, event.transition)
        return
    targets = {target for way in transition.ways for target in _targets(state, flow, transition, way)}
    if (event.entered, event.returned, event.again) not in targets:
        possible = " or ".join(sorted(_target(entered, returned) for entered, returned, _ in targets))
        yield Unlawful(f"target of '{event.transition}'", possible, _target(event.entered, event.returned))
    else:
        yield from _standing(event, flow)


def _migration(state: CaseState, event: Migrated, flow: Flow) -> Iterator[Unlawful]:
    """Whether the case stood where it was moved from, and may stand where it was moved to."""
    if event.left != state.configuration:
        yield Unlawful("state left", _text(state.configuration), _text(event.left))
    if event.before != state.revision:
        yield Unlawful("revision left", state.revision, event.before)
    if flow.name != state.flow:
        yield Unlawful("flow", state.flow, flow.name)
    if event.at < state.changed_at:
        yield Unlawful("instant", f"not before {state.changed_at.isoformat()}", event.at.isoformat())
    if any(path not in flow.states for path in event.entered) or not _is_whole(flow, event.entered):
        yield Unlawful("states entered", "one state, or one of each region", _text(event.entered))
    else:
        yield from _standing(event, flow)


def _is_whole(flow: Flow, configuration: Configuration) -> bool:
    try:
        return complete(flow.tree, configuration) == configuration
    except NoPlaceError:
        return False


def _possible(flow: Flow, event: Moved) -> Mapping[str, Transition]:
    if event.cause == "automatic":
        return {step.name: step for step in flow.automatic(event.left)}
    return flow.exits(event.left)


def _targets(
    state: CaseState, flow: Flow, transition: Transition, way: Way
) -> Iterator[tuple[Configuration, bool, Configuration]]:
    with suppress(Refused):
        move = lead(state, flow, transition, Filled({}, {}), way)
        yield move.entered, move.returned, move.again


def _standing(event: Placing, flow: Flow) -> Iterator[Unlawful]:
    standing = flow.standing(event.entered)
    expected = f"clock {standing.clock}, owners {_listed(standing.owners)}, outcome {standing.outcome}"
    found = f"clock {event.clock}, owners {_listed(event.owners)}, outcome {event.outcome}"
    if expected != found:
        yield Unlawful(f"standing in '{_text(event.entered)}'", expected, found)


def _text(configuration: Configuration) -> str:
    return " + ".join(configuration)


def _target(configuration: Configuration, returned: bool) -> str:
    return f"{'back to ' if returned else ''}{_text(configuration) or 'nowhere'}"


def _listed(owners: tuple[str, ...]) -> str:
    return ", ".join(owners) or "none"
