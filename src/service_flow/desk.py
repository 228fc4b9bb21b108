"""The service desk: the one object that developers put into their own app."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from service_flow.blueprint import Blueprint
from service_flow.clock import Clock, system_clock
from service_flow.design.flow import Flow
from service_flow.design.organisation import FindPerson, People
from service_flow.engine.commands import CaseArgument, Commands, FlowBook
from service_flow.engine.store import Store, open_store
from service_flow.engine.views import (
    LIMIT,
    Case,
    History,
    Page,
    WorkItem,
    case_view,
    checked_limit,
    history,
    worklist,
)
from service_flow.errors import DataInvalid, NotFound, meant

if TYPE_CHECKING:
    from service_flow.features.complaints import Complaints
    from service_flow.features.customers import Customers
    from service_flow.features.requests import Requests


class ServiceDesk:
    """Customers, requests and complaints, carried by the flows of a blueprint, kept in a store.

    `store` is a URL ("memory", "sqlite:///desk.db", "postgresql://user@host/db") or an open Store. `people` finds a
    person in the host's directory; without it the blueprint's people are used. `clock` gives the present (UTC).
    Safe for threads. Raises StoreError when the store cannot be opened.
    """

    customers: Customers
    requests: Requests
    complaints: Complaints

    def __init__(
        self,
        blueprint: Blueprint,
        store: str | Store = "memory",
        *,
        people: FindPerson | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self.blueprint = blueprint
        self.store = open_store(store) if isinstance(store, str) else store
        self._owns_store = isinstance(store, str)
        self._people = People(blueprint.organisation, people)
        self.commands = Commands(
            self.store, FlowBook(blueprint.flows.values(), self.store), self._people, clock, blueprint.channels,
            blueprint.source.sections,
        )  # fmt: skip
        for feature in blueprint.features:
            setattr(self, feature.name, feature.offer(self.commands))

    def get(self, case: CaseArgument) -> Case:
        """Any case, whatever its subject, as it is stored now."""
        state = self.commands.current(case)
        return case_view(state, self._flow(state.revision))

    def history(
        self, case: CaseArgument, *, as_of: datetime | None = None, limit: int = LIMIT, after: int = 0
    ) -> History:
        """What happened to a case, oldest first; with `as_of`, as it stood at that instant."""
        state = self.commands.current(case)
        return history(self.store.events(state.id), self._flow, as_of=as_of, limit=checked_limit(limit), after=after)

    def worklist(
        self, *, post: str | None = None, person: str | None = None, subject: str | None = None,
        limit: int = LIMIT, after: str | None = None,
    ) -> Page[WorkItem]:  # fmt: skip
        """The open requests and complaints (or customers, with that `subject`) that wait at a post, or at any post a
        person holds; the longest waiting first."""
        return worklist(self.store, owners=self._owners(post, person), subject=subject, limit=limit, after=after)

    def close(self) -> None:
        """Close the store, if the desk opened it."""
        if self._owns_store:
            self.store.close()

    def __enter__(self) -> ServiceDesk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _owners(self, post: str | None, person: str | None) -> tuple[str, ...] | None:
        posts = self.blueprint.organisation.posts
        if post is not None and person is not None:
            raise DataInvalid("a worklist is of a post or of a person, not of both", fields=("post", "person"))
        if post is not None:
            if post not in posts:
                raise NotFound(f"no post '{post}'{meant(post, posts)}")
            return (post,)
        if person is None:
            return None
        if self._people.actor(person) is None:
            raise NotFound(f"nobody named '{person}' is known")
        return tuple(sorted(self._people.posts(person)))

    def _flow(self, revision: str) -> Flow | None:
        try:
            return self.commands.flows.revision(revision)
        except NotFound:
            return None
