"""The table of moves and the machine of `transitions` that it was read off say the same."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from hypothesis import given, settings
from transitions import MachineError

from draws import draws
from random_flows import drawings
from service_flow.design.flow import Flow
from service_flow.design.flow.navigator import build_machine
from service_flow.design.language.model import FlowModel
from small_flows import flows, repair


@given(flows())
@settings(max_examples=draws(150), deadline=None)
def test_the_table_agrees_with_the_machine_from_every_state_for_every_transition(model: FlowModel) -> None:
    agree(model)


def agree(model: FlowModel) -> None:
    flow = Flow(model)
    exits = [
        (name, step.sources, [way.target if way.kind == "enter" else None for way in step.ways])
        for name, step in flow.transitions.items()
    ]
    machine = build_machine(flow.tree, model.initial, exits)
    walker = SimpleNamespace()
    machine.add_model(walker)
    assert (walker.state,) == flow.initial
    for path in flow.states:
        exits = {**flow.exits((path,)), **{step.name: step for step in flow.automatic((path,))}}
        for name in flow.transitions:
            machine.set_state(path, walker)
            try:
                walker.trigger(name)
            except (MachineError, AttributeError):
                assert name not in exits, f"the table lets {name} leave {path}, the machine does not"
                continue
            assert name in exits, f"the machine lets {name} leave {path}, the table does not"
            way = exits[name].ways[0]
            assert walker.state == (way.target if way.kind == "enter" else path)


def inside(state: object) -> Iterator[str]:
    """The innermost states that a machine stands in: it nests lists for what lies side by side."""
    if isinstance(state, str):
        yield state
    else:
        for part in state:
            yield from inside(part)


@given(drawings())
@settings(max_examples=draws(300), deadline=None)
def test_moves_into_states_with_regions_lead_where_the_machine_goes(model: FlowModel) -> None:
    """Where that library can: it leaves out what lies beside a target inside of a region, and keeps no history."""
    flow = Flow(model)
    exits = [
        (name, step.sources, [way.target if way.kind == "enter" else None for way in step.ways])
        for name, step in flow.transitions.items()
    ]
    machine = build_machine(flow.tree, model.initial, exits)
    for path, state in flow.states.items():
        for name, step in flow.exits((path,)).items() if state.region is None else []:
            way = step.ways[0]
            if way.kind != "enter" or any(node.parallel for node in flow.tree.nodes[way.target].above()):
                continue
            walker = SimpleNamespace()
            machine.add_model(walker)
            machine.set_state(path, walker)
            walker.trigger(name)
            assert set(inside(walker.state)) == set(flow.step((path,), step, way).entered)
            machine.remove_model(walker)


@given(drawings(regions=False))
@settings(max_examples=draws(150), deadline=None)
def test_the_table_agrees_with_the_machine_of_rich_flows_without_regions(model: FlowModel) -> None:
    agree(model)


@given(flows() | drawings())
@settings(max_examples=draws(200), deadline=None)
def test_any_and_phases_leave_out_final_states_and_the_own_target(model: FlowModel) -> None:
    flow = Flow(model)
    for name, transition in model.transitions.items():
        named = {source for source in transition.sources if source in flow.states}
        entered = [way.target for way in flow.transitions[name].ways if way.kind == "enter"]
        targets = {leaf for path in entered for leaf in flow.tree.entry(path)}
        for source in flow.transitions[name].sources:
            assert source in named or (flow.states[source].outcome is None and source not in targets)


def test_phases_hand_owner_value_and_clock_down_and_states_inside_may_differ() -> None:
    flow = Flow(repair())
    assert flow.states["intake.received"].owner == "clerk"
    assert flow.states["intake.checked"].owner == "technician"
    assert flow.standing(("on_hold",)).clock == "paused"
    assert flow.standing(("returned",)).clock == "stopped"
    assert flow.standing(("returned",)).outcome == "completed"


def test_a_target_that_is_a_phase_enters_its_initial_state() -> None:
    flow = Flow(repair())
    assert flow.transitions["reopen"].ways[0].target == "intake.received"
    assert flow.initial == ("intake.received",)


def test_the_revision_is_that_of_the_content_whatever_is_left_at_its_default() -> None:
    model = repair()
    same = FlowModel.model_validate_json(Flow(model).form)
    assert Flow(same).revision == Flow(model).revision
    changed = model.model_copy(update={"initial": "at_work"})
    assert Flow(changed).revision != Flow(model).revision
