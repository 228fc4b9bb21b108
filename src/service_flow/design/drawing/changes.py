"""What changed between two revisions of a flow, state by state and transition by transition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from service_flow.design.drawing.parts import Path
from service_flow.design.flow import Decision, Flow, Transition
from service_flow.design.language.model import FlowModel, StateModel, TimerModel

Fate = Literal["added", "removed", "changed"]
FATES: tuple[Fate, ...] = ("added", "removed", "changed")
SECTIONS = ("data", "entries", "decisions", "timers", "promises", "rules", "effects", "properties")
"""The words of a flow, beside states and transitions, that hold things by name."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a flow is compared with: its `former` revision; without one it is new, or `gone` itself."""

    former: Flow | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of everything that changed: states and frames by path, transitions by name, and other parts of the
    flow by their word and name."""

    states: Mapping[str, Fate]
    transitions: Mapping[str, Fate]
    others: Mapping[tuple[str, str], Fate]

    @property
    def counts(self) -> dict[Fate, int]:
        """How many states and transitions have each fate."""
        fates = [*self.states.values(), *self.transitions.values()]
        return {fate: fates.count(fate) for fate in FATES}


def changes(flow: Flow, compared: Compared) -> Changes:
    """What changed. Nothing is said of a state whose path is the same and which is what it was."""
    former = compared.former
    if former is None:
        fate: Fate = "removed" if compared.gone else "added"
        paths = [*flow.states, *(path for path, _ in _frames(flow.model))]
        return Changes(dict.fromkeys(paths, fate), dict.fromkeys(flow.transitions, fate), {})
    states = _fates(_parts(former), _parts(flow))
    transitions = _fates(_moves(former), _moves(flow))
    others: dict[tuple[str, str], Fate] = {}
    for word in SECTIONS:
        fates = _fates(getattr(former.model, word), getattr(flow.model, word))
        others |= {(word, name): fate for name, fate in fates.items()}
    if (former.model.opening, former.model.initial) != (flow.model.opening, flow.model.initial):
        others["opening", ""] = "changed"
    return Changes(states, transitions, others)


def _fates(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, Fate]:
    fates: dict[str, Fate] = {name: "added" for name in new if name not in old}
    fates |= {name: "removed" for name in old if name not in new}
    fates |= {name: "changed" for name in new if name in old and old[name] != new[name]}
    return fates


def _parts(flow: Flow) -> dict[str, object]:
    """What is said of each state and frame, by path."""
    frames: dict[str, object] = {
        path: (model.title, model.owner, model.value, model.clock, model.initial, bool(model.regions))
        for path, model in _frames(flow.model)
    }
    return frames | {
        path: (state.title, state.owner, state.value, state.clock, state.outcome, state.done)
        for path, state in flow.states.items()
    }


def _moves(flow: Flow) -> dict[str, object]:
    """What is said of each transition, with all that it names as it is declared: fields, tables, timers that do it."""
    model = flow.model
    timers: dict[str, list[TimerModel]] = {}
    for timer in model.timers.values():
        timers.setdefault(timer.perform, []).append(timer)
    return {
        name: (
            move,
            [model.data.get(field) for field in (*move.collect.required, *move.collect.optional)],
            [model.decisions.get(table.name) for table in tables_of(flow.transitions[name])],
            timers.get(name, []),
        )
        for name, move in model.transitions.items()
    }


def tables_of(transition: Transition) -> list[Decision]:
    """The decision tables that a transition sets fields by, or asks in its guards."""
    asked = [table for guard in transition.guards for table in guard.decisions]
    return list(dict.fromkeys([*transition.sets.values(), *asked]))


def _frames(model: FlowModel) -> Iterator[tuple[str, StateModel]]:
    pending: list[tuple[Path, StateModel]] = [((name,), state) for name, state in model.states.items()]
    while pending:
        path, state = pending.pop()
        inside = state.regions or state.states
        if inside:
            yield ".".join(path), state
            pending += [((*path, name), inner) for name, inner in inside.items()]
