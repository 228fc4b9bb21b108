"""What properties mean, said directly of the whole story of a case; and stories that break them, found by trying all."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from every_case import Moment, TooLarge, Walk

from service_flow.design.flow import Flow
from service_flow.design.language.expressions import EvaluationError
from service_flow.design.language.model import PropertyModel, StateModel
from service_flow.design.properties.monitors import guard_of


def stands(place: str, configuration: Sequence[str]) -> bool:
    return any(leaf == place or leaf.startswith(f"{place}.") for leaf in configuration)


def at(place: str, moment: Moment, flow: Flow) -> bool:
    """Whether a moment is one of being at a place: standing there, or having performed it."""
    return stands(place, moment.after) if place in flow.tree.nodes else moment.transition == place


def breaks(wish: PropertyModel, story: Sequence[Moment], flow: Flow) -> bool:
    """Whether a story breaks a property, by the words of the reference."""
    if wish.every is not None:
        return any(
            (moment.outcome == wish.every or (moment.outcome is not None and wish.every in moment.after))
            and not any(at(place, earlier, flow) for earlier in story[: index + 1] for place in wish.visits or ())
            for index, moment in enumerate(story)
        )
    if wish.before is not None:
        return any(
            at(wish.before, moment, flow)
            and not any(at(place, earlier, flow) for earlier in story[: index + 1] for place in wish.visits or ())
            for index, moment in enumerate(story)
        )
    if wish.after is not None:
        return any(
            story[end].outcome is not None
            and at(wish.after, story[start], flow)
            and not any(at(place, moment, flow) for moment in story[start : end + 1] for place in wish.eventually or ())
            for end in range(len(story))
            for start in range(end + 1)
        )
    if wish.never is not None:
        return any(_there(wish, moment, flow) and _holds(wish, moment, flow) for moment in story)
    if wish.at_most is not None:
        place = wish.times or ""
        came = [
            moment.transition == place if place not in flow.tree.nodes
            else stands(place, moment.after) and not stands(place, moment.before)
            for moment in story
        ]  # fmt: skip
        return sum(came) > wish.at_most
    return any(owners(flow, leaf) == 0 for moment in story if moment.outcome is None for leaf in moment.after)


def _there(wish: PropertyModel, moment: Moment, flow: Flow) -> bool:
    places = wish.never or []
    return at(places[0], moment, flow) if len(places) == 1 else all(stands(place, moment.after) for place in places)


def _holds(wish: PropertyModel, moment: Moment, flow: Flow) -> bool:
    guard = guard_of(flow, wish)
    try:
        return guard is None or guard.holds(moment.values)
    except EvaluationError:
        return False


def owners(flow: Flow, leaf: str) -> int:
    """How many posts answer for a state: the nearest that is named, from the state outwards."""
    states: Mapping[str, StateModel] = flow.model.states
    found = None
    for name in leaf.split("."):
        state = states[name]
        found = state.owner or found
        states = state.regions or state.states
    return 0 if found is None else 1


def shortest_breaking(walk: Walk, wish: PropertyModel, most: int = 6_000) -> list[Moment] | None:
    """A story of fewest commands that breaks a property, of all that there are; None if there is none.

    Two stories that end in the same case are told apart by when they were last at each place and how often they came to
    it: all that the words of a property ask for. Raises TooLarge.
    """
    flow = walk.flow
    places = [p for p in (wish.every, wish.before, wish.after, wish.times, *(wish.visits or ()),
                          *(wish.eventually or ()), *(wish.never or ())) if p is not None]  # fmt: skip
    waiting: deque[tuple[int, list[Moment]]] = deque()
    seen: set[object] = set()
    tried = 0

    def take(number: int, story: list[Moment]) -> bool:
        nonlocal tried
        tried += 1
        if tried > most:
            raise TooLarge
        if breaks(wish, story, flow):
            return True
        last = [max((i for i, m in enumerate(story) if at(p, m, flow)), default=-1) for p in places]
        came = sum(at(p, m, flow) and not (p in flow.tree.nodes and stands(p, m.before)) for m in story for p in places[:1])
        order = tuple(sorted(set(last)).index(index) for index in last), min(last, default=0) < 0
        key = (number, order, tuple(index < 0 for index in last), min(came, (wish.at_most or 0) + 1))
        if key not in seen:
            seen.add(key)
            waiting.append((number, story))
        return False

    for _, number, told in walk.beginnings:
        if take(number, list(told)):
            return list(told)
    while waiting:
        number, story = waiting.popleft()
        for _, target, told in walk.nodes[number].led:
            if take(target, [*story, *told]):
                return [*story, *told]
    return None
