"""What is around a command and not in the case: the customer's facts, who acts, how late it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import product
from typing import Any, NamedTuple

from service_flow.design.checking.sampling import SCALES, Marks
from service_flow.design.flow.names import ACTOR, CIRCUMSTANCES, CUSTOMER, NOW, TIMES
from service_flow.design.language.model import SYSTEM_ACTORS

ENTERED, STAYED = "case.entered_at", "case.time_in_state"
CONSTANT = ("case.channel", "case.opened_at")
"""What is known of a case from its opening on and never changes."""
_POSTS = f"{ACTOR}.posts"
_NOTHING: Mapping[str, Any] = {}
Choices = Callable[[str, Mapping[str, Any]], Sequence[Any] | None]


class Pace(IntEnum):
    """How long what was done stays possible: only for a time after the state was entered or up to a certain day
    (`HURRIED`), for a time after the state was entered (`TIMED`), for ever (`LASTING`)."""

    HURRIED = 0
    TIMED = 1
    LASTING = 2


class World(NamedTuple):
    """Values of what is around a command, by dotted name; None for what has no value."""

    values: Mapping[str, Any]
    pace: Pace = Pace.LASTING


class Around:
    """The worlds that a command may meet."""

    def __init__(
        self, marks: Mapping[str, Marks], samples: Mapping[str, tuple[Any, ...]], beside: Choices = lambda *_: None
    ) -> None:
        """`beside` gives the values of a variable that is held against others, given these; None for any other."""
        self._beside = beside
        self.choices: dict[str, tuple[Any, ...]] = {}
        for name, variable in marks.items():
            record = name.partition(".")[0]
            if record not in CIRCUMSTANCES or record == TIMES or name in CONSTANT:
                continue
            values = samples[name]
            if name in (NOW, ENTERED, STAYED):
                values = (*values, SCALES[variable.type].above(values))  # later than all that it is held against
            elif record == CUSTOMER:
                values = (*values, None)
            self.choices[name] = values
        self._named = marks[_POSTS].members if _POSTS in marks else frozenset()

    def differ(self, names: Collection[str]) -> bool:
        """Whether worlds differ in these names."""
        return not self.choices.keys().isdisjoint(names)

    def worlds(
        self, names: Collection[str], by: Collection[str] = (), known: Mapping[str, Any] = _NOTHING
    ) -> Iterator[World]:
        """The worlds that differ in these names, for a command that asks for one of the posts in `by`; `known` are the
        values of the case."""
        chosen = {name: self._chosen(name, values, known) for name, values in self.choices.items() if name in names}
        latest = {name: max(values) for name, values in chosen.items() if name in (NOW, ENTERED, STAYED)}
        for combination in product(*chosen.values()):
            values = dict(zip(chosen, combination, strict=True))
            if by and _POSTS in values:
                posts = self._holding(values[_POSTS], by)
                if posts is None:
                    continue
                values[_POSTS] = posts
            yield World(values, _pace(values, latest))

    def _chosen(self, name: str, values: tuple[Any, ...], known: Mapping[str, Any]) -> Sequence[Any]:
        beside = self._beside(name, known)
        if beside is None:
            return values
        return (*beside, None) if name.startswith(f"{CUSTOMER}.") else beside

    def _holding(self, posts: tuple[str, ...], by: Collection[str]) -> tuple[str, ...] | None:
        """The posts of somebody who may act: of the posts that no guard names, one of `by` is added. None where nobody
        can hold just these. System actors hold none."""
        if not set(by).isdisjoint(posts) or (not posts and not set(by).isdisjoint(SYSTEM_ACTORS)):
            return posts
        others = sorted(post for post in by if post not in self._named and post not in SYSTEM_ACTORS)
        return (*posts, others[0]) if others else None


def _pace(values: Mapping[str, Any], latest: Mapping[str, Any]) -> Pace:
    early = {name for name, last in latest.items() if values[name] != last}
    if early:
        return Pace.TIMED if early == {STAYED} else Pace.HURRIED
    return Pace.LASTING
