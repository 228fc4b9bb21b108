"""A blueprint made of models in Python: it is the one that its YAML is, and what is wrong has a place in the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from service_flow import Blueprint, BlueprintError, ServiceFlowError
from service_flow.blueprint import shipped
from service_flow.design.checking import CHECKS, run_checks
from service_flow.design.language import Section, build, read_folder, write_folder
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarModel,
    CalendarsModel,
    FieldModel,
    FlowModel,
    Name,
    OrganisationModel,
    PersonModel,
    PostModel,
    StateModel,
    TransitionModel,
    Way,
    Word,
)
from service_flow.engine.feature import Feature
from service_flow.features import DEFAULT
from small_flows import REPAIR, flows, repair

TOP = BlueprintModel(blueprint="small", version="1")
POSTS = OrganisationModel(posts={"clerk": PostModel(), "technician": PostModel()})


class BoxesModel(Word):
    """The section of a feature of one's own."""

    boxes: dict[Name, PostModel]


BOXES = Feature("boxes", lambda commands: None, sections=(Section("boxes", BoxesModel, "Boxes"),))


def changed(**update: Any) -> FlowModel:
    """The repair with some words changed, unchecked as `model_copy` leaves them."""
    return repair().model_copy(update=update)


def going(**words: Any) -> FlowModel:
    """The repair with one more transition of these words."""
    return changed(transitions={**repair().transitions, "go": TransitionModel(**{"sources": ["at_work"]} | words)})


def found(*flows: Any, organisation: Any = POSTS, **more: Any) -> list[str]:
    """What is wrong with a blueprint of these flows."""
    with pytest.raises(BlueprintError) as error:
        Blueprint.from_models(TOP, flows, organisation, **more)
    assert str(error.value).splitlines() == [str(finding) for finding in error.value.findings]
    return [str(finding) for finding in error.value.findings]


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_blueprint_made_of_its_models_is_the_same_one(name: str) -> None:
    read = Blueprint.load(name)
    source = read.source
    made = Blueprint.from_models(
        source.blueprint, source.flows.values(), source.organisation, source.calendars, sections=source.sections
    )
    assert (made.name, made.version, made.languages, made.channels) == (
        read.name, read.version, read.languages, read.channels,
    )  # fmt: skip
    assert {name: flow.revision for name, flow in made.flows.items()} == {
        name: flow.revision for name, flow in read.flows.items()
    }
    assert (made.organisation, made.calendars) == (read.organisation, read.calendars)
    assert [finding.message for finding in made.findings] == [finding.message for finding in read.findings]


@settings(max_examples=25)
@given(flows())
def test_any_flow_has_the_revision_and_the_findings_of_its_yaml(
    tmp_path_factory: pytest.TempPathFactory, flow: FlowModel
) -> None:
    folder = tmp_path_factory.mktemp("made") / "small"
    source = build(TOP, [flow], POSTS, CalendarsModel(), {})
    in_python = sorted((finding.code, finding.message) for finding in run_checks(source, CHECKS))
    write_folder(source, folder)
    read = read_folder(folder)
    assert read.flows == source.flows == {"random": flow}
    assert sorted((finding.code, finding.message) for finding in run_checks(read, CHECKS)) == in_python


FAULTS = {
    "a state that is none": (
        going(to=[Way(state="on_hold", when="hours > 1"), Way(state="at_wrk")]),
        "flow repair, transitions.go.to[1].state: SF203 unknown state 'at_wrk'; did you mean 'at_work'?",
    ),
    "a post that is none": (
        going(by=["clerk", "clark"]),
        "flow repair, transitions.go.by[1]: SF220 unknown post 'clark'; did you mean 'clerk'?",
    ),
    "a field that is none": (
        going(collect={"required": ["prise"]}),
        "flow repair, transitions.go.collect.required[0]: SF232 unknown field 'prise'; did you mean 'price'?",
    ),
    "a guard that reads a field that is none": (
        going(when="prise > 0"),
        "flow repair, transitions.go.when: SF234 the guard cannot be read: unknown name 'prise'; did you mean 'price'?",
    ),
    "a choice without words": (
        changed(data={**repair().data, "why": FieldModel(type="choice")}),
        "flow repair, data.why: SF230 choice 'why' does not say which words it may take; add `choices:`",
    ),
    "a word of another form, unchecked": (
        changed(initial="Intake!"),
        "flow repair, initial: SF134 'initial' cannot be 'Intake!'; write a state by its full path, e.g. need.analysed",
    ),
    "an unknown word, unchecked": (
        changed(transitions={"go": {"from": "any", "wen": "true"}}),
        "flow repair, transitions.go.wen: SF130 unknown word 'wen' in 'go'; did you mean 'when'?",
    ),
    "a character that no file can hold": (
        changed(title={"en": "Repair\x07"}),
        "flow repair, title.en: SF107 the text holds the character U+0007, which cannot stand here",
    ),
    "something that is no data": (
        changed(title=object()),
        "flow repair: SF132 this FlowModel holds something that cannot be written as YAML",
    ),
    "no model at all": (REPAIR, "flows[0]: SF132 FlowModel is expected here, not dict"),
}


@pytest.mark.parametrize(("flow", "said"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_said_with_its_place_in_the_models(flow: Any, said: str) -> None:
    (finding,) = found(flow)
    assert finding.startswith(said)


def test_a_fault_has_no_line_and_everything_wrong_is_said_at_once() -> None:
    people = POSTS.model_copy(update={"people": {"tom": PersonModel(name="Tom", posts=["clark"])}})
    hours = CalendarsModel(calendars={"office": CalendarModel(zone="Europe/Berln", weekly={"monday": ["9:00-9:00"]})})
    with pytest.raises(BlueprintError) as error:
        Blueprint.from_models(TOP, [going(to=[Way(state="at_wrk")])], people, hours)
    assert [(finding.code, finding.file, finding.line, finding.column) for finding in error.value.findings] == [
        ("SF241", "calendars, calendars.office.weekly.monday[0]", 0, 0),
        ("SF240", "calendars, calendars.office.zone", 0, 0),
        ("SF203", "flow repair, transitions.go.to[0].state", 0, 0),
        ("SF220", "organisation, people.tom.posts[0]", 0, 0),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"blueprint": "small"}, "blueprint: SF132 BlueprintModel is expected here, not str"),
        ({"flows": []}, "flows: SF101 a blueprint needs at least one flow"),
        ({"flows": None}, "flows: SF101 a blueprint needs at least one flow"),
        ({"flows": repair()}, "flows: SF101 a blueprint needs at least one flow: hand in a list of FlowModel"),
        ({"flows": [repair(), repair()]}, "flows[1]: SF140 another flow is called 'repair' too"),
        ({"organisation": ""}, "organisation: SF132 OrganisationModel is expected here, not str"),
        ({"calendars": POSTS}, "calendars: SF132 CalendarsModel is expected here, not OrganisationModel"),
        ({"sections": 5}, "sections: SF132 a mapping is expected here, not int"),
        ({"sections": {"boxs": POSTS}}, "boxs: SF102 no feature reads a section of this name; did you mean 'boxes'?"),
        ({"sections": {"boxes": POSTS}}, "boxes: SF132 BoxesModel is expected here, not OrganisationModel"),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "-".join(value),
)
def test_arguments_that_are_no_blueprint_are_refused_in_words_of_ours(arguments: dict[str, Any], said: str) -> None:
    whole = {"blueprint": TOP, "flows": [repair()], "organisation": POSTS, "features": (*DEFAULT, BOXES)}
    with pytest.raises(BlueprintError) as error:
        Blueprint.from_models(**(whole | arguments))
    assert str(error.value).startswith(said)


def test_short_forms_put_in_unchecked_mean_what_they_mean_in_yaml() -> None:
    made = Blueprint.from_models(TOP, [changed(transitions=REPAIR["transitions"])], POSTS)
    assert made.flows["repair"].revision == Blueprint.from_models(TOP, [repair()], POSTS).flows["repair"].revision


def test_nobody_changes_a_blueprint_through_the_models_it_was_made_of() -> None:
    flow = repair()
    made = Blueprint.from_models(TOP, [flow], POSTS)
    flow.states["cellar"] = StateModel()
    assert "cellar" not in made.source.flows["repair"].states


def test_a_keyword_of_python_has_another_name_there_that_no_yaml_may_use(tmp_path: Path) -> None:
    assert TransitionModel(sources=["at_work"]) == TransitionModel(**{"from": ["at_work"]})
    folder = tmp_path / "small"
    Blueprint.from_models(TOP, [repair()], POSTS).save(folder)
    flow = folder / "flows" / "repair.yaml"
    flow.write_text(flow.read_text().replace("from:", "sources:"))
    with pytest.raises(BlueprintError) as error:
        Blueprint.load(folder)
    assert {finding.code for finding in error.value.findings} >= {"SF130"}
    assert "unknown word 'sources'" in str(error.value)


def test_sections_of_features_go_along(tmp_path: Path) -> None:
    features = (*DEFAULT, BOXES)
    boxes = BoxesModel(boxes={"counter": PostModel(title={"en": "At the counter"})})
    made = Blueprint.from_models(TOP, [repair()], POSTS, sections={"boxes": boxes}, features=features)
    made.save(tmp_path / "small")
    read = Blueprint.load(tmp_path / "small", features)
    assert made.source.sections == read.source.sections == {"boxes": boxes}


def test_what_is_saved_is_read_back_and_parts_that_say_nothing_are_left_out(tmp_path: Path) -> None:
    made = Blueprint.from_models(TOP, [repair()], POSTS)
    made.save(tmp_path / "small")
    assert sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()) == [
        "small/blueprint.yaml", "small/flows/repair.yaml", "small/organisation.yaml",
    ]  # fmt: skip
    read = Blueprint.load(tmp_path / "small")
    assert read.flows["repair"].revision == made.flows["repair"].revision
    assert (read.source.blueprint, read.organisation, read.calendars) == (TOP, POSTS, CalendarsModel())


def test_a_loaded_blueprint_can_be_saved_elsewhere(tmp_path: Path) -> None:
    shipped_one = Blueprint.load("full_process")
    shipped_one.save(tmp_path / "mine")
    again = Blueprint.load(tmp_path / "mine")
    assert again.source.flows == shipped_one.source.flows
    assert again.calendars == shipped_one.calendars


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    made = Blueprint.from_models(TOP, [repair()], POSTS)
    (tmp_path / "kept").mkdir()
    (tmp_path / "file").write_text("mine")
    for place in ("kept", "file"):
        with pytest.raises(ServiceFlowError, match=f"{place}' exists already"):
            made.save(tmp_path / place)
    with pytest.raises(ServiceFlowError, match=r"cannot be written to .*No such file"):
        made.save(tmp_path / "nowhere" / "small")
    with pytest.raises(ServiceFlowError, match="such a name is not possible"):
        made.save(tmp_path / "a\0b")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "kept"]
    assert (tmp_path / "file").read_text() == "mine"


def test_an_endless_row_of_flows_is_not_gone_through() -> None:
    assert found(*[repair()] * 1_001) == ["flows: SF109 more than 1,000 flows are handed in"]
    with pytest.raises(BlueprintError, match="SF109"):
        Blueprint.from_models(TOP, iter(repair, None), POSTS)
