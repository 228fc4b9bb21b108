"""Findings as people read them: the place, what is wrong, and the line itself with a caret under the word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from rich.cells import cell_len

from service_flow.characters import safe
from service_flow.cli.output import say
from service_flow.errors import Finding, InputError

WIDEST = 100
"""Characters of a source line that are shown; of a longer one, those around the caret."""
_BEFORE = 60
_MOST_BYTES = 2_000_000
_OF_WHOLE_FILES = frozenset({"SF100", "SF101", "SF102", "SF103", "SF104", "SF105", "SF109"})
"""Codes that say nothing of a line. The file may lead anywhere: a link in a blueprint must not show what is there."""
_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}
_MANY = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("note", "notes")}
_PLACED = re.compile(r"(.+):(\d+):(\d+): (.*)")


def say_findings(findings: Iterable[Finding], *, error: bool = False) -> None:
    """Write findings in order, each with its source line where the file can be read."""
    sources: dict[str, list[str]] = {}
    for finding in findings:
        if finding.file not in sources:
            sources[finding.file] = [] if finding.code in _OF_WHOLE_FILES else _lines(Path(finding.file))
        code = (f" {finding.code}", _STYLES.get(finding.severity, "bold red")) if finding.code else ""
        say(
            (f"{finding.file}:{finding.line}:{finding.column}:", "bold"),
            code,
            f" {finding.message}",
            error=error,
        )
        for line in _excerpt(sources[finding.file], finding):
            say(line, error=error)


def say_sum(findings: Collection[Finding]) -> None:
    """Write how many findings of each severity there were, and how to read more about the first."""
    codes = {severity: [one.code for one in findings if one.severity == severity] for severity in _MANY}
    counts = ", ".join(
        f"{len(found)} {many if len(found) > 1 else one}"
        for found, (one, many) in zip(codes.values(), _MANY.values(), strict=True)
        if found
    )
    if not counts:
        say(("no findings", "green"))
    elif not codes["error"] and not codes["warning"]:
        say(("nothing to mend", "green"), f", {counts}")
    else:
        first = next(found[0] for found in codes.values() if found)
        say((counts, "bold"), f"; `service-flow explain {first}` says more")


def as_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings as plain data: code, message, file, line, column, severity."""
    return [asdict(finding) for finding in findings]


def named_in(error: InputError) -> list[Finding]:
    """Each place that an input error names. They have no code."""
    first, *others = error.message.split("\n")
    findings = [Finding("", first, error.file, error.line, error.column)]
    for text in others:
        placed = _PLACED.fullmatch(text)
        if placed is not None:
            findings.append(Finding("", placed[4], placed[1], int(placed[2]), int(placed[3])))
        else:
            findings[-1] = replace(findings[-1], message=f"{findings[-1].message} {text}")
    return findings


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
    if "\0" in text:  # another encoding
        return []
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _excerpt(lines: list[str], finding: Finding) -> Iterator[str]:
    if finding.line > len(lines) or not lines[finding.line - 1].strip():
        return
    line, column = lines[finding.line - 1], finding.column - 1
    start = column - _BEFORE if column > WIDEST - 10 else 0
    yield "    " + safe(line[start : start + WIDEST])
    yield "    " + " " * cell_len(safe(line[start:column])) + "^"
