"""Everything a case can come to, found by performing it all with the engine's own functions, without any cleverness."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations, product
from typing import Any

import service_flow.features  # noqa: F401  its import makes the events of all features known
from service_flow.design.flow import Flow, Form
from service_flow.design.migrating import Passage
from service_flow.design.organisation import Actor
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.decide import judge
from service_flow.engine.case.events import Configuration, Opened, new_id
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.happening import Stamp, follow, happen
from service_flow.engine.case.migrating import migrated
from service_flow.engine.case.state import CaseState
from service_flow.errors import Refused
from service_flow.features.requests.events import RequestOpened

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EVERYBODY = Actor("tom", frozenset({"clerk", "planner", "customer", "manager"}))
AROUND = Circumstances(EVERYBODY, AT)
Values = Mapping[str, Sequence[Any]]


def begun(flow: Flow, values: Values) -> Iterator[CaseState]:
    """The cases that may be opened."""
    for entry in (flow.entry, *flow.entries.values()):
        for given in forms(entry.form, values):
            standing = flow.standing(entry.configuration)
            event: Opened = RequestOpened.record(
                originator_id=new_id(), originator_version=1, id=new_id(), at=AT, by="tom", number=1, flow=flow.name,
                revision=flow.revision, entered=standing.configuration, clock=standing.clock, owners=standing.owners,
                facts={}, data=given, personal={},
            )  # fmt: skip
            yield from _at_rest(evolve(None, event), flow)


def steps(state: CaseState, flow: Flow, values: Values) -> Iterator[CaseState]:
    """The cases that somebody can make of one."""
    for name, step in flow.exits(state.configuration).items():
        for given in forms(step.form, values):
            try:
                yield happen(state, flow, judge(state, flow, name, AROUND, given), AROUND, Stamp())[1]
            except Refused:
                continue


def forms(form: Form, values: Values) -> Iterator[dict[str, Any]]:
    """The ways to fill in a form with some of these values; fields without values are given a text."""
    for many in range(len(form.optional) + 1):
        for optional in combinations(form.optional, many):
            names = (*form.required, *optional)
            for chosen in product(*(values.get(name, ("x",)) for name in names)):
                yield dict(zip(names, chosen, strict=True))


def everything(starts: Iterable[CaseState], flow: Flow, values: Values) -> tuple[list[CaseState], list[list[int]]]:
    """All that cases can come to from some states, and for each the numbers of what comes next."""
    found: list[CaseState] = []
    leading: list[list[int]] = []
    numbers: dict[Any, int] = {}
    waiting: deque[int] = deque()

    def arrive(state: CaseState) -> int:
        key = key_of(state)
        if key not in numbers:
            numbers[key] = len(found)
            found.append(state)
            leading.append([])
            waiting.append(numbers[key])
        return numbers[key]

    for state in starts:
        arrive(state)
    while waiting:
        here = waiting.popleft()
        assert len(found) < 20_000, "too much for brute force"
        leading[here] = sorted({arrive(after) for after in steps(found[here], flow, values)})
    return found, leading


def ending(found: Sequence[CaseState], leading: Sequence[Sequence[int]]) -> set[int]:
    """The numbers of those from which an end can be reached."""
    before: list[list[int]] = [[] for _ in found]
    for number, afters in enumerate(leading):
        for after in afters:
            before[after].append(number)
    reach = {number for number, state in enumerate(found) if state.outcome is not None}
    pending = list(reach)
    while pending:
        for number in before[pending.pop()]:
            if number not in reach:
                reach.add(number)
                pending.append(number)
    return reach


def crossed(state: CaseState, passage: Passage) -> CaseState:
    """The case after its migration. Raises Refused."""
    after = evolve(state, migrated(state, passage, by="migration", at=AT))
    return follow(after, passage.new, AROUND, Stamp(), new_id())[1] if passage.new.acts else after


def key_of(state: CaseState) -> Any:
    """What tells two cases apart that can go on differently, in flows whose guards count nothing and that enter no
    phase by its history: where it stands, what it knows, and where going back leads, again and again."""
    back: dict[str, Configuration] = {}
    pending = list(state.configuration)
    while pending:
        leaf = pending.pop()
        if leaf in state.came_from and leaf not in back:
            back[leaf] = state.came_from[leaf]
            pending += back[leaf]
    return state.configuration, tuple(sorted(state.data.items(), key=str)), tuple(sorted(back.items()))


def _at_rest(state: CaseState, flow: Flow) -> Iterator[CaseState]:
    try:
        yield follow(state, flow, AROUND, Stamp(), new_id())[1] if flow.acts else state
    except Refused:
        return


__all__ = ["begun", "crossed", "ending", "everything", "forms", "key_of", "steps"]
