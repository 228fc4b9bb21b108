"""Findings as SARIF 2.1.0, the format of code scanning: one run, the codes found as its rules, with their pages.

The properties and their meaning are those of the OASIS standard "Static Analysis Results Interchange Format (SARIF)
Version 2.1.0"; where the text says MUST, it is followed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from service_flow import __version__
from service_flow.cli.annotations import inside
from service_flow.cli.code_pages import code_page
from service_flow.cli.page_texts import in_markdown, in_text
from service_flow.errors import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""How SARIF calls the folder in which the check was started: paths inside it are told from there."""
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def as_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """A SARIF log of findings."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    run = {
        "tool": {
            "driver": {
                "name": "service-flow",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code)) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    page = code_page(code)
    if page is None:  # a code of somebody else's feature
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": f"{page.code.title}."},
        "fullDescription": {"text": page.code.advice},
        "help": {"text": in_text(page), "markdown": in_markdown(page)},
        "defaultConfiguration": {"level": _LEVELS[page.code.severity]},
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message.replace("{", "{{").replace("}", "}}")},  # single ones are placeholders
        "locations": [_location(finding)],
    }


def _location(finding: Finding) -> dict[str, Any]:
    if not finding.line:  # a blueprint that was made in Python has places in its models instead
        return {"logicalLocations": [{"fullyQualifiedName": finding.file}]}
    region = {"startLine": finding.line, "startColumn": finding.column}
    return {"physicalLocation": {"artifactLocation": _artifact(finding.file), "region": region}}


def _artifact(file: str) -> dict[str, str]:
    """A file as a URI: from the folder the check was started in, if it lies inside."""
    path = Path(inside(file))
    if path.is_absolute() or ".." in path.parts:
        return {"uri": path.resolve().as_uri()}
    return {"uri": quote(os.fsencode(path.as_posix())), "uriBaseId": ROOT}
