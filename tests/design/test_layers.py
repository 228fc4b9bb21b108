"""Blueprints that build on each other: what is added, changed, removed, included and filled in, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flow_models import flow_models
from hypothesis import given, settings

from draws import draws
from service_flow import Blueprint, BlueprintError, ServiceDesk
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import BlueprintModel, FlowModel
from service_flow.design.language.reading import read_model
from service_flow.design.language.resolved import resolved
from service_flow.design.language.writing import to_yaml

BASE = {
    "blueprint.yaml": """\
blueprint: base
version: "1.0.0"
parameters:
  limit: {type: money, default: 500 EUR}
  most: {type: integer, default: 2}
  who: {type: choice, choices: [clerk, smith], default: clerk}
""",
    "organisation.yaml": "posts: {clerk: {}, smith: {}}\npeople: {tom: {name: Tom, posts: [clerk, smith]}}\n",
    "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: active\nstates: {active: {owner: clerk}}\n",
    "flows/repair.yaml": """\
flow: repair
subject: request
title: {en: Repair, zh: 维修}
initial: received
data: {price: {type: money}, reason: {type: text}}
states:
  received: {owner: clerk}
  returned: {final: completed}
  scrapped: {final: rejected}
transitions:
  return: {from: received, to: returned, by: '${who}', collect: [price], when: 'price <= parameters.limit'}
  scrap: {from: received, to: scrapped, by: smith, collect: [reason]}
""",
}
OWN = "blueprint: own\nversion: '1.0.0'\nextends: ../base\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", BASE)


def own(base: Path, files: Mapping[str, str] | None = None, top: str = "") -> Blueprint:
    return Blueprint.load(write(base.parent / "own", {"blueprint.yaml": OWN + top, **(files or {})}))


def refused(base: Path, files: Mapping[str, str] | None = None, top: str = "") -> list[str]:
    with pytest.raises(BlueprintError) as caught:
        own(base, files, top)
    return [str(finding).replace(str(base.parent) + "/", "") for finding in caught.value.findings]


def test_a_blueprint_that_only_extends_has_the_flows_of_its_base(base: Path) -> None:
    mine, theirs = own(base), Blueprint.load(base)
    assert (mine.name, theirs.name) == ("own", "base")
    assert {name: flow.revision for name, flow in mine.flows.items()} == {
        name: flow.revision for name, flow in theirs.flows.items()
    }
    assert mine.organisation == theirs.organisation


def test_a_change_adds_states_and_transitions_changes_words_and_removes_what_it_says(base: Path) -> None:
    blueprint = own(
        base,
        {
            "changes/repair.yaml": """\
changes: repair
title: {zh: 修理}
states:
  quoted: {owner: smith}
  scrapped: remove
transitions:
  scrap: remove
  quote: {from: received, to: quoted, by: clerk}
  return: {from: quoted}
"""
        },
    )
    flow = blueprint.flows["repair"]
    assert list(flow.states) == ["received", "returned", "quoted"]
    assert list(flow.transitions) == ["return", "quote"]
    assert flow.transitions["return"].sources == ("quoted",)
    assert flow.transitions["return"].form.required == ("price",)
    assert flow.title == {"en": "Repair", "zh": "修理"}


def test_organisation_is_laid_over_that_of_the_base(base: Path) -> None:
    blueprint = own(base, {"organisation.yaml": "posts: {boss: {}}\npeople: {tom: {posts: [boss, clerk]}}\n"})
    assert list(blueprint.organisation.posts) == ["clerk", "smith", "boss"]
    assert blueprint.organisation.people["tom"].name == "Tom"
    assert blueprint.organisation.people["tom"].posts == ["boss", "clerk"]


def test_parameters_are_filled_in_with_the_default_or_what_is_given(base: Path) -> None:
    assert Blueprint.load(base).flows["repair"].transitions["return"].guard.text == "price <= 500"  # type: ignore[union-attr]
    transition = own(base, top="with: {limit: 800.50 EUR, who: smith}\n").flows["repair"].transitions["return"]
    assert transition.guard is not None
    assert transition.guard.text == "price <= 800.50"
    assert transition.by == frozenset({"smith"})


def test_a_filled_in_blueprint_is_the_same_as_one_that_was_written_out(base: Path) -> None:
    written = BASE["flows/repair.yaml"].replace("parameters.limit", "500").replace("'${who}'", "clerk")
    plain = write(base.parent / "plain", {**BASE, "flows/repair.yaml": written})
    assert Blueprint.load(base).flows["repair"].revision == Blueprint.load(plain).flows["repair"].revision


def test_a_text_in_a_guard_that_only_looks_like_a_parameter_stays(base: Path) -> None:
    change = "changes: repair\ntransitions: {scrap: {when: 'reason != \"parameters.limit\"'}}\n"
    flow = own(base, {"changes/repair.yaml": change}).flows["repair"]
    assert flow.transitions["scrap"].guard.text == 'reason != "parameters.limit"'  # type: ignore[union-attr]


def test_a_shipped_blueprint_is_extended_by_its_name(tmp_path: Path) -> None:
    files = {"blueprint.yaml": "blueprint: mine\nversion: '1'\nextends: full_process\n"}
    blueprint = Blueprint.load(write(tmp_path / "mine", files))
    assert set(blueprint.flows) == {"service_request", "customer", "complaint", "staff"}


def test_a_base_may_extend_another(base: Path) -> None:
    own(base, {"changes/repair.yaml": "changes: repair\nstates: {quoted: {owner: smith}}\n"})
    files = {"blueprint.yaml": "blueprint: third\nversion: '1'\nextends: ../own\nwith: {most: 9}\n"}
    third = Blueprint.load(write(base.parent / "third", files))
    assert "quoted" in third.flows["repair"].states


def test_a_fragment_is_put_into_every_flow_that_includes_it(base: Path) -> None:
    fragment = "states: {lost: {final: lost}}\ntransitions: {lose: {from: any, to: lost, by: clerk}}\n"
    flow = "flow: loan\nsubject: request\ninitial: out\ninclude: fragments/losing.yaml\nstates: {out: {owner: clerk}}\n"
    found = own(base, {"fragments/losing.yaml": fragment, "flows/loan.yaml": flow}).flows["loan"]
    assert list(found.states) == ["out", "lost"]
    assert found.transitions["lose"].sources == ("out",)


def test_a_desk_runs_on_a_blueprint_that_extends_another(base: Path) -> None:
    change = (
        "changes: repair\ntransitions: {return: {when: 'price <= parameters.limit && times.scrap < parameters.most'}}\n"
    )
    with ServiceDesk(own(base, {"changes/repair.yaml": change})) as desk:
        customer = desk.customers.register(name="Anna", by="tom")
        request = desk.requests.open(customer=customer, need="x", by="tom")
        assert not desk.requests.may(request, "return", by="tom", data={"price": "501 EUR"})
        assert desk.requests.perform(request, "return", by="tom", data={"price": "500 EUR"})


ROWS: list[tuple[dict[str, str], str, str, str]] = [
    (
        {"flows/repair.yaml": BASE["flows/repair.yaml"]},
        "",
        "SF141",
        "own/flows/repair.yaml:1:7: the blueprint that this",
    ),
    (
        {"changes/x.yaml": "changes: repare\n"},
        "",
        "SF142",
        "own/changes/x.yaml:1:10: there is no flow 'repare' to change; did",
    ),
    ({"changes/x.yaml": "title: {en: x}\n"}, "", "SF131", "own/changes/x.yaml:1:1: say which flow is changed"),
    (
        {"changes/x.yaml": "changes: repair\nstates: {recieved: remove}\n"},
        "",
        "SF143",
        "own/changes/x.yaml:2:10: there is no 'recieved' to remove; did you mean 'received'?",
    ),
    ({}, "with: {limt: 3}\n", "SF146", "own/blueprint.yaml:4:8: there is no parameter 'limt'; did you mean 'limit'?"),
    ({}, "parameters: {x: {type: integer}}\n", "SF147", "own/blueprint.yaml:4:14: parameter 'x' has no default"),
    ({}, "with: {limit: much}\n", "SF148", "own/blueprint.yaml:4:15: 'limit' is not money"),
    ({}, "with: {who: boss}\n", "SF148", "own/blueprint.yaml:4:13: 'who' is not one of clerk, smith"),
    (
        {"changes/x.yaml": "changes: repair\ntransitions: {scrap: {when: 'size(reason) > parameters.mots'}}\n"},
        "",
        "SF146",
        "own/changes/x.yaml:2:29: there is no parameter 'mots'; did you mean 'most'?",
    ),
    (
        {"changes/x.yaml": "changes: repair\ntransitions: {scrap: {when: 'reson == \"x\"'}}\n"},
        "",
        "SF234",
        "own/changes/x.yaml:2:30: the guard cannot be read: unknown name 'reson'",
    ),
    (
        {"changes/x.yaml": "changes: repair\ntransitions: {scrap: {too: received}}\n"},
        "",
        "SF130",
        "own/changes/x.yaml:2:23: unknown word 'too' in 'scrap'",
    ),
    (
        {"changes/x.yaml": "changes: repair\nstates: {received: {owner: boss}}\n"},
        "",
        "SF220",
        "own/changes/x.yaml:2:28: unknown post 'boss'",
    ),
    (
        {
            "flows/loan.yaml": "flow: loan\nsubject: request\ninitial: out\nstates: {out: {}}\ninclude: fragments/no.yaml\n"
        },
        "",
        "SF145",
        "own/flows/loan.yaml:5:10: ",
    ),
    (
        {
            "flows/loan.yaml": "flow: loan\nsubject: request\ninitial: out\nstates: {out: {owner: clerk}}\ninclude: f/a.yaml\n",
            "f/a.yaml": "states: {out: {owner: smith}}\n",
        },
        "",
        "SF145",
        "own/flows/loan.yaml:4:16: 'owner' stands in the fragment own/f/a.yaml:1 as well",
    ),
    (
        {
            "flows/loan.yaml": "flow: loan\nsubject: request\ninitial: out\nstates: {out: {}}\ninclude: f/a.yaml\n",
            "f/a.yaml": "include: f/a.yaml\n",
        },
        "",
        "SF144",
        "own/f/a.yaml:1:10: 'f/a.yaml' includes itself",
    ),
    (
        {
            "flows/loan.yaml": "flow: loan\nsubject: request\ninitial: out\nstates: {out: {}}\ninclude: ../base/flows/repair.yaml\n"
        },
        "",
        "SF145",
        "own/flows/loan.yaml:5:10: ",
    ),
]


@pytest.mark.parametrize(("files", "top", "code", "expected"), ROWS, ids=[str(number) for number in range(len(ROWS))])
def test_what_is_wrong_is_said_where_it_was_written(
    base: Path, files: dict[str, str], top: str, code: str, expected: str
) -> None:
    where, _, message = expected.partition(": ")
    said = refused(base, files, top)
    assert any(line.startswith(f"{where}: {code} {message}") for line in said), said


@pytest.mark.parametrize("extended", ["full_proces", "../nowhere", "/", "base", "../own"])
def test_a_base_that_cannot_be_built_on_is_refused(base: Path, extended: str) -> None:
    files = {"blueprint.yaml": f"blueprint: own\nversion: '1'\nextends: {extended}\n"}
    with pytest.raises(BlueprintError) as caught:
        Blueprint.load(write(base.parent / "own", files))
    assert caught.value.findings[0].code == "SF144"
    assert (caught.value.findings[0].line, caught.value.findings[0].column) == (3, 10)


def test_two_blueprints_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        write(tmp_path / name, {"blueprint.yaml": f"blueprint: {name}\nversion: '1'\nextends: ../{other}\n"})
    with pytest.raises(BlueprintError, match="extends this blueprint itself"):
        Blueprint.load(tmp_path / "one")


def test_resolved_every_line_says_where_it_came_from_and_the_whole_reads_back(base: Path) -> None:
    change = "changes: repair\ntransitions:\n  return: {by: [clerk, smith], when: 'price < parameters.limit'}\n"
    blueprint = own(base, {"changes/repair.yaml": change}, top="with: {limit: 9 EUR}\n")
    text = resolved(blueprint.source).replace(str(base.parent) + "/own/../", "").replace(str(base.parent) + "/", "")
    lines = {line.split("  # ")[0].strip(): line.split("  # ")[1] for line in text.splitlines() if "  # " in line}
    assert lines["initial: received"] == "base/flows/repair.yaml:4"
    assert lines["by: [clerk, smith]"] == "own/changes/repair.yaml:3"
    assert lines['when: "price < 9"'] == "own/changes/repair.yaml:3"
    parts = text.split("\n\n")
    repair = next(part for part in parts if "flow: repair" in part)
    again, _ = read_model(repair, FlowModel, "again.yaml")
    assert Flow(again).revision == blueprint.flows["repair"].revision


def test_a_blueprint_that_extends_is_saved_so_that_it_stands_alone(base: Path, tmp_path: Path) -> None:
    blueprint = own(base, {"changes/repair.yaml": "changes: repair\nstates: {quoted: {owner: smith}}\n"})
    blueprint.save(tmp_path / "alone")
    alone = Blueprint.load(tmp_path / "alone")
    assert {name: flow.revision for name, flow in alone.flows.items()} == {
        name: flow.revision for name, flow in blueprint.flows.items()
    }


@given(flow_models)
@settings(max_examples=draws(100), deadline=None)
def test_any_flow_is_resolved_to_a_text_that_reads_back_to_it(model: FlowModel) -> None:
    text = to_yaml(model)
    _, document = read_model(text, FlowModel, "a.yaml")
    source = BlueprintSource("x", BlueprintModel(blueprint="x", version="1"), {}, documents={"flow:x": document})
    again, _ = read_model(resolved(source), FlowModel, "b.yaml")
    assert again == model
