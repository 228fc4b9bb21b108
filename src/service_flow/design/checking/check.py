"""A check: a question put to a blueprint that has been read, answered in findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from service_flow.design.checking.size import TOO_LARGE
from service_flow.design.language import BlueprintSource
from service_flow.design.language.parsing import MOST_FINDINGS
from service_flow.design.language.reading import in_order
from service_flow.errors import Finding

Check = Callable[[BlueprintSource], Iterable[Finding]]


def run_checks(source: BlueprintSource, checks: Sequence[Check]) -> list[Finding]:
    """What the checks find, in order of place. They end when more errors are found than are told at once, and with a
    blueprint that is too large for them."""
    found: dict[Finding, None] = {}
    errors = 0
    for finding in (finding for check in checks for finding in check(source)):
        errors += finding.severity == "error" and finding not in found
        found[finding] = None
        if errors > MOST_FINDINGS or finding.code in TOO_LARGE:
            break
    return in_order(sorted(found, key=lambda finding: (finding.code, finding.message)))
