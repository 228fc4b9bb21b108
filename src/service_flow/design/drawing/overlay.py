"""What others add to a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service_flow.errors import Finding

Findings = Mapping[str, Sequence[Finding]]
SEVERITIES = ("error", "warning", "info")
"""The severities of findings, the worst first."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over the states, by path, and the transitions, by name, of one flow.

    `states` and `transitions` are short texts (counts, shares, marks) shown in the boxes. `found_in_states` (phases
    and regions too) and `found_in_transitions` are what a check found there, `found` what it found elsewhere; None
    where nothing was checked. Names that the flow does not have are passed over: figures of an older revision may be
    laid over a newer one.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    transitions: Mapping[str, str] = field(default_factory=dict)
    found_in_states: Findings = field(default_factory=dict)
    found_in_transitions: Findings = field(default_factory=dict)
    found: Sequence[Finding] | None = None


def worst(findings: Sequence[Finding]) -> str | None:
    """The worst severity among findings; None if there are none."""
    return next((severity for severity in SEVERITIES if any(one.severity == severity for one in findings)), None)
