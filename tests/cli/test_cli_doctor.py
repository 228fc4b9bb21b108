"""`service-flow doctor`: what is installed, what is wrong with a store or a blueprint, and an exit code for scripts."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_calls import answer, call

import service_flow
from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.engine.store.tables import VERSION


@pytest.fixture
def own_url(made: Path, tmp_path: Path) -> str:
    """A copy of the store, to be spoiled."""
    with sqlite3.connect(made / "desk.db") as source, sqlite3.connect(tmp_path / "desk.db") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return f"sqlite:///{tmp_path}/desk.db"


def spoil(url: str, statement: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute(statement)
    connection.close()


def test_what_is_installed_is_told_with_its_versions() -> None:
    result = call("doctor")
    assert result.exit_code == 0
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if line and line[:5].strip())
    assert told["service-flow"] == service_flow.__version__
    assert {"python", "sqlite", "click", "eventsourcing", "lark", "pydantic", "psycopg", "transitions"} <= set(told)
    assert "pytest" not in told
    assert "good   libraries   all there" in result.stdout


def test_a_store_and_a_blueprint_in_order(desk_url: str, my_desk: Path) -> None:
    said = answer("doctor", "--store", desk_url, "--blueprint", my_desk, "--deep")
    assert said["healthy"] is True
    checks = {check["what"]: check["seen"] for check in said["checks"]}
    assert list(checks) == [
        "libraries", "time zones", "sqlite", "store", "counts", "flows", "case index", "blueprint",
    ]  # fmt: skip
    assert checks["store"] == f"{desk_url}: reached, its tables have version {VERSION}"
    assert "1 closed request" in checks["counts"] and " events" in checks["counts"]
    assert not re.search(r"\b1 \w+s\b|\b[02-9] (open|closed) \w+[^s](,|$)", checks["counts"])
    assert checks["flows"] == "3 revisions kept, all readable"
    assert checks["case index"].startswith("equal to what ")
    assert checks["blueprint"] == "my_desk 0.1.0: no findings"
    assert all(check["good"] and (check["details"] == []) is not check["hint"] for check in said["checks"])
    assert said["versions"]["service-flow"] == service_flow.__version__


def test_the_same_is_told_to_people(desk_url: str) -> None:
    result = call("doctor", "--store", desk_url)
    assert result.exit_code == 0
    assert f"good   store       {desk_url}: reached, its tables have version {VERSION}\n" in result.stdout
    assert "case index" not in result.stdout  # it costs a reading of all events


def test_the_environment_may_name_both(desk_url: str, my_desk: Path) -> None:
    result = call("doctor", env={"SERVICE_FLOW_STORE": desk_url, "SERVICE_FLOW_BLUEPRINT": str(my_desk)})
    assert "reached" in result.stdout and "no findings" in result.stdout


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{tmp}/none.db", "there is no store here yet"),
        ("memory", "empty when it is opened"),
        ("postgresql://me:geheim@127.0.0.1:1/desk?timeout=1", "cannot be reached"),
        ("mysql://me:geheim@localhost", "a store is one of"),
    ],
)
def test_a_store_that_cannot_be_read_is_wrong_and_nothing_is_made(tmp_path: Path, url: str, said: str) -> None:
    result = call("doctor", "--store", url.format(tmp=tmp_path))
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("wrong  store") and said in line]
    assert "geheim" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_store_on_postgres_that_is_not_there_is_not_made(postgres_database: Callable[[], str]) -> None:
    url = postgres_database()
    for arguments in (["doctor"], ["show", "R-1"], ["worklist"]):
        result = call(*arguments, "--store", url)
        assert result.exit_code == (1 if arguments == ["doctor"] else 2)
        assert "there is no store here yet" in result.output
    with ServiceDesk(Blueprint.load("full_process"), url) as desk:
        desk.customers.register(name="Anna Geheim", by="tom")
    result = call("doctor", "--store", url, "--deep")
    assert result.exit_code == 0
    assert "equal to what 1 event makes of it" in result.stdout


def test_an_index_that_differs_from_the_events_is_found_with_deep_alone(own_url: str) -> None:
    spoil(own_url, "UPDATE service_flow_cases SET owner = 'anna_geheim' WHERE subject = 'request'")
    assert call("doctor", "--store", own_url).exit_code == 0
    result = call("doctor", "--store", own_url, "--deep")
    assert result.exit_code == 1
    assert "wrong  case index  differs from what the events make of it" in result.stdout
    assert "R-1 the row differs in owners" in result.stdout
    assert "geheim" not in result.output


def test_events_that_cannot_be_read_or_folded_are_wrong(own_url: str) -> None:
    spoil(own_url, "DELETE FROM stored_events WHERE originator_version = 2")
    said = answer("doctor", "--store", own_url, "--deep", exit_code=1)
    wrong = {check["what"]: check for check in said["checks"] if not check["good"]}
    assert list(wrong) == ["case index"]
    assert "cannot follow" in wrong["case index"]["details"][0]
    spoil(own_url, "UPDATE stored_events SET topic = 'somebody:else'")
    said = answer("doctor", "--store", own_url, "--deep", exit_code=1)
    assert "unknown topic" in next(check for check in said["checks"] if not check["good"])["seen"]


def test_a_revision_that_cannot_be_read_is_wrong(own_url: str) -> None:
    spoil(own_url, "UPDATE service_flow_revisions SET form = '{}' WHERE flow = 'complaint'")
    result = call("doctor", "--store", own_url)
    assert result.exit_code == 1
    assert "wrong  flows       3 revisions kept, 1 of them cannot be read" in result.stdout


def test_a_blueprint_with_findings_is_wrong(my_desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(my_desk, folder)
    flow = folder / "flows" / "complaint.yaml"
    flow.write_text(flow.read_text("utf-8").replace("initial: ", "initial: no_", 1), "utf-8")
    said = answer("doctor", "--blueprint", folder, exit_code=1)
    (wrong,) = [check for check in said["checks"] if not check["good"]]
    assert wrong["what"] == "blueprint"
    assert wrong["seen"].startswith(f"{folder}: cannot be used, findings: ")
    assert "complaint.yaml:" in wrong["details"][0] and "SF203" in wrong["details"][0]
    assert call("doctor", "--blueprint", tmp_path / "none").exit_code == 1


def test_a_library_that_is_missing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata as metadata

    known = metadata.version

    def version(name: str) -> str:
        if name in ("lark", "psycopg"):
            raise metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(metadata, "version", version)
    result = call("doctor")
    assert result.exit_code == 1
    assert "wrong  libraries   not installed: lark\n" in result.stdout  # the driver of Postgres is an extra


@pytest.mark.parametrize(
    ("version", "mended"),
    [
        ("3.40.1", False), ("3.44.5", False), ("3.44.6", True), ("3.45.0", False), ("3.50.6", False),
        ("3.50.7", True), ("3.51.0", False), ("3.51.2", False), ("3.51.3", True), ("3.53.0", True), ("4.0.0", True),
    ],
)  # fmt: skip
def test_a_release_of_sqlite_with_the_wal_reset_bug_is_a_hint_and_nothing_wrong(
    monkeypatch: pytest.MonkeyPatch, version: str, mended: bool
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version", version)
    result = call("doctor")
    assert result.exit_code == 0
    assert (f"good   sqlite      {version}\n" in result.stdout) is mended
    assert (f"hint   sqlite      {version}, which has the WAL-reset bug\n" in result.stdout) is not mended
    (check,) = [check for check in answer("doctor")["checks"] if check["what"] == "sqlite"]
    assert (check["good"], check["hint"]) == (True, not mended)
    assert ("3.51.3" in " ".join(check["details"])) is not mended


def test_what_there_is_one_of_is_told_in_the_singular(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    with ServiceDesk(Blueprint.load("full_process"), url) as desk:
        desk.customers.register(name="Anna", by="tom")
    checks = {check["what"]: check["seen"] for check in answer("doctor", "--store", url, "--deep")["checks"]}
    assert checks["counts"] == "1 event, 0 receipts, 1 revision, 1 open customer"
    assert checks["flows"] == "1 revision kept, all readable"
    assert checks["case index"] == "equal to what 1 event makes of it"


def test_deep_without_a_store_is_a_mistake() -> None:
    result = call("doctor", "--deep")
    assert result.exit_code == 2
    assert "--deep looks into a store" in result.stderr


def test_files_of_staff_are_counted_in_words_that_people_use(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'staff.db'}"
    blueprint = Blueprint.load("full_process")
    manager = next(who for who, model in blueprint.organisation.people.items() if "general_manager" in model.posts)
    with ServiceDesk(blueprint, url) as desk:
        for person in ("tom", manager):
            desk.staff.enrol(person, by=manager)
    assert "2 open staff files" in call("doctor", "--store", url).stdout
