"""Remedies that wait for somebody: to be approved, or to be carried out."""

from __future__ import annotations

from typing import NamedTuple

from service_flow.design.language.values import Reference
from service_flow.engine.commands import Commands
from service_flow.engine.store import EntryRow
from service_flow.engine.views import checked_limit
from service_flow.errors import DataInvalid, NotFound, meant, printable
from service_flow.features.recovery.kept import Remedy, remedies_of


class WaitingRemedy(NamedTuple):
    """A remedy of a complaint that waits at a post."""

    complaint: Reference
    case: str
    post: str
    remedy: Remedy


def waiting(
    commands: Commands, kind: str, post: str | None, person: str | None, limit: int
) -> tuple[WaitingRemedy, ...]:  # fmt: skip
    """The remedies that wait at a post, or at any post that a person holds; the oldest first. Raises NotFound for a
    post or a person that is not there, DataInvalid for both or neither."""
    rows: list[EntryRow] = []
    for one in _posts(commands, post, person):
        rows += commands.store.entries(kind, one, limit=checked_limit(limit))
    found: dict[tuple[str, int], WaitingRemedy] = {}
    for row in sorted(rows, key=lambda row: row.sort)[:limit]:
        state = commands.current(row.case_id)
        number = int(row.value.rpartition("#")[2])
        remedy = next((each for each in remedies_of(state) if each.number == number), None)
        if remedy is not None and remedy.is_open:
            found.setdefault((state.short, number), WaitingRemedy(state.reference, state.short, row.key, remedy))
    return tuple(found.values())


def _posts(commands: Commands, post: str | None, person: str | None) -> list[str]:
    if (post is None) is (person is None):
        raise DataInvalid("say either `post` or `person`", fields=("post", "person"))
    if post is not None:
        posts = commands.organisation.posts
        if not isinstance(post, str) or post not in posts:
            raise NotFound(f"no post '{printable(post)}'{meant(printable(post), posts)}")
        return [post]
    return sorted(commands.actor(person or "").posts)
