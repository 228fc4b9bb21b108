"""What the commands that rules may give take from the case that a rule is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service_flow.engine.feature import RuleCase


def the_complaint(case: RuleCase) -> Mapping[str, Any]:
    """The complaint itself."""
    return {"complaint": case.reference}


def the_request(case: RuleCase) -> Mapping[str, Any]:
    """The request itself."""
    return {"request": case.reference}
