"""`service-flow completion`: the scripts of the shells, and what they are told at each press of the key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_calls import call, environment

from service_flow.cli import COMMANDS

SHELLS = ("bash", "zsh", "fish")
HEAVY = ("pydantic", "rich", "ruamel", "lark", "transitions", "eventsourcing", "psycopg", "sqlite3")


def completed(line: str, cwd: Path | None = None) -> list[str]:
    """What bash is told for a line, which ends at the cursor: the kind of each completion and its text."""
    code = "import sys; sys.argv = ['service-flow']\nfrom service_flow.cli import main\nmain()"
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, encoding="utf-8", timeout=60, check=False,
        env=environment(
            _SERVICE_FLOW_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
        ),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_a_script_that_asks_this_program(shell: str) -> None:
    result = call("completion", shell)
    assert result.exit_code == 0
    assert f"_SERVICE_FLOW_COMPLETE={shell}_complete" in result.stdout
    assert "service-flow" in result.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_can_read_its_script(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = call("completion", shell).stdout
    done = subprocess.run([program, "-n"], input=script, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    program = tmp_path / "service-flow"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from service_flow.cli import main; main()"\n')
    program.chmod(0o755)
    (tmp_path / "script").write_text(call("completion", "bash").stdout)
    asked = (
        "source script; COMP_WORDS=(service-flow workl); COMP_CWORD=1; "
        "_service_flow_completion service-flow; echo ${COMPREPLY[@]}"
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "--norc", "-c", asked], cwd=tmp_path, env=environment(PATH=path), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["worklist"], done.stderr


def test_commands_options_and_choices_are_completed() -> None:
    assert completed("service-flow ") == [f"plain,{name}" for name in COMMANDS]
    assert completed("service-flow show --ht") == ["plain,--html"]
    assert completed("service-flow draw x --format s") == ["plain,svg"]
    assert completed("service-flow completion ") == [f"plain,{shell}" for shell in SHELLS]


def test_blueprints_flows_and_files_are_completed() -> None:
    assert completed("service-flow check fu") == ["plain,full_process", "dir,fu"]
    assert completed("service-flow worklist --blueprint fu") == ["plain,full_process", "dir,fu"]
    assert completed("service-flow draw full_process --flow c") == ["plain,complaint", "plain,customer"]
    assert completed("service-flow draw nowhere --flow c") == []
    for line in ("show R-1 --html a", "import a", "import x --mapping a", "import x --guess -o a", "replay a"):
        assert completed(f"service-flow {line}") == ["file,a"], line


def test_a_key_costs_no_import_of_the_library(tmp_path: Path) -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('LOADED', *[name for name in {HEAVY!r} if name in sys.modules]))\n"
        "sys.argv = ['service-flow']\n"
        "from service_flow.cli import main\n"
        "main()\n"
    )
    for line in ("service-flow ", "service-flow check fu", "service-flow show --"):
        asked = environment(
            _SERVICE_FLOW_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(line.count(" ")),
            SERVICE_FLOW_STORE=f"sqlite:///{tmp_path}/no.db",
        )  # fmt: skip
        done = subprocess.run([sys.executable, "-c", code], env=asked, capture_output=True, text=True, check=False)
        assert done.stdout.splitlines()[-1] == "LOADED", done.stderr
    assert list(tmp_path.iterdir()) == []


def test_another_shell_is_refused() -> None:
    result = call("completion", "tcsh")
    assert result.exit_code == 2
    assert "'tcsh' is not one of" in result.stderr
