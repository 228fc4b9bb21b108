"""The check of assignment.yaml: every fault has a code, its place and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from features.assignment.assigned_desks import blueprint
from service_flow import Blueprint, BlueprintError
from service_flow.features import DEFAULT


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param({"by": ["clark"]}, ["by[0]: SF341 unknown post 'clark'; did you mean 'clerk'?"], id="who may"),
        pytest.param({"rules": {"x": {"flows": ["repare"]}}}, ["rules.x.flows[0]: SF340 unknown flow 'repare'; did you mean 'repair'?"], id="a flow"),
        pytest.param({"rules": {"x": {"flows": "repair", "states": "dsk"}}}, ["rules.x.states[0]: SF340 unknown state 'dsk'; did you mean 'desk'?"], id="a state"),
        pytest.param({"rules": {"x": {"posts": "clark"}}}, ["rules.x.posts[0]: SF340 unknown post 'clark'; did you mean 'clerk'?"], id="a post"),
        pytest.param({"rules": {"x": {"flows": "repair", "states": "desk", "posts": "technician"}}}, ["rules.x.posts: SF340 none of these posts owns a state of these states"], id="a post that owns none"),
        pytest.param({"rules": {"x": {"candidates": {"posts": "clark"}}}}, ["rules.x.candidates.posts[0]: SF341 unknown post 'clark'"], id="a candidate's post"),
        pytest.param({"rules": {"x": {"candidates": {"skills": "heeting"}}}}, ["rules.x.candidates.skills[0].skill: SF341 unknown skill 'heeting'; did you mean 'heating'?"], id="a skill"),
        pytest.param({"rules": {"x": {"candidates": {"language": "de"}}}}, ["rules.x.candidates.language.language: SF341 unknown language 'de'"], id="a language"),
        pytest.param({"rules": {"x": {"candidates": {"skills": {"level": 2}}}}}, ["rules.x.candidates.skills[0]: SF341 name the skill, or the `field` that names it"], id="neither skill nor field"),
        pytest.param({"rules": {"x": {"flows": "repair", "candidates": {"skills": {"field": "kimd"}}}}}, ["rules.x.candidates.skills[0].field: SF341 flow 'repair' has no field 'kimd'; did you mean 'kind'?"], id="a field"),
        pytest.param({"rules": {"x": {"flows": "repair", "candidates": {"skills": {"field": "number"}}}}}, ["rules.x.candidates.skills[0].field: SF341 'number' holds integer in flow 'repair'; a skill is named by a text"], id="a field of another type"),
        pytest.param({"rules": {"x": {"candidates": {"language": {"field": "customer.langage"}}}}}, ["has no field 'customer.langage'; did you mean 'customer.language'?"], id="a field of the customer"),
        pytest.param({"rules": {"x": {"flows": "repair", "match": {"kind": "heeting"}}}}, ["rules.x.match.kind: SF342 'kind' cannot be matched so in flow 'repair'", "did you mean 'heating'"], id="a value"),
        pytest.param({"rules": {"x": {"match": {"kind": "heating"}}}}, ["SF342 'kind' cannot be matched so in flow 'complaint'", "say with `flows` for which cases"], id="a field that not every flow has"),
        pytest.param({"rules": {"x": {"flows": "repair", "when": "numbr > 3"}}}, ["rules.x.when: SF234", "did you mean 'number'"], id="a guard that cannot be read"),
        pytest.param({"rules": {"x": {"flows": "repair", "when": "number"}}}, ["rules.x.when: SF235"], id="a guard of another type"),
        pytest.param({"rules": {"a": {}, "b": {"flows": "repair"}}}, ["rules.b: SF343 'b' can never count: 'a' before it counts for all its cases"], id="behind one for all"),
        pytest.param({"rules": {"a": {"states": "desk"}, "b": {"states": "desk.open", "when": "times.ask > 1", "flows": "repair"}}}, ["rules.b: SF343"], id="behind one for the phase"),
        pytest.param({"rules": {"x": {"choose": ["round_robin", "least_load"]}}}, ["rules.x.choose[1]: SF344 `least_load` is never come to: `round_robin` finds whoever is free"], id="a way behind another"),
        pytest.param({"rules": {"x": {"choose": ["same_as_before", "same_as_before"]}}}, ["SF344 `same_as_before` is there already"], id="a way twice"),
        pytest.param({"rules": {"x": {"nobody": {"then": "supervisor", "post": "boss"}}}}, ["rules.x.nobody.post: SF346 say `then` or `post`"], id="two fallbacks"),
        pytest.param({"rules": {"x": {"nobody": {"post": "clark"}}}}, ["rules.x.nobody.post: SF346 unknown post 'clark'"], id="a fallback"),
        pytest.param({"rules": {"x": {"candidates": {"posts": "boss"}, "flows": "customer", "nobody": "supervisor"}}}, [], id="a supervisor who is there"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(words: dict[str, Any], told: list[str]):
    if not told:
        blueprint(words)
        return
    with pytest.raises(BlueprintError) as found:
        blueprint(words)
    text = str(found.value)
    assert all(part in text for part in told), text


def test_a_post_without_supervisor_cannot_be_gone_up_from():
    posts = {"clerk": {}, "technician": {}, "lead": {}, "boss": {}, "cook": {}}
    with pytest.raises(BlueprintError, match="SF346 'clerk' has no supervisor"):
        blueprint({"rules": {"x": {"posts": "clerk", "nobody": "supervisor"}}}, organisation={"posts": posts})


def test_a_rule_whose_posts_nobody_holds_is_warned_of_unless_nobody_is_listed():
    words = {"rules": {"x": {"candidates": {"posts": "boss"}}}}
    (found,) = [one for one in blueprint(words).findings if one.code == "SF345"]
    assert (found.severity, found.message) == (
        "warning", "nobody holds what 'x' chooses among (boss), so it never finds anybody",
    )  # fmt: skip
    assert blueprint(words, organisation={"people": {}}).findings == ()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"a": {"when": "case.passed_on > 1"}, "b": {}}, id="the first has a guard"),
        pytest.param({"a": {"nobody": "next_rule"}, "b": {}}, id="the first gives way"),
        pytest.param({"a": {"states": "workshop"}, "b": {"states": "desk"}}, id="other states"),
        pytest.param({"a": {"flows": "repair"}, "b": {}}, id="other flows"),
        pytest.param({"a": {"posts": "technician"}, "b": {"posts": ["technician", "clerk"]}}, id="more posts"),
    ],
)
def test_a_rule_that_can_still_count_is_not_told_of(words: dict[str, Any]):
    assert blueprint({"rules": words}).findings == ()


def test_a_fault_in_yaml_has_its_line_and_column(tmp_path: Path):
    folder = tmp_path / "shop"
    blueprint({}).save(folder)
    (folder / "assignment.yaml").write_text("rules:\n  x:\n    candidates: {skills: heeting}\n    most: 0\n")
    with pytest.raises(BlueprintError, match=r"assignment.yaml:4:11: SF\d+ "):
        Blueprint.load(folder)
    (folder / "assignment.yaml").write_text("rules:\n  x:\n    candidates: {skills: heeting}\n")
    with pytest.raises(
        BlueprintError, match=r"assignment.yaml:3:26: SF341 unknown skill 'heeting'; did you mean 'heating'"
    ):
        Blueprint.load(folder)


def test_without_the_feature_its_file_is_one_that_nobody_knows(tmp_path: Path):
    folder = tmp_path / "shop"
    blueprint({"rules": {}, "most_hand_overs": 2}).save(folder)
    others = tuple(feature for feature in DEFAULT if feature.name != "assignment")
    with pytest.raises(BlueprintError, match="SF102 no part of a blueprint is read from this file"):
        Blueprint.load(folder, features=others)


def test_a_rule_that_needs_what_is_not_known_of_every_customer_is_warned_of():
    words: dict[str, Any] = {"rules": {"x": {"flows": "repair", "match": {"customer.language": "en"}}, "y": {}}}
    (found,) = [one for one in blueprint(words).findings if one.code == "SF501"]
    assert (found.severity, found.message) == (
        "warning",
        "'customer.language' is not known of every customer, and then nobody gets the case; let `when` ask for "
        "has(customer.language), too",
    )
    words["rules"]["x"]["when"] = "has(customer.language)"
    assert [one for one in blueprint(words).findings if one.code == "SF501"] == []
