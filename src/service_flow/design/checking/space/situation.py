"""A situation: where a case stands and what of it may still matter."""

from __future__ import annotations

from typing import Any, NamedTuple

from service_flow.design.flow import Configuration

UNKNOWN = None
"""The value of a field that was never written."""


class Gone:
    """The value of a field that nothing will read before it is written again."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "gone"


GONE = Gone()


CameFrom = tuple[tuple[str, Configuration], ...]
"""From where states that go back were entered, by the state."""


class Situation(NamedTuple):
    """Where a case stands, the samples of the fields that guards read (in the order of the space), how often the
    transitions that guards count were performed, from where states that go back were entered, and what of phases with a
    history was left last."""

    configuration: Configuration
    values: tuple[Any, ...]
    times: tuple[int, ...] = ()
    came_from: CameFrom = ()
    last: tuple[tuple[str, Configuration], ...] = ()


class Stop(NamedTuple):
    """A configuration that a step led to, at once or by automatic transitions, with the values by dotted name that
    properties ask for there."""

    configuration: Configuration
    values: tuple[tuple[str, Any], ...] = ()
