"""Who gets a case: the rules, applied to what is stored at this very moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from service_flow.design.flow.names import CUSTOMER
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import Noting
from service_flow.features.assignment.events import Chosen
from service_flow.features.assignment.kept import LAST, PERSON, TURN, customer_of
from service_flow.features.assignment.rules import Book, Rule
from service_flow.features.assignment.staff import Facts

LOOKED_BACK = 20
"""Cases of a customer, the latest first, in which an agent is looked for who has had him before."""


class Found(NamedTuple):
    """Who gets a case, and why. Without a `person` nobody is free, and the case waits: before the `post`, if there is
    one."""

    rule: str | None
    person: str | None = None
    posts: tuple[str, ...] = ()
    chosen: Chosen = "named"
    turn: int | None = None
    instead_of: str | None = None
    post: str | None = None


def posts_for(state: CaseState, held: frozenset[str]) -> tuple[str, ...]:
    """The posts for which somebody has a case: those he holds, and the owners too where he holds none of them."""
    return tuple(sorted(held.union(state.owners) if held.isdisjoint(state.owners) else held))


class Choosing:
    """One choice for one case. Everything is read where nobody else can write until the commit, and with what the same
    transaction did before, so no load is counted twice and no turn given twice."""

    def __init__(self, book: Book, noting: Noting, *, but: str | None = None) -> None:
        """`but` is somebody who shall not get it."""
        self._book, self._noting, self._but = book, noting, but
        self._state, self._unit = noting.state, noting.unit
        self._facts = Facts(noting.entries, noting.around.at)

    def found(self) -> Found:
        """Who gets the case. Raises GuardSaidNo where a rule's condition cannot be worked out."""
        for rule in self._counting():
            found = self._by(rule)
            if found is not None:
                return found
            nobody = rule.model.nobody
            if nobody.post is not None:
                return self._instead(rule, [nobody.post])
            if nobody.then == "supervisor":
                return self._instead(rule, list(self._superiors()))
            if nobody.then == "stay":
                return Found(rule.name)
        return Found(None)

    def _counting(self) -> Iterator[Rule]:
        around = self._noting.around
        for rule in self._book.rules_for(self._noting.flow):
            if rule.reads_customer:
                around = around._replace(customer=self._file())
            if rule.counts(self._state, around):
                self._around = around
                yield rule

    def _file(self) -> Mapping[str, Any]:
        """The customer's file; the commit proves that it is still so."""
        state = self._state
        if state.subject == CUSTOMER:
            return state.data
        file = None if state.customer is None else self._unit.relied_on(state.customer)
        return {} if file is None else file.data

    def _by(self, rule: Rule) -> Found | None:
        wanted = rule.wanted(self._state, self._around)
        listed = self._book.listed
        pool: Sequence[str] = listed.candidates(*wanted)
        trained = [self._facts.trained(skill) for skill in wanted.skills]
        if any(trained):
            having = [listed.skilled(skill) | more for skill, more in zip(wanted.skills, trained, strict=True)]
            pool = listed.among(wanted.posts, having, wanted.language)
        for way in rule.model.choose if pool else ():
            match way:
                case "same_as_before":
                    found = self._same_as_before(rule, pool)
                case "least_load":
                    found = self._least_load(rule, pool)
                case "round_robin":
                    found = self._round_robin(rule, pool)
            if found is not None:
                return found
        return None

    def _same_as_before(self, rule: Rule, pool: Sequence[str]) -> Found | None:
        known = frozenset(pool)
        rows = self._unit.latest_entries(LAST, customer_of(self._state), LOOKED_BACK)
        for person in dict.fromkeys(row.value for row in rows):
            if person in known:
                found = self._free(rule, person, "same_as_before")
                if found is not None:
                    return found
        return None

    def _least_load(self, rule: Rule, pool: Sequence[str]) -> Found | None:
        loads = self._unit.entry_counts(PERSON, pool)
        idle = next((person for person in pool if person not in loads), None) if len(loads) < len(pool) else None
        first = min(pool, key=loads.__getitem__) if idle is None else idle
        found = self._free(rule, first, "least_load", loads.get(first, 0))
        if found is not None:
            return found
        for person in sorted(pool, key=lambda person: loads.get(person, 0)):
            found = self._free(rule, person, "least_load", loads.get(person, 0))
            if found is not None:
                return found
        return None

    def _round_robin(self, rule: Rule, pool: Sequence[str]) -> Found | None:
        last = self._unit.latest_entries(TURN, rule.name or "", 1)
        start = bisect_right(pool, last[0].value) if last else 0
        number = int(last[0].sort) + 1 if last else 1
        for person in (*pool[start:], *pool[:start]):
            found = self._free(rule, person, "round_robin")
            if found is not None:
                # Where a deputy gets it, the turn was that of whoever he stands in for.
                return found._replace(turn=number)
        return None

    def _free(self, rule: Rule, person: str, chosen: Chosen, load: int | None = None) -> Found | None:
        """The person, if he is there and has not too many cases, or his deputy where the rule says so."""
        if person == self._but:
            return None
        if self._facts.is_there(person):
            return self._given(rule, person, chosen) if self._has_room(rule, person, load) else None
        if rule.model.absent == "deputy":
            deputy = self._facts.deputy(person)
            if deputy is not None and deputy != self._but and self._facts.is_there(deputy):
                found = self._given(rule, deputy, "deputy")._replace(instead_of=person)
                return found if self._has_room(rule, deputy, None) else None
        return None

    def _has_room(self, rule: Rule, person: str, load: int | None) -> bool:
        most = rule.model.most
        if most is None:
            return True
        return (self._unit.entry_counts(PERSON, [person]).get(person, 0) if load is None else load) < most

    def _given(self, rule: Rule, person: str, chosen: Chosen) -> Found:
        held = self._book.listed.posts.get(person, frozenset())
        return Found(rule.name, person, posts_for(self._state, held), chosen)

    def _instead(self, rule: Rule, posts: Sequence[str]) -> Found:
        """The first of these posts with somebody who is there gets it; with nobody there, it waits before the first."""
        for post in posts:
            pool = self._book.listed.candidates((post,), (), None)
            found = self._least_load(rule, pool) if pool else None
            if found is not None:
                return found._replace(chosen="instead")
        return Found(rule.name, post=posts[0] if posts else None)

    def _superiors(self) -> Iterator[str]:
        """The posts above those that own the case, the nearest first."""
        seen = set(self._state.owners)
        above = list(self._state.owners)
        while above:
            found = [self._noting.keeper.superior(post) for post in above]
            above = [post for post in dict.fromkeys(found) if post is not None and post not in seen]
            seen.update(above)
            yield from above
