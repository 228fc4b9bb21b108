"""Links between cases that have to do with one another and are no parts of each other."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.folding import folds
from service_flow.engine.case.refusing import check_goes_on
from service_flow.engine.case.state import CaseState
from service_flow.engine.case.telling import Told, tells
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import Noting
from service_flow.errors import DataInvalid
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.arguments import checked_name
from service_flow.features.requests.events import CaseLinked, CaseUnlinked, LinkChanged
from service_flow.features.requests.face import RequestFace

LINKS = "request_links"
MOST_LINKS = 100


class Link(NamedTuple):
    """Another case, and what it has to do with this one; `outgoing` where this one was linked to it."""

    reference: Reference
    number: str
    kind: str
    outgoing: bool


class Links(RequestFace):
    """Links from a request to any other request or complaint."""

    def link(
        self, case: CaseArgument, other: CaseArgument, *, kind: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Link a request to another case: `kind` says in a word how they hang together (follows, same_fault). Both know
        of it."""
        word, store = checked_name(kind, "kind"), self._commands.store

        def decide(noting: Noting) -> Made:
            judge_person(noting, "link", also=("rule",))
            state, there = noting.state, identify(other, store)
            to = noting.unit.relied_on(there)
            if to is None or to.subject == "customer" or to.id == state.id:
                message = f"{state.short} is linked to another request or complaint"
                raise DataInvalid(message, fields=("other",), case=state.short)
            check_goes_on(to)
            if any((link.reference.id, link.kind) == (there, word) for link in links_of(state)):
                raise DataInvalid(f"{state.short} is linked to {to.short} like that already", fields=("other",))
            for one in (state, to):
                if len(links_of(one)) >= MOST_LINKS:
                    message = f"{one.short} has {MOST_LINKS} links, which is the most"
                    raise DataInvalid(message, fields=("other",), case=one.short)
            return [(CaseLinked, {"other": there, "number": to.short, "kind": word})]

        return self._record(
            case, decide, Given(by, at, channel, command_id), CaseLinked,
            lambda: {"other": identify(other, store), "kind": word},
        )  # fmt: skip

    def unlink(
        self, case: CaseArgument, other: CaseArgument, *, kind: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take a link away, from the side from which it was made."""
        word, store = checked_name(kind, "kind"), self._commands.store

        def decide(noting: Noting) -> Made:
            judge_person(noting, "unlink", also=("rule",))
            state, there = noting.state, identify(other, store)
            for link in links_of(state):
                if (link.reference.id, link.kind) == (there, word):
                    if not link.outgoing:
                        message = f"{state.short} was linked from {link.number}; take the link away there"
                        raise DataInvalid(message, fields=("other",), case=state.short)
                    return [(CaseUnlinked, {"other": there, "number": link.number, "kind": word})]
            raise DataInvalid(f"{state.short} has no such link", fields=("other",), case=state.short)

        return self._record(
            case, decide, Given(by, at, channel, command_id), CaseUnlinked,
            lambda: {"other": identify(other, store), "kind": word},
        )  # fmt: skip

    def links(self, case: CaseArgument) -> tuple[Link, ...]:
        """The cases that a request or complaint was linked to, and from, in the order in which it happened."""
        return links_of(self._state(case))


def links_of(state: CaseState) -> tuple[Link, ...]:
    links: tuple[Link, ...] = state.more.get(LINKS, ())
    return links


def _link(event: LinkChanged) -> Link:
    subject = numbers.parse(event.number)
    reference = Reference("request" if subject is None else subject[0], event.other)
    return Link(reference, event.number, event.kind, event.outgoing)


@folds(CaseLinked)
def _linked(state: CaseState, event: CaseLinked) -> None:
    state.more = {**state.more, LINKS: (*links_of(state), _link(event))}


@folds(CaseUnlinked)
def _unlinked(state: CaseState, event: CaseUnlinked) -> None:
    gone = _link(event)
    state.more = {**state.more, LINKS: tuple(link for link in links_of(state) if link != gone)}


@tells(LINKS)
def _tell_the_other(before: CaseState | None, after: CaseState) -> list[Told]:
    """Those that were made from here; the other case has told this one of its own."""
    was, now = (() if before is None else links_of(before)), links_of(after)
    made = [(CaseLinked, link) for link in now if link not in was and link.outgoing]
    gone = [(CaseUnlinked, link) for link in was if link not in now and link.outgoing]
    return [_told(after, kind, link) for kind, link in (*made, *gone)]


def _told(state: CaseState, kind: type[LinkChanged], link: Link) -> Told:
    fields: dict[str, UUID | str | bool] = {
        "other": state.id, "number": state.short, "kind": link.kind, "outgoing": False,
    }  # fmt: skip
    return Told(link.reference.id, kind, fields)
