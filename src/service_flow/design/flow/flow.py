"""A compiled flow: everything a command needs to know of a revision, looked up and never computed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service_flow.design.flow.fields import Field, Form, compile_field
from service_flow.design.flow.navigator import SEPARATOR, build_machine, entry, leaves, moves, sources_of
from service_flow.design.flow.revision import canonical, revision_of
from service_flow.design.language.expressions import Expression
from service_flow.design.language.model import HISTORY, Collect, FlowModel, StateModel, TransitionModel

Configuration = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """An innermost state with what its phases hand down to it."""

    path: str
    title: Mapping[str, str]
    phase: str | None
    owner: str | None
    value: str
    clock: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """One target of a transition. `target` is None where the case stays, or goes back (`returns`)."""

    target: str | None
    returns: bool
    guard: Expression | None


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that can be done. `ways` has at least one; the first whose guard holds is taken."""

    name: str
    title: Mapping[str, str]
    sources: tuple[str, ...]
    by: frozenset[str]
    form: Form
    guard: Expression | None
    ways: tuple[Way, ...]

    @property
    def guards(self) -> tuple[Expression, ...]:
        return tuple(guard for guard in (self.guard, *(way.guard for way in self.ways)) if guard is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What it means to stand in a configuration."""

    configuration: Configuration
    clock: str
    owners: tuple[str, ...]
    outcome: str | None


class Flow:
    """One revision of a flow, compiled. Immutable; shared by all threads."""

    def __init__(self, model: FlowModel) -> None:
        self.model = model
        self.form = canonical(model)
        self.revision = revision_of(self.form)
        self.name, self.subject, self.title = model.flow, model.subject, model.title
        self.fields: dict[str, Field] = {name: compile_field(name, field) for name, field in model.data.items()}
        self.references = tuple(name for name, field in self.fields.items() if field.type == "reference")
        self._names = {name: field.guard_type for name, field in self.fields.items()}
        self.states: dict[str, State] = dict(_states(model.states))
        self.transitions: dict[str, Transition] = {
            name: self._transition(name, transition) for name, transition in model.transitions.items()
        }
        self.opening = self._form(model.opening.collect)
        self.opened_by = frozenset(model.opening.by)
        self.initial: Configuration = (entry(model, model.initial),)
        table = moves(build_machine(model))
        self._exits: dict[str, dict[str, Transition]] = {
            path: {name: self.transitions[name] for name in table.get(path, ())} for path in self.states
        }
        self._standing: dict[Configuration, Standing] = {(path,): self._stand(path) for path in self.states}

    def exits(self, configuration: Configuration) -> Mapping[str, Transition]:
        """The transitions that leave (or may be done in) a configuration, by name."""
        return self._exits[configuration[0]]

    def standing(self, configuration: Configuration) -> Standing:
        return self._standing[configuration]

    def _stand(self, path: str) -> Standing:
        state = self.states[path]
        return Standing((path,), state.clock, (state.owner,) if state.owner else (), state.outcome)

    def _form(self, collect: Collect) -> Form:
        return Form(self.fields, tuple(collect.required), tuple(collect.optional))

    def _guard(self, text: str | None) -> Expression | None:
        return None if text is None else Expression.read(text, self._names)

    def _transition(self, name: str, model: TransitionModel) -> Transition:
        ways = tuple(
            Way(
                None if way.state == HISTORY else entry(self.model, way.state),
                way.state == HISTORY,
                self._guard(way.when),
            )
            for way in model.to
        )
        return Transition(
            name,
            model.title,
            sources_of(self.model, name),
            frozenset(model.by),
            self._form(model.collect),
            self._guard(model.when),
            ways or (Way(None, False, None),),
        )


def _states(states: Mapping[str, StateModel]) -> list[tuple[str, State]]:
    inherited: dict[str, StateModel] = {}
    _collect(states, "", inherited)
    found = []
    for path, model in leaves(states):
        parts = path.split(SEPARATOR)
        chain = [inherited[SEPARATOR.join(parts[: length + 1])] for length in range(len(parts))][::-1]
        found.append(
            (
                path,
                State(
                    path,
                    model.title,
                    SEPARATOR.join(parts[:-1]) or None,
                    next((state.owner for state in chain if state.owner), None),
                    next((state.value for state in chain if state.value), "none"),
                    next(
                        (state.clock for state in chain if state.clock),
                        "stopped" if model.final else "running",
                    ),
                    model.final,
                ),
            )
        )
    return found


def _collect(states: Mapping[str, StateModel], prefix: str, into: dict[str, StateModel]) -> None:
    for name, state in states.items():
        into[prefix + name] = state
        _collect(state.states, prefix + name + SEPARATOR, into)
