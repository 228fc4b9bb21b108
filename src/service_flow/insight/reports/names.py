"""What people call those whom a history knows by an id only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID


def _unknown(_: UUID) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Names:
    """`people` gives members of staff by id, `posts` the titles of posts by language, `case` what to call a case of
    an id (None where it is not known), `parties` the titles of outside parties. What is missing is shown by its own
    name.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    case: Callable[[UUID], str | None] = _unknown
    parties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
