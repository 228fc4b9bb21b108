"""Findings as GitHub Actions takes them: commands on standard output that annotate files."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from service_flow.characters import safe
from service_flow.cli.code_pages import code_page
from service_flow.errors import Finding

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_WORD = {**_IN_TEXT, ":": "%3A", ",": "%2C"}


def say_annotations(findings: Sequence[Finding]) -> None:
    """Write a command for each finding. Files inside the current folder are named from there, as GitHub expects it."""
    for finding in findings:
        page = code_page(finding.code)
        words = {
            "file": inside(finding.file),
            "line": str(finding.line) if finding.line else "",
            "col": str(finding.column) if finding.line else "",
            "title": f"{finding.code} {page.code.title}" if page is not None else finding.code,
        }
        told = ",".join(f"{name}={_escaped(value, _IN_WORD)}" for name, value in words.items() if value)
        sys.stdout.write(f"::{_COMMANDS[finding.severity]} {told}::{_escaped(finding.message, _IN_TEXT)}\n")


def inside(file: str) -> str:
    """A file as it is named from the current folder; as it is, if it lies elsewhere."""
    path = Path(file)
    return os.path.relpath(file) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file


def _escaped(text: str, signs: dict[str, str]) -> str:
    return re.sub("[%\r\n:,]", lambda sign: signs.get(sign[0], sign[0]), safe(text))
