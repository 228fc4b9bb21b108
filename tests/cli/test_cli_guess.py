"""`service-flow import --guess`: a first mapping of a log, written and then used."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import answer, call

LOG = """case,activity,time,who
T-1,Taken,2026-03-02T09:00:00+01:00,kim
T-1,Solved,2026-03-02T10:00:00+01:00,kim
T-2,Frobnicated,2026-03-02T11:30:00+01:00,kim
"""
FLOW = """flow: ticket
subject: request
initial: new
states:
  new: {owner: agent}
  taken: {owner: agent}
  solved: {final: completed}
transitions:
  take: {from: new, to: taken, by: agent, title: Taken}
  solve: {from: taken, to: solved, by: agent, title: Solved}
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log; beside it the blueprint `tickets`."""
    blueprint = tmp_path / "tickets"
    (blueprint / "flows").mkdir(parents=True)
    (blueprint / "blueprint.yaml").write_text('blueprint: tickets\nversion: "1"\n')
    (blueprint / "organisation.yaml").write_text("posts: {agent: {}}\n")
    (blueprint / "flows" / "ticket.yaml").write_text(FLOW)
    (tmp_path / "log.csv").write_text(LOG)
    return tmp_path / "log.csv"


def test_a_guess_goes_to_standard_output_and_nothing_else_does(log: Path) -> None:
    result = call("import", log, "--guess")
    assert result.exit_code == 0
    assert result.stdout.startswith("# A first mapping of log.csv")
    assert "\ncase: case\n" in result.stdout
    assert "  Taken: taken  # 1 row\n" in result.stdout
    assert result.stderr == ""
    assert call("import", log, "--guess", "-o", "-").stdout == result.stdout


def test_a_guess_with_a_blueprint_is_written_to_a_file_that_an_import_takes(log: Path, tmp_path: Path) -> None:
    mapping, blueprint = tmp_path / "mapping.yaml", tmp_path / "tickets"
    result = call("import", log, "--guess", "--blueprint", blueprint, "-o", mapping)
    assert result.exit_code == 0
    asked = mapping.read_text("utf-8").count("# Ask: ")
    assert asked > 1
    assert result.stdout == (
        f"wrote {mapping} with {asked} questions; each stands in it as a comment that begins with Ask:\n"
    )
    assert "Taken: take " in mapping.read_text("utf-8")
    summary = answer("import", log, "--blueprint", blueprint, "--mapping", mapping, "--store", "memory")
    assert (summary["accepted_cases"], summary["refused_moves"]) == (1, 1)


def test_a_guess_may_be_made_for_a_flow_that_is_named(log: Path, tmp_path: Path) -> None:
    blueprint = tmp_path / "tickets"
    other = FLOW.replace("flow: ticket", "flow: job").replace("solve:", "mend:").replace("Solved", "Mended")
    (blueprint / "flows" / "job.yaml").write_text(other)
    assert "\nflow: ticket\n" in call("import", log, "--guess", "--blueprint", blueprint).stdout
    named = call("import", log, "--guess", "--blueprint", blueprint, "--flow", "job").stdout
    assert "\nflow: job\n" in named and "Is this the flow?" not in named


def test_a_guess_is_never_written_over_a_file(log: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("what I wrote yesterday")
    result = call("import", log, "--guess", "-o", mapping)
    assert result.exit_code == 2
    assert "exists already; choose another name" in result.stderr
    assert mapping.read_text() == "what I wrote yesterday"


def test_control_characters_of_a_log_do_not_reach_the_terminal(log: Path) -> None:
    log.write_text(LOG.replace("who", "w\x1b[31mho").replace("Solved", "So\x1b]0;x\x07lved\u202e"))
    result = call("import", log, "--guess")
    assert result.exit_code == 0
    assert not [letter for letter in result.stdout if letter != "\n" and not letter.isprintable()]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--guess", "--mapping", "m.yaml"], "it goes with neither --mapping nor --format"),
        (["--guess", "--format", "json"], "it goes with neither --mapping nor --format"),
        (["--guess", "--blueprint", "nowhere"], "no blueprint 'nowhere'"),
        (["--guess", "--flow", "ticket"], "name that with --blueprint"),
        (["--guess", "--blueprint", "{tmp}/tickets", "--flow", "tiket"], "did you mean 'ticket'? Possible: ticket."),
        (["--flow", "ticket"], "it goes with --guess; a mapping names its flow itself"),
        (["--guess", "-o", "{tmp}/no/such/place"], "No such file or directory"),
        (["-o", "m.yaml"], "it goes with --guess"),
        ([], "Missing option '--blueprint'"),
        (["--blueprint", "{tmp}/tickets"], "Missing option '--mapping'"),
        (["--blueprint", "{tmp}/tickets", "--mapping", "m.yaml"], "Missing option '--store'"),
    ],
)
def test_options_that_do_not_go_together_or_are_missing_are_told(
    log: Path, tmp_path: Path, more: list[str], said: str
) -> None:
    result = call("import", log, *(part.format(tmp=tmp_path) for part in more))
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_log_that_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text("<log><trace>")
    result = call("import", tmp_path / "log.xes", "--guess")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path}/log.xes:1:13: the file ends before the log does")
