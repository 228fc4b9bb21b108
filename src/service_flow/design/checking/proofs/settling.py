"""What samples left open of a question about guards, settled by arithmetic where that can be.

Each function adds what it finds to what was seen, and says whether the question is decided now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from service_flow.design.checking.proofs.side_by_side import Rows, Seen, Ways
from service_flow.design.checking.sampling import answer
from service_flow.design.flow import Guard

if TYPE_CHECKING:
    from service_flow.design.checking.arithmetic.reasoner import Reasoner
    from service_flow.design.checking.arithmetic.terms import Term, Truth


def settle_answers(reasoner: Reasoner, guard: Guard, answers: set[str]) -> bool:
    """Whether a guard is ever true, or always; that a number may grow too large to be reckoned with does not count."""
    truth, terms = reasoner.truth(guard), reasoner.terms

    def settled(word: str, wanted: Term) -> bool:
        if word in answers:
            return True
        found = reasoner.find(wanted, lambda world: answer(guard, world) == word)
        if found.world is not None:
            answers.add(word)
        return found.certain

    if not settled("true", truth.yes):
        return False
    if "true" not in answers or "error" in answers:
        return True
    if not settled("false", truth.no):
        return False
    return "false" in answers or settled("error", terms.both(terms.error(truth), reasoner.in_range))


def settle_ways(reasoner: Reasoner, ways: Ways, seen: Seen) -> bool:
    """Which ways are open at once, and whether none ever is."""
    terms = reasoner.terms
    own = terms.true if ways.own is None else reasoner.truth(ways.own).yes
    truths = [reasoner.truth(guard) for guard in ways.guards]
    decided = _settle_overlaps(reasoner, ways, own, truths, seen)
    if ways.closed:
        decided &= _settle_uncovered(reasoner, ways, own, truths, seen)
    return decided


def settle_rows(reasoner: Reasoner, rows: Rows, seen: Seen) -> bool:
    """Which rows ever count, which fit together where only one may, and whether none ever fits. A row of which it is
    not known counts."""
    terms = reasoner.terms
    truths = [reasoner.fits(row) for row in rows.rows]
    decided = _settle_counted(reasoner, rows, truths, seen)
    if rows.hit == "unique":
        asked = terms.every(terms.either(truth.yes, truth.no) for truth in truths)
        decided &= _settle_overlaps(reasoner, rows, asked, truths, seen)
    if rows.hit != "collect":
        decided &= _settle_uncovered(reasoner, rows, terms.true, truths, seen)
    return decided


def _settle_overlaps(reasoner: Reasoner, side: Ways | Rows, also: Term, truths: Sequence[Truth], seen: Seen) -> bool:
    """For each condition, whether one before it holds at once: one witness for each is enough."""
    terms = reasoner.terms
    before, decided = terms.false, True
    for place, truth in enumerate(truths):
        if place and not _is_behind(place, seen):
            wanted = terms.both(also, before, truth.yes)
            decided &= _settle(reasoner, side, wanted, seen, partial(_is_behind, place))
        before = terms.either(before, truth.yes)
    return decided


def _is_behind(place: int, seen: Seen) -> bool:
    """Whether something before a condition was seen to hold at once with it."""
    return any(other == place for _, other in seen.overlaps)


def _counts(place: int, seen: Seen) -> bool:
    return place in seen.counted


def _fits(place: int, seen: Seen) -> bool:
    return place in seen.fitting


def _settle_uncovered(reasoner: Reasoner, side: Ways | Rows, also: Term, truths: Sequence[Truth], seen: Seen) -> bool:
    if seen.uncovered is not None:
        return True
    nothing = reasoner.terms.every([also, *(truth.no for truth in truths)])
    return _settle(reasoner, side, nothing, seen, lambda shown: shown.uncovered is not None)


def _settle_counted(reasoner: Reasoner, rows: Rows, truths: Sequence[Truth], seen: Seen) -> bool:
    """For each row, whether it ever counts; if not, whether it fits at least, which tells why."""
    terms = reasoner.terms
    before, decided = terms.true, True
    for place, truth in enumerate(truths):
        if not _counts(place, seen):
            wanted = terms.both(before, truth.yes)
            if not _settle(reasoner, rows, wanted, seen, partial(_counts, place)):
                seen.counted.add(place)
                decided = False
            elif not _counts(place, seen) and not _fits(place, seen):
                _settle(reasoner, rows, truth.yes, seen, partial(_fits, place))
        if rows.hit == "first":
            before = terms.both(before, truth.no)
    return decided


def _settle(reasoner: Reasoner, side: Ways | Rows, wanted: Term, seen: Seen, is_shown: Callable[[Seen], bool]) -> bool:
    """Look for a world that shows something, and add what it shows; whether that there is none would be certain."""
    found = reasoner.find(wanted, lambda world: is_shown(side.look(world, Seen())))
    if found.world is not None:
        side.look(found.world, seen)
    return found.certain
