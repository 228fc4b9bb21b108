"""The pictures of docs/how-to/draw-a-flow.md are what its commands draw today."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_runner import PageRunner
from pages import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "draw-a-flow.md"
PICTURES = {"draw-a-flow.svg": "order.svg", "draw-a-flow-changes.svg": "changes.svg"}
"""The picture that is kept, and the file that the page writes."""


def test_a_picture_is_what_the_page_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with PageRunner(tmp_path) as runner:
        for block in blocks(PAGE):
            runner.take(block)
    for kept, drawn in PICTURES.items():
        assert f"]({kept})" in PAGE.read_text(encoding="utf-8")
        assert (PAGE.parent / kept).read_text(encoding="utf-8") == (tmp_path / drawn).read_text(encoding="utf-8"), (
            f"copy what the page writes into {drawn} to docs/how-to/{kept}"
        )
