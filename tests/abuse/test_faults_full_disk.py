"""A full disk: nothing is half written, every command is told why, and all goes on when there is room again.

Two ways to a full disk: a limit on the size of files, which any user has, and a small file system of its own, for which a
user needs a name space of mounts.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import fault_disk
import fault_files
import pytest
from fault_desks import check_whole, write

import service_flow
from service_flow import Blueprint, ServiceDesk, StoreError
from service_flow.engine.store.sqlite.store import SqliteStore

pytest.importorskip("resource", reason="this system has no limits on the size of files")
OWN_DISK = 'mount -t tmpfs -o size=32m tmpfs "$1" && shift && exec "$@"'


def full_disk(way: str, program: str, folder: Path) -> Any:
    """What a program says of itself that was run where the disk is full for a while."""
    folder.mkdir()
    command = [sys.executable, program, way, str(folder)]
    if way == "tmpfs":
        apart = ["unshare", "--user", "--mount", "--map-root-user", "sh", "-c", OWN_DISK, "sh", str(folder)]
        if not shutil.which("unshare") or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
            pytest.skip("this user may not mount a file system of his own (unshare --user --mount)")
        command = [*apart, *command]
    places = [str(Path(service_flow.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places)), "PYTHONWARNINGS": "error"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=100, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("way", "said"),
    [("limit", "it cannot be written: the disk is full, or a quota or a limit"), ("tmpfs", "the disk is full")],
    ids=["limit", "tmpfs"],
)
def test_a_desk_whose_disk_is_full_again_and_again_loses_nothing_and_goes_on(
    way: str, said: str, tmp_path: Path
) -> None:
    told = full_disk(way, fault_disk.__file__, tmp_path / "disk")
    assert told["failures"] > 100
    assert len(told["said"]) == 1
    assert told["said"][0].startswith("StoreError: sqlite:///")
    assert f"{said}" in told["said"][0]
    assert "nothing was written, make room and try again" in told["said"][0]


@pytest.mark.parametrize("way", ["limit", "tmpfs"])
def test_a_file_that_has_no_room_is_not_there_or_as_it_was(way: str, tmp_path: Path) -> None:
    told = full_disk(way, fault_files.__file__, tmp_path / "disk")
    assert {name.split()[0] for name in told} == set(fault_files.COMMANDS)
    for name, error in told.items():
        assert "Traceback" not in error
        assert error.startswith("error: FOLDER/output/"), (name, error)
        assert ("File too large" if way == "limit" else "No space left on device") in error


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_standard_output_that_is_full_ends_with_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service_flow.cli", "draw", "full_process", "--format", "html"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (2, "error: No space left on device\n")


@pytest.mark.parametrize("kept", [False, True], ids=["gone", "kept"])
def test_a_disk_that_fails_inside_of_a_commit_leaves_the_answer_to_the_command_id(tmp_path: Path, kept: bool) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with ServiceDesk(Blueprint.load(write(tmp_path / "blueprint")), url) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        connections = cast(SqliteStore, desk.store).connections
        connections._cursor = cast(sqlite3.Cursor, Failing(connections.opened(), kept=kept))
        with pytest.raises(StoreError, match="the disk failed while committing, so the command may have") as caught:
            desk.requests.open(customer=anna, need="A quieter pump", by="tom", command_id="web-1")
        assert caught.value.outcome_unknown
        connections._cursor = connections._cursor.real
        for turn in range(2):
            again = desk.requests.open(customer=anna, need="A quieter pump", by="tom", command_id="web-1")
            assert again.repeated == (kept or turn > 0)
        assert check_whole(desk.store)["web-1"] == 1


class Failing:
    """The cursor that writes, on a disk that takes what is committed and then cannot say that it is safe."""

    def __init__(self, real: sqlite3.Cursor, *, kept: bool) -> None:
        self.real, self._kept = real, kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def execute(self, statement: str, *parameters: Any) -> Any:
        if statement == "COMMIT":
            if self._kept:
                self.real.execute("COMMIT")
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC"
            raise error
        return self.real.execute(statement, *parameters)
