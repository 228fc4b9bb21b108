"""A scenario that cannot be read: what is wrong, where, and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_texts import HEAD, read, written

from service_flow.errors import InputError
from service_flow.testing.scenarios import read_scenario


@pytest.mark.parametrize(
    ("step", "at", "said"),
    [
        ("{perfrom: analyse, on: pump, by: tom}", "{", "does not say what is done; did you mean 'perform'?"),
        (
            "{by: tom}",
            "{",
            "does not say what is done; Possible: register, open, receive, perform, do, find, wait, until, expect.",
        ),
        ("{open: x, perform: y, by: tom}", "{", "this is one step, but says open and perform"),
        ("analyse", "analyse", "a step is a mapping that begins with one of the words"),
        ("{perform: analyse, by: tom}", "{", "needs the word 'on'"),
        ("{perform: analyse, on: pump}", "{", "needs the word 'by'"),
        ("{perform: analyse, on: pump, by: tom, dat: {}}", "dat", "did you mean 'data'?"),
        ("{perform: analyse, on: pump, by: tom, need: x}", "need", "unknown word 'need'"),
        ("{perform: Analyse!, on: pump, by: tom}", "Analyse!", "cannot be 'Analyse!'"),
        ("{perform: analyse, on: pump, by: tom, data: x}", "x}", "'data' should be a mapping"),
        (
            "{perform: analyse, on: pump, by: tom, refused: NotAlowed}",
            "NotAlowed",
            "did you mean 'NotAllowed'?",
        ),
        ("{perform: analyse, on: pump, by: tom, because: x}", "because", "add `refused:`"),
        ("{perform: analyse, on: pmp, by: tom}", "pmp", "no step above begins 'pmp'; did you mean 'pump'?"),
        ("{perform: analyse, on: pump, by: tom, after: soon}", "soon", "'after' is not a duration"),
        ("{perform: analyse, on: pump, by: tom, after: -5}", "-5", "only moves forward"),
        ("{perform: analyse, on: pump, by: tom, after: 9999999999 weeks}", "9999", "is not a duration"),
        ("{perform: analyse, on: pump, by: tom, after: 4000000 days}", "4000000", "longer than time itself"),
        ("{perform: analyse, on: pump, by: tom, at: 2026-03-09}", "2026", "'at' names no offset from UTC"),
        ("{perform: analyse, on: pump, by: tom, at: noon}", "noon", "'at' is not an instant"),
        (
            "{perform: analyse, on: pump, by: tom, at: 2026-03-01T00:00:00Z}",
            "2026",
            "earlier than the step before",
        ),
        ("{perform: analyse, on: pump, by: tom, after: 1h, at: 2026-03-09T00:00:00Z}", "at:", "not both"),
        (
            "{perform: analyse, on: pump, by: tom, at: 0001-01-01T00:00:00+14:00}",
            "0001",
            "lies outside the years 1 to 9999",
        ),
        ("{register: anna, name: Other, by: tom}", "anna", "stands for another case already"),
        (
            "{open: x, customer: pump, need: x, by: tom}",
            "pump",
            "'pump' is a request; a customer is asked for",
        ),
        (
            "{receive: x, customer: anna, about: anna, text: x, by: tom}",
            "anna, text",
            "a request is asked for",
        ),
        ("{open: x, customer: anna, need: x, by: tom, contact: {}}", "contact", "unknown word 'contact'"),
        ("{open: x, customer: anna, need: '', by: tom}", "''", "'need' is empty"),
        ("expect: {on: pump}", "expect", "this expects nothing"),
        ("expect: {on: nothing, state: x}", "nothing", "no step above begins 'nothing'"),
        ("expect: {state: x}", "expect", "needs the word 'on'"),
        ("expect: {on: pump, stat: x}", "stat", "did you mean 'state'?"),
        ("expect: {on: pump, clock: tired}", "tired", "Possible: running, paused, stopped"),
        ("{expect: {on: pump, open: maybe}}", "maybe", "'open' should be true or false"),
    ],
)
def test_a_wrong_step_is_named_with_its_place(tmp_path: Path, step: str, at: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, step)
    assert said in str(caught.value)
    assert (caught.value.line, caught.value.column) == (7, 5 + step.index(at))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("scenario: small\n", "", "needs the word 'scenario'"),
        ("small", "Small Talk", "cannot be 'Small Talk'"),
        ("start:", "starts:", "did you mean 'start'?"),
        ("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00", "'start' names no offset"),
        ("2026-03-02T09:00:00+01:00", "whenever", "'start' is not an instant"),
        ("full_process", "full_proces", "did you mean 'full_process'?"),
        ("full_process", "folder", "write ./folder for a folder beside this file"),
        ("full_process", "elsewhere", "write a path such as .. for a folder"),
        ("full_process", "./elsewhere", "there is no folder './elsewhere' beside this file"),
        ("steps:", "people: {kim: 5}\nsteps:", "should be a text or a list"),
        ("steps:", "steps:\nthen:", "'steps' has no value"),
    ],
)
def test_a_wrong_head_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        read(tmp_path, head=HEAD.replace(old, new))
    assert said in str(caught.value)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(
            tmp_path,
            "{perform: analyse, on: pmp, by: tom, after: soon}",
            "{open: pump, customer: nobody, need: x, by: tom}",
            "{expect: {on: pump}}",
        )
    places = [line.split(": ")[0].rsplit(":", 2)[1] for line in str(caught.value).splitlines()]
    assert places == ["7", "7", "8", "8", "9"]


def test_a_case_that_must_not_begin_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no case 'other': the step that begins it is to be refused"):
        read(
            tmp_path,
            "{open: other, customer: anna, need: x, by: paolo, refused: NotAllowed}",
            "{perform: analyse, on: other, by: tom}",
        )


def test_a_handle_is_free_again_when_its_step_was_to_be_refused(tmp_path: Path) -> None:
    scenario = read(
        tmp_path,
        "{open: other, customer: anna, need: x, by: paolo, refused: NotAllowed}",
        "{open: other, customer: anna, need: x, by: tom}",
        "{expect: {on: other, state: need}}",
    )
    assert [step.on for step in scenario.steps[2:]] == ["other", "other", "other"]


@pytest.mark.parametrize(
    "content", ["", "5", "[]", "steps: [", "scenario: x\nscenario: y\n", "steps: {a: b}", "a: &a [*a]"]
)
def test_a_file_that_is_no_scenario_is_an_input_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.yaml").write_text(content)
    with pytest.raises(InputError):
        read_scenario(tmp_path / "x.yaml")


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.yaml", tmp_path, "\0"):
        with pytest.raises(InputError):
            read_scenario(path)


def test_a_path_in_the_blueprints_place_counts_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blueprint" / "scenarios").mkdir(parents=True)
    file = written(tmp_path / "blueprint" / "scenarios", head=HEAD.replace("full_process", ".."))
    monkeypatch.chdir(tmp_path)
    scenario = read_scenario(file.relative_to(tmp_path))
    assert Path(scenario.where).resolve() == tmp_path / "blueprint"
