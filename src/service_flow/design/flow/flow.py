"""A compiled flow: everything a command needs to know of a revision, looked up and never computed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from service_flow.design.flow.effects import Effect, compile_effect, compile_rule
from service_flow.design.flow.fields import Field, Form, compile_field
from service_flow.design.flow.guards import Decision, Guard
from service_flow.design.flow.names import CUSTOMER, data_types, guard_names, row_names
from service_flow.design.flow.navigator import build_machine, moves
from service_flow.design.flow.revision import canonical, revision_of
from service_flow.design.flow.timing import Promise, Timer, compile_promise, compile_timer
from service_flow.design.flow.tree import ROOT, SEPARATOR, Configuration, Node, StateTree
from service_flow.design.language.expressions import Expression, Type
from service_flow.design.language.model import (
    DEEP_HISTORY,
    HISTORY,
    STAY,
    Collect,
    FlowModel,
    OpeningModel,
    StateModel,
    TransitionModel,
)
from service_flow.design.language.model import Way as WayModel
from service_flow.errors import NotFound, meant, printable

Kind = Literal["enter", "stay", "back", "history", "deep_history"]


@dataclass(frozen=True, slots=True)
class State:
    """An innermost state with what its phases hand down to it. `region` is the path of the region it lies in."""

    path: str
    title: Mapping[str, str]
    phase: str | None
    owner: str | None
    value: str
    clock: str
    outcome: str | None
    done: bool = False
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One target of a transition.

    Kinds: `enter` the state `target` (a state with regions inside is named itself), `stay`, go `back` to where the
    present state was entered from, enter the phase `target` where it was left last: the state right inside it
    (`history`) or everything (`deep_history`).
    """

    target: str | None
    kind: Kind
    guard: Guard | None

    @property
    def returns(self) -> bool:
        return self.kind == "back"


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that can be done. `ways` has at least one; the first whose guard holds is taken.

    `circumstances` are the names beside the case's data that its guards and tables read.
    """

    name: str
    title: Mapping[str, str]
    sources: tuple[str, ...]
    by: frozenset[str]
    form: Form
    guard: Guard | None
    ways: tuple[Way, ...]
    sets: Mapping[str, Decision]
    join: str | None
    automatic: bool
    circumstances: frozenset[str]

    @property
    def guards(self) -> tuple[Guard, ...]:
        return tuple(guard for guard in (self.guard, *(way.guard for way in self.ways)) if guard is not None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place where a case may begin. The one without a name is the usual one."""

    name: str | None
    title: Mapping[str, str]
    configuration: Configuration
    by: frozenset[str]
    form: Form
    sets: Mapping[str, Decision]


@dataclass(frozen=True, slots=True)
class Standing:
    """What it means to stand in a configuration."""

    configuration: Configuration
    clock: str
    owners: tuple[str, ...]
    outcome: str | None


class Step(NamedTuple):
    """Where a way leads from a configuration. `again` are the states that were left and entered again by it."""

    entered: Configuration
    again: Configuration = ()


class Places(NamedTuple):
    """What a step comes to and what it leaves: innermost states, the phases and regions around them, and the name of
    the transition, or `opened`. What is left and entered again is in both. `promises` and `timers` may begin or end
    with it."""

    arrived: frozenset[str]
    departed: frozenset[str]
    promises: tuple[Promise, ...]
    timers: tuple[Timer, ...]


class Flow:
    """One revision of a flow, compiled. Immutable; shared by all threads."""

    def __init__(self, model: FlowModel) -> None:
        self.model = model
        self.form = canonical(model)
        self.revision = revision_of(self.form)
        self.name, self.subject, self.title = model.flow, model.subject, model.title
        self.fields: dict[str, Field] = {name: compile_field(name, field) for name, field in model.data.items()}
        self.facts = frozenset(name for name, field in self.fields.items() if field.fact)
        self.references = tuple(name for name, field in self.fields.items() if field.type == "reference")
        types = data_types(model)
        self._names: Mapping[str, Type] = guard_names(model, types)
        rows = row_names(model, types)
        self.decisions: dict[str, Decision] = {
            name: Decision(name, table, rows) for name, table in model.decisions.items()
        }
        self.tree = StateTree(model)
        self.states: dict[str, State] = {path: _state(node) for path, node in self.tree.leaves.items()}
        self.transitions: dict[str, Transition] = {
            name: self._transition(name, transition) for name, transition in model.transitions.items()
        }
        self.entry = self._entry(None, {}, model.initial, model.opening)
        self.entries: dict[str, Entry] = {
            name: self._entry(name, entry.title, entry.to, entry) for name, entry in model.entries.items()
        }
        self.initial: Configuration = self.entry.configuration
        self._leave: dict[str, dict[str, Transition]] = self._table()
        self._exits: dict[Configuration, Mapping[str, Transition]] = {}
        self._automatic: dict[Configuration, tuple[Transition, ...]] = {}
        self._standing: dict[Configuration, Standing] = {}
        self._steps: dict[tuple[Configuration, str, str], Step] = {}
        read = [*(step.circumstances for step in self.transitions.values())]
        read += [table.circumstances for each in (self.entry, *self.entries.values()) for table in each.sets.values()]
        self.promises: dict[str, Promise] = {
            name: compile_promise(name, promise, self.decisions) for name, promise in model.promises.items()
        }
        self.timers: dict[str, Timer] = {name: compile_timer(name, timer) for name, timer in model.timers.items()}
        self.is_timed = bool(self.promises or self.timers)
        self.effects: tuple[Effect, ...] = (
            *(compile_rule(name, rule, self._guard(rule.when)) for name, rule in model.rules.items()),
            *(compile_effect(name, effect, self._guard(effect.when)) for name, effect in model.effects.items()),
        )
        # What moves write that a promise or a timer is read from; every move counts where the counts are read.
        self.timed_by = frozenset(timer.at for timer in self.timers.values() if timer.at is not None).union(
            *(promise.reads | promise.circumstances for promise in self.promises.values())
        )
        self._places: dict[tuple[str, Configuration, Configuration, Configuration], Places] = {}
        read += [promise.circumstances for promise in self.promises.values()]
        read += [effect.guard.circumstances for effect in self.effects if effect.guard is not None]
        self.reads_customer = any(CUSTOMER in names for names in read)
        self.acts = any(transition.automatic for transition in self.transitions.values())

    @property
    def opening(self) -> Form:
        """The form of the usual opening."""
        return self.entry.form

    @property
    def opened_by(self) -> frozenset[str]:
        return self.entry.by

    def beginning(self, entry: str | None) -> Entry:
        """The entry of that name; the usual one for None. Raises NotFound."""
        if entry is None:
            return self.entry
        found = self.entries.get(entry) if isinstance(entry, str) else None
        if found is None:
            shown = printable(entry)
            raise NotFound(f"flow '{self.name}' has no entry '{shown}'{meant(shown, self.entries)}")
        return found

    def exits(self, configuration: Configuration) -> Mapping[str, Transition]:
        """The transitions that somebody may perform in a configuration, by name: regions that a join waits for are
        done, automatic ones are left out."""
        known = self._exits.get(configuration)
        if known is None:
            known = {name: step for name, step in self._leaving(configuration) if not step.automatic}
            self._exits[configuration] = known
        return known

    def automatic(self, configuration: Configuration) -> tuple[Transition, ...]:
        """The automatic transitions that leave a configuration, in the order of the flow."""
        known = self._automatic.get(configuration)
        if known is None:
            known = tuple(step for _, step in self._leaving(configuration) if step.automatic)
            self._automatic[configuration] = known
        return known

    def standing(self, configuration: Configuration) -> Standing:
        known = self._standing.get(configuration)
        if known is None:
            known = self._standing[configuration] = self._stand(configuration)
        return known

    def source(self, configuration: Configuration, transition: Transition, way: Way) -> str:
        """The innermost state that a way leaves: of several, the one from which its target is nearest."""
        if len(configuration) == 1:
            return configuration[0]
        candidates = [leaf for leaf in configuration if leaf in transition.sources] or list(configuration)
        if len(candidates) == 1 or way.target is None:
            return candidates[0]
        return self.tree.nearest(candidates, way.target)

    def step(self, configuration: Configuration, transition: Transition, way: Way) -> Step:
        """Where a way of the kinds `enter` and `stay` leads."""
        if way.target is None:
            return Step(configuration)
        source = self.source(configuration, transition, way)
        key = (configuration, source, way.target)
        known = self._steps.get(key)
        if known is None:
            known = self._steps[key] = Step(*self.tree.moved(configuration, source, way.target))
        return known

    def back(self, configuration: Configuration, source: str, before: Configuration) -> Step:
        """Going back from `source` to `before`, the configuration it was entered from: as much of it as lies in the
        same region, the rest stays; all of it where it lies outside."""
        for node in self.tree.nodes[source].above():
            if node.is_region:
                part = self.tree.under(node.path, before)
                if part:
                    rest = [leaf for leaf in configuration if leaf not in self.tree.under(node.path, configuration)]
                    return Step(self.tree.sorted([*rest, *part]), tuple(leaf for leaf in part if leaf in configuration))
        return Step(before, tuple(leaf for leaf in before if leaf in configuration))

    def again(self, configuration: Configuration, source: str, way: Way, last: Configuration) -> Step:
        """Entering a phase by its history. `last` is the latest configuration with a state in it; empty for none."""
        phase = way.target or ""
        inside = self.tree.under(phase, last)
        if inside and way.kind == "history":
            depth = phase.count(SEPARATOR) + 2
            right_inside = {SEPARATOR.join(leaf.split(SEPARATOR)[:depth]) for leaf in inside}
            inside = self.tree.sorted(leaf for path in right_inside for leaf in self.tree.entry(path))
        return Step(*self.tree.moved(configuration, source, phase, inside or None))

    def places(
        self, transition: str, left: Configuration, entered: Configuration, again: Configuration = ()
    ) -> Places:
        """What a step comes to and what it leaves; an opening is the step `opened`, which leaves nothing."""
        key = (transition, left, entered, again)
        known = self._places.get(key)
        if known is None:
            known = self._places[key] = self._touched(transition, self._around(left), self._around(entered), again)
        return known

    def _touched(
        self, transition: str, before: frozenset[str], after: frozenset[str], again: Configuration
    ) -> Places:  # fmt: skip
        arrived, departed = (after - before).union(again, (transition,)), (before - after).union(again)
        promises = (
            promise
            for promise in self.promises.values()
            if promise.starts in arrived
            or not promise.ends.isdisjoint(arrived)
            or not promise.during.isdisjoint(arrived | departed)
        )
        timers = (
            timer
            for timer in self.timers.values()
            if not arrived.isdisjoint(timer.during) or not arrived.isdisjoint(timer.again)
        )
        return Places(arrived, departed, tuple(promises), tuple(timers))

    def _around(self, configuration: Configuration) -> frozenset[str]:
        """The states of a configuration and all that is around them."""
        nodes = (self.tree.nodes[path] for path in configuration if path in self.tree.nodes)
        return frozenset(each.path for node in nodes for each in (node, *node.above())) - {ROOT}

    def _leaving(self, configuration: Configuration) -> Iterator[tuple[str, Transition]]:
        if len(configuration) == 1:
            found: Mapping[str, Transition] = self._leave[configuration[0]]
        else:
            names = {name for leaf in configuration for name in self._leave[leaf]}
            found = {name: step for name, step in self.transitions.items() if name in names}
        for name, step in found.items():
            if step.join is None or self.tree.is_done(step.join, configuration):
                yield name, step

    def _table(self) -> dict[str, dict[str, Transition]]:
        exits = [
            (step.name, step.sources, [way.target if way.kind == "enter" else None for way in step.ways])
            for step in self.transitions.values()
        ]
        table = moves(build_machine(self.tree, self.model.initial, exits))
        return {path: {name: self.transitions[name] for name in table.get(path, ())} for path in self.states}

    def _stand(self, configuration: Configuration) -> Standing:
        states = [self.states[path] for path in configuration]
        clocks = {state.clock for state in states}
        clock = next(word for word in ("running", "paused", "stopped") if word in clocks)
        owners = dict.fromkeys(state.owner for state in states if state.owner)
        outcome = states[0].outcome if len(states) == 1 else None
        return Standing(configuration, clock, tuple(owners), outcome)

    def _form(self, collect: Collect) -> Form:
        return Form(self.fields, tuple(collect.required), tuple(collect.optional))

    def _guard(self, text: str | None) -> Guard | None:
        return None if text is None else Guard(Expression.read(text, self._names), self.decisions)

    def _sets(self, sets: Mapping[str, str]) -> Mapping[str, Decision]:
        return {field: self.decisions[table] for field, table in sets.items()}

    def _entry(self, name: str | None, title: Mapping[str, str], to: str, model: OpeningModel) -> Entry:
        begun = self.tree.completed(self.tree.entry(to), to, self.tree.root)
        return Entry(name, title, begun, frozenset(model.by), self._form(model.collect), self._sets(model.sets))

    def _transition(self, name: str, model: TransitionModel) -> Transition:
        ways = tuple(self._way(way) for way in model.to) or (Way(None, "stay", None),)
        guard = self._guard(model.when)
        targets = frozenset(
            leaf for way in ways if way.kind == "enter" and way.target for leaf in self.tree.entry(way.target)
        )
        sets = self._sets(model.sets)
        named = [guard, *(way.guard for way in ways)]
        return Transition(
            name,
            model.title,
            self.tree.sources(model.sources, model.exceptions, targets),
            frozenset(model.by),
            self._form(model.collect),
            guard,
            ways,
            sets,
            model.sources[0] if model.join else None,
            model.automatic,
            frozenset[str]().union(
                *(each.circumstances for each in named if each is not None),
                *(table.circumstances for table in sets.values()),
            ),
        )

    def _way(self, model: WayModel) -> Way:
        guard = self._guard(model.when)
        if model.state == STAY:
            return Way(None, "stay", guard)
        if model.state == HISTORY:
            return Way(None, "back", guard)
        phase, _, last = model.state.rpartition(SEPARATOR)
        if last == HISTORY:
            return Way(phase, "history", guard)
        if last == DEEP_HISTORY:
            return Way(phase, "deep_history", guard)
        entered = self.tree.entry(model.state)
        return Way(entered[0] if len(entered) == 1 else model.state, "enter", guard)


def _state(node: Node) -> State:
    """An innermost state with what is handed down to it."""
    model = node.model or StateModel()
    chain = [model, *(above.model for above in node.above() if above.model is not None)]
    phase = node.parent.path if node.parent is not None else ""
    return State(
        node.path,
        model.title,
        phase or None,
        next((state.owner for state in chain if state.owner), None),
        next((state.value for state in chain if state.value), "none"),
        next((state.clock for state in chain if state.clock), "stopped" if model.final else "running"),
        model.final,
        model.done,
        next((above.path for above in (node, *node.above()) if above.is_region), None),
    )
