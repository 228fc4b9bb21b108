"""What a terminal sees: no escape of a user's, colours only where they are wanted, an end that pipes and shells understand."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli_calls import PROGRAM, answer, call, environment, spawn

from service_flow.blueprint import Blueprint
from service_flow.characters import safe
from service_flow.desk import ServiceDesk

pty = pytest.importorskip("pty", reason="this system has no terminals of its own making")

ESCAPE = "\x1b"
STYLED = re.compile(r"\x1b\[[0-9;]*m")


def on_a_terminal(*arguments: str | Path, columns: int = 100, **added: str) -> tuple[int, str]:
    """Run the command line on a terminal; its exit code and all that appeared."""
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        env=environment(TERM="xterm-256color", COLUMNS=str(columns), **added),
        stdin=follower, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    seen = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([leader], [], [], 0.1)
        if ready:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the other end was closed
                break
            if not part:
                break
            seen += part
    code = child.wait(timeout=10)
    os.close(leader)
    return code, seen.decode()


def test_a_terminal_gets_colours_and_a_pipe_gets_none(desk_url: str) -> None:
    code, seen = on_a_terminal("show", "R-1", "--store", desk_url)
    assert code == 0
    assert STYLED.search(seen)
    piped = spawn("show", "R-1", "--store", desk_url).stdout
    assert ESCAPE not in piped
    assert STYLED.sub("", seen).replace("\r\n", "\n") == piped


def test_no_color_means_no_escapes_at_all(desk_url: str, my_desk: Path) -> None:
    for command in (
        ["show", "R-1", "--store", desk_url],
        ["run", my_desk],
        ["show", "R-9", "--store", desk_url],
    ):
        _, seen = on_a_terminal(*command, NO_COLOR="1")
        assert ESCAPE not in seen
        assert seen


def test_a_table_is_as_wide_as_the_terminal_and_loses_no_word(desk_url: str) -> None:
    _, seen = on_a_terminal("history", "R-1", "--store", desk_url, columns=80, NO_COLOR="1")
    assert max(len(line) for line in seen.splitlines()) <= 80
    for words in (
        "Understand",
        "the need",
        "Waiting for",
        "customer",
        "2026-03-04 12:30Z",
        "technician",
        "phone",
    ):
        assert words in seen


def test_a_pipe_gets_every_row_on_one_line_however_long(desk_url: str, my_desk: Path) -> None:
    lines = spawn("history", "R-1", "--store", desk_url, "--blueprint", my_desk).stdout.splitlines()
    assert len(lines) == 2 + 7
    assert max(len(line) for line in lines) > 100
    assert not [line for line in lines if line != line.rstrip()]


def test_a_bar_is_drawn_on_a_terminal_and_nowhere_else(made: Path, desk_url: str, tmp_path: Path) -> None:
    code, seen = on_a_terminal("export", "--store", desk_url, "-o", tmp_path / "out.jsonl")
    assert code == 0
    assert "exporting" in seen
    assert "exporting" not in spawn("export", "--store", desk_url, "-o", tmp_path / "again.jsonl").stderr


NASTY = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt\r\nline two\x7f[bold red]x[/]"


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store whose customer, need and person are named by someone who knows terminals."""
    from service_flow.design.organisation import Person

    url = f"sqlite:///{tmp_path_factory.mktemp('nasty')}/nasty.db"
    posts = frozenset({"account_manager", "service_specialist"})
    people = {name: Person(name, name, posts) for name in ("tom", "\x1b[31mred")}
    with ServiceDesk(Blueprint.load("full_process"), url, people=people.get) as desk:
        anna = desk.customers.register(name=NASTY, contact={NASTY: NASTY}, by="\x1b[31mred")
        desk.requests.open(customer=anna, need=NASTY, by="tom")
        desk.requests.perform("R-1", "analyse", by="tom", data={"kind": "product", "requirements": NASTY})
    return url


@pytest.mark.parametrize(
    "command", [["show", "CU-1"], ["show", "R-1"], ["history", "CU-1"], ["history", "R-1"], ["worklist"]]
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_text_of_a_user_reaches_the_terminal_as_a_command(nasty: str, command: list[str], form: str) -> None:
    result = call(*command, "--store", nasty, "--format", form)
    assert result.exit_code == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.output)
    if form == "text" and command == ["show", "R-1"]:
        assert "[bold red]x[/]" in result.output  # no markup of the table's either


def test_json_gives_a_users_text_back_unchanged(nasty: str) -> None:
    assert answer("show", "R-1", "--store", nasty)["facts"]["need"] == NASTY
    assert answer("show", "CU-1", "--store", nasty)["facts"]["contact"] == {NASTY: NASTY}


def test_nothing_that_moves_a_terminal_is_left_in_a_safe_text() -> None:
    every = "".join(map(chr, [*range(0x2FF), *range(0x2000, 0x2070), 0xFEFF, 0xD800]))
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800]", safe(every))
    assert safe("a\tb\nc\x1b[0m") == "a␉b␊c␛[0m"
    assert safe("Grüße, 客户 👩‍🔧") == "Grüße, 客户 👩‍🔧"


def test_a_terminal_that_knows_no_chinese_gets_escapes_not_an_error(desk_url: str) -> None:
    done = spawn("show", "R-1", "--lang", "zh", "--store", desk_url, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\u9700\\u6c42" in done.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reader_that_stops_early_ends_the_program_in_silence(my_desk: Path, form: str) -> None:
    child = subprocess.Popen(
        [*PROGRAM, "run", str(my_desk), "--format", form],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert (child.wait(timeout=60), said) == (141, b"")


def test_a_reader_that_stops_early_does_not_spoil_help_either() -> None:
    child = subprocess.Popen([*PROGRAM, "--help"], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert (child.wait(timeout=60), said) == (141, b"")


def test_a_closed_output_is_no_error(desk_url: str) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *PROGRAM, "show", "R-1", "--store", desk_url],
        env=environment(), stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_told_and_not_taken_for_success(desk_url: str, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "show", "R-1", "--store", desk_url, "--format", form],
            env=environment(), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("error: No space left on device")
    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_with_130_and_one_word(tmp_path: Path) -> None:
    with ServiceDesk(Blueprint.load("full_process"), f"sqlite:///{tmp_path}/desk.db?durability=normal") as desk:
        for _ in range(200):
            desk.customers.register(name="Anna", by="tom")
    pipe = tmp_path / "history.jsonl"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    child = subprocess.Popen(
        [*PROGRAM, "export", "--store", "sqlite:///desk.db", "-o", "history.jsonl"],
        cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, encoding="utf-8",
        # A shell lets what it starts in the background ignore interrupts, and this test may be started so.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  no thread runs here
    )  # fmt: skip
    # It writes more than a pipe holds, so it waits there for somebody who reads on.
    deadline = time.monotonic() + 60
    while not select.select([reader], [], [], 0.2)[0]:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
    child.send_signal(signal.SIGINT)
    os.set_blocking(reader, True)
    while os.read(reader, 65536):
        pass
    os.close(reader)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert said.strip() == "interrupted"
