"""The command line answers at once: help and wrong arguments cost no import of the library."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from cli_calls import PROGRAM, call, environment, spawn

import service_flow
from service_flow.cli import COMMANDS, main

HEAVY = ("pydantic", "rich", "ruamel", "lark", "transitions", "eventsourcing", "psycopg", "sqlite3")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["chek"], *([name, "--help"] for name in COMMANDS)])
def test_help_and_versions_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print('LOADED', *[name for name in {HEAVY!r} if name in sys.modules]))\n"
        f"sys.argv = ['service-flow', *{arguments!r}]\n"
        "from service_flow.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "LOADED"
    assert len(done.stdout + done.stderr) > len("LOADED\n")


def test_public_names_are_imported_only_when_they_are_used() -> None:
    code = (
        "import sys, service_flow\n"
        "assert not any(name.startswith('service_flow.') for name in sys.modules), sys.modules\n"
        "assert set(service_flow.__all__) <= set(dir(service_flow))\n"
        "from service_flow import *\n"
        "print(ServiceDesk.__name__, Money.__name__, NotFromHere.__name__, service_flow.__version__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["ServiceDesk", "Money", "NotFromHere", service_flow.__version__], done.stderr


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = service_flow.Nonsense  # type: ignore[attr-defined]


def test_every_command_of_the_table_is_there_under_its_name() -> None:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_the_line_of_the_help_is_the_first_of_the_commands_own_help() -> None:
    context = click.Context(main)
    said = {name: entry.help.rstrip(".").split()[0] for name, entry in COMMANDS.items()}
    own = {name: (main.get_command(context, name).help or "").split()[0] for name in COMMANDS}  # type: ignore[union-attr]
    assert said == own


def test_help_names_every_command_and_every_exit_code() -> None:
    text = call("--help").output
    assert [name for name in COMMANDS if f"\n  {name}" not in text] == []
    assert [code for code in ("0 when", "1 when", "2 when", "130 when") if code not in " ".join(text.split())] == []


def test_the_version_is_the_packages() -> None:
    assert call("--version").output == f"service-flow {service_flow.__version__}\n"


def test_a_command_that_is_nearly_right_is_guessed() -> None:
    result = call("wroklist")
    assert result.exit_code == 2
    assert "there is no command 'wroklist'; did you mean 'worklist'?" in result.stderr


def test_the_module_runs_as_the_program_does() -> None:
    done = spawn("--version")
    assert (done.returncode, done.stdout) == (0, f"service-flow {service_flow.__version__}\n")
    assert "service_flow.cli" in PROGRAM
