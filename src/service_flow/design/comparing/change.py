"""One thing in which two revisions of a flow, or two blueprints, differ, said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Path = tuple[str | int, ...]
How = Literal[
    "added", "removed", "moved", "changed", "wider", "narrower", "stricter", "looser", "undecided", "reworded"
]
NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `thing` is what differs (state, transition, guard, form, ...), `name` which of them, `how` in
    what way, `text` all of it in words.

    `compatible` tells whether a case in flight can take the new revision as it stands and everything that could be done
    with it can still be done, with `because` for why, or why not. `place` is where it stands in the model of `part`:
    in the new one, or in the old one for what is gone. `title` is what people call it.

    The cases it touches stand in one of the old revision's states `stands`, or have a value for one of the fields
    `holds`.
    """

    thing: str
    name: str
    how: How
    text: str
    compatible: bool
    because: str
    place: Path
    part: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    stands: frozenset[str] = NOWHERE
    holds: frozenset[str] = NOWHERE

    def within(self, part: str) -> Change:
        """The same change as one of a part of a blueprint."""
        return replace(self, part=part)
