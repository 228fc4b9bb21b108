"""Checks of states: every name leads somewhere, every phase can be entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service_flow.design.checking.words import Path, all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import ANY, DEEP_HISTORY, HISTORY, RESERVED, STAY, FlowModel, StateModel
from service_flow.errors import Finding, meant


def check_states(source: BlueprintSource) -> Iterator[Finding]:
    """SF201 to SF206 and SF210: state names, initial states, final states."""
    for name, flow in source.flows.items():
        yield from _flow(source, f"flow:{name}", flow)


def _flow(source: BlueprintSource, part: str, flow: FlowModel) -> Iterator[Finding]:
    states = all_states(flow)
    if flow.initial not in states:
        yield _unknown(source, part, ("initial",), flow.initial, states)
    elif states[flow.initial][0].final:
        yield source.finding("SF206", f"a case cannot begin in the final state '{flow.initial}'", part, ("initial",))
    for key, entry in flow.entries.items():
        if entry.to not in states:
            yield _unknown(source, part, ("entries", key, "to"), entry.to, states)
        elif states[entry.to][0].final:
            message = f"a case cannot begin in the final state '{entry.to}'"
            yield source.finding("SF206", message, part, ("entries", key, "to"))
    for path, (state, where) in states.items():
        if path in RESERVED or path.rpartition(".")[2] in (HISTORY, DEEP_HISTORY):
            yield source.finding(
                "SF205", f"'{path}' is a word of the language and cannot name a state", part, where, key=True
            )
        if state.states and state.initial is None:
            yield source.finding(
                "SF201",
                f"phase '{path}' does not say which state inside is entered first; add `initial:`",
                part,
                where,
                key=True,
            )
        elif state.states and state.initial not in state.states:
            yield source.finding(
                "SF202",
                f"phase '{path}' has no state '{state.initial}' inside{meant(state.initial or '', state.states)}",
                part,
                (*where, "initial"),
            )
        elif state.initial is not None and not state.states and not state.regions:
            yield source.finding(
                "SF204",
                f"'{path}' has no states inside, so `initial` means nothing",
                part,
                (*where, "initial"),
            )
        if state.final is not None and (state.states or state.regions):
            yield source.finding(
                "SF206", f"phase '{path}' cannot be final; mark a state inside", part, (*where, "final")
            )
    yield from _transitions(source, part, flow)


def _transitions(source: BlueprintSource, part: str, flow: FlowModel) -> Iterator[Finding]:
    states = all_states(flow)
    for name, transition in flow.transitions.items():
        at: Path = ("transitions", name)
        for index, path in enumerate(transition.sources):
            if path != ANY and path not in states:
                yield _unknown(source, part, (*at, "from", index), path, states)
        for index, path in enumerate(transition.exceptions):
            if path not in states:
                yield _unknown(source, part, (*at, "except", index), path, states)
        for index, way in enumerate(transition.to):
            if way.state == ANY:
                yield source.finding(
                    "SF205",
                    "a transition leads to one state, not to `any`",
                    part,
                    (*at, "to", index, "state"),
                )
            elif way.state not in (STAY, HISTORY):
                yield from _target(source, part, (*at, "to", index, "state"), way.state, states)
            if way.when is None and index + 1 < len(transition.to):
                yield source.finding(
                    "SF210",
                    f"the ways of '{name}' behind this one can never be taken: it has no `when`",
                    part,
                    (*at, "to", index, "state"),
                )


def _target(
    source: BlueprintSource, part: str, at: Path, path: str, states: Mapping[str, tuple[StateModel, Path]]
) -> Iterator[Finding]:
    phase, _, last = path.rpartition(".")
    if path in states or not (phase and last in (HISTORY, DEEP_HISTORY)):
        if path not in states:
            yield _unknown(source, part, at, path, states)
    elif phase not in states:
        yield _unknown(source, part, at, phase, states)
    elif not (states[phase][0].states or states[phase][0].regions):
        yield source.finding("SF205", f"'{phase}' has no states inside, so it has no `{last}`", part, at)


def _unknown(source: BlueprintSource, part: str, at: Path, name: str, known: Iterable[str]) -> Finding:
    names = list(known)
    hint = _suffix(name, names) or meant(name, names)
    return source.finding("SF203", f"unknown state '{name}'{hint}", part, at)


def _suffix(name: str, known: list[str]) -> str:
    """The hint for a state named without its phase."""
    near = [path for path in known if path.endswith(f".{name}")]
    return f"; did you mean '{near[0]}'?" if near else ""
