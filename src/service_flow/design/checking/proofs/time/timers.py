"""Proofs of timers: that they can do what they are for, and that their states are not always left before."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.proofs.time.course import Steps, leaves
from service_flow.design.flow import Timer
from service_flow.design.organisation import Target
from service_flow.errors import Finding


def prove_by_drawing(theme: Theme, timer: Timer) -> Finding | None:
    """SF615 where the drawing alone shows it: what the timer performs leaves none of its states."""
    during = leaves(theme.flow, timer.during)
    if not during.isdisjoint(theme.drawn.sources(theme.flow.transitions[timer.perform])):
        return None
    message = f"timer '{timer.name}' can do nothing: '{timer.perform}' does not leave any of its states"
    return theme.at("SF615", message, ("timers", timer.name), key=True)


def prove_by_walk(theme: Theme, steps: Steps, idle: set[str]) -> Iterator[Finding]:
    """SF615, SF616, over all cases there can be; not of timers that are `idle`, as was told already. Raises
    TooMuchError."""
    states = _Rests(theme, steps)
    for name, timer in theme.flow.timers.items():
        if name in idle:
            continue
        at = ("timers", name)
        rests = states.resting(timer)
        if not rests:
            passed = leaves(theme.flow, timer.during) & theme.drawn.reached.keys()
            why = "each case that comes to its states leaves them at once" if passed else "no case comes to its states"
            yield theme.at("SF615", f"timer '{name}' never fires: {why}", at, key=True)
        elif not any(states.performed(number, timer.perform) for number in rests):
            message = f"timer '{name}' can do nothing: wherever it may fire, no case can perform '{timer.perform}'"
            yield theme.at("SF615", message, at, key=True)
        else:
            first = next((other for other in theme.flow.timers.values() if states.comes_before(other, timer)), None)
            if first is not None:
                message = f"timer '{name}' never fires: its states are always left before, by timer '{first.name}'"
                yield theme.at("SF616", message, at, key=True, severity="warning")


class _Rests:
    """The situations in which cases stand, and what timers do there."""

    def __init__(self, theme: Theme, steps: Steps) -> None:
        self._theme, self._flow, self._steps = theme, theme.flow, steps
        self._during = {name: leaves(theme.flow, timer.during) for name, timer in theme.flow.timers.items()}
        self._standing: dict[str, list[int]] = {leaf: [] for leaf in theme.flow.states}
        for number, here in enumerate(theme.space.situations):
            for leaf in here.configuration:
                self._standing[leaf].append(number)
        self._leaving: dict[str, bool] = {}

    def resting(self, timer: Timer) -> set[int]:
        """The situations in which it runs."""
        found: set[int] = set()
        for leaf in self._during[timer.name]:
            self._steps.spend(1 + len(self._standing[leaf]))
            found.update(self._standing[leaf])
        return found

    def performed(self, here: int, transition: str) -> bool:
        self._steps.spend(len(self._theme.space.edges[here]))
        return any(edge.transition == transition for edge in self._theme.space.edges[here])

    def comes_before(self, first: Timer, timer: Timer) -> bool:
        """Whether one timer always leaves the states of another before that fires.

        It runs wherever the other does, is not set anew while the other goes on, takes a shorter time, and what it does
        is possible everywhere, whoever the customer is, and leaves all of its states.
        """
        self._steps.spend(1)
        one, other = first.after or first.every, timer.after or timer.every
        if first.name == timer.name or one is None or other is None:
            return False
        mine, its = self._during[first.name], self._during[timer.name]
        anew = {path for path in first.during if path in self._flow.states} - set(timer.during)
        anew |= first.again - timer.again
        return (
            mine >= its
            and not anew
            and self._is_first((one, first), (other, timer))
            and self._always_leaves(first)
        )  # fmt: skip

    def _is_first(self, one: tuple[Target, Timer], other: tuple[Target, Timer]) -> bool:
        (mine, first), (its, timer) = one, other
        if self._theme.lengths.is_shorter(mine, first.calendar, its, timer.calendar):
            return True
        same = str(mine) == str(its) and (first.calendar == timer.calendar or not mine.working)
        return same and first.name < timer.name

    def _always_leaves(self, timer: Timer) -> bool:
        """Whether it leaves its states when it fires, in whatever situation."""
        known = self._leaving.get(timer.name)
        if known is None:
            known = self._leaving[timer.name] = self._leaves(timer)
        return known

    def _leaves(self, timer: Timer) -> bool:
        step, during = self._flow.transitions[timer.perform], self._during[timer.name]
        filled = step.form.fill(timer.data)
        if step.guards or filled.wrong or filled.missing:
            return False
        for number in self.resting(timer):
            edges = [edge for edge in self._theme.space.edges[number] if edge.transition == step.name]
            self._steps.spend(len(self._theme.space.edges[number]))
            if not edges:
                return False
            for edge in edges:
                stops = (edge.passed, *(stop for _, stop in edge.followed))
                if not any(during.isdisjoint(stop.configuration) for stop in stops):
                    return False
        return True
