"""The proof of migrations beside brute force: both say the same of every configuration of small flows."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import Any

import pytest

import rich_flows
from brute_force import begun, crossed, ending, everything, key_of
from service_flow.design.flow import Configuration, Flow
from service_flow.design.language.model import MigrationModel, plain
from service_flow.design.migrating import Passage, Problem, passages_of, problems_of
from service_flow.engine.case.state import CaseState
from service_flow.errors import Refused

SMALL: dict[str, Any] = {
    "flow": "order",
    "subject": "request",
    "initial": "agreed",
    "data": {"kind": {"type": "choice", "choices": ["big", "small", "odd"]}, "pieces": {"type": "integer"}},
    "states": {
        "agreed": {},
        "work": {
            "regions": {
                "making": {"initial": "due", "states": {"due": {}, "made": {"done": True}}},
                "telling": {"initial": "due", "states": {"due": {}, "told": {"done": True}}},
            }
        },
        "ready": {},
        "on_hold": {},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "start": {"from": "agreed", "to": "work", "collect": {"required": ["kind"], "optional": ["pieces"]}},
        "make": {"from": "work.making.due", "to": "work.making.made"},
        "tell": {"from": "work.telling.due", "to": "work.telling.told"},
        "finish": {"from": "work", "join": True, "automatic": True,
                   "to": [{"when": 'kind == "odd"', "state": "agreed"}, {"state": "ready"}]},
        "hold": {"from": ["work", "ready"], "to": "on_hold"},
        "resume": {"from": "on_hold", "to": "history"},
        "count": {"from": "ready", "collect": ["pieces"], "when": "pieces < 3"},
        "ship": {"from": "ready", "to": "closed", "when": 'pieces > 1 || kind == "small"'},
    },
}  # fmt: skip
VALUES = {"kind": ("big", "small", "odd"), "pieces": (0, 1, 2, 3)}
OLD = rich_flows.flow(SMALL)


@pytest.fixture(scope="module")
def cases() -> list[CaseState]:
    """Everything that a case of the older flow can come to."""
    return everything(begun(OLD, VALUES), OLD, VALUES)[0]


def test_the_proof_and_brute_force_agree(cases: list[CaseState]) -> None:
    seen = Counter(compared(seed, cases) for seed in range(60))
    assert min(seen["agreed, stranded"], seen["agreed, fine"]) > 3


@pytest.mark.long
def test_the_proof_and_brute_force_agree_on_many(cases: list[CaseState]) -> None:
    seen = Counter(compared(seed, cases) for seed in range(1_000, 4_000))
    assert min(seen["agreed, stranded"], seen["agreed, fine"]) > 200


def test_a_flow_that_changed_its_title_alone_takes_every_case(cases: list[CaseState]) -> None:
    new = rich_flows.flow({**SMALL, "title": {"en": "Other"}})
    (passage,) = passages_of(MigrationModel(migration="m", flow="order"), new, [OLD])
    assert list(problems_of([passage])) == []
    assert by_brute_force(cases, passage) == set()


def compared(seed: int, cases: list[CaseState]) -> str:
    """Compare what is said of a random change and a random migration; what kind of case it was."""
    chance = random.Random(seed)
    new = changed(chance)
    if new is None or new.form == OLD.form:
        return "no flow"
    plan = planned(chance, new, wild=seed % 3 == 0)
    passages = passages_of(plan, new, [OLD])
    problems = list(problems_of(passages))
    codes = {problem.code for problem in problems}
    if codes & {"SF801", "SF802", "SF803"}:
        return "names"
    if "SF806" in codes:
        return "not decided"
    try:
        expected = by_brute_force(cases, passages[0])
    except AssertionError:
        return "too much"
    assert set(map(configuration_of, problems)) == expected, (seed, plan)
    return "agreed, stranded" if expected else "agreed, fine"


def changed(chance: random.Random) -> Flow | None:
    words = copy.deepcopy(SMALL)
    new = None
    for _ in range(chance.choice((1, 1, 2, 3))):
        new = rich_flows.changed(chance, words)
        if new is None or new.name != "order":
            return None
        words = plain(new.model)
    return new


def planned(chance: random.Random, new: Flow, *, wild: bool) -> MigrationModel:
    """A migration that gives most states that are gone a place, and, where it is wild, others another."""
    targets = [path for path in new.tree.nodes if path]
    states = {path: chance.choice(targets) for path in OLD.states if path not in new.states and chance.random() < 0.9}
    ends = []
    if wild:
        states |= {path: chance.choice(targets) for path in OLD.tree.nodes if path and chance.random() < 0.1}
        ends = [path for path, node in OLD.tree.nodes.items() if path and node.is_region and chance.random() < 0.15]
    gives = {"pieces": 3} if "pieces" in new.fields and chance.random() < 0.2 else {}
    return MigrationModel(
        migration="m", flow="order", states={old: now for old, now in states.items() if old not in ends}, ends=ends,
        drops=[name for name in OLD.fields if name not in new.fields], gives=gives,
    )  # fmt: skip


def by_brute_force(cases: list[CaseState], passage: Passage) -> set[Configuration]:
    """The configurations of which some case cannot be moved, or cannot end any more."""
    stranded, moved = set[Configuration](), list[tuple[Configuration, CaseState]]()
    for state in cases:
        if state.outcome is None:
            try:
                moved.append((state.configuration, crossed(state, passage)))
            except Refused:
                stranded.add(state.configuration)
    if all(state.outcome is None for state in passage.new.states.values()):
        return stranded
    found, leading = everything((after for _, after in moved), passage.new, VALUES)
    ends, numbers = ending(found, leading), {key_of(state): number for number, state in enumerate(found)}
    return stranded | {before for before, after in moved if numbers[key_of(after)] not in ends}


def configuration_of(problem: Problem) -> Configuration:
    return tuple(problem.message.split(" in '")[1].split("'")[0].split(" + "))
