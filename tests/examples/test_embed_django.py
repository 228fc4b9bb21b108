"""The Django example: its own tests pass (they hold its README too), its types are right, Django finds it in order."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "embed_django"


def in_example(*command: str) -> str:
    run = subprocess.run([sys.executable, *command], cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_tests_of_the_example_pass() -> None:
    said = in_example("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_app.py")
    assert re.search(r"^\d{2} passed", said, re.MULTILINE)


def test_the_example_is_typed(tmp_path: Path) -> None:
    # Django itself has no types.
    untyped = ["--ignore-missing-imports", "--allow-untyped-decorators", "--allow-subclassing-any"]
    strict = ["--strict", "--config-file=", "--follow-imports=silent", "--cache-dir", str(tmp_path)]
    in_example("-m", "mypy", *strict, *untyped, *sorted(path.name for path in EXAMPLE.glob("*.py")))


def test_django_itself_finds_nothing_wrong_with_the_site() -> None:
    assert "no issues" in in_example("manage.py", "check", "--fail-level", "WARNING")
