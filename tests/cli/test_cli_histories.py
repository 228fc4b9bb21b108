"""`service-flow import`, `export` and `replay`: logs in, histories out, and the proof that they are the same."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from cli_calls import answer, call, spawn

from service_flow.engine.store import open_store

LOG = """case,activity,time,who
T-1,open,2026-03-02T09:00:00+01:00,kim
T-1,solve,2026-03-02T10:00:00+01:00,kim
T-2,open,2026-03-02T11:00:00+01:00,kim
T-2,frobnicate,2026-03-02T11:30:00+01:00,kim
T-3,solve,2026-03-02T12:00:00+01:00,kim
"""
MAPPING = """flow: ticket
case: case
activity: activity
instant: {column: time}
person: who
post: {value: agent}
opening:
  transition: none
  need: {value: A ticket}
transitions: {open: take, solve: solve}
"""
FLOW = """flow: ticket
subject: request
initial: new
states:
  new: {owner: agent}
  taken: {owner: agent}
  solved: {final: completed}
transitions:
  take: {from: new, to: taken, by: agent}
  solve: {from: taken, to: solved, by: agent}
"""


@pytest.fixture
def desk_folder(tmp_path: Path) -> Path:
    """A folder with a blueprint, a log and the mapping between them."""
    blueprint = tmp_path / "tickets"
    (blueprint / "flows").mkdir(parents=True)
    (blueprint / "blueprint.yaml").write_text('blueprint: tickets\nversion: "1"\n')
    (blueprint / "organisation.yaml").write_text("posts: {agent: {}}\n")
    (blueprint / "flows" / "ticket.yaml").write_text(FLOW)
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path


def importing(folder: Path, url: str | None = None) -> list[str]:
    return [
        "import", f"{folder}/log.csv", "--blueprint", f"{folder}/tickets", "--mapping", f"{folder}/mapping.yaml",
        "--store", url or f"sqlite:///{folder}/desk.db",
    ]  # fmt: skip


def test_an_import_says_what_was_refused_and_why_and_still_ends_well(desk_folder: Path) -> None:
    result = call(*importing(desk_folder))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("3 cases and 5 rows in ")
    assert lines[1].strip() == "followed the flow to its end: 1 (33.3%) of the cases"
    assert lines[2].split() == ["rows", "refused:", "2", "(40.0%)", "of", "the", "rows"]
    assert "no transition for activity 'frobnicate'" in result.stdout
    assert "NotFromHere: 'solve' from 'new'" in result.stdout
    with open_store(f"sqlite:///{desk_folder}/desk.db") as store:
        assert store.count()["events"] == 3 + 3


def test_an_import_for_programs_lists_the_refused_rows(desk_folder: Path) -> None:
    summary = answer(*importing(desk_folder))
    assert (summary["cases"], summary["events"], summary["refused_moves"]) == (3, 5, 2)
    assert [(row["line"], row["case"]) for row in summary["refused_rows"]] == [(5, "T-2"), (6, "T-3")]
    assert answer(*importing(desk_folder))["repeated"] == 3  # a second time nothing is added


def test_an_import_into_memory_keeps_nothing(desk_folder: Path) -> None:
    before = sorted(desk_folder.rglob("*"))
    assert answer(*importing(desk_folder, "memory"))["accepted_cases"] == 1
    assert sorted(desk_folder.rglob("*")) == before


def test_a_fault_in_the_log_names_its_line_and_does_not_repeat_it(desk_folder: Path) -> None:
    (desk_folder / "log.csv").write_text(LOG.replace("2026-03-02T11:00:00+01:00,kim", "yesterday,Anna Geheim"))
    result = call(*importing(desk_folder))
    assert result.exit_code == 2
    assert f"{desk_folder}/log.csv:4:" in result.stderr
    assert "Geheim" not in result.output  # what stands in a log may be personal


def test_a_fault_in_the_mapping_is_shown_with_its_line(desk_folder: Path) -> None:
    (desk_folder / "mapping.yaml").write_text(MAPPING.replace("flow: ticket", "flow: tickt"))
    result = call(*importing(desk_folder))
    assert result.exit_code == 2
    assert "did you mean 'ticket'?" in result.stderr
    assert "    flow: tickt" in result.stderr


def test_what_is_exported_replays_to_the_same(desk_url: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    exported = call("export", "--store", desk_url, "-o", file)
    assert (exported.exit_code, exported.stdout) == (0, "exported 3 cases, 12 events, 3 revisions of flows\n")
    replayed = call("replay", file)
    assert (replayed.exit_code, replayed.stdout) == (0, "3 cases, 12 events: everything as it was stored\n")
    assert answer("replay", file) == {"clean": True, "cases": 3, "events": 12, "differences": []}


def test_a_changed_history_is_found_out(desk_url: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    call("export", "--store", desk_url, "-o", file)
    text = file.read_text("utf-8")
    assert '"entered":["waiting"]' in text
    file.write_text(text.replace('"entered":["waiting"]', '"entered":["done"]'), "utf-8")
    result = call("replay", file)
    assert result.exit_code == 1
    assert "differences" in result.stdout
    told = answer("replay", file, exit_code=1)
    assert told["clean"] is False
    assert told["differences"]
    assert all(sorted(found) == ["case", "expected", "found", "what"] for found in told["differences"])


def test_an_export_to_standard_output_is_nothing_but_the_export(desk_url: str, tmp_path: Path) -> None:
    call("export", "--store", desk_url, "-o", tmp_path / "history.jsonl")
    done = spawn("export", "--store", desk_url, "-o", "-")
    assert done.stdout == (tmp_path / "history.jsonl").read_text("utf-8")
    assert done.stderr == "exported 3 cases, 12 events, 3 revisions of flows\n"
    assert all(json.loads(line) for line in done.stdout.splitlines())


def test_an_export_is_whole_or_not_there(desk_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from service_flow.errors import StoreError
    from service_flow.insight import histories

    file = tmp_path / "history.jsonl"
    file.write_text("the one of yesterday")

    def breaks(store: object, out: object, progress: object = None) -> None:
        out.write("half of it")  # type: ignore[attr-defined]
        raise StoreError("the database went away")

    monkeypatch.setattr(histories, "export_history", breaks)
    result = call("export", "--store", desk_url, "-o", file)
    assert result.exit_code == 2
    assert "the database went away" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["history.jsonl"]
    assert file.read_text() == "the one of yesterday"


def test_an_export_replaces_what_a_link_leads_to_and_is_its_owners_alone(desk_url: str, tmp_path: Path) -> None:
    real = tmp_path / "real.jsonl"
    real.write_text("old")
    link = tmp_path / "link.jsonl"
    link.symlink_to(real)
    assert call("export", "--store", desk_url, "-o", link).exit_code == 0
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith("{")
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_an_export_into_a_pipe_leaves_the_pipe_a_pipe(desk_url: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    result = call("export", "--store", desk_url, "-o", pipe)
    reader.join(60)
    assert result.exit_code == 0
    assert len(read[0].splitlines()) == 1 + 12 + 3 + 1
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("content", ["", "not json\n", '{"service_flow_history": 99}\n', "\x00\x01"])
def test_a_file_that_is_no_history_is_bad_input(tmp_path: Path, content: str) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text(content)
    result = call("replay", file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:1:1: ")
