"""The table of moves and the machine of `transitions` that it was read off say the same."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given, settings
from transitions import MachineError

from service_flow.design.flow import Flow
from service_flow.design.flow.navigator import build_machine
from service_flow.design.language.model import HISTORY, FlowModel
from small_flows import flows, repair


@given(flows())
@settings(max_examples=150, deadline=None)
def test_the_table_agrees_with_the_machine_from_every_state_for_every_transition(model: FlowModel) -> None:
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
        exits = flow.exits((path,))
        for name in flow.transitions:
            machine.set_state(path, walker)
            try:
                walker.trigger(name)
            except (MachineError, AttributeError):
                assert name not in exits, f"the table lets {name} leave {path}, the machine does not"
                continue
            assert name in exits, f"the machine lets {name} leave {path}, the table does not"
            way = exits[name].ways[0]
            assert walker.state == (way.target or path)


@given(flows())
@settings(max_examples=100, deadline=None)
def test_any_and_phases_leave_out_final_states_and_the_own_target(model: FlowModel) -> None:
    flow = Flow(model)
    for name, transition in model.transitions.items():
        named = {source for source in transition.sources if source in flow.states}
        targets = {leaf for way in transition.to if way.state != HISTORY for leaf in flow.tree.entry(way.state)}
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
