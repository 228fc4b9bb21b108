"""All names that one part of a flow gives and another may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.language.model import FlowModel, StateModel

Path = tuple[str | int, ...]


def all_states(flow: FlowModel) -> dict[str, tuple[StateModel, Path]]:
    """Every state, phases included, by its full path, with where it stands in the model."""
    return dict(_walk(flow.states, "", ("states",)))


def _walk(states: Mapping[str, StateModel], prefix: str, at: Path) -> Iterator[tuple[str, tuple[StateModel, Path]]]:
    for name, state in states.items():
        where = (*at, name)
        yield prefix + name, (state, where)
        yield from _walk(state.states, f"{prefix}{name}.", (*where, "states"))
