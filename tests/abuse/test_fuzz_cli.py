"""Random arguments of the command line: an exit code of 0, 1 or 2, no traceback, nothing that a terminal obeys.

Commands and options are those that the program has, so a new one is tried as soon as it is there. They are called in a
folder with a blueprint, a store, a log, a mapping, a scenario and a history, good ones and broken ones, and no temporary
file may stay behind. The long form makes 2,000 calls; every test makes 200, the same each time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from bounded import HEADER, HELP_DESK, ROW
from click.testing import CliRunner
from fuzzing import fuzz, seeded_and_whole
from hypothesis import strategies as st

from service_flow import Blueprint, ServiceDesk
from service_flow.cli import COMMANDS, main

HIDDEN = ("SERVICE_FLOW_STORE", "SERVICE_FLOW_BLUEPRINT", "SERVICE_FLOW_DEBUG", "NO_COLOR", "FORCE_COLOR")
SCENARIO = """scenario: small
blueprint: full_process
start: 2026-03-02T09:00:00+01:00
steps:
  - {register: anna, name: Anna, by: tom}
  - {open: ticket, customer: anna, need: A heat pump, by: tom}
  - {expect: {on: ticket, state: nowhere}}
"""
GOOD = {
    "where": ["shop", "full_process"], "url": ["sqlite:///desk.db", "memory"], "log": ["log.csv"], "mapping": ["mapping.yaml"],
    "what": ["scenario.yaml", "full_process"], "file": ["history.jsonl"], "case": ["R-1", "CU-1"], "output": ["out", "out/", "-"],
    "page": ["page.html"], "post": ["account_manager"], "person": ["tom"], "name": ["ticket", "new_shop"], "code": ["SF203"], "codes": ["SF2"],
    "as_of": ["2026-03-02T09:00:00Z"], "limit": ["1"], "after": ["0", "1"], "to": ["schemas"], "shell": ["bash"],
}  # fmt: skip
ODD = [
    "", " ", "-", "--", "---", "-x", "--format", "--format=", "--lang=zh", "--lang=fr", "=", "x" * 5_000, "R-1", "R-99", "C-1", "r-1",
    "R-\u0661", "0", "-1", "1e9", "9" * 40, "\u221e", "\x00", "\x1b[31m", "\udcff", "a\nb", "\u202e", "客户", ".", "..", "no/such", "shop",
    "shop/flows", "shop/blueprint.yaml", "broken", "broken.yaml", "empty", "desk.db", "log.csv", "mapping.yaml", "scenario.yaml",
    "history.jsonl", "sqlite:///desk.db", "sqlite:///no/such/desk.db", "sqlite:///shop", "sqlite:///log.csv", "sqlite:///", "sqlite:",
    "sqlite:///desk.db?timeout=x", "memory", "memory:x", "mysql://x", "postgresql://x@localhost:1/x?timeout=1", "%s", "{0}", "*", "~",
    "$HOME", "@log.csv", "2026-03-02", "2026-03-02T09:00:00Z", "0001-01-01T00:00:00+14:00", "SF203", "SF", "sf203", "full_process",
    "--help", "--version", "-o", "-o-", "--store", "--store=memory", "--guess", "--deep", "json", "svg", "html", "pipe",
]  # fmt: skip


@st.composite
def argument_vectors(draw: st.DrawFn) -> list[str]:
    """A command with the arguments it asks for, some of them odd; or odd words alone."""
    odd = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    name = draw(st.sampled_from(list(COMMANDS)) | odd)
    words = [name]
    if name in COMMANDS:
        with click.Context(main) as context:
            command = main.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            asked = parameter.required or isinstance(parameter, click.Argument)
            if not (asked and draw(st.integers(0, 9))) and draw(st.integers(0, 3)):
                continue
            if isinstance(parameter, click.Option):
                words.append(draw(st.sampled_from(parameter.opts)))
            if not (isinstance(parameter, click.Option) and parameter.is_flag):
                choices = list(parameter.type.choices) if isinstance(parameter.type, click.Choice) else GOOD.get(parameter.name or "", [])
                good = bool(choices) and draw(st.integers(0, 2)) > 0
                words.append(draw(st.sampled_from(choices) if good else odd))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        words.insert(draw(st.integers(0, len(words))), draw(odd))
    return words


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that each call gets a copy of."""
    folder = tmp_path_factory.mktemp("prepared") / "here"
    shutil.copytree(HELP_DESK / "real", folder / "shop")
    shutil.copytree(HELP_DESK / "real", folder / "broken")
    shutil.copy(HELP_DESK / "mapping.yaml", folder / "mapping.yaml")
    (folder / "broken/flows/customer.yaml").write_text("flow: [\n")
    (folder / "broken.yaml").write_text("a: [\n")
    (folder / "empty").touch()
    (folder / "scenario.yaml").write_text(SCENARIO)
    (folder / "log.csv").write_text(f"{HEADER}\n{ROW.format(case=1)}")
    with ServiceDesk(Blueprint.load("full_process"), f"sqlite:///{folder}/desk.db") as desk:
        desk.customers.register(name="Anna \x1b[31m\u202e", by="tom")
        desk.requests.open(customer="CU-1", need="\x1b]0;title\x07", by="tom")
    assert call(["export", "--store", f"sqlite:///{folder}/desk.db", "-o", str(folder / "history.jsonl")]).exit_code == 0
    return folder


def call(words: list[str]) -> click.testing.Result:
    return CliRunner(env=dict.fromkeys(HIDDEN)).invoke(main, words)


@contextlib.contextmanager
def copied(prepared: Path) -> Iterator[Path]:
    place = prepared.parent / "copy"
    shutil.copytree(prepared, place / "here")
    before = Path.cwd()
    os.chdir(place / "here")
    try:
        yield place
    finally:
        os.chdir(before)
        shutil.rmtree(place)


def take(words: list[str], prepared: Path, seen: Counter[str]) -> None:
    with copied(prepared) as place:
        result = call(words)
        seen[f"{words[0] if words[0] in COMMANDS else 'odd'} {result.exit_code}"] += 1
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code in (0, 1, 2)
        said = result.stdout + result.stderr
        assert "Traceback" not in said
        assert "internal error" not in said
        assert not [letter for letter in said if letter < " " and letter not in "\n\t"], "a terminal would obey this"
        assert result.exit_code != 2 or result.stderr
        left = {file.name for file in place.rglob("*")}
        assert not [name for name in left if name.endswith((".part", ".tmp", "-journal"))]


@seeded_and_whole("arguments")
def test_random_arguments_end_with_an_exit_code_and_no_traceback(name: str, long: bool, prepared: Path) -> None:
    seen: Counter[str] = Counter()
    fuzz(lambda words: take(words, prepared, seen), argument_vectors(), whole=2_000, long=long)
    called = {what.split()[0] for what in seen}
    assert called == {*COMMANDS, "odd"} if long else len(called) > len(COMMANDS) / 2
    ends = {what.split()[1] for what in seen}
    assert ends == {"0", "1", "2"} if long else {"0", "2"} <= ends
