"""What others add to a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Overlay:
    """Short texts (counts, shares, marks) shown on states, by path, and on transitions, by name.

    Names that the flow does not have are passed over: figures of an older revision may be laid over a newer one.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    transitions: Mapping[str, str] = field(default_factory=dict)
