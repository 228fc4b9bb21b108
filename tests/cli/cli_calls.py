"""Calls of the command line, inside this process and as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from service_flow.cli import main

HIDDEN = (
    "SERVICE_FLOW_STORE", "SERVICE_FLOW_BLUEPRINT", "SERVICE_FLOW_DEBUG", "NO_COLOR", "FORCE_COLOR", "COLUMNS",
    "PYTHONUNBUFFERED",
)  # fmt: skip
PROGRAM = [sys.executable, "-m", "service_flow.cli"]


def call(*arguments: str | Path, env: dict[str, str] | None = None) -> Result:
    """Run the command line in this process. An exception that leaves it fails the test."""
    runner = CliRunner(env={**dict.fromkeys(HIDDEN), **(env or {})})
    result = runner.invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def answer(*arguments: str | Path, exit_code: int | None = 0) -> Any:
    """What a command says in JSON."""
    result = call(*arguments, "--format", "json")
    assert exit_code is None or result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def environment(**added: str) -> dict[str, str]:
    """The environment for a program of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    return {**kept, "PYTHONUTF8": "1", **added}


def spawn(*arguments: str | Path, cwd: Path | None = None, **added: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a program of its own, its output in pipes."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], cwd=cwd, env=environment(**added), capture_output=True, encoding="utf-8",
        timeout=60, check=False,
    )  # fmt: skip
