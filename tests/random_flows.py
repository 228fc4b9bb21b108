"""Random flows with everything the language has: phases, regions, joins, histories, automatic transitions, entries.

They are drawn by `random.Random`, because Hypothesis draws mostly tiny ones; a strategy draws the seed.
`random_guards` puts data and conditions on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from service_flow.design.language.model import FlowModel

Words = dict[str, Any]
T = TypeVar("T")


class Dice(Random):
    """Random choices, as a story of them reads best."""

    def may(self, share: float) -> bool:
        return self.random() < share

    def some(self, values: Sequence[T], most: int, least: int = 0) -> list[T]:
        """Some of the values, in their order."""
        chosen = self.sample(range(len(values)), min(len(values), self.randint(least, most)))
        return [values[index] for index in sorted(chosen)]


@dataclass
class Tree:
    """The states that were drawn, with what transitions need to know of them."""

    states: Words = field(default_factory=dict)
    leaves: list[str] = field(default_factory=list)
    finals: list[str] = field(default_factory=list)
    phases: list[str] = field(default_factory=list)
    parallel: list[str] = field(default_factory=list)
    region: dict[str, str] = field(default_factory=dict)
    """The innermost region of each state in one."""

    @property
    def places(self) -> list[str]:
        return [*self.leaves, *self.phases, *self.parallel]


def tree_of(dice: Dice, *, least: int = 2, most: int = 4, regions: bool = True) -> Tree:
    """States: simple ones, phases, at most one state with regions, which may lie in a phase; the last are final."""
    tree = Tree()
    count = dice.randint(least, most)
    where = dice.randrange(count) if regions and dice.may(0.4) else -1
    for index in range(count):
        kind = "parallel" if index == where else dice.choice(["simple", "simple", "simple", "phase"])
        tree.states[f"s{index}"] = _state(dice, tree, f"s{index}", kind, None)
    for name, outcome in (("end", "completed"), ("stop", "cancelled"))[: dice.randint(1, 2)]:
        tree.states[name] = {"final": outcome}
        tree.finals.append(name)
    return tree


def _state(dice: Dice, tree: Tree, path: str, kind: str, region: str | None) -> Words:
    if region is not None:
        tree.region[path] = region
    owner = {} if dice.may(0.1) else {"owner": "clerk"}
    if kind == "simple":
        tree.leaves.append(path)
        return owner
    if kind == "phase":
        tree.phases.append(path)
        outer = "." not in path
        inner = {
            f"p{index}": _state(
                dice, tree, f"{path}.p{index}", "phase" if outer and region is None and dice.may(0.2) else "simple", region
            )
            for index in range(2)
        }
        return {**owner, "initial": dice.choice(sorted(inner)), "states": inner}
    tree.parallel.append(path)
    sides: Words = {}
    for side in ("left", "right"):
        here = f"{path}.{side}"
        tree.region[here] = here
        inner = {f"r{index}": _state(dice, tree, f"{here}.r{index}", "simple", here) for index in range(2)}
        if dice.may(0.8):
            inner["r1"]["done"] = True
        sides[side] = {"initial": dice.choice(["r0", "r0", "r1"]), "states": inner}
    return {**owner, "regions": sides}


def crossing(tree: Tree, source: str, target: str) -> bool:
    """Whether a move would lead from one region into another beside it."""
    mine, theirs = tree.region.get(source), tree.region.get(target)
    return (
        mine is not None
        and theirs is not None
        and mine != theirs
        and mine.rpartition(".")[0] == theirs.rpartition(".")[0]
    )


def moves_of(dice: Dice, tree: Tree) -> Words:
    """Transitions over a tree, without conditions; ways are lists of targets."""
    found: Words = {}
    for index in range(dice.randint(len(tree.leaves), len(tree.leaves) + 4)):
        if tree.parallel and index == 1 and dice.may(0.7):
            move = _join(dice, tree)
        else:
            move = _onward(dice, tree, index) if dice.may(0.6) else _move(dice, tree)
        found[f"t{index}"] = move
    return found


def _onward(dice: Dice, tree: Tree, index: int) -> Words:
    """From one state to one of the next, so that most of a flow is reached, and often an end."""
    source = tree.leaves[index % len(tree.leaves)]
    following = [path for path in tree.leaves[(index + 1) % len(tree.leaves) :] if not crossing(tree, source, path)]
    target = dice.choice([*following[:2], *tree.finals[: 1 if source not in tree.region else 0]] or tree.finals)
    return {"from": [source], "to": [{"state": target}], "automatic": dice.may(0.2)}


def _join(dice: Dice, tree: Tree) -> Words:
    whole = dice.choice(tree.parallel)
    outside = [path for path in (*tree.leaves, *tree.finals) if not path.startswith(f"{whole}.")]
    return {"from": [whole], "join": True, "to": [{"state": dice.choice(outside)}], "automatic": dice.may(0.5)}


def _move(dice: Dice, tree: Tree) -> Words:
    kind = dice.choice(["plain"] * 6 + ["any", "phase", "final"])
    if kind == "any":
        sources = ["any"]
    elif kind == "phase" and tree.phases + tree.parallel:
        sources = [dice.choice(tree.phases + tree.parallel)]
    elif kind == "final":
        sources = [dice.choice(tree.finals)]
    else:
        sources = dice.some(tree.leaves, 2, 1)
    move: Words = {"from": sources}
    if dice.may(0.15):
        move["except"] = [dice.choice(tree.leaves)]
    targets = [_target(dice, tree, sources) for _ in range(dice.choice([1, 1, 1, 2]))]
    if targets != [None]:
        move["to"] = [{"state": target or "stay"} for target in targets]
        move["automatic"] = dice.may(0.2) and kind in ("plain", "phase")
    return move


def _target(dice: Dice, tree: Tree, sources: list[str]) -> str | None:
    kind = dice.choice(["state"] * 6 + ["final"] * 3 + ["stay", "back", "back", "history", "history", "phase"])
    inside = tree.phases + tree.parallel
    if kind == "stay":
        return None
    if kind == "back":
        return "history"
    if kind == "history" and inside:
        return f"{dice.choice(inside)}.{dice.choice(['history', 'deep_history'])}"
    if kind == "phase" and inside:
        return dice.choice(inside)
    if kind == "final":
        return dice.choice(tree.finals)
    fitting = [path for path in tree.leaves if not any(crossing(tree, source, path) for source in sources)]
    return dice.choice(fitting or tree.finals)


def beginnings_of(dice: Dice, tree: Tree) -> Words:
    """Where cases begin: the usual place and, sometimes, another."""
    found: Words = {"initial": dice.choice([*list(tree.states)[:1] * 3, *tree.leaves])}
    if dice.may(0.2):
        found["entries"] = {"e0": {"to": dice.choice(tree.places)}}
    return found


def drawing_of(dice: Dice, *, regions: bool = True) -> FlowModel:
    """A flow without data: all that can be drawn of it. Its names lead somewhere; not every one passes the checks."""
    tree = tree_of(dice, regions=regions)
    words = {"flow": "random", "subject": "request", "states": tree.states, "transitions": moves_of(dice, tree)}
    for move in words["transitions"].values():
        del move.get("to", [])[1:]  # without guards only the first way counts
    return FlowModel.model_validate({**words, **beginnings_of(dice, tree)})


seeds = st.integers(0, 2**48)


def drawings(*, regions: bool = True) -> st.SearchStrategy[FlowModel]:
    """Flows without data."""
    return seeds.map(lambda seed: drawing_of(Dice(seed), regions=regions))
