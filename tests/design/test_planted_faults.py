"""Faults planted into flows in which nothing is wrong: whatever brute force shows of them, the check finds.

Brute force tries what cases can do, with values near the constants of guards, up to a bound. It may show that a case is
stranded, that something is read that is not there, that a declared property is broken, that nobody is accountable.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from assembly import ASSEMBLY
from direct_properties import breaks, owners
from every_case import Moment, Walk
from planted_faults import Fault, Words, faults

from random_flows import Dice
from service_flow import Blueprint, BlueprintError
from service_flow.blueprint import SHIPPED
from service_flow.design.checking.proofs import prove
from service_flow.design.comparing import compare_flows
from service_flow.design.flow import Flow
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FieldModel,
    FlowModel,
    OrganisationModel,
    plain,
)
from service_flow.design.language.values import Money

EXAMPLES = Path(__file__).parents[2] / "examples"
STRANDED = {"SF302", "SF304", "SF305", "SF601"}
UNKNOWN = {"SF501", "SF503"}
BROKEN = {"SF701"}
LOST = {"SF308", "SF701"}
SEED = 20260302
MANY = 300


@dataclass(frozen=True)
class Base:
    """A flow without faults, and the organisation and calendars it needs."""

    name: str
    words: Words
    organisation: OrganisationModel
    calendars: CalendarsModel


@cache
def bases() -> list[Base]:
    posts = OrganisationModel.model_validate({"posts": {"clerk": {}, "planner": {}, "boss": {}}})
    found = [Base("assembly", plain(FlowModel.model_validate(ASSEMBLY)), posts, CalendarsModel())]
    for folder in (SHIPPED / "full_process", *sorted(path.parent for path in EXAMPLES.rglob("blueprint.yaml"))):
        blueprint = Blueprint.load(folder)
        for name, flow in blueprint.flows.items():
            # Without rules: they give commands by what stands in the files of features, and change no case themselves.
            words = {word: said for word, said in plain(flow.model).items() if word != "rules"}
            found.append(Base(f"{folder.name}/{name}", words, blueprint.organisation, blueprint.source.calendars))
    return [base for base in found if len(base.words.get("transitions", {})) > 3]


def drawn(seed: int, many: int) -> Iterator[tuple[Base, Fault]]:
    """Faults, each kind of fault as likely as any other, then each place of it."""
    dice = Dice(seed)
    known = [(base, faults(base.words)) for base in bases()]
    kinds = sorted({kind for _, found in known for kind in found})
    for _ in range(many):
        kind = dice.choice(kinds)
        yield dice.choice([(base, fault) for base, found in known for fault in found.get(kind, [])])


def found(base: Base, words: Words) -> tuple[set[str], Flow | None]:
    """The codes of what is found, and the flow if it can be loaded at all."""
    top = BlueprintModel.model_validate({"blueprint": "planted", "version": "1"})
    try:
        blueprint = Blueprint.from_models(top, [FlowModel.model_validate(words)], base.organisation, base.calendars)
    except BlueprintError as error:
        return {finding.code for finding in error.findings}, None
    codes = {finding.code for finding in (*blueprint.findings, *prove(blueprint.source, blueprint.flows))}
    return codes, blueprint.flows[words["flow"]]


def shown(flow: Flow, commands: int) -> dict[str, str]:
    """What brute force shows to be wrong, with an instance of each: `stranded`, `unknown`, `broken`, `lost`."""
    walk = Walk(flow, values_of(flow), most=2_000, commands=commands, bounded=True, fresh=fresh(flow),
                customers=[{}], posts=[frozenset(), frozenset({"boss"})] if "actor." in flow.form else [frozenset()])  # fmt: skip
    wrong: dict[str, str] = {}
    if any(state.outcome is not None for state in flow.states.values()):
        for number in walk.stranded():
            wrong["stranded"] = walk.nodes[number].state.standing_in
    for name, missing in walk.errors:
        if missing is not None:
            wrong["unknown"] = f"{name} reads {missing}"
    for leaf in walk.stood:
        if owners(flow, leaf) != 1 and flow.states[leaf].outcome is None:
            wrong["lost"] = leaf
    for name, wish in flow.model.properties.items():
        if any(breaks(wish, story, flow) for story in stories(walk)):
            wrong["broken"] = name
    return wrong


def stories(walk: Walk) -> Iterator[list[Moment]]:
    """A story that ends with each step that was tried: the way to its beginning, then the step."""
    first: dict[int, list[Moment]] = {}
    for _, target, told in walk.beginnings:
        yield list(told)
        first.setdefault(target, list(told))
    for number, node in enumerate(walk.nodes):
        for _, target, told in node.led:
            if number in first:
                yield [*first[number], *told]
                first.setdefault(target, [*first[number], *told])


def conditions(flow: Flow) -> str:
    """Everything in a flow that reads something, as one text."""
    model = flow.model
    rows = [row for table in model.decisions.values() for row in table.rows]
    guarded = [*model.transitions.values(), *model.properties.values(), *rows]
    guarded += [way for step in model.transitions.values() for way in step.to]
    return "\n".join([*(each.when or "" for each in guarded), *(name for row in rows for name in row.match)])


def values_of(flow: Flow) -> dict[str, Sequence[Any]]:
    """Values to try for each field: near the constants of conditions where something reads it, one otherwise."""
    texts = conditions(flow)
    numbers = sorted({int(number) for number in re.findall(r"\b\d+\b", re.sub(r'"[^"]*"', "", texts))})
    near = sorted({number + step for number in numbers for step in (-1, 0, 1)})
    return {name: _values(name, field, texts, near) for name, field in flow.model.data.items()}


def _values(name: str, field: FieldModel, texts: str, near: list[int]) -> list[Any]:
    read = re.search(rf"\b{name}\b", texts) is not None
    words = [word for word in field.choices if f'"{word}"' in texts or any(word in line for line in texts.split("\n"))]
    others = [word for word in field.choices if word not in words][:1]
    found: Mapping[str, list[Any]] = {
        "choice": [*words, *others] if read else list(field.choices)[:1],
        "boolean": [True, False],
        "integer": near or [1],
        "decimal": [Decimal(number) for number in near] or [Decimal(1)],
        "money": [Money(Decimal(number), "EUR") for number in near] or [Money(Decimal(1), "EUR")],
        "date": [date(2026, 3, 2), date(2026, 3, 3)],
        "text": ["x"],
        "list": [("x",), ()] if field.of == "text" else [()],
    }
    values = found.get(field.type, [])
    return values if read else values[:1]


def fresh(flow: Flow) -> frozenset[str]:
    """The fields that every transition with a condition on them asks for anew, and no property reads."""
    wished = "\n".join(wish.when or "" for wish in flow.model.properties.values())
    reading = [
        (step.collect.required, " ".join([step.when or "", *(way.when or "" for way in step.to)]))
        for step in flow.model.transitions.values()
    ]
    return frozenset(
        field
        for field in flow.fields
        if not re.search(rf"\b{field}\b", wished)
        and not flow.model.decisions
        and all(field in required or not re.search(rf"\b{field}\b", read) for required, read in reading)
    )


def judge(base: Base, fault: Fault, commands: int, seen: Counter[str]) -> str | None:
    """What brute force shows of a planted fault and the check does not find; None if there is no such thing."""
    words = fault.planted(base.words)
    codes, flow = found(base, words)
    if flow is None:
        seen["cannot be loaded"] += 1
        return None
    assert compare_flows(Flow(FlowModel.model_validate(base.words)), flow), f"{base.name}: {fault.kind} at {fault.place} is no change"
    wrong = shown(flow, commands)
    seen.update(wrong.keys())
    seen["shown"] += bool(wrong)
    seen["found"] += bool(codes & (STRANDED | UNKNOWN | BROKEN | LOST))
    for what, by in (("stranded", STRANDED), ("unknown", UNKNOWN), ("broken", BROKEN), ("lost", LOST)):
        if what in wrong and not codes & by:
            return f"{base.name}: {fault.kind} at {fault.place}: {what} ({wrong[what]}), found only {sorted(codes)}"
    return None


def test_nothing_is_wrong_with_the_flows_before_faults_are_planted() -> None:
    for base in bases():
        codes, flow = found(base, base.words)
        assert codes <= {"SF502", "SF309", "SF310", "SF322", "SF326"}, base.name  # of posts and duties in other flows
        assert flow is not None
        assert shown(flow, 1_500) == {}, base.name


def test_what_brute_force_shows_of_planted_faults_is_found() -> None:
    seen: Counter[str] = Counter()
    missed = [judge(base, fault, 1_000, seen) for base, fault in list(drawn(SEED, MANY))[:: MANY // 30]]
    assert [each for each in missed if each is not None] == []
    assert seen["shown"] >= 3, seen


@pytest.mark.long
def test_what_brute_force_shows_of_all_planted_faults_is_found() -> None:
    seen: Counter[str] = Counter()
    missed = [judge(base, fault, 20_000, seen) for base, fault in drawn(SEED, MANY)]
    assert [each for each in missed if each is not None] == []
    assert all(seen[what] >= 5 for what in ("stranded", "unknown", "broken", "lost", "cannot be loaded")), seen
