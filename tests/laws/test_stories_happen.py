"""The stories that proofs tell are no theory: on a real desk they end where the check says that they do."""

from __future__ import annotations

from collections.abc import Iterator

from random_lives import blueprint_of

from random_flows import Dice
from random_guards import VALUES, small_flow
from service_flow import Blueprint, Person, ServiceDesk
from service_flow.design.checking.proofs import Theme
from service_flow.design.checking.proofs.lives import Lives
from service_flow.design.checking.proofs.properties import asked_by, counterexample
from service_flow.design.checking.space import Edge, Space
from service_flow.design.flow import Flow, Form
from service_flow.design.language.values import Reference
from service_flow.design.properties import BROKEN, Letter, Monitor, monitor_of
from service_flow.engine.case.evolve import evolve
from service_flow.errors import BlueprintError

SEEDS = range(120)


def told(flow: Flow, space: Space) -> Iterator[tuple[list[Edge], Monitor | None]]:
    """Stories about the flow: to where a case is stranded, and to where a property is broken."""
    for number in space.stranded()[:2]:
        yield space.way_to(number), None
    for wish in flow.model.properties.values():
        monitor = monitor_of(flow, wish)
        found = counterexample(Lives(space, with_values=True), monitor)
        if found is not None:
            yield space.retold(found)[0], monitor


class Stage:
    """A desk on which a story is played. Before each step the customer and the actor become what the step says."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.posts: frozenset[str] = frozenset()
        self.desk = ServiceDesk(blueprint, people=lambda name: Person(name, name, self.posts | {"clerk"}))
        self.flow = blueprint.flows["random"]

    def played(self, story: list[Edge]) -> Reference:
        """The case, once the story is over. Raises Refused where the story cannot happen."""
        case: Reference | None = None
        customer = self.desk.customers.register(name="Anna", by="tom").reference
        for edge in story:
            facts = {name.partition(".")[2]: value for name, value in edge.given if name.startswith("customer.")}
            if facts:
                self.desk.customers.perform(customer, "learn", by="tom", data=facts)
            self.posts = frozenset(dict(edge.given).get("actor.posts", ()))
            if case is None:
                entry = edge.transition or None
                form = _filled(self.flow.beginning(entry).form, edge)
                case = self.desk.requests.open(customer=customer, need="x", by="tom", entry=entry, data=form).reference
            else:
                form = _filled(self.flow.transitions[edge.transition].form, edge)
                self.desk.requests.perform(case, edge.transition, by="tom", data=form)
        assert case is not None
        return case

    def breaks(self, case: Reference, monitor: Monitor) -> bool:
        """Whether the history of a case breaks a property."""
        state, known = None, monitor.start
        for event in self.desk.store.events(case.id):
            before = state.configuration if state is not None else ()
            state = evolve(state, event)
            times = {name: state.times.get(name, 0) for name in self.flow.transitions}
            known = monitor.step(known, Letter(getattr(event, "transition", ""), before, state.configuration, {**state.data, "times": times}))
            if known is BROKEN:
                return True
        return False


def _filled(form: Form, edge: Edge) -> dict[str, object]:
    given = {name: value for name, value in edge.given if name in form.names}
    return {name: VALUES[name][0] for name in form.required} | given


def test_the_stories_of_random_flows_happen_on_a_desk() -> None:
    stranded = broken = 0
    for seed in SEEDS:
        try:
            blueprint = blueprint_of(small_flow(Dice(seed)))
        except BlueprintError:
            continue  # a check refuses it
        flow = blueprint.flows["random"]
        space = Theme(blueprint.source, flow, tuple(asked_by(flow))).space
        if not space.whole:
            continue
        for story, monitor in told(flow, space):
            stage = Stage(blueprint)
            case = stage.played(story)
            assert stage.desk.commands.current(case).configuration == space.situations[story[-1].target].configuration
            if monitor is None:
                stranded += 1
                assert stage.desk.commands.current(case).outcome is None
            else:
                broken += 1
                assert stage.breaks(case, monitor), f"small_flow(Dice({seed})): the story of a property does not break it"
            stage.desk.close()
    assert stranded > 40
    assert broken > 25
