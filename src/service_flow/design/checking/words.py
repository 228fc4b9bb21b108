"""All names that one part of a flow gives and another may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.language.model import FlowModel, StateModel

Path = tuple[str | int, ...]


def all_states(flow: FlowModel) -> dict[str, tuple[StateModel, Path]]:
    """Every state, phases and regions included, by its full path, with where it stands in the model."""
    return dict(_walk(flow.states, "", ("states",)))


def _walk(states: Mapping[str, StateModel], prefix: str, at: Path) -> Iterator[tuple[str, tuple[StateModel, Path]]]:
    for name, state in states.items():
        where = (*at, name)
        yield prefix + name, (state, where)
        yield from _walk(state.states, f"{prefix}{name}.", (*where, "states"))
        yield from _walk(state.regions, f"{prefix}{name}.", (*where, "regions"))


def region_of(path: str, states: Mapping[str, tuple[StateModel, Path]]) -> str | None:
    """The path of the innermost region that a state lies in, or is."""
    parts = path.split(".")
    for length in range(len(parts), 1, -1):
        above, name = ".".join(parts[: length - 1]), parts[length - 1]
        if above in states and name in states[above][0].regions:
            return ".".join(parts[:length])
    return None


def guards_of(flow: FlowModel) -> Iterator[tuple[Path, str]]:
    """Every guard of a flow, with where it stands; those of decision tables are not among them."""
    for key, transition in flow.transitions.items():
        if transition.when is not None:
            yield ("transitions", key, "when"), transition.when
        for index, way in enumerate(transition.to):
            if way.when is not None:
                yield ("transitions", key, "to", index, "when"), way.when
    for key, rule in flow.rules.items():
        if rule.when is not None:
            yield ("rules", key, "when"), rule.when
    for key, effect in flow.effects.items():
        if effect.when is not None:
            yield ("effects", key, "when"), effect.when
    for key, wish in flow.properties.items():
        if wish.when is not None:
            yield ("properties", key, "when"), wish.when
