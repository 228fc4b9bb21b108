"""Blueprint folders that lead elsewhere, cannot be opened, or hold what is no file of text.

Each is read by `Blueprint.load` and by `service-flow check` within the bounds of `bounded_reads`: 1 GB of address space,
20 seconds of processor time for a reading, 200 MB of memory.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bounded_reads import BLUEPRINT, CAN_FORK, FLOW, ReadingRoom, clean, harmless, refused

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the readings are copies of one process")
SECRET = "blueprint: geheim_4711\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the blueprint's, with a secret in it."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.yaml").write_text(SECRET)
    return folder


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def an_endless_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def a_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.fspath(file.relative_to(Path.cwd())))


def a_link_to_nothing(file: Path) -> None:
    file.symlink_to("nothing.yaml")


def a_link_to_itself(file: Path) -> None:
    file.symlink_to(file.name)


def two_links_to_each_other(file: Path) -> None:
    file.symlink_to("other")
    (file.parent / "other").symlink_to(file.name)


NO_FILES: dict[Callable[[Path], None], str] = {
    a_folder: "SF104", a_pipe: "SF104", an_endless_device: "SF103", a_socket: "SF104", a_link_to_nothing: "SF104",
    a_link_to_itself: "SF104", two_links_to_each_other: "SF104",
}  # fmt: skip


@pytest.mark.parametrize("put", NO_FILES, ids=lambda put: put.__name__)
@pytest.mark.parametrize("file", ["flows/repair.yaml", "blueprint.yaml", "calendars.yaml"])
def test_what_is_no_ordinary_file_is_refused_at_once(
    room: ReadingRoom, shop: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path], None], file: str
) -> None:
    monkeypatch.chdir(shop)  # the name of a socket may not be long
    (shop / file).unlink(missing_ok=True)
    put(shop / file)
    read = refused(room, shop, NO_FILES[put], 1, 1, file)
    assert read.seconds < 2


@pytest.mark.parametrize("put", [a_pipe, a_link_to_itself, two_links_to_each_other], ids=lambda put: put.__name__)
def test_a_flows_folder_that_is_none_is_refused(room: ReadingRoom, shop: Path, put: Callable[[Path], None]) -> None:
    shutil.rmtree(shop / "flows")
    put(shop / "flows")
    refused(room, shop, "SF104", 1, 1, "flows")


@pytest.mark.parametrize("file", ["flows/repair.yaml", "blueprint.yaml", "organisation.yaml", "unknown.yaml"])
def test_a_link_out_of_the_folder_is_refused_and_shows_nothing_of_what_stands_there(
    room: ReadingRoom, shop: Path, outside: Path, file: str
) -> None:
    (shop / file).unlink(missing_ok=True)
    (shop / file).symlink_to(outside / "secret.yaml")
    for form in ("text", "json"):
        read = harmless(room, shop, "blueprint", "check", str(shop), "--format", form)
        assert read.code == ("SF102" if file == "unknown.yaml" else "SF103")
        assert (read.file, read.place, read.exit_code) == (str(shop / file), (1, 1), 1)
        assert "geheim" not in read.text + read.stdout + read.stderr
    assert [found["code"] for found in json.loads(read.stdout)][:1] == [read.code]


def test_a_link_to_a_folder_outside_shows_nothing_of_what_stands_there(
    room: ReadingRoom, shop: Path, outside: Path
) -> None:
    shutil.rmtree(shop / "flows")
    (shop / "flows").symlink_to(outside)
    read = refused(room, shop, "SF103", 1, 1, "flows/secret.yaml")
    assert "geheim" not in read.text + read.stdout + read.stderr


def test_a_blueprint_may_be_reached_by_a_link_and_hold_links_of_its_own(room: ReadingRoom, shop: Path) -> None:
    (shop / "parts").mkdir()
    (shop / "flows/repair.yaml").rename(shop / "parts/repair.txt")
    (shop / "flows/repair.yaml").symlink_to("../parts/repair.txt")
    link = shop.parent / "link"
    link.symlink_to(shop)
    clean(room, link)


@pytest.fixture
def open_shop() -> Iterator[Path]:
    """A good blueprint where everybody may go, unlike in the folders that pytest makes."""
    folder = Path(tempfile.mkdtemp(prefix="shop"))
    folder.chmod(0o755)
    (folder / "flows").mkdir(mode=0o755)
    (folder / "blueprint.yaml").write_text(BLUEPRINT)
    (folder / "flows/repair.yaml").write_text(FLOW)
    yield folder
    for each in [folder, *folder.rglob("*")]:
        each.chmod(stat.S_IRWXU)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("closed", "code", "exit_code"),
    [("flows/repair.yaml", "SF104", 1), ("flows", "SF104", 1), ("blueprint.yaml", "SF104", 1), (".", "SF100", 2)],
)
def test_what_may_not_be_read_is_told_with_its_reason(
    room: ReadingRoom, open_shop: Path, closed: str, code: str, exit_code: int
) -> None:
    (open_shop / closed).chmod(0)
    read = room.read("blueprint", open_shop, nobody=True)
    assert (read.error, read.code, read.place, read.exit_code) == ("BlueprintError", code, (1, 1), exit_code)
    assert read.file == str(open_shop / closed)
    assert "Permission denied" in read.text
    assert "Permission denied" in read.stdout + read.stderr
    assert not read.internal


NAMES = [
    b"a\nb.yaml", b"a\r.yaml", b"\x1b[31mred.yaml", b"\x1b]0;title\x07.yaml", b"\xff\xfe.yaml", b"-rf.yaml",
    "\u202eflow.yaml".encode(), "\u2028.yaml".encode(), b"a:1:1: SF000 b.yaml", b"a" * 250 + b".yaml", b"%s.yaml", b"[red].yaml",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_file_of_an_odd_name_is_told_on_one_line_that_no_terminal_obeys(
    room: ReadingRoom, shop: Path, name: bytes
) -> None:
    file = shop / "flows" / os.fsdecode(name)
    file.write_text("flow: [\n")
    read = harmless(room, shop)
    assert (read.code, read.place, read.found, read.exit_code) == ("SF110", (2, 1), 1, 1)
    assert read.file.encode() == bytes(shop / "flows/x")[:-1] + name.decode("utf-8", "backslashreplace").encode()
    for text in (read.text, *read.stdout.split("\n")):
        assert text.isprintable()
        text.encode()
    told = json.loads(harmless(room, shop, "blueprint", "check", str(shop), "--format", "json").stdout)
    assert [found["code"] for found in told] == ["SF110"]


def test_a_second_flow_of_one_name_in_an_odd_file_is_told_on_one_line(room: ReadingRoom, shop: Path) -> None:
    (shop / "flows/a\x1b[31m\nb.yaml").write_text(FLOW)
    read = refused(room, shop, "SF140", 1, 7)
    assert read.text.isprintable()


@pytest.mark.parametrize("where", ["no/such", "\0", "a" * 10_000, "\udcff", "", " ", "~", "file:///etc", "http://x/y"])
def test_a_place_that_cannot_be_is_no_blueprint(room: ReadingRoom, where: str) -> None:
    read = room.read("blueprint", where)
    assert (read.error, read.code, read.exit_code, read.internal) == ("BlueprintError", "SF100", 2, "")
    assert read.text.isprintable()
    assert "SF100" in read.stderr


def test_ten_thousand_yaml_files_are_too_many_for_a_blueprint(room: ReadingRoom, shop: Path) -> None:
    for number in range(10_000):
        (shop / f"flows/f{number}.yaml").touch()
    read = refused(room, shop, "SF109", 1, 1, "flows")
    assert read.seconds < 2


def test_ten_thousand_other_files_are_left_alone(room: ReadingRoom, shop: Path) -> None:
    for number in range(5_000):
        (shop / f"flows/{number}.txt").touch()
        (shop / f".{number}.yaml").touch()
    clean(room, shop)


def test_a_thousand_flows_are_read_in_20_seconds(room: ReadingRoom, shop: Path) -> None:
    for number in range(999):
        (shop / f"flows/f{number}.yaml").write_text(FLOW.replace("repair", f"f{number}"))
    clean(room, shop)
