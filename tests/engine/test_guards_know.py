"""What a feature keeps of a case is read by guards as `case.NAME`: typed, checked, and free input of what is proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from service_flow import Blueprint, BlueprintError, GuardSaidNo, ServiceDesk
from service_flow.blueprint import SHIPPED
from service_flow.design.flow import Flow
from service_flow.design.language.model import FieldModel, FlowModel
from service_flow.engine.case.events import Event
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import KNOWN, guards_know
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Outcome
from service_flow.engine.commands.faces import Face, Given
from service_flow.engine.feature import Feature
from service_flow.engine.store import Store
from service_flow.features import DEFAULT

FLOW = """\
flow: repair
subject: request
initial: open
states:
  open:   {owner: clerk}
  closed: {final: completed}
transitions:
  close: {from: open, to: closed, when: case.loose_screws == 0}
  drop:  {from: open, to: closed}
"""
FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n",
    "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n",
    "flows/repair.yaml": FLOW,
}


class ScrewLoosened(Event):
    """A screw was loosened, or tightened."""

    TOPIC: ClassVar[str] = "tests:screw-loosened"
    more: int


@folds(ScrewLoosened)
def _loosened(state: CaseState, event: ScrewLoosened) -> None:
    state.more = {**state.more, "screws": state.more.get("screws", 0) + event.more}


@guards_know("loose_screws", FieldModel(type="integer"), at_opening=0)
def _loose(state: CaseState) -> int:
    found: int = state.more.get("screws", 0)
    return found


class Screws(Face):
    """The commands of a feature that only this test has."""

    def turn(self, case: Outcome, more: int) -> Outcome:
        return self._note(
            case, lambda _: [(ScrewLoosened, {"more": more})], Given("tom"), ScrewLoosened, {"more": more}
        )


SCREWS = Feature("screws", Screws, known=("loose_screws",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def desk(folder: Path, store: Store) -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load(folder, (*DEFAULT, SCREWS)), store) as desk:
        yield desk


def _opened(desk: ServiceDesk) -> Outcome:
    anna = desk.customers.register(name="Anna", by="tom")
    return desk.requests.open(customer=anna, need="A chair", by="tom")


def test_a_guard_reads_what_a_feature_keeps_and_says_why_it_refuses(desk: ServiceDesk) -> None:
    chair = _opened(desk)
    assert desk.requests.may(chair, "close", by="tom")
    desk.screws.turn(chair, 2)  # type: ignore[attr-defined]
    assert "case.loose_screws == 0" in desk.requests.may(chair, "close", by="tom").because
    assert [option.transition for option in desk.requests.options(chair, by="tom")] == ["drop"]
    with pytest.raises(GuardSaidNo, match=r"case\.loose_screws == 0"):
        desk.requests.perform(chair, "close", by="tom")
    desk.screws.turn(chair, -2)  # type: ignore[attr-defined]
    assert desk.requests.perform(chair, "close", by="tom")


def test_a_stored_revision_says_itself_what_its_guards_read(desk: ServiceDesk) -> None:
    chair = _opened(desk)
    form = desk.store.revision(desk.get(chair).revision)
    assert form is not None
    flow = Flow(FlowModel.model_validate_json(form))
    assert flow.revision == desk.get(chair).revision
    assert flow.model.case == {"loose_screws": FieldModel(type="integer")}


def test_it_is_free_input_of_what_is_proved(folder: Path) -> None:
    def found(guard: str) -> dict[str, str]:
        text = FLOW.replace("case.loose_screws == 0", guard).replace("  drop:  {from: open, to: closed}\n", "")
        (folder / "flows" / "repair.yaml").write_text(text, "utf-8")
        return {one.code: one.message for one in Blueprint.load(folder, (*DEFAULT, SCREWS)).check()}

    assert found("case.loose_screws == 0") == {}
    assert found("case.loose_screws > 7 && times.close == 0") == {}
    stranded = found("case.loose_screws == 0 && case.loose_screws > 1")
    assert {"SF401", "SF601"} <= stranded.keys()  # never true, so a case can never be closed
    assert found("case.loose_screws < 0").keys() == stranded.keys()  # what counts something is not negative


def test_a_name_that_no_feature_keeps_is_refused_when_the_blueprint_is_read(folder: Path) -> None:
    with pytest.raises(BlueprintError, match="loose_screws"):
        Blueprint.load(folder, DEFAULT)
    path = folder / "flows" / "repair.yaml"
    path.write_text(FLOW + "case: {loose_screws: {type: text}, lose_screws: {type: integer}}\n", "utf-8")
    with pytest.raises(BlueprintError) as caught:
        Blueprint.load(folder, (*DEFAULT, SCREWS))
    assert {finding.code for finding in caught.value.findings} >= {"SF251"}
    assert "no feature keeps 'case.lose_screws'; did you mean 'loose_screws'?" in str(caught.value)
    assert "'case.loose_screws' is of another type" in str(caught.value)


def test_a_flow_that_reads_nothing_of_it_is_as_it_was(tmp_path: Path) -> None:
    blueprint = Blueprint.load("full_process")
    with_more = Blueprint.load("full_process", (*DEFAULT, replace(SCREWS, name="screws")))
    assert {name: flow.revision for name, flow in with_more.flows.items()} == {
        name: flow.revision for name, flow in blueprint.flows.items()
    }
    assert SHIPPED.is_dir()
    assert "loose_screws" in KNOWN


def test_two_features_may_not_keep_the_same_name() -> None:
    with pytest.raises(TypeError, match=r"case\.loose_screws"):
        guards_know("loose_screws", FieldModel(type="integer"), 0)(_loose)
