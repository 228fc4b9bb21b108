"""What is proved of small random flows is what a walk by brute force shows, in both directions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from direct_properties import breaks, shortest_breaking
from every_case import Command, TooLarge, Walk, begin, moments, perform
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from draws import draws
from random_flows import Dice
from random_guards import VALUES, small_flow, small_flows
from service_flow.design.checking import CHECKS, run_checks
from service_flow.design.checking.proofs import Theme, prove
from service_flow.design.checking.proofs.lives import Lives
from service_flow.design.checking.proofs.properties import asked_by, counterexample
from service_flow.design.checking.space import Edge, Situation
from service_flow.design.checking.space.situation import GONE
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.design.properties import monitor_of
from service_flow.engine.case.state import CaseState
from service_flow.errors import Finding

TOP = BlueprintModel.model_validate({"blueprint": "random", "version": "1"})
POSTS = OrganisationModel.model_validate({"posts": {"clerk": {}, "boss": {}}})
CUSTOMERS = [
    {name: value for name, value in (("tier", tier), ("visits", visits)) if value is not None}
    for tier in ("plain", "vip", None) for visits in (1, 2, None)
]  # fmt: skip
WIDE = list(range(-2, 6))
HELD = [frozenset(), frozenset({"boss"})]


class Proved:
    """A flow with everything that is proved of it, beside everything that brute force shows."""

    def __init__(self, model: FlowModel) -> None:
        self.source = BlueprintSource("", TOP, {model.flow: model}, POSTS)
        self.flow = Flow(model)
        self.walk = self.walked()
        self.theme = Theme(self.source, self.flow, tuple(asked_by(self.flow)))
        self.space = self.theme.space
        self.findings = list(prove(self.source, {model.flow: self.flow}))

    def walked(self, start: CaseState | None = None) -> Walk:
        texts = conditions(self.flow.model)
        fields = {
            name: values if re.search(rf"\b{name}\b", texts) else values[:1]  # of what nothing reads, one value will do
            for name, values in VALUES.items()
            if name in self.flow.fields
        }
        if self.compares:
            fields |= dict.fromkeys(("amount", "limit"), WIDE)
        return Walk(
            self.flow, fields, start=start,
            customers=CUSTOMERS if "customer." in texts else [{}], posts=HELD if "actor." in texts else HELD[:1],
        )  # fmt: skip

    @property
    def compares(self) -> bool:
        """Whether two fields are held against each other."""
        return "limit" in self.flow.fields and re.search(r"amount (<|==) limit", conditions(self.flow.model)) is not None

    def stranded(self) -> set[tuple[str, ...]]:
        """The configurations of nodes from which no end is reached. Where two fields are held against each other, a
        node at the end of what brute force tries proves nothing: it tries no value beyond."""
        nodes = (self.walk.nodes[number].state for number in self.walk.stranded())
        return {
            state.configuration
            for state in nodes
            if not self.compares or {state.data.get("amount"), state.data.get("limit")}.isdisjoint({WIDE[0], WIDE[-1]})
        }

    def of(self, *codes: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.code in codes]

    def states(self, *codes: str) -> set[str]:
        """The states that findings are about; "states" for all of them."""
        paths = {path for code in codes for path in self.names(code)}
        return {path.removeprefix("states.").replace(".states.", ".").replace(".regions.", ".") for path in paths}

    def names(self, code: str) -> set[str]:
        """What the findings of a code are about: the last step of their place."""
        return {finding.file.rpartition(", ")[2] for finding in self.of(code)}


def conditions(model: FlowModel) -> str:
    """Everything in a flow that reads something, as one text."""
    rows = [row for table in model.decisions.values() for row in table.rows]
    guarded = [*model.transitions.values(), *model.properties.values(), *rows]
    guarded += [way for step in model.transitions.values() for way in step.to]
    return "\n".join([*(each.when or "" for each in guarded), *(name for row in rows for name in row.match)])


def sound(model: FlowModel) -> bool:
    """Whether the flow passes what is checked when a blueprint is loaded."""
    source = BlueprintSource("", TOP, {model.flow: model}, POSTS)
    return not any(finding.severity == "error" for finding in run_checks(source, CHECKS))


def agree(model: FlowModel) -> None:
    """Everything that the two can be asked. Raises TooLarge."""
    both = Proved(model)
    assert not both.space.tracked.inexact, "nothing in these flows is beyond the samples"
    if not both.space.whole:
        raise TooLarge
    assert not both.of("SF405", "SF602", "SF702")
    the_same_is_reached(both)
    the_same_is_refused(both)
    the_same_is_stranded(both)
    the_same_is_broken(both)
    what_the_drawing_shows_is_so(both)


def the_same_is_reached(both: Proved) -> None:
    assert {s.configuration for s in both.space.situations} == {n.state.configuration for n in both.walk.nodes}
    edges = [*both.space.beginnings, *(edge for edges in both.space.edges for edge in edges)]
    assert {name for edge in edges for name in edge.names} == both.walk.performed - {""}
    for number in range(0, len(both.space.situations), 1 + len(both.space.situations) // 40):
        state = replayed(both, both.space.way_to(number))
        assert told(both.space.situations[number], both, state)


def the_same_is_refused(both: Proved) -> None:
    found = {(f.transition, f.missing) for _, f in both.space.faults if f.kind == "error"}
    assert found == both.walk.errors
    assert bool(both.of("SF501", "SF503")) == bool(both.walk.errors)
    assert bool(both.of("SF306")) == both.walk.restless
    for finding in both.of("SF503"):
        name = re.match(r"flow random, transitions\.([a-z0-9]+)", finding.file)
        assert name is None or name[1] not in both.walk.performed


def the_same_is_stranded(both: Proved) -> None:
    stranded = both.stranded()
    if not both.walk.nodes:
        return  # every opening is refused
    assert {both.space.situations[number].configuration for number in both.space.stranded()} == stranded
    lost, never = both.states("SF601"), both.states("SF302", "SF304")
    for configuration in stranded:
        assert "states" in never or not never.isdisjoint(configuration) or configuration[0] in lost
    assert lost <= {configuration[0] for configuration in stranded}
    for number, node in enumerate(both.walk.nodes):
        assert never.isdisjoint(node.state.configuration) or number in both.walk.stranded()
    for number in both.space.stranded()[:2]:
        state = replayed(both, both.space.way_to(number))
        assert not both.walked(state).ends(), "the case of the story must be stranded"


def the_same_is_broken(both: Proved) -> None:
    for name, wish in both.flow.model.properties.items():
        story = counterexample(Lives(both.space, with_values=wish.when is not None), monitor_of(both.flow, wish))
        assert (story is not None) == any(name in finding.message.split("'") for finding in both.of("SF701"))
        try:
            shortest = shortest_breaking(both.walk, wish)
        except TooLarge:
            shortest = None
        else:
            assert (story is None) == (shortest is None), (name, wish, story, shortest)
        if story is not None:
            acted = lived(both, both.space.retold(story)[0])
            assert breaks(wish, acted, both.flow), (name, story)
            if shortest is not None:
                assert sum(1 for _ in story) <= len(shortest)


def what_the_drawing_shows_is_so(both: Proved) -> None:
    assert both.states("SF301").isdisjoint(both.walk.stood)
    dead = {path.removeprefix("transitions.") for path in both.names("SF303") | both.names("SF307")}
    assert dead.isdisjoint(both.walk.performed)


def command(flow: Flow, edge: Edge) -> Command:
    """The step of a story as a command: what it leaves open is filled in with anything."""
    entry = flow.beginning(edge.transition or None) if edge.source < 0 else None
    form = entry.form if entry is not None else flow.transitions[edge.transition].form
    given: dict[str, Any] = {name: value for name, value in edge.given if name in form.names}
    for name in form.required:
        given.setdefault(name, VALUES[name][0])
    around = dict(edge.given)
    customer = {name.partition(".")[2]: value for name, value in around.items() if name.startswith("customer.")}
    return Command(edge.transition or None, given, frozenset(around.get("actor.posts", ())), customer)


def replayed(both: Proved, story: list[Edge]) -> CaseState:
    return _live(both, story)[0]


def lived(both: Proved, story: list[Edge]) -> list[Any]:
    return _live(both, story)[1]


def _live(both: Proved, story: list[Edge]) -> tuple[CaseState, list[Any]]:
    """The case that a story tells of, and its moments, by the engine. Raises Refused where the story is not true."""
    state: CaseState | None = None
    told_so_far: list[Any] = []
    for edge in story:
        order = command(both.flow, edge)
        if state is None:
            entry = both.flow.beginning(order.name)
            events, after = begin(both.flow, entry, order)
        else:
            events, after = perform(state, both.flow, order)
        told_so_far += moments(both.flow, state, events)
        state = after
    assert state is not None
    return state, told_so_far


def told(situation: Situation, both: Proved, state: CaseState) -> bool:
    """Whether a situation says what is so of a case."""
    tracked = both.space.tracked
    known = [
        GONE if value is GONE else state.data.get(name)
        for name, value in zip(tracked.fields, situation.values, strict=True)
    ]
    return (situation.configuration, situation.values) == (state.configuration, tracked.canonical(tuple(known)))


def judged(model: FlowModel) -> None:
    assume(sound(model))
    try:
        agree(model)
    except TooLarge:
        assume(False)


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@seed(20260302)
@settings(max_examples=draws(200), deadline=None, suppress_health_check=QUIET, phases=[Phase.generate], database=None)
@given(small_flows())
def test_what_is_proved_of_a_small_flow_is_what_brute_force_shows(model: FlowModel) -> None:
    judged(model)


@pytest.mark.long
@settings(max_examples=2_000, deadline=None, suppress_health_check=QUIET, phases=[Phase.generate])
@given(small_flows())
def test_what_is_proved_of_many_small_flows_is_what_brute_force_shows(model: FlowModel) -> None:
    judged(model)


@pytest.mark.parametrize("draw", [74_633, 6_088_626, 7_012_769])
def test_stories_about_fields_held_against_each_other_have_values_that_fit_together(draw: int) -> None:
    """Draws in which a story once showed a value that breaks nothing, and one that left no room for the next."""
    agree(small_flow(Dice(draw)))
