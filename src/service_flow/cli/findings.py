"""Findings as people read them: the place, what is wrong, and the line itself with a caret under the word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from rich.cells import cell_len

from service_flow.cli.output import safe, say
from service_flow.errors import Finding, InputError

WIDEST = 100
"""Characters of a source line that are shown; of a longer one, those around the caret."""
_BEFORE = 60
_MOST_BYTES = 2_000_000
_PLACED = re.compile(r"(.+):(\d+):(\d+): (.*)")


def say_findings(findings: Iterable[Finding], *, error: bool = False) -> None:
    """Write findings in order, each with its source line where the file can be read."""
    sources: dict[str, list[str]] = {}
    for finding in findings:
        if finding.file not in sources:
            sources[finding.file] = _lines(Path(finding.file))
        code = (f" {finding.code}", "bold red") if finding.code else ""
        say(
            (f"{finding.file}:{finding.line}:{finding.column}:", "bold"),
            code,
            f" {finding.message}",
            error=error,
        )
        for line in _excerpt(sources[finding.file], finding):
            say(line, error=error)


def as_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings as plain data: code, message, file, line, column, severity."""
    return [asdict(finding) for finding in findings]


def named_in(error: InputError) -> list[Finding]:
    """Each place that an input error names. They have no code."""
    findings = []
    for text in str(error).split("\n"):
        placed = _PLACED.fullmatch(text)
        if placed is not None:
            findings.append(Finding("", placed[4], placed[1], int(placed[2]), int(placed[3])))
        elif findings:
            findings[-1] = replace(findings[-1], message=f"{findings[-1].message} {text}")
    return findings or [Finding("", error.message, error.file, error.line, error.column)]


def _lines(file: Path) -> list[str]:
    """The lines of a file as the reader counts them; none if it cannot be read.

    Only what an architect wrote is shown again: a log or a history may hold personal data on the line that is
    wrong.
    """
    try:
        if file.suffix.lower() not in (".yaml", ".yml") or not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return []
        text = file.read_bytes().decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return []
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _excerpt(lines: list[str], finding: Finding) -> Iterator[str]:
    if finding.line > len(lines) or not lines[finding.line - 1].strip():
        return
    line, column = lines[finding.line - 1], finding.column - 1
    start = column - _BEFORE if column > WIDEST - 10 else 0
    yield "    " + safe(line[start : start + WIDEST])
    yield "    " + " " * cell_len(safe(line[start:column])) + "^"
