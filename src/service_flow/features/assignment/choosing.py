"""Who gets a case: the rules, applied to what is stored at this very moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service_flow.design.flow.names import CUSTOMER
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.merged import goes_on_as, merged_into
from service_flow.engine.commands.orders import Noting
from service_flow.features.assignment.candidates import Candidates, Found
from service_flow.features.assignment.kept import LAST, TURN, customer_of
from service_flow.features.assignment.rules import Book, Rule, Wanted
from service_flow.features.assignment.staff import Facts

LOOKED_BACK = 20
"""Cases of a customer, the latest first, in which an agent is looked for who has had him before."""


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
                return self._waits(rule.name)
        return self._waits(None)

    def _waits(self, rule: str | None) -> Found:
        """Nobody gets it: it waits before the post that owns it."""
        return Found(rule, post=next(iter(self._state.owners), None))

    def _counting(self) -> Iterator[Rule]:
        around = self._noting.around
        for rule in self._book.rules_for(self._noting.flow):
            if rule.reads_customer:
                around = around._replace(customer=self._file())
            if rule.counts(self._state, around):
                self._around = around
                yield rule

    def _customer(self) -> CaseState | None:
        """The customer, or the one into whom he was merged; the commit proves that he is still so."""
        state, read = self._state, self._unit.relied_on
        if state.subject == CUSTOMER:
            return state
        return None if state.customer is None else goes_on_as(read, read(state.customer))

    def _file(self) -> Mapping[str, Any]:
        customer = self._customer()
        return {} if customer is None else customer.data

    def _candidates(self, rule: Rule, wanted: Wanted) -> Candidates:
        return Candidates(self._book, self._noting, self._facts, rule, wanted, but=self._but)

    def _by(self, rule: Rule) -> Found | None:
        wanted = rule.wanted(self._state, self._around)
        candidates = self._candidates(rule, wanted)
        for way in rule.model.choose if candidates.pool else ():
            match way:
                case "same_as_before":
                    found = self._same_as_before(candidates)
                case "least_load":
                    found = self._least_load(candidates)
                case "round_robin":
                    found = self._round_robin(candidates, rule.queue(wanted))
            if found is not None:
                return found
        return None

    def _same_as_before(self, candidates: Candidates) -> Found | None:
        known, customer = frozenset(candidates.pool), self._customer()
        keys = [customer_of(self._state)]
        if customer is not None:
            keys = [str(one) for one in (customer.id, *merged_into(self._unit.relied_on, customer))]
        rows = [row for key in keys for row in self._unit.latest_entries(LAST, key, LOOKED_BACK)]
        rows.sort(key=lambda row: (row.sort, row.case_id), reverse=True)
        for person in dict.fromkeys(row.value for row in rows[:LOOKED_BACK]):
            if person in known:
                found = candidates.free(person, "same_as_before") or candidates.deputy(person)
                if found is not None:
                    return found
        return None

    def _least_load(self, candidates: Candidates) -> Found | None:
        pool, loads = candidates.pool, candidates.loads(candidates.pool)
        idle = next((person for person in pool if person not in loads), None) if len(loads) < len(pool) else None
        first = min(pool, key=loads.__getitem__) if idle is None else idle
        found = candidates.free(first, "least_load", loads.get(first, 0))
        if found is not None:
            return found
        # Whoever is absent gets nothing and so comes to have the fewest: many would be looked at in vain.
        there = [person for person in pool if person not in self._facts.away]
        for person in sorted(there, key=lambda person: loads.get(person, 0)):
            found = candidates.free(person, "least_load", loads.get(person, 0))
            if found is not None:
                return found
        return self._least_loaded_deputy(candidates)

    def _least_loaded_deputy(self, candidates: Candidates) -> Found | None:
        """Of those who act for somebody of the pool; they count where nobody of it is free himself."""
        absent = [person for person in candidates.pool if person in self._facts.away]
        found = {one.person: one for person in absent if (one := candidates.deputy(person)) and one.person}
        loads = candidates.loads(found)
        return min(found.values(), key=lambda one: loads.get(one.person or "", 0), default=None)

    def _round_robin(self, candidates: Candidates, queue: str) -> Found | None:
        pool, last = candidates.pool, self._unit.latest_entries(TURN, queue, 1)
        start = bisect_right(pool, last[0].value) if last else 0
        number = int(last[0].sort) + 1 if last else 1
        for person in (*pool[start:], *pool[:start]):
            found = candidates.free(person, "round_robin") or candidates.deputy(person)
            if found is not None:
                # Where a deputy gets it, the turn was that of whoever he stands in for.
                return found._replace(turn=number, queue=queue)
        return None

    def _instead(self, rule: Rule, posts: Sequence[str]) -> Found:
        """The first of these posts with somebody who is there gets it; with nobody there, it waits before the first."""
        for post in posts:
            candidates = self._candidates(rule, Wanted((post,)))
            found = self._least_load(candidates) if candidates.pool else None
            if found is not None:
                return found._replace(chosen="instead")
        return Found(rule.name, post=posts[0]) if posts else self._waits(rule.name)

    def _superiors(self) -> Iterator[str]:
        """The posts above those that own the case, the nearest first."""
        seen = set(self._state.owners)
        above = list(self._state.owners)
        while above:
            found = [self._noting.keeper.superior(post) for post in above]
            above = [post for post in dict.fromkeys(found) if post is not None and post not in seen]
            seen.update(above)
            yield from above
