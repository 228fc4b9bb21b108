"""What is kept of a case's assignment, and what the case is found by because of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from service_flow.design.flow.names import CUSTOMER
from service_flow.design.language.model import FieldModel
from service_flow.engine.case.entries import Entry, enters, keeps_count
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.state import CaseState
from service_flow.features.assignment.events import (
    Assigned,
    GivenToPerson,
    HandedToParty,
    NobodyFree,
    PassedOnTooOften,
    PassedToPerson,
    PassedToPost,
    Released,
    TakenBack,
)

NAME = "assignment"
PERSON, CUSTOMERS, RESTING = "assignment:person", "assignment:customers", "assignment:resting"
"""Open cases by the person who has them, and customers by whoever looks after them: those that wait at a post of his.
Then both that have gone on to another post."""
POST, PARTY = "assignment:post", "assignment:party"
"""Open cases by the post before which they were laid because nobody was free, and by the party that has them."""
TOO_OFTEN = "assignment:too_often"
"""Open cases that were passed on too often; all under one empty key."""
LAST, TURN = "assignment:customer_last", "assignment:turn"
"""All cases by the customer, with the person who had them last; and by those who take turns, with whose it was."""

keeps_count(PERSON)
keeps_count(CUSTOMERS)


class Turn(NamedTuple):
    """Whose turn it was among those who take turns, as the `number`th."""

    queue: str
    number: int
    person: str


class Kept(NamedTuple):
    """The assignment of a case.

    `person` has it `since` then, for the `posts` of his; None: nobody. Where it stands at another post it rests: it is
    his again when it comes back, unless somebody else was found meanwhile. `post` is the one before which it was laid
    because nobody was free, as long as it stands at the posts `post_for`. `passed_on` counts hand-overs and releases;
    `too_often` is since when they were too many. `last` had the case as the latest, `last_since` then. `turns` has the
    latest of each queue.
    """

    person: str | None = None
    since: datetime | None = None
    posts: tuple[str, ...] = ()
    rule: str | None = None
    post: str | None = None
    post_for: tuple[str, ...] = ()
    passed_on: int = 0
    too_often: datetime | None = None
    party: str | None = None
    party_since: datetime | None = None
    last: str | None = None
    last_since: datetime | None = None
    turns: tuple[Turn, ...] = ()


_NOTHING = Kept()


def kept(state: CaseState) -> Kept:
    """What is kept of a case."""
    found: Kept = state.more.get(NAME, _NOTHING)
    return found


def holder(state: CaseState) -> str | None:
    """The person who has an open case and holds, or stands in for, a post that owns it where it stands."""
    if state.outcome is not None:
        return None
    held = kept(state)
    return held.person if not state.owners or not frozenset(held.posts).isdisjoint(state.owners) else None


def waits_before(state: CaseState) -> str | None:
    """The post before which an open case was laid because nobody was free where it still stands."""
    held = kept(state)
    return held.post if state.outcome is None and held.post_for == state.owners and holder(state) is None else None


def load_kind(state: CaseState) -> str:
    """What counts as load where a case like this is given to somebody: work, or customers who are looked after."""
    return CUSTOMERS if state.subject == CUSTOMER else PERSON


def customer_of(state: CaseState) -> str:
    """The customer whom a case is for, or who it is, as a key."""
    return str(state.id if state.subject == CUSTOMER or state.customer is None else state.customer)


def instant(at: datetime) -> str:
    """An instant as a text of one length, which sorts as instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def turn_text(number: int) -> str:
    """The number of a turn as a text that sorts as numbers do."""
    return f"{number:012d}"


@enters(NAME)
def _entries(state: CaseState) -> Iterator[Entry]:
    held = kept(state)
    if state.outcome is None:
        if held.person is not None and held.since is not None:
            kind = RESTING if holder(state) is None else load_kind(state)
            yield Entry(kind, held.person, instant(held.since), state.flow)
        laid_before = waits_before(state)
        if laid_before is not None:
            yield Entry(POST, laid_before, instant(state.opened_at), state.flow)
        if held.party is not None and held.party_since is not None:
            yield Entry(PARTY, held.party, instant(held.party_since), state.flow)
        if held.too_often is not None:
            yield Entry(TOO_OFTEN, "", instant(held.too_often), str(held.passed_on))
    if held.last is not None and held.last_since is not None:
        yield Entry(LAST, customer_of(state), instant(held.last_since), held.last)
    for turn in held.turns:
        yield Entry(TURN, turn.queue, turn_text(turn.number), turn.person)


def _keep(state: CaseState, now: Kept) -> None:
    state.more = {**state.more, NAME: now}


def _given(event: GivenToPerson, before: Kept) -> Kept:
    turns = before.turns
    queue = event.rule if event.queue is None else event.queue  # at first each rule was a queue
    if queue is not None and event.turn is not None:
        own = Turn(queue, event.turn, event.instead_of or event.person)
        turns = (*(turn for turn in turns if turn.queue != queue), own)
    return before._replace(
        person=event.person, since=event.at, posts=event.posts, rule=event.rule, post=None, post_for=(),
        last=event.person, last_since=event.at, turns=turns,
    )  # fmt: skip


def _gone(before: Kept, passed_on: int = 1) -> Kept:
    return before._replace(
        person=None, since=None, posts=(), rule=None, post=None, post_for=(), passed_on=before.passed_on + passed_on
    )


@folds(Assigned)
def _assigned(state: CaseState, event: Assigned) -> None:
    _keep(state, _given(event, kept(state)))


@folds(PassedToPerson)
def _passed_to_person(state: CaseState, event: PassedToPerson) -> None:
    _keep(state, _given(event, _gone(kept(state))))


@folds(PassedToPost)
def _passed_to_post(state: CaseState, _: PassedToPost) -> None:
    _keep(state, _gone(kept(state)))


@folds(Released)
def _released(state: CaseState, event: Released) -> None:
    _keep(state, _gone(kept(state), passed_on=0 if event.left else 1))


@folds(NobodyFree)
def _nobody_free(state: CaseState, event: NobodyFree) -> None:
    post = event.waits_before
    _keep(state, kept(state)._replace(post=post, post_for=() if post is None else state.owners))


@folds(HandedToParty)
def _handed_to_party(state: CaseState, event: HandedToParty) -> None:
    _keep(state, kept(state)._replace(party=event.party, party_since=event.at))


@folds(TakenBack)
def _taken_back(state: CaseState, _: TakenBack) -> None:
    _keep(state, kept(state)._replace(party=None, party_since=None))


@folds(PassedOnTooOften)
def _passed_on_too_often(state: CaseState, event: PassedOnTooOften) -> None:
    _keep(state, kept(state)._replace(too_often=event.at))


@guards_know("passed_on", FieldModel(type="integer"), 0)
def _times_passed_on(state: CaseState) -> int:
    return kept(state).passed_on


@guards_know("is_assigned", FieldModel(type="boolean"), False)
def _is_assigned(state: CaseState) -> bool:
    return holder(state) is not None


GUARDS_KNOW = ("passed_on", "is_assigned")
