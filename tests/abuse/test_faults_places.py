"""A store in a place that may only be read, that is missing, or that holds something else: clear words in the API and at the
command line, and whatever can be read is read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fault_desks import write

from service_flow import Blueprint, ServiceDesk, StoreError
from service_flow.cli import main
from service_flow.engine.store import open_store
from service_flow.engine.store.tables import VERSION

SOMEBODY = 65534
READING = {
    "show": ["show", "R-1"],
    "worklist": ["worklist"],
    "history": ["history", "R-1"],
    "export": ["export", "-o", "-"],
    "doctor": ["doctor", "--deep"],
}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    folder = tmp_path_factory.mktemp("places")
    blueprint = Blueprint.load(write(folder / "blueprint"))
    read_all(filled(blueprint, folder))  # imports all that is needed, where another user may not find it
    return blueprint


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may enter, which they may not do with pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


def filled(workshop: Blueprint, folder: Path) -> Path:
    path = folder / "desk.db"
    with ServiceDesk(workshop, f"sqlite:///{path}") as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        job = desk.requests.open(customer=anna, need="A quieter pump", by="tom")
        desk.requests.perform(job, "tell", by="tom", data={"note": "It rattles."}, command_id="web-1")
    return path


def call(*words: str) -> tuple[int, str]:
    """Exit code and output of the command line, which never shows a traceback."""
    result = CliRunner().invoke(main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@contextmanager
def somebody() -> Iterator[None]:
    """For as long as the block lasts this process is that of a user who is not root, who may write anything."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(SOMEBODY, SOMEBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@contextmanager
def owner(place: Path) -> Iterator[None]:
    """For as long as the block lasts this process is that of who may write the folder."""
    if os.getuid() != 0 and os.getresuid()[2] == 0:
        os.setresuid(0, 0, 0)
    place.chmod(0o755)
    try:
        yield
    finally:
        place.chmod(0o555)
        if os.getuid() == 0:
            os.setresuid(SOMEBODY, SOMEBODY, 0)


def read_all(path: Path) -> dict[str, tuple[int, str]]:
    """What all commands that read say of a store."""
    return {name: call(*words, "--store", f"sqlite:///{path}") for name, words in READING.items()}


def failed(url: str, **more: Any) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(url, **more)
    assert "Anna" not in str(caught.value)
    return str(caught.value)


needs_users = pytest.mark.skipif(not hasattr(os, "setresuid"), reason="needs os.setresuid")


@needs_users
@pytest.mark.parametrize("folder", ["of-others", "read-only", "own"])
def test_a_copy_that_may_only_be_read_is_read_by_every_command_that_reads(
    workshop: Blueprint, place: Path, folder: str
) -> None:
    path = filled(workshop, place)
    usual = read_all(path)
    path.chmod(0o444)
    before = path.read_bytes()
    if folder == "read-only":
        place.chmod(0o555)
    elif folder == "own" and os.getuid() == 0:
        os.chown(place, SOMEBODY, SOMEBODY)
    with somebody():
        assert read_all(path) == usual
    assert [entry.name for entry in place.iterdir()] == ["desk.db"]
    assert path.read_bytes() == before
    assert all(code == 0 for code, _ in usual.values())


@needs_users
def test_a_desk_that_takes_commands_needs_a_file_that_it_may_write(workshop: Blueprint, place: Path) -> None:
    path = filled(workshop, place)
    path.chmod(0o444)
    url = f"sqlite:///{path}"

    with somebody(), open_store(url, create=False) as store:
        desk = ServiceDesk(workshop, store)
        assert desk.requests.get("R-1").state == "received"
        with pytest.raises(StoreError, match="it is read-only; give this user the right to write the file and its"):
            desk.requests.perform("R-1", "start", by="tom")
        assert len(desk.history("R-1")) == 2
        assert "it is read-only; give this user the right to write the file and its folder" in failed(url)


@needs_users
def test_commands_that_only_lie_beside_the_file_are_not_passed_over(workshop: Blueprint, place: Path) -> None:
    path = filled(workshop, place)
    with ServiceDesk(workshop, f"sqlite:///{path}") as desk:  # as a process that was killed would leave it
        desk.requests.perform("R-1", "start", by="tom")
        shutil.copytree(place, place / "copy")
    copy = place / "copy" / "desk.db"
    copy.with_name("desk.db-shm").unlink()
    for file in (copy.parent, *copy.parent.iterdir()):
        file.chmod(0o555)
    with somebody():
        for code, said in read_all(copy).values():
            assert code in (1, 2)
            assert "the last commands are in desk.db-wal beside it" in said
    copy.parent.chmod(0o777)
    for file in copy.parent.iterdir():
        file.chmod(0o666)
    with somebody():
        assert "at_work" in call("show", "R-1", "--store", f"sqlite:///{copy}")[1]
    copy.parent.chmod(0o755)


@needs_users
def test_a_reader_notices_that_somebody_else_writes_what_it_may_only_read(workshop: Blueprint, place: Path) -> None:
    path = filled(workshop, place)
    place.chmod(0o555)
    with somebody(), open_store(f"sqlite:///{path}", create=False) as store:
        assert store.count()["events"] == 3
        with owner(place), ServiceDesk(workshop, f"sqlite:///{path}") as desk:
            desk.requests.perform("R-1", "start", by="tom")
        with pytest.raises(StoreError, match="somebody else has written it while it was read here; read it again"):
            store.count()
    with somebody(), open_store(f"sqlite:///{path}", create=False) as store:
        assert store.count()["events"] == 4


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{tmp}/missing/desk.db", "missing does not exist; make it first"),
        ("sqlite:///{tmp}", "is a folder; name a file in it"),
        ("sqlite:///{tmp}/words.txt/desk.db", "words.txt does not exist; make it first"),
        ("sqlite:///{tmp}/words.txt", "this is not an SQLite database; is the path right?"),
        ("sqlite:///{tmp}/pipe", "is no ordinary file"),
        ("sqlite:////dev/null", "is no ordinary file"),
        ("sqlite:///{tmp}/" + "x" * 300 + ".db", "File name too long"),
        ("sqlite:///{tmp}/a\0b.db", "NUL character"),
        ("sqlite:///{tmp}/loop", "Too many levels of symbolic links"),
        (
            "sqlite:///{tmp}/newer.db",
            f"version {VERSION + 98} and this release knows {VERSION}; install a newer release",
        ),
    ],
    ids=["no-folder", "folder", "in-a-file", "words", "pipe", "device", "long", "nul", "loop", "newer"],
)
def test_a_place_that_holds_no_store_is_named_by_the_api_and_the_command_line(
    url: str, said: str, tmp_path: Path, workshop: Blueprint
) -> None:
    (tmp_path / "words.txt").write_text("An invoice of Anna Weber.\n" * 100)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    newer = filled(workshop, tmp_path).rename(tmp_path / "newer.db")
    with sqlite3.connect(newer) as other:
        other.execute(f"UPDATE service_flow_schema SET version = {VERSION + 98}")
    other.close()
    before = sorted((entry.name, entry.is_file() and entry.read_bytes()) for entry in tmp_path.iterdir())
    url = url.format(tmp=tmp_path)
    assert said in failed(url)
    assert said in failed(url, create=False)
    for name, words in READING.items():
        code, output = call(*words, "--store", url)
        assert code == (1 if name == "doctor" else 2)
        assert said in output
    assert before == sorted((entry.name, entry.is_file() and entry.read_bytes()) for entry in tmp_path.iterdir())


def test_reading_a_copy_leaves_it_as_it_is_also_one_that_is_no_file_of_a_running_store(
    workshop: Blueprint, tmp_path: Path
) -> None:
    path = filled(workshop, tmp_path)
    copy = tmp_path / "copy.db"
    with sqlite3.connect(path) as other:
        other.execute(f"VACUUM INTO '{copy}'")  # a copy with another journal than a store has
    other.close()
    before = copy.read_bytes()
    assert read_all(copy)["show"] == read_all(path)["show"]
    assert copy.read_bytes() == before
    with ServiceDesk(workshop, f"sqlite:///{copy}") as desk:  # and one can go on with it
        assert desk.requests.perform("R-1", "tell", by="tom", data={"note": "It rattles."}, command_id="web-1").repeated
