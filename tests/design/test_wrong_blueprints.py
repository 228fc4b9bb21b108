"""Each wrong blueprint of the folder gives the findings that its comments say, at their places, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_flow import Blueprint, BlueprintError
from service_flow.blueprint import SHIPPED, shipped
from service_flow.cli import starter
from service_flow.design.checking.codes import CODES
from service_flow.design.checking.proofs import prove
from service_flow.errors import Finding

FOLDER = Path(__file__).parent / "wrong_blueprints"
WRONG = sorted(FOLDER.glob("*.yaml"))
PARTS = {
    "blueprint.yaml": 'blueprint: wrong\nversion: "1"\n',
    "organisation.yaml": "posts: {clerk: {}, boss: {}}\n",
}
"""What a file leaves out. It begins with a flow; other parts follow after a line `# ==> NAME`."""
ELSEWHERE = {
    "SF260", "SF261", "SF277", "SF281", "SF282", "SF283", "SF284", "SF291", "SF292", "SF293", "SF311", "SF340", "SF341",
    "SF342", "SF343", "SF344", "SF345", "SF346",
}  # fmt: skip
"""Codes that other tests show: of size, of requests, of migrations, of the comments that ignore findings, of
texts in every language, of assignment.
"""
_PART = re.compile(r"^# ==> (\S+)\n", re.MULTILINE)
_MARK = re.compile(r"# <- (SF.*)$")
_FOUND = re.compile(r"(SF\d{3}) (?:(\d) )?'(.*?)'(?=, SF|$)")
Place = tuple[str, int, int, str]
"""A file, a line, a column, a code."""


def parts(text: str) -> dict[str, str]:
    """The files of a wrong blueprint."""
    flow, *others = _PART.split(text)
    return PARTS | {"flows/order.yaml": flow} | dict(zip(others[::2], others[1::2], strict=True))


def expected(files: dict[str, str]) -> Iterator[Place]:
    """What the comments say: `# <- SF203 'word'` at the end of a line means the place of that word in it; a number
    before the word means the second, the third; without a word, the first letter inside of quotes is meant."""
    for file, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            mark = _MARK.search(line)
            if mark is None:
                continue
            for code, which, word in _FOUND.findall(mark[1]):
                yield file, number, _column(line[: mark.start()], word, int(which or 1)), code


def _column(line: str, word: str, which: int) -> int:
    if not word:
        return line.rindex(": '") + len(": '")
    at = -1
    for _ in range(which):
        at = line.index(word, at + 1)
    return at + 1


def found(folder: Path) -> list[Finding]:
    """Everything that loading and proving find; what only the curious ask for (SF502) too."""
    try:
        blueprint = Blueprint.load(folder)
    except BlueprintError as error:
        return list(error.findings)
    return [*blueprint.findings, *prove(blueprint.source, blueprint.flows)]


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_blueprint_is_found_out_at_its_place(path: Path, tmp_path: Path) -> None:
    files = parts(path.read_text(encoding="utf-8"))
    for name, text in files.items():
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    wanted = sorted(expected(files))
    assert wanted, "the file must say what is wrong"
    told = [finding for finding in found(tmp_path) if finding.code != "SF502" or "SF502" in path.stem]
    places = [(f.file.removeprefix(f"{tmp_path}/"), f.line, f.column, f.code) for f in told]
    assert sorted(places) == wanted, "\n".join(map(str, told))
    assert path.stem[:5] in {code for *_, code in wanted}


def test_there_is_a_wrong_blueprint_for_every_code() -> None:
    shown = {path.stem[:5] for path in WRONG}
    assert {code for code in CODES if code < "SF8"} - shown == ELSEWHERE
    assert len(WRONG) >= 60


RIGHT = [
    *(SHIPPED / name for name in shipped()),
    *(path.parent for path in sorted((Path(__file__).parents[2] / "examples").rglob("blueprint.yaml"))),
    Path(starter.__file__).parent if getattr(starter, "__file__", None) else Path(str(starter.__path__[0])),
]


@pytest.mark.parametrize("folder", RIGHT, ids=lambda folder: folder.name)
def test_the_blueprints_that_ship_and_the_examples_have_no_finding(folder: Path) -> None:
    assert [str(finding) for finding in found(folder) if finding.code != "SF502"] == []
