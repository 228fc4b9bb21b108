"""The FastAPI example: its own tests pass, its types are right, and its README says what it answers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "embed_fastapi"


def test_the_tests_of_the_example_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_app.py"]
    run = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^\d{2} passed", run.stdout, re.MULTILINE)


def test_the_example_is_typed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"]
    files = ["app.py", "problems.py", "test_app.py"]
    run = subprocess.run(
        [*command, "--cache-dir", str(tmp_path), *files], cwd=EXAMPLE, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_refusal_in_the_readme_is_what_the_app_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLE)
    from test_app import play

    (shown,) = re.findall(r"```json\n(.*?)```", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    async def story(client: object) -> None:
        answer = await client.post("/requests/R-1/transitions/hand_over", json={})  # type: ignore[attr-defined]
        said = json.loads(shown)
        detail = answer.json()
        assert detail.pop("detail").startswith(said.pop("detail").removesuffix("..."))
        assert (detail, list(detail)) == (said, list(said))

    play(story)
