"""The proof of a migration: whatever a case can have come to, it is moved to where it can go on to an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.checking.proofs.telling import story
from service_flow.design.checking.space import Space
from service_flow.design.flow import Configuration
from service_flow.design.migrating.mapping import Crossing
from service_flow.design.migrating.names import Problem
from service_flow.design.migrating.passage import NoPlaceError, Passage

MOST_TOLD = 20
"""Configurations of one revision that are told one by one."""


def prove_passage(passage: Passage) -> Iterator[Problem]:
    """SF804 to SF806 for one older revision whose names have their places."""
    return _Proof(passage).problems()


class _Proof:
    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.crossing = Crossing(passage)
        self.told: set[Configuration] = set()

    def problems(self) -> Iterator[Problem]:
        old = self.crossing.old
        starts, numbers = [], []
        for number, here in enumerate(old.situations):
            if old.flow.standing(here.configuration).outcome is not None:
                continue  # it is closed, and stays as it is
            try:
                starts.append(self.crossing.after(here))
                numbers.append(number)
            except NoPlaceError as error:
                yield from self._told("SF804", number, f"cannot be moved: {error}")
        new = self.crossing.explored(starts)
        yield from self._stranded(new, numbers)
        if not (old.whole and new.whole):
            yield Problem("SF806", self._undecided(new), ("migration",), severity="info")

    def _stranded(self, new: Space, numbers: list[int]) -> Iterator[Problem]:
        if all(state.outcome is None for state in new.flow.states.values()):
            return  # somebody may be a customer for ever
        stranded = set(new.stranded())
        leading = new.that_reach(new.ends())
        missing = _missing(new)
        for number, started in zip(numbers, new.started, strict=True):
            if started < 0:
                why = "automatic transitions that would be taken there cannot be judged"
                yield from self._told("SF805", number, f"would be stranded: {why}", moved=True)
            elif started in stranded:
                why = "nothing can be done there any more"
                if started in leading:
                    why = "what leads to an end from there is possible for a time only"
                elif new.edges[started]:
                    why = "no way from there leads to an end"
                if started in missing:
                    why += f"; {missing[started]}"
                yield from self._told("SF805", number, f"would be stranded: {why}", moved=True)

    def _told(self, code: str, number: int, what: str, *, moved: bool = False) -> Iterator[Problem]:
        old = self.crossing.old
        here = old.situations[number].configuration
        if here in self.told or len(self.told) >= MOST_TOLD:
            return
        self.told.add(here)
        way = story(old.way_to(number))
        if moved:
            after = " + ".join(self.passage.stand(here).configuration)
            way += f" > moved to '{after}'"
        message = f"a case of revision {self.passage.old.revision} in '{' + '.join(here)}' {what}; for instance: {way}"
        yield Problem(code, message, self._place(here))

    def _place(self, here: Configuration) -> tuple[str | int, ...]:
        """What the migration says of one of the states, if it says anything."""
        for leaf in here:
            for path in self.passage.plan.states:
                if leaf == path or leaf.startswith(f"{path}."):
                    return ("states", path)
        return ("migration",)

    def _undecided(self, new: Space) -> str:
        names = sorted(self.crossing.old.tracked.inexact | new.tracked.inexact)
        why = (
            f"guards do more with {', '.join(names)} than compare with constants"
            if names
            else "there are more situations than are looked at"
        )
        revision = self.passage.old.revision
        return f"not decided for every case of revision {revision}: {why}; each case is looked at before it is moved"


def _missing(space: Space) -> Mapping[int, str]:
    """What guards read in a situation that is not there, in words."""
    return {
        number: f"'{fault.transition}' reads '{fault.missing}', which has no value there"
        for number, fault in reversed(space.faults)
        if number >= 0 and fault.missing is not None
    }
