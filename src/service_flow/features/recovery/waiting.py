"""Remedies that wait for somebody: to be approved, or to be carried out."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from service_flow.design.language.values import Reference
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands
from service_flow.engine.store import EntryRow
from service_flow.engine.views import checked_limit
from service_flow.errors import DataInvalid, NotFound, meant, printable
from service_flow.features.recovery.kept import APPROVAL, TO_DO, Remedy, remedies_of, remedies_with_merged
from service_flow.features.recovery.plan import Plan
from service_flow.features.recovery.values import total_with

_AT_A_TIME = 100


class WaitingRemedy(NamedTuple):
    """A remedy of a complaint that waits at a post."""

    complaint: Reference
    case: str
    post: str
    remedy: Remedy


Counts = Callable[[CaseState, Remedy, str], bool]


def approvals(
    commands: Commands, plan: Plan, post: str | None, person: str | None, limit: int
) -> tuple[WaitingRemedy, ...]:  # fmt: skip
    """The remedies that wait for the approval of a post, or of the posts that a person holds but for what he asked for
    himself; the oldest first. Each waits at the nearest post above whoever asked that may grant it by now. Raises as
    `to_do`."""

    def counts(state: CaseState, remedy: Remedy, here: str) -> bool:
        total = total_with(remedies_with_merged(state, commands.current), remedy.value)
        there = [one for one in remedy.approvers if one in commands.organisation.posts]
        nearest = [*plan.able(there, remedy.name, total), *there][:1]  # where none may any more, it is declined
        return here in nearest and (person is None or remedy.asked_by != person)

    return _waiting(commands, APPROVAL, _posts(commands, post, person), checked_limit(limit), counts)


def to_do(commands: Commands, post: str | None, person: str | None, limit: int) -> tuple[WaitingRemedy, ...]:
    """The remedies that a post, or any post that a person holds, is to carry out by hand; the oldest first. Raises
    NotFound for a post that is not there, NotAllowed for a person nobody knows, DataInvalid for both or neither."""
    return _waiting(commands, TO_DO, _posts(commands, post, person), checked_limit(limit), lambda *_: True)


def _waiting(
    commands: Commands, kind: str, posts: Sequence[str], limit: int, counts: Counts
) -> tuple[WaitingRemedy, ...]:  # fmt: skip
    found: dict[tuple[str, int], WaitingRemedy] = {}
    for row in heapq.merge(*(_rows(commands, kind, post) for post in posts), key=lambda row: row.sort):
        state = commands.current(row.case_id)
        number = int(row.value.rpartition("#")[2])
        remedy = next((each for each in remedies_of(state) if each.number == number), None)
        if remedy is not None and remedy.is_open and counts(state, remedy, row.key):
            found.setdefault((state.short, number), WaitingRemedy(state.reference, state.short, row.key, remedy))
            if len(found) == limit:
                break
    return tuple(found.values())


def _rows(commands: Commands, kind: str, post: str) -> Iterator[EntryRow]:
    last: EntryRow | None = None
    while rows := commands.store.entries(kind, post, limit=_AT_A_TIME, after=last):
        yield from rows
        last = rows[-1]


def _posts(commands: Commands, post: str | None, person: str | None) -> list[str]:
    if (post is None) is (person is None):
        raise DataInvalid("say either `post` or `person`", fields=("post", "person"))
    if post is not None:
        posts = commands.organisation.posts
        if not isinstance(post, str) or post not in posts:
            raise NotFound(f"no post '{printable(post)}'{meant(printable(post), posts)}")
        return [post]
    return sorted(commands.actor("" if person is None else person).posts)
