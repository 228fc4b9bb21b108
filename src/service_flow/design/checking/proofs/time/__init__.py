"""Proofs of time: promises that start, end and can be kept, timers that do something, words that have an effect."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.proofs.bounds import Bound
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.proofs.time import promises, timers
from service_flow.design.checking.proofs.time.course import Steps, TooMuchError, spend
from service_flow.design.checking.proofs.time.deadlines import Waiting
from service_flow.design.checking.proofs.time.words import prove_words
from service_flow.design.flow import Promise
from service_flow.design.flow.timing import OPENED
from service_flow.errors import Finding


def prove_time(theme: Theme) -> Iterator[Finding]:
    """SF611 to SF621. What the drawing shows is told of every flow; the rest needs the whole walk."""
    share = theme.bounds.timed.share
    bound = Bound(share)
    if theme.flow.is_timed:
        yield from _all(theme, bound)
    theme.bounds.timed.spend(share - max(bound.left, 0))


def _all(theme: Theme, bound: Bound) -> Iterator[Finding]:
    try:
        yield from prove_words(theme, bound)
        shown = set[tuple[str, str]]()
        for word, name, found in _by_drawing(theme, bound):
            if found is not None:
                shown.add((word, name))
                yield found
        decided = theme.space.whole
        if decided:
            yield from _by_walk(theme, bound, shown)
    except TooMuchError:
        decided = False
    if not decided or not theme.lengths.looks:
        message = "not decided: not every case was looked at, so not all that promises and timers may do is known"
        at = ("promises",) if theme.flow.promises else ("timers",)
        yield theme.at("SF621", message, at, key=True, severity="info")


def _drawn(theme: Theme) -> dict[str, Promise]:
    """The promises that start and end where the flow says. What features add happens when it happens."""
    flow = theme.flow
    known = {OPENED, *flow.tree.nodes, *flow.transitions}
    return {
        name: promise
        for name, promise in flow.promises.items()
        if promise.ends <= known and (promise.starts is None or promise.starts in known)
    }


def _by_drawing(theme: Theme, bound: Bound) -> Iterator[tuple[str, str, Finding | None]]:
    size = len(theme.flow.states) + len(theme.flow.transitions)
    for name, promise in _drawn(theme).items():
        spend(bound, size)
        yield "promise", name, promises.prove_by_drawing(theme, promise)
    for name, timer in theme.flow.timers.items():
        spend(bound, size)
        yield "timer", name, timers.prove_by_drawing(theme, timer)


def _by_walk(theme: Theme, bound: Bound, shown: set[tuple[str, str]]) -> Iterator[Finding]:
    steps = Steps(theme.space, theme.lives, bound)
    waiting = Waiting(steps)
    still: set[str] = set()
    for name, promise in _drawn(theme).items():
        if ("promise", name) not in shown:
            yield from promises.prove_by_walk(theme, promise, steps, waiting, still)
    yield from timers.prove_by_walk(theme, steps, {name for word, name in shown if word == "timer"})


__all__ = ["prove_time"]
