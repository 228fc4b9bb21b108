"""Assignments: who has a case, how it goes from one to another, and how much everybody has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from service_flow.engine.case.events import Event
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_instant, checked_line
from service_flow.engine.commands.awaited import command, reading
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import AsyncFace, Face, Given, Made
from service_flow.engine.commands.orders import Note, Noting
from service_flow.engine.views import LIMIT, Page, WorkItem
from service_flow.errors import DataInvalid, NotFound, meant, printable
from service_flow.features.assignment.deciding import Decision, Reason
from service_flow.features.assignment.events import (
    GivenToPerson,
    HandedToParty,
    NobodyFree,
    PassedToPerson,
    PassedToPost,
    Released,
    TakenBack,
)
from service_flow.features.assignment.kept import CUSTOMERS, PARTY, PERSON, POST, TOO_OFTEN, kept
from service_flow.features.assignment.leaving import HandOverSummary, Leaver, hand_over_all
from service_flow.features.assignment.reading import (
    Assignment,
    Weights,
    assignment_of,
    checked_weights,
    page_of,
    weighed,
)
from service_flow.features.assignment.rules import book_of

_LONGEST_ID = 150
"""Characters of a command id behind which that of a case has room."""


class Assignments(Face):
    """`desk.assignment`. Who may: whoever holds a post that owns the case, or one above it, or one that assignment.yaml
    names in `by`; whoever has the case, or acts for him while he is absent; and the blueprint's rules."""

    def assign(
        self, case: CaseArgument, *, by: str, to: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Give a case that nobody has to a person who holds a post that owns it; without `to`, to whom the rules of
        assignment.yaml choose. Where they find nobody, that is recorded, and the case waits before its post.

        A case that somebody has who is gone for good, as one that was opened again may be, is passed on. A rule of a
        flow that does this with a case that somebody else has does nothing."""
        person = None if to is None else self._known_as(to)

        def decide(noting: Noting) -> Made:
            return Decision(self._commands, noting, "assign").assign(person)

        def is_same(event: Event) -> bool:
            if isinstance(event, PassedToPerson | PassedToPost | Released) and not event.left:
                return False
            if person is None:
                return isinstance(event, NobodyFree | PassedToPost | Released) or (
                    isinstance(event, GivenToPerson) and event.chosen != "named"
                )
            return isinstance(event, GivenToPerson) and (event.chosen, event.person) == ("named", person)

        return self._order(case, decide, is_same, Given(by, at, channel, command_id))

    def hand_over(
        self, case: CaseArgument, *, reason: str, by: str, to: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Pass a case on from whoever has it: to another person, to all who hold a post that owns it, or, without `to`,
        to whom the rules choose. It counts among the times that it was passed on."""
        name, why = None if to is None else self._known_as(to), Reason(checked_text(reason, "reason"))

        def decide(noting: Noting) -> Made:
            return Decision(self._commands, noting, "hand over").hand_over(name, why)

        def is_same(event: Event) -> bool:
            if not isinstance(event, PassedToPerson | PassedToPost | Released) or event.personal != why.personal:
                return False
            if isinstance(event, PassedToPerson):
                return event.chosen != "named" if name is None else (event.chosen, event.person) == ("named", name)
            return name is None or (isinstance(event, PassedToPost) and event.to_post == name)

        return self._order(case, decide, is_same, Given(by, at, channel, command_id))

    def release(
        self, case: CaseArgument, *, by: str, reason: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take a case from whoever has it; it waits at the posts that own it. It counts as passed on."""
        why = _reason(reason)

        def decide(noting: Noting) -> Made:
            return Decision(self._commands, noting, "release").release(why)

        return self._note(
            case, decide, Given(by, at, channel, command_id), Released, {"personal": why.personal, "left": False}
        )

    def hand_to_party(
        self, case: CaseArgument, party: str, *, reason: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Let an outside party of organisation.yaml take a case over. Whoever has it keeps it, to look after it. A
        promise `from: assignment.handed_to_party.NAME` starts with it."""
        name, why = _name(party, "party"), Reason(checked_text(reason, "reason"))

        def decide(noting: Noting) -> Made:
            return Decision(self._commands, noting, "hand to a party").to_party(name, why)

        asked = {"party": name, "personal": why.personal}
        return self._note(case, decide, Given(by, at, channel, command_id), HandedToParty, asked)

    def take_back_from_party(
        self, case: CaseArgument, *, by: str, reason: str | None = None, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take a case back from the outside party that has it. A promise `until: assignment.taken_back.NAME` ends."""
        why = _reason(reason)

        def decide(noting: Noting) -> Made:
            return Decision(self._commands, noting, "take back").from_party(why)

        return self._note(case, decide, Given(by, at, channel, command_id), TakenBack, {"personal": why.personal})

    def hand_over_all(
        self, person: str, *, reason: str, by: str, to: str | None = None, at: datetime | None = None,
        progress: Callable[[int], None] | None = None, command_id: str | None = None,
    ) -> HandOverSummary:  # fmt: skip
        """Pass on all cases of somebody who leaves, and the customers he looks after: to one person, or each to whom
        the rules choose, or to its post where these find nobody.

        They are passed on a few at a time while others go on working; one that cannot be is `refused`, and the rest
        goes on. After an interruption, do it again: what was passed on stays so. `progress` is told how many were.
        With a `command_id`, each case is passed on under that and its own id.
        """
        name, why = _name(person, "person"), Reason(checked_text(reason, "reason"), left=True)
        successor = None if to is None else self._known_as(to)
        if successor == name:
            raise DataInvalid("'to' is whoever leaves", fields=("to",))
        found = None if successor is None else self._commands.people.actor(successor)
        if successor is not None and (found is None or found.system):
            raise DataInvalid(f"'to': nobody named '{printable(successor)}' is known", fields=("to",))
        if progress is not None and not callable(progress):
            raise DataInvalid("'progress' is not a function that is told a number", fields=("progress",))
        at = None if at is None else checked_instant(at, "at")
        command = None if command_id is None else checked_line(command_id, "command_id", most=_LONGEST_ID)
        leaver = Leaver(name, why, successor, command)
        return hand_over_all(self._commands, leaver, by=by, at=at, progress=progress)

    def of(self, case: CaseArgument) -> Assignment:
        """How a case is assigned now."""
        return assignment_of(self._state(case))

    def worklist(self, person: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The open cases that this very person has and that wait at a post of his; the first that was assigned comes
        first."""
        return page_of(self._commands.store, PERSON, _name(person, "person"), limit=limit, after=after)

    def customers(self, person: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The customers whom this very person looks after, in the same order. They are no load."""
        return page_of(self._commands.store, CUSTOMERS, _name(person, "person"), limit=limit, after=after)

    def waiting(self, post: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The open cases that were laid before a post because nobody was free: its own, and those of posts below it.
        The longest open come first."""
        return page_of(self._commands.store, POST, self._post(post), limit=limit, after=after)

    def with_party(self, party: str, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The open cases that an outside party has, the longest first."""
        return page_of(self._commands.store, PARTY, _name(party, "party"), limit=limit, after=after)

    def passed_on_too_often(self, *, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The open cases that were passed on more often than assignment.yaml calls usual."""
        return page_of(self._commands.store, TOO_OFTEN, "", limit=limit, after=after)

    def passed_on(self, case: CaseArgument) -> int:
        """How often a case went from one to another: hand-overs and releases."""
        return kept(self._state(case)).passed_on

    def load(self, person: str, *, weights: Weights | None = None) -> int | Decimal:
        """How many open cases a person has that wait at a post of his. With `weights`, cases of the flows that they
        name count as much as they say, all others 1."""
        name = _name(person, "person")
        if weights is not None:
            return weighed(self._commands.store, name, checked_weights(weights))
        return self._commands.store.entry_counts(PERSON, [name]).get(name, 0)

    def loads(self, post: str | None = None, *, weights: Weights | None = None) -> dict[str, int | Decimal]:
        """The load of everybody whom organisation.yaml lists with a post, as `load`, in order of their ids. Without a
        post, of everybody who has any open case, whether anybody knows him still or not."""
        if post is None:
            people = tuple(sorted(self._commands.store.entry_counts(PERSON, None)))
        else:
            people = book_of(self._commands).listed.candidates((self._post(post),), (), None)
        if weights is not None:
            known = checked_weights(weights)
            return {person: weighed(self._commands.store, person, known) for person in people}
        counts = self._commands.store.entry_counts(PERSON, people)
        return {person: counts.get(person, 0) for person in people}

    def _known_as(self, to: object) -> str:
        """The id by which the directory knows whoever is named, who may write it otherwise; the name, for nobody."""
        name = _name(to, "to")
        actor = self._commands.people.actor(name)
        return name if actor is None else actor.id

    def _post(self, post: str) -> str:
        posts = self._commands.organisation.posts
        if not isinstance(post, str) or post not in posts:
            raise NotFound(f"no post '{printable(post)}'{meant(printable(post), posts)}")
        return str.__str__(post)

    def _order(
        self, case: CaseArgument, decide: Callable[[Noting], Made], is_same: Callable[[Event], bool], given: Given
    ) -> Outcome:
        return self._run(
            Note(
                case=case, subject=None, decide=decide, is_same=is_same, by=given.by, at=given.at,
                channel=given.channel, command_id=given.command_id,
            )
        )  # fmt: skip


class AsyncAssignments(AsyncFace):
    """`desk.assignment` of an AsyncServiceDesk: the same as `Assignments`, awaited."""

    face: ClassVar[type[Face]] = Assignments

    assign = command(Assignments.assign)
    hand_over = command(Assignments.hand_over)
    release = command(Assignments.release)
    hand_to_party = command(Assignments.hand_to_party)
    take_back_from_party = command(Assignments.take_back_from_party)
    hand_over_all = reading(Assignments.hand_over_all)  # it writes beside the commands of tasks, as migrate does
    of = reading(Assignments.of)
    worklist = reading(Assignments.worklist)
    customers = reading(Assignments.customers)
    waiting = reading(Assignments.waiting)
    with_party = reading(Assignments.with_party)
    passed_on_too_often = reading(Assignments.passed_on_too_often)
    passed_on = reading(Assignments.passed_on)
    load = reading(Assignments.load)
    loads = reading(Assignments.loads)


def _name(value: object, field: str) -> str:
    return checked_text(value, field, most=200)


def _reason(reason: str | None) -> Reason:
    return Reason(None if reason is None else checked_text(reason, "reason"))
