"""What the commands of assignments decide: who may, who gets the case, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from service_flow.engine.case.decide import judge_actor
from service_flow.engine.commands import Commands
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.orders import Noted, Noting
from service_flow.errors import DataInvalid, NotAllowed, NotFromHere, meant, printable
from service_flow.features.assignment.candidates import Found, posts_for
from service_flow.features.assignment.choosing import Choosing
from service_flow.features.assignment.events import (
    Assigned,
    HandedToParty,
    NobodyFree,
    PassedOnTooOften,
    PassedToPerson,
    PassedToPost,
    Released,
    TakenBack,
)
from service_flow.features.assignment.kept import holder, kept
from service_flow.features.assignment.rules import book_of
from service_flow.features.assignment.staff import Facts

RULE = "rule"


class Reason(NamedTuple):
    """Why a case goes from one to another; `left`: whoever has it has left for good."""

    text: str | None
    left: bool = False

    @property
    def personal(self) -> dict[str, Any]:
        return {} if self.text is None else {"reason": self.text}


class Decision:
    """The decision of one command on one case."""

    def __init__(self, commands: Commands, noting: Noting, doing: str) -> None:
        """Raises the Refused that says why the actor may not do this, or why it cannot be done to this case."""
        self._commands, self._noting, self._state = commands, noting, noting.state
        self._book = book_of(commands)
        self._facts = Facts(noting.entries, noting.around.at)
        self._may(doing)

    def assign(self, to: str | None) -> Made:
        """To a person, or by the rules; also from somebody who is gone for good, who may have it because it was opened
        again. What a rule of a flow assigns is otherwise left with whoever has it."""
        state = self._state
        held = holder(state)
        if held is not None and self._is_gone(held):
            return self._to_person(held, to, Reason(None, left=True))
        if held is not None:
            if to is None and self._noting.around.actor.id == RULE:
                return []
            raise self._not_now(f"is assigned to '{printable(held)}' already; hand it over")
        if to is not None:
            return [(Assigned, {"person": to, "posts": self._named(to)})]
        found = Choosing(self._book, self._noting).found()
        if found.person is None:
            return [_nobody(found)]
        return [(Assigned, _chosen(found))]

    def hand_over(self, to: str | None, reason: Reason) -> Made:
        """To a person, to all who hold a post, or by the rules; to the post where these find nobody."""
        before = self._holder()
        if to is not None and self._is_post(to):
            fields = {"before": before, "left": reason.left, "personal": reason.personal}
            return self._passed_on((PassedToPost, {**fields, "to_post": self._own_post(to)}))
        return self._to_person(before, to, reason)

    def _to_person(self, before: str, to: str | None, reason: Reason) -> Made:
        fields = {"before": before, "left": reason.left, "personal": reason.personal}
        if to is not None:
            if to == before:
                raise self._not_now(f"is with '{printable(to)}' already")
            return self._passed_on((PassedToPerson, {**fields, "person": to, "posts": self._named(to)}))
        found = Choosing(self._book, self._noting, but=before).found()
        if found.person is not None:
            return self._passed_on((PassedToPerson, {**fields, **_chosen(found)}))
        owner = next(iter(self._state.owners), None)
        gone: Noted = (Released, fields) if owner is None else (PassedToPost, {**fields, "to_post": owner})
        first, *more = self._passed_on(gone)
        return [first, _nobody(found), *more]

    def release(self, reason: Reason) -> Made:
        """Back to all who hold a post that owns the case."""
        return self._passed_on((Released, {"before": self._holder(), "personal": reason.personal}))

    def to_party(self, party: str, reason: Reason) -> Made:
        """An outside party takes the case over; whoever has it keeps it, to look after it."""
        parties = self._commands.organisation.parties
        if party not in parties:
            shown = printable(party)
            raise DataInvalid(
                f"'party': no outside party '{shown}' in organisation.yaml{meant(shown, parties)}",
                fields=("party",), case=self._state.short,
            )  # fmt: skip
        at = kept(self._state).party
        if at is not None:
            raise self._not_now(f"is with the outside party '{printable(at)}' already; take it back first")
        return [(HandedToParty, {"party": party, "personal": reason.personal})]

    def from_party(self, reason: Reason) -> Made:
        """The case comes back from the outside party that has it."""
        party = kept(self._state).party
        if party is None:
            raise self._not_now("is with no outside party")
        return [(TakenBack, {"party": party, "personal": reason.personal})]

    def _may(self, doing: str) -> None:
        """Whoever holds a post that owns the case, or one above it, or is named in `by`, or has the case himself, or
        acts for an absent person who has it."""
        state, actor = self._state, self._noting.around.actor
        if state.outcome is not None:
            raise self._not_now(f"is closed ({state.outcome})")
        if actor.id == RULE and actor.system:
            return
        allowed = frozenset(self._book.words.by).union(state.owners, self._above())
        person = kept(state).person
        if not actor.system and (not state.owners or person == actor.id):
            return
        if not actor.may_act(allowed) and person is not None and self._facts.acting_for(person) == actor.id:
            return
        judge_actor(actor, allowed, doing=f"{doing} {state.short}", case=state.short, transition=None)

    def _above(self) -> Iterator[str]:
        seen = set[str]()
        for post in self._state.owners:
            above = self._noting.keeper.superior(post)
            while above is not None and above not in seen:
                seen.add(above)
                yield above
                above = self._noting.keeper.superior(above)

    def _named(self, person: str) -> tuple[str, ...]:
        """The posts for which somebody who was named gets the case. Raises Refused for one who cannot have it."""
        state = self._state
        actor = self._commands.people.actor(person)
        if actor is None or actor.system:
            shown = printable(person)
            hint = meant(shown, (*self._book.listed.posts, *self._commands.organisation.posts))
            raise DataInvalid(f"'to': nobody named '{shown}' is known{hint}", fields=("to",), case=state.short)
        if state.owners and actor.posts.isdisjoint(state.owners):
            owners = ", ".join(state.owners)
            because = f"'{printable(person)}' holds no post that owns {state.short} ({owners})"
            raise NotAllowed(because, case=state.short)
        if self._facts.has_left(person):
            raise DataInvalid(f"'to': '{printable(person)}' has left", fields=("to",), case=state.short)
        return posts_for(state, actor.posts)

    def _is_gone(self, person: str) -> bool:
        """Whether somebody has left, or the directory knows him no more."""
        return self._facts.has_left(person) or self._commands.people.actor(person) is None

    def _is_post(self, name: str) -> bool:
        """Whether a name is that of a post; one that a person has, too, is the person's."""
        return name in self._commands.organisation.posts and name not in self._book.listed.posts

    def _own_post(self, post: str) -> str:
        owners = self._state.owners
        if post not in owners:
            because = f"'to': {self._state.short} waits at {', '.join(owners) or 'no post'}, not at '{post}'"
            raise DataInvalid(because, fields=("to",), case=self._state.short)
        return post

    def _holder(self) -> str:
        found = holder(self._state)
        if found is None:
            raise self._not_now("is assigned to nobody where it stands; assign it")
        return found

    def _passed_on(self, event: Noted) -> Made:
        """The event, and that it happened too often now, if it did."""
        held, most = kept(self._state), self._book.words.most_hand_overs
        times = held.passed_on + 1
        if most is None or times <= most or held.too_often is not None:
            return [event]
        return [event, (PassedOnTooOften, {"times": times, "most": most})]

    def _not_now(self, why: str) -> NotFromHere:
        return NotFromHere(f"{self._state.short} {why}", case=self._state.short, transition=None)


def _nobody(found: Found) -> Noted:
    return NobodyFree, {"rule": found.rule, "waits_before": found.post}


def _chosen(found: Found) -> dict[str, Any]:
    return {
        "person": found.person, "posts": found.posts, "chosen": found.chosen, "rule": found.rule, "turn": found.turn,
        "queue": found.queue, "instead_of": found.instead_of,
    }  # fmt: skip
