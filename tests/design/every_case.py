"""A walk through a flow by brute force: the engine's own decide and evolve, with every value near the constants.

It knows nothing of what the check knows: no samples, no marks, no forgetting. What it remembers of a case is all that
the engine can look at again. So it is slow, and an oracle for small flows.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from service_flow.design.flow import Entry, Flow, Form, Transition
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import check_form, judge, last_inside, with_results
from service_flow.engine.case.events import Event, Moved, new_id
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.happening import Stamp, follow, happen
from service_flow.engine.case.state import CaseState
from service_flow.errors import GuardSaidNo, Refused
from service_flow.features.requests import RequestOpened

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COUNTED = 3
"""Counts beyond this are not told apart; the constants of guards stay below."""
_MISSING = re.compile(r"'([a-z_.]+)' has no value")
_CANNOT = ("cannot be evaluated", "cannot be judged")
_RESTLESS = "did not come to rest"
_OF = re.compile(r"(?:the guard of|a way of|decision) '([a-z0-9_]+)'")


class Command(NamedTuple):
    """Something that is tried: an entry (or None for the usual one) or a transition, with a form and who and what is
    around."""

    name: str | None
    data: Mapping[str, Any]
    posts: frozenset[str] = frozenset()
    customer: Mapping[str, Any] = {}


class Moment(NamedTuple):
    """One event as a property sees it: the transition ("" for the opening), where the case stood before and stands
    after it, its data after it, and how it ended with it, if it did."""

    transition: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    values: Mapping[str, Any]
    outcome: str | None


@dataclass
class Node:
    """A case at rest somewhere. `led` are the commands that were accepted here with the node each led to, `moments`
    what happened on the way."""

    state: CaseState
    led: list[tuple[Command, int, tuple[Moment, ...]]] = field(default_factory=list)


class TooLarge(Exception):
    """The flow is too large for a walk by brute force."""


class Walk:
    """Everything that can become of a case, or of one that is there already (`start`). `fresh` are fields that nothing
    reads before they are asked for again. Raises TooLarge, unless it is `bounded`: then it stops there, and what was not
    looked at counts as safe."""

    def __init__(
        self, flow: Flow, values: Mapping[str, Sequence[Any]], *, most: int = 300, commands: int = 6_000,
        customers: Sequence[Mapping[str, Any]] = ({},), posts: Sequence[frozenset[str]] = (frozenset(),),
        start: CaseState | None = None, bounded: bool = False, fresh: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.flow, self.values, self.customers, self.posts = flow, values, customers, posts
        self.most, self.left, self.bounded, self.fresh = most, commands, bounded, fresh
        self.expanded: set[int] = set()
        self.nodes: list[Node] = []
        self.beginnings: list[tuple[Command, int, tuple[Moment, ...]]] = []
        self.came: list[tuple[int, Command]] = []
        self.performed: set[str] = set()
        self.errors: set[tuple[str, str | None]] = set()
        self.restless = False
        self.stood: set[str] = set()
        self._texts = flow.form
        self._kept = frozenset(values) - fresh
        self._back = {s for step in flow.transitions.values() if any(w.returns for w in step.ways) for s in step.sources}
        self._phases = {w.target for step in flow.transitions.values() for w in step.ways if "history" in w.kind}
        self._numbers: dict[object, int] = {}
        self._led: set[object] = set()
        self._walk(start)

    def _walk(self, start: CaseState | None) -> None:
        waiting: deque[int] = deque()
        if start is not None:
            self._numbers[self.key(start)] = 0
            self.nodes.append(Node(start))
            waiting.append(0)
        for entry in (self.flow.entry, *self.flow.entries.values()) if start is None else ():
            for command in self._openings(entry):
                self._try(-1, command, lambda command=command, entry=entry: begin(self.flow, entry, command), waiting)
        while waiting:
            if self.bounded and self.left <= 0:
                return
            number = waiting.popleft()
            self.expanded.add(number)
            state = self.nodes[number].state
            for step in self.flow.exits(state.configuration).values():
                for command in self._commands(step):
                    self._try(number, command, lambda s=state, command=command: perform(s, self.flow, command), waiting)

    def _try(self, source: int, command: Command, act: Any, waiting: deque[int]) -> None:
        self.left -= 1
        if self.left < 0 and not self.bounded:
            raise TooLarge
        try:
            events, state = act()
        except GuardSaidNo as refusal:
            self._remember_error(refusal, command)
            return
        except Refused:
            return
        key = self.key(state)
        number = self._numbers.get(key)
        if number is None:
            if len(self.nodes) >= self.most and not self.bounded:
                raise TooLarge
            if len(self.nodes) >= self.most:
                self.left = 0
            number = self._numbers[key] = len(self.nodes)
            self.nodes.append(Node(state))
            self.came.append((source, command))
            waiting.append(number)
        told = tuple(moments(self.flow, self.nodes[source].state if source >= 0 else None, events))
        same = (source, number, tuple((m.transition, m.after, frozenset({**m.values, "times": 0}.items())) for m in told))
        if same in self._led:
            return
        self._led.add(same)
        self.performed.update(moment.transition for moment in told)
        self.stood.update(leaf for moment in told for leaf in moment.after)
        (self.nodes[source].led if source >= 0 else self.beginnings).append((command, number, told))

    def _remember_error(self, refusal: GuardSaidNo, command: Command) -> None:
        if _RESTLESS in refusal.because:
            self.restless = True
        elif any(word in refusal.because for word in _CANNOT):
            missing = _MISSING.search(refusal.because)
            self.errors.add((refusal.transition or "", missing[1] if missing else None))

    def key(self, state: CaseState) -> object:
        """All of a case that the engine may look at again."""
        read = {name: value for name, value in state.data.items() if name in self._kept}
        return (
            state.configuration,
            frozenset(read.items()),
            frozenset((path, before) for path, before in state.came_from.items() if path in self._back),
            frozenset((phase, self.flow.tree.under(phase, last_inside(state, self.flow, phase))) for phase in self._phases),
            frozenset((name, min(count, COUNTED)) for name, count in state.times.items() if f"times.{name} " in self._texts),
        )  # fmt: skip

    def _openings(self, entry: Entry) -> Iterator[Command]:
        for data in self._forms(entry.form):
            yield Command(entry.name, data)

    def _commands(self, step: Transition) -> Iterator[Command]:
        customers = self.customers if "customer" in step.circumstances else ({},)
        posts = self.posts if "actor" in step.circumstances else self.posts[:1]
        for data in self._forms(step.form):
            for customer, held in product(customers, posts):
                yield Command(step.name, data, held | (step.by - frozenset(SYSTEM_ACTORS)), customer)

    def _forms(self, form: Form) -> Iterator[dict[str, Any]]:
        choices = [(*self.values[name], *(() if name in form.required else (None,))) for name in form.fields]
        for chosen in product(*choices):
            yield {name: value for name, value in zip(form.fields, chosen, strict=True) if value is not None}

    # --- what it shows

    def ends(self) -> set[int]:
        return {number for number, node in enumerate(self.nodes) if node.state.outcome is not None}

    def stranded(self) -> set[int]:
        """The nodes from which no end can be reached."""
        before: list[list[int]] = [[] for _ in self.nodes]
        for number, node in enumerate(self.nodes):
            for _, target, _ in node.led:
                before[target].append(number)
        safe = self.ends() | (set(range(len(self.nodes))) - self.expanded)
        pending = list(safe)
        while pending:
            for source in before[pending.pop()]:
                if source not in safe:
                    safe.add(source)
                    pending.append(source)
        return set(range(len(self.nodes))) - safe


def begin(flow: Flow, entry: Entry, command: Command) -> tuple[list[Event], CaseState]:
    """A case of the flow begins, as the engine's opening does it. Raises Refused."""
    filled = entry.form.fill(command.data)
    check_form(filled, doing="opening", case=None, transition=None)
    around = Circumstances(Actor("tom", command.posts), AT, command.customer)
    if entry.sets:
        names = frozenset({"customer", "actor", "case", "times", "now"})
        filled = with_results(filled, entry.sets, around.around({**filled.data, **filled.personal}, names, None), flow,
                              case=None, transition=None)  # fmt: skip
    there = flow.standing(entry.configuration)
    event = RequestOpened.record(
        originator_id=UUID(int=1), originator_version=1, id=new_id(), at=AT, by="tom", number=1, flow=flow.name,
        revision=flow.revision, entered=there.configuration, clock=there.clock, owners=there.owners,
        outcome=there.outcome, entry=entry.name, facts={}, data=filled.data, personal=filled.personal,
    )  # fmt: skip
    state = evolve(None, event)
    following, state = follow(state, flow, around, Stamp(), event.id) if flow.acts else ([], state)
    return [event, *following], state


def perform(state: CaseState, flow: Flow, command: Command) -> tuple[list[Event], CaseState]:
    """A transition is performed, as the engine does it. Raises Refused."""
    around = Circumstances(Actor("tom", command.posts), AT, command.customer)
    move = judge(state, flow, command.name or "", around, command.data)
    events, after = happen(state, flow, move, around, Stamp())
    return list(events), after


def moments(flow: Flow, state: CaseState | None, events: Sequence[Event]) -> Iterator[Moment]:
    """The events of a case that stood in `state`, as properties see them."""
    for event in events:
        before = state.configuration if state is not None else ()
        state = evolve(state, event)
        name = event.transition if isinstance(event, Moved) else ""
        yield Moment(name, before, state.configuration, values_of(flow, state), state.outcome)


def values_of(flow: Flow, state: CaseState) -> dict[str, Any]:
    """What a property's guard may read of a case."""
    return {**state.data, "times": {name: state.times.get(name, 0) for name in flow.transitions}}
