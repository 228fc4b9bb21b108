"""What a check found, in drawings: each finding stands on the state or transition in whose words it was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn_flows import flow_of_model, marked, parsed

from html_trees import HOSTILE, check_harmless, tree, with_class, words
from service_flow import Blueprint
from service_flow.design.drawing import Overlay, html, laid_over, svg
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel, PostModel
from service_flow.errors import Finding

FLOW = """\
flow: repair
subject: request
initial: desk
data:
  unused: {type: text}
states:
  desk:
    owner: clerk
    regions:
      work: {initial: open, states: {open: {}, over: {done: true}}}
      news:
        initial: due
        states: {due: {}, told: {done: true}}
    value: adding
  ready: {}
  closed: {final: completed}
transitions:
  finish: {from: desk, join: true, to: ready}
  repair: {from: desk.work.open, to: desk.work.over}
  say: {from: desk.news.due, to: desk.news.told}
  give:
    from: ready
    to: closed
    when: "1 < 2"
timers: {}
"""


@pytest.fixture
def blueprint(tmp_path: Path) -> Blueprint:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "repair.yaml").write_text(FLOW)
    (tmp_path / "blueprint.yaml").write_text('blueprint: small\nversion: "1"\n')
    (tmp_path / "organisation.yaml").write_text("posts: {clerk: {}}\n")
    return Blueprint.load(tmp_path)


@pytest.mark.parametrize(
    ("word", "about"),
    [("desk:\n", "desk"), ("owner: clerk", "desk"), ("clerk", "desk"), ("work:", "desk.work"), ("open: {}", "desk.work.open"),
     ("done: true}}}", "desk.work.over"), ("told:", "desk.news.told"), ("value: adding", "desk"), ("ready: {}", "ready"),
     ("finish:", "finish"), ("join:", "finish"), ("1 < 2", "give"), ("unused", None), ("timers", None), ("subject", None)],
    ids=lambda value: str(value).strip(": {}\n\""),
)  # fmt: skip
def test_a_finding_belongs_to_whatever_stands_there(blueprint: Blueprint, word: str, about: str | None) -> None:
    before = FLOW[: FLOW.index(word)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    file = str(Path(blueprint.source.folder) / "flows" / "repair.yaml")
    finding = Finding("SF301", "x", file, line, column, "warning")
    overlay, others = laid_over(blueprint.source, "repair", [finding])
    named = [*overlay.found_in_states, *overlay.found_in_transitions]
    assert named == ([about] if about is not None else [])
    assert overlay.found == ([] if about is not None else [finding])
    assert others == []


def test_what_was_found_in_another_file_is_given_back(blueprint: Blueprint) -> None:
    finding = Finding("SF309", "x", f"{blueprint.source.folder}/organisation.yaml", 1, 1, "warning")
    overlay, others = laid_over(blueprint.source, "repair", [finding])
    assert (overlay, others) == (Overlay(found=[]), [finding])


def test_what_the_check_finds_stands_where_it_belongs(blueprint: Blueprint) -> None:
    overlay, _ = laid_over(blueprint.source, "repair", blueprint.check())
    found = {name: {finding.code for finding in findings} for name, findings in overlay.found_in_states.items()}
    assert "SF308" in found["ready"]
    assert "SF402" in {finding.code for finding in overlay.found_in_transitions["give"]}
    assert {finding.code for finding in overlay.found or ()} == {"SF504"}


def test_a_blueprint_made_in_python_has_its_findings_where_they_belong() -> None:
    model = FlowModel.model_validate({
        "flow": "made", "subject": "request", "initial": "one",
        "states": {"one": {"owner": "clerk", "initial": "a", "states": {"a": {}}}, "two": {}, "over": {"final": "completed"}},
        "transitions": {"go": {"from": ["one.a"], "to": [{"state": "two", "when": "true"}]},
                        "end": {"from": ["two"], "to": [{"state": "over"}]}},
    })  # fmt: skip
    organisation = OrganisationModel(posts={"clerk": PostModel()})
    made = Blueprint.from_models(BlueprintModel(blueprint="made", version="1"), [model], organisation)
    overlay, _ = laid_over(made.source, "made", made.check())
    assert "two" in overlay.found_in_states and "go" in overlay.found_in_transitions
    inner = Finding("SF301", "x", "flow made, states.one.states.a.owner", 0, 0)
    whole = Finding("SF301", "x", "flow made, data.x", 0, 0)
    overlay, others = laid_over(
        made.source, "made", [inner, whole, Finding("SF309", "x", "organisation, posts.x", 0, 0)]
    )
    assert (list(overlay.found_in_states), overlay.found, len(others)) == (["one.a"], [whole], 1)


# --- in the picture


def small():
    states = {"work": {"initial": "a", "states": {"a": {}}}, "b": {}, "c": {}}
    transitions = {"go": {"from": "work.a", "to": "b"}, "note": {"from": "b"}}
    return flow_of_model(
        {"flow": "small", "subject": "request", "initial": "work", "states": states, "transitions": transitions}
    )


def found(severity, message="x"):
    return Finding("SF999", message, "flows/small.yaml", 3, 5, severity)


def signs(part):
    return [element.attrib["class"] for element in part if element.attrib.get("class", "").startswith("sf-found ")]


def test_the_worst_finding_of_a_state_a_phase_and_a_transition_has_its_sign_there() -> None:
    overlay = Overlay(
        found_in_states={"b": [found("info"), found("error"), found("warning")], "work": [found("warning")]},
        found_in_transitions={"go": [found("info")], "gone": [found("error")]},
    )
    tree_ = parsed(svg(small(), overlay=overlay))
    states, phases, steps = (marked(tree_, kind) for kind in ("state", "phase", "transition"))
    assert signs(states["b"]) == ["sf-found sf-found-error"]
    assert signs(phases["work"]) == ["sf-found sf-found-warning"]
    assert signs(steps["go"]) == ["sf-found sf-found-info"]
    assert signs(states["c"]) == signs(states["work.a"]) == []


def test_a_transition_that_is_told_in_its_state_has_its_sign_beside_the_line() -> None:
    drawn = svg(small(), overlay=Overlay(found_in_transitions={"note": [found("error")]}))
    assert signs(marked(parsed(drawn), "transition")["note"]) == ["sf-found sf-found-error"]


def test_each_severity_has_a_shape_of_its_own() -> None:
    shapes = set()
    for severity in ("error", "warning", "info"):
        part = marked(parsed(svg(small(), overlay=Overlay(found_in_states={"c": [found(severity)]}))), "state")["c"]
        shape = next(element for element in part.iter() if element.attrib.get("class") == "sf-found-shape")
        shapes.add((shape.tag, shape.attrib.get("d", "").count("L")))
    assert len(shapes) == 3


# --- on the page


def page(overlay, lang="en"):
    return tree(html([small()], lang=lang, overlays={"small": overlay}))


def article(root, name):
    return next(found for found in root.iter("article") if found.get("id") == name)


def test_a_state_and_a_transition_tell_their_findings_with_code_place_and_severity() -> None:
    overlay = Overlay(found_in_states={"b": [found("warning", "nobody is accountable")]},
                      found_in_transitions={"go": [found("error", "never true")]}, found=[])  # fmt: skip
    root = page(overlay)
    assert "Findings ! SF999 nobody is accountable flows/small.yaml:3:5" in words(article(root, "small/state/b"))
    sign = with_class(article(root, "small/transition/go"), "sign")[0]
    assert (sign.get("class"), sign.get("aria-label")) == ("sign error", "error")
    assert "Findings" not in words(article(root, "small/state/c"))


def test_all_findings_are_listed_the_worst_first_with_links_to_what_they_are_about() -> None:
    overlay = Overlay(found_in_states={"b": [found("warning")], "work": [found("info")]},
                      found_in_transitions={"go": [found("error")]}, found=[found("warning", "of the flow")])  # fmt: skip
    listed = article(page(overlay), "small/findings")
    assert [item.get("data-severity") for item in listed.iter("li")] == ["error", "warning", "warning", "info"]
    assert [link.get("href") for link in listed.iter("a")] == [
        "#small/transition/go", "#small/state/b", "#small/phase/work",
    ]  # fmt: skip
    assert [words(button) for button in listed.iter("button")] == ["1 error", "2 warnings", "1 note"]
    assert [words(button) for button in article(page(overlay, "zh"), "small/findings").iter("button")] == [
        "错误 1 项", "警告 2 项", "提示 1 项",
    ]  # fmt: skip


def test_a_page_of_what_was_not_checked_says_nothing_of_findings() -> None:
    root = page(Overlay({"b": "17 cases"}))
    assert not [one for one in root.iter("article") if one.get("id") == "small/findings"]
    assert not [one for one in root.iter("button") if one.get("id") == "findings"]
    assert "No findings" in words(article(page(Overlay(found=[])), "small/findings"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_message_or_place_of_a_finding_breaks_the_page(text: str) -> None:
    finding = Finding("SF999", text, text, 1, 1, "error")
    drawn = html([small()], overlays={"small": Overlay(found_in_states={"b": [finding]}, found=[finding])})
    check_harmless(drawn)
    assert len(list(tree(drawn).iter("script"))) == 1
