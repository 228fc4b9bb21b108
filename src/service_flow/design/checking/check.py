"""A check: a question put to a blueprint that has been read, answered in findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding

Check = Callable[[BlueprintSource], Iterable[Finding]]


def run_checks(source: BlueprintSource, checks: Sequence[Check]) -> list[Finding]:
    """What the checks find, in order of place."""
    found = {finding for check in checks for finding in check(source)}
    return sorted(
        found, key=lambda finding: (finding.file, finding.line, finding.column, finding.code, finding.message)
    )
