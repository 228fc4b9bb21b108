"""`service-flow check`: what is told of what was found, and the exit code that goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from checked_shops import BROKEN, FLOW, UNDECIDED, shop
from cli_calls import answer, call

from service_flow import Blueprint
from service_flow.errors import ServiceFlowError


def told(*arguments: str | Path, exit_code: int = 1) -> list[str]:
    return [finding["code"] for finding in answer("check", *arguments, exit_code=exit_code)]


def test_proofs_are_told_in_order_of_place_and_warnings_fail(tmp_path: Path) -> None:
    assert told(shop(tmp_path)) == ["SF308", "SF403"]


def test_errors_fail_and_are_counted_apart_from_warnings(tmp_path: Path) -> None:
    home = shop(tmp_path, FLOW.replace("by: manager", "by: manager, when: price < 0 && price > 0"))
    result = call("check", home)
    assert result.exit_code == 1
    counts, _, more = result.stdout.splitlines()[-1].partition("; ")
    assert counts == "2 errors, 2 warnings"
    assert more in ("`service-flow explain SF401` says more", "`service-flow explain SF601` says more")


def test_notes_alone_are_told_and_do_not_fail(tmp_path: Path) -> None:
    home = shop(tmp_path, UNDECIDED)
    codes = told(home, exit_code=0)
    assert set(codes) == {"SF405", "SF602"}
    result = call("check", home)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"nothing to mend, {len(codes)} notes"


def test_notes_are_told_beside_what_was_selected_only_if_they_were_selected_too(tmp_path: Path) -> None:
    home = shop(tmp_path, UNDECIDED)
    assert told(home, "--select", "SF602", exit_code=0) == ["SF602"]
    assert told(home, "--ignore", "SF405,SF602", exit_code=0) == []


def test_one_of_each_is_told_without_a_plural(tmp_path: Path) -> None:
    result = call("check", shop(tmp_path), "--select", "SF308")
    assert result.stdout.splitlines()[-1] == "1 warning; `service-flow explain SF308` says more"


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "SF403"], ["SF403"]),
        (["--select", "SF3"], ["SF308"]),
        (["--select", "SF4,SF3"], ["SF308", "SF403"]),
        (["--select", "SF4", "--select", " SF3 ,"], ["SF308", "SF403"]),
        (["--select", "SF7"], []),
        (["--ignore", "SF403"], ["SF308"]),
        (["--ignore", "SF4", "--ignore", "SF3"], []),
        (["--select", "SF", "--ignore", "SF40"], ["SF308"]),
        (["--select", "SF403", "--ignore", "SF403"], []),
        (["--select", "SF502"], ["SF502"]),
        (["--select", "SF5"], []),  # a pedantic code is selected by its whole name
        (["--select", "SF,SF502"], ["SF502", "SF308", "SF403"]),
        (["--select", "SF502", "--ignore", "SF5"], []),
        (["--select", "LOY"], []),  # a feature of somebody's own may have codes of its own
    ],
    ids=" ".join,
)
def test_codes_are_selected_and_ignored_by_their_beginnings(
    tmp_path: Path, options: list[str], codes: list[str]
) -> None:
    fails = bool(set(codes) - {"SF502"})
    assert told(shop(tmp_path), *options, exit_code=int(fails)) == codes


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--select", "SF999", "no code begins with 'SF999'"),
        ("--select", "SF40x", "no code begins with 'SF40x'; did you mean 'SF40"),
        ("--ignore", "sf403", "no code begins with 'sf403'"),
        ("--ignore", "SF203", "SF203 cannot be ignored: the blueprint would not be loaded"),
        ("--ignore", "SF1", "SF1 cannot be ignored"),
        ("--ignore", "SF3,SF22", "SF22 cannot be ignored"),
    ],
)
def test_codes_that_are_unknown_or_cannot_be_ignored_are_refused(
    tmp_path: Path, option: str, value: str, said: str
) -> None:
    result = call("check", shop(tmp_path), option, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize("options", [[], ["--select", "SF7"], ["--ignore", "SF2"], ["--ignore", "SF"]], ids=" ".join)
def test_what_keeps_a_blueprint_from_being_loaded_is_told_whatever_is_selected(
    tmp_path: Path, options: list[str]
) -> None:
    assert told(shop(tmp_path, BROKEN), *options) == ["SF203"]


def test_an_unknown_code_is_told_before_anything_is_read(tmp_path: Path) -> None:
    result = call("check", shop(tmp_path, BROKEN), "--select", "SF999")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no code begins with 'SF999'" in result.stderr


def test_a_blueprint_with_more_findings_than_are_told_still_tells_of_other_severities(tmp_path: Path) -> None:
    states = "".join(f"  s{number}: {{}}\n" for number in range(250))
    home = shop(tmp_path, FLOW.replace("  closed:", f"{states}  closed:"))
    codes = told(home, "--select", "SF,SF502")
    assert codes.count("SF108") == 1
    assert "SF502" in codes


def test_checking_in_python_tells_the_same(tmp_path: Path) -> None:
    blueprint = Blueprint.load(shop(tmp_path))
    assert [finding.code for finding in blueprint.check()] == ["SF308", "SF403"]
    assert [finding.code for finding in blueprint.check(select=["SF502"])] == ["SF502"]
    assert blueprint.check(ignore=["SF3", "SF4"]) == ()
    assert blueprint.findings == ()  # loading finds names only
    assert blueprint.check(select="SF3") == blueprint.check(select=["SF3"])
    for odd, said in (
        (["SF203"], "SF203 cannot be ignored"),
        ([403], "codes are texts"),
        ([""], "no code begins with ''"),
    ):
        with pytest.raises(ServiceFlowError, match=said):
            blueprint.check(ignore=odd)  # type: ignore[arg-type]


def test_checking_tells_how_far_it_is(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    Blueprint.load(shop(tmp_path)).check(progress=lambda done, total: steps.append((done, total)))
    total = len(steps)
    assert steps == [(number, total) for number in range(1, total + 1)]
    assert total >= 5


def test_a_blueprint_made_in_python_is_checked_without_places(tmp_path: Path) -> None:
    source = Blueprint.load(shop(tmp_path)).source
    made = Blueprint.from_models(source.blueprint, source.flows.values(), source.organisation)
    assert [(finding.code, finding.line) for finding in made.check()] == [("SF308", 0), ("SF403", 0)]
