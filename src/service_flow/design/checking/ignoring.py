"""Comments in the YAML that ignore a finding: `# service-flow: ignore SF403 because the first is the cheaper one`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service_flow.design.checking.choosing import KNOWN, is_of_another, keeps_from_loading
from service_flow.design.language import BlueprintSource
from service_flow.design.language.comments import Comment, comments
from service_flow.errors import Finding, meant

_NAME = "service-flow:"
_WORDS = re.compile(r"ignore\s+(?P<codes>[^\s,]+(?:\s*,\s*[^\s,]+)*)(?:\s+because\s+(?P<reason>\S.*))?")
_FORM = f"# {_NAME} ignore SF403 because ..."


@dataclass(frozen=True, slots=True)
class Ignore:
    """What a comment ignores: the findings of one code on one line of a file. `place` is the comment's own."""

    file: str
    line: int
    code: str
    place: tuple[int, int]


def without_ignored(source: BlueprintSource, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that no comment ignores, then SF291 to SF293: what is wrong with the comments themselves.

    Comments of a blueprint that this one extends count too; what is wrong with them is found where that one is checked.
    """
    wrong: list[Finding] = []
    ignores = {
        (ignore.file, ignore.line, ignore.code): ignore
        for file, text in source.files.items()
        if _NAME in text
        for ignore in _ignores(file, text, wrong)
    }
    used: set[Ignore] = set()
    for finding in findings:
        ignore = ignores.get((finding.file, finding.line, finding.code))
        if ignore is None:
            yield finding
        else:
            used.add(ignore)
    for ignore in ignores.values():
        if ignore not in used:
            message = f"there is no {ignore.code} in line {ignore.line} that this could ignore"
            wrong.append(Finding("SF293", message, ignore.file, *ignore.place, "warning"))
    home = Path(source.folder).resolve()
    yield from (finding for finding in wrong if Path(finding.file).resolve().is_relative_to(home))


def _ignores(file: str, text: str, wrong: list[Finding]) -> Iterator[Ignore]:
    """The ignores of one file; what is wrong with a comment is added to `wrong`."""
    lines = text.split("\n")
    for comment in comments(text):
        if not comment.text.startswith(_NAME):
            continue
        words = _WORDS.fullmatch(comment.text.removeprefix(_NAME).strip())
        if words is None or words["reason"] is None:
            message = f"this ignores nothing without a reason; write `{_FORM}` with yours"
            if words is None:
                message = f"this cannot be read; write `{_FORM}` with a code and a reason of your own"
            wrong.append(Finding("SF291", message, file, *comment.position, "warning"))
            continue
        line = _covered(comment, lines)
        for code in re.split(r"\s*,\s*", words["codes"]):
            why = _why_not(code)
            if why:
                wrong.append(Finding("SF292", why, file, *comment.position, "warning"))
            else:
                yield Ignore(file, line, code, comment.position)


def _covered(comment: Comment, lines: list[str]) -> int:
    """The line that a comment is about: its own, or if it stands alone the next that holds more than a comment."""
    line = comment.position.line
    if comment.alone:
        while line < len(lines) and _is_idle(lines[line - 1]):
            line += 1
    return line


def _is_idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _why_not(code: str) -> str:
    """Why a code cannot be ignored; empty if it can."""
    if keeps_from_loading(code):
        return f"{code} cannot be ignored: what it finds keeps the blueprint from being loaded, and has to be mended"
    if code not in KNOWN and not is_of_another(code):
        whole = next((known for known in KNOWN if known.startswith(code)), "")
        hint = f"; name whole codes, such as {whole}" if whole else meant(code, KNOWN)
        return f"there is no code '{code}'{hint}"
    if code in ("SF291", "SF292", "SF293"):
        return f"{code} is about these comments themselves, and cannot be ignored by one"
    return ""
