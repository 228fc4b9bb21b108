"""What a layout is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = tuple[str, ...]
"""A box around nodes, by the names of the boxes it stands in and its own; () is the whole drawing."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """Something with a size, to be given a place. `group` is the innermost box around it.

    With `end` it stands in a row of its own above or below all else in its group. On the `edge` it stands on the
    group's own upper or lower side, has no height, and lines reach it from outside only.
    """

    key: str
    width: float
    height: float
    group: Group = ()
    end: Literal["top", "bottom"] | None = None
    edge: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A line to be routed. Lines of one `net` may run together; `main` ones are to be straight before all others."""

    tail: str
    head: str
    net: str
    weight: int = 1
    main: bool = False
