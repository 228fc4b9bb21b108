"""Everything that a page shows is run, and comes out as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_runner import PageError, PageRunner, kind_of
from pages import Block, blocks, named, pages

from service_flow.errors import BlueprintError

SHOWING = [page for page in pages() if any(kind_of(block.mark) for block in blocks(page))]


@pytest.mark.parametrize("page", SHOWING, ids=named)
def test_what_a_page_shows_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with PageRunner(tmp_path) as runner:
        for block in blocks(page):
            runner.take(block)


FLOW = (
    "flow: a\nsubject: request\ninitial: x\nstates: {x: {owner: b}, y: {final: completed}}\n"
    "transitions: {go: {from: x, to: y}}\n"
)


@pytest.mark.parametrize(
    "shown",
    [
        [("runs: python", "1 / 0")],
        [("runs: python", "print(1)"), ("output", "2")],
        [("runs: python", "print('a\\nb')"), ("output", "a...")],
        [("runs: pytest", "def test_it(clock): assert not clock()")],
        [("runs: console", "service-flow check nothing_there")],
        [("runs: console, exit 1", "service-flow --version")],
        [("runs: console", "rm -r x")],
        [("runs: nothing", "x")],
        [("runs: flow", FLOW.replace("initial: x", "initial: y"))],
        [("runs: flow", FLOW), ("finds: initial: x -> initial: y", "")],
        [("runs: flow", FLOW), ("finds: initial: z -> initial: y", "")],
        [("reads: StateModel", "onwer: clerk")],
        [("file: x.yaml", "a: 1"), ("changes: x.yaml", "-a: 2\n+a: 3")],
    ],
    ids=lambda shown: shown[-1][0] + " " + shown[-1][1][:12].strip(),
)
def test_a_page_that_lies_is_found(
    shown: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    *before, last = [Block(page, 1, "", mark, text + "\n") for mark, text in shown]
    with PageRunner(tmp_path) as runner:
        for block in before:
            runner.take(block)
        with pytest.raises((PageError, ZeroDivisionError, BlueprintError)):
            runner.take(last)


def test_output_may_leave_out_what_changes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    with PageRunner(tmp_path) as runner:
        runner.take(Block(page, 1, "python", "runs: python", "print('id 4711 (new)')\n"))
        for shown in ("id ... (new)\n", "...\n", "...\nid ... (new)\n...\n"):
            runner.take(Block(page, 1, "text", "output", shown))
