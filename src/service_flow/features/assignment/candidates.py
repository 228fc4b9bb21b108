"""Those among whom a rule chooses for a case: who they are, and who of them can get it at this very moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from service_flow.design.organisation import Person
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import Noting
from service_flow.features.assignment.events import Chosen
from service_flow.features.assignment.kept import load_kind
from service_flow.features.assignment.rules import Book, Rule, Wanted
from service_flow.features.assignment.staff import Facts


class Found(NamedTuple):
    """Who gets a case, and why. Without a `person` nobody is free, and the case waits: before the `post`, if there is
    one."""

    rule: str | None
    person: str | None = None
    posts: tuple[str, ...] = ()
    chosen: Chosen = "named"
    turn: int | None = None
    queue: str | None = None
    instead_of: str | None = None
    post: str | None = None


def posts_for(state: CaseState, held: frozenset[str]) -> tuple[str, ...]:
    """The posts for which somebody has a case: those he holds, and the owners too where he holds none of them."""
    return tuple(sorted(held.union(state.owners) if held.isdisjoint(state.owners) else held))


class Candidates:
    """The people whom a rule wants for a case, by their ids in order: `pool`. All but `but` may get it."""

    def __init__(
        self, book: Book, noting: Noting, facts: Facts, rule: Rule, wanted: Wanted, *, but: str | None
    ) -> None:
        self._book, self._noting, self._facts = book, noting, facts
        self._rule, self._wanted, self._but = rule, wanted, but
        self._kind = load_kind(noting.state)
        self._trained = [facts.trained(skill) for skill in wanted.skills]
        self._open: dict[str, bool] = {}
        self.pool: Sequence[str] = self._who_fit()

    def loads(self, people: Collection[str]) -> dict[str, int]:
        """How much people have already; those who have nothing are left out."""
        return self._noting.unit.entry_counts(self._kind, people)

    def free(self, person: str, chosen: Chosen, load: int | None = None) -> Found | None:
        """One of the pool, if he is there and has not too much."""
        if person == self._but or not self._facts.is_there(person) or not self._has_room(person, load):
            return None
        actor = self._book.people.actor(person)
        if actor is None or actor.posts.isdisjoint(self._wanted.posts):
            return None  # the host's directory knows better than the list of the blueprint
        return self._given(person, actor.posts, chosen)

    def deputy(self, person: str) -> Found | None:
        """Who acts for one of the pool who is absent, where the rule says so, with the skills and the language."""
        if self._rule.model.absent != "deputy":
            return None
        deputy = self._facts.acting_for(person)
        if deputy is None or deputy in (person, self._but):
            return None
        known = self._book.people.person(deputy)
        if known is None or not self._is_able(known) or not self._has_room(deputy, None):
            return None
        return self._given(deputy, known.posts, "deputy")._replace(instead_of=person)

    def _who_fit(self) -> Sequence[str]:
        wanted, listed = self._wanted, self._book.listed
        pool: Sequence[str] = listed.candidates(wanted.posts, wanted.skills, wanted.language)
        if any(self._trained):
            having = [listed.skilled(skill) | more for skill, more in zip(wanted.skills, self._trained, strict=True)]
            pool = listed.among(wanted.posts, having, wanted.language)
        if wanted.at_work:
            pool = [person for person in pool if self._is_open(listed.calendars.get(person))]
        return pool

    def _is_able(self, person: Person) -> bool:
        wanted = self._wanted
        skilled = all(
            person.level(name) >= level or person.id in trained
            for (name, level), trained in zip(wanted.skills, self._trained, strict=True)
        )
        speaks = wanted.language is None or wanted.language in person.languages
        return skilled and speaks and (not wanted.at_work or self._is_open(person.calendar))

    def _is_open(self, calendar: str | None) -> bool:
        """Whether it is a time of work by a calendar; whoever has none is at work at all times."""
        if calendar is None:
            return True
        found = self._open.get(calendar)
        if found is None:
            found = self._open[calendar] = self._noting.keeper.calendar(calendar).is_open(self._noting.around.at)
        return found

    def _has_room(self, person: str, load: int | None) -> bool:
        most = self._rule.model.most
        if most is None:
            return True
        return (self.loads([person]).get(person, 0) if load is None else load) < most

    def _given(self, person: str, held: frozenset[str], chosen: Chosen) -> Found:
        return Found(self._rule.name, person, posts_for(self._noting.state, held), chosen)
