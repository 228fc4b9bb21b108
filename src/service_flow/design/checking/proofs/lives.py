"""The steps of a walk as words, which the monitors of properties read letter by letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from service_flow.design.checking.sampling import nested
from service_flow.design.checking.space import Edge, Space
from service_flow.design.checking.space.situation import Stop
from service_flow.design.flow import Configuration
from service_flow.design.properties import Letter


class Lives:
    """The lives of all cases: `beginnings`, and for each situation the `edges` out of it, each with the number of its
    word in `words`. Steps of one word between the same situations count once. `with_values` tells words apart by what
    guards of properties may answer differently."""

    def __init__(self, space: Space, *, with_values: bool) -> None:
        self._space, self._with_values = space, with_values
        self.words: list[tuple[Letter, ...]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self.beginnings = self._spelled(space.beginnings)
        self.edges = [self._spelled(edges) for edges in space.edges]

    def _spelled(self, edges: Iterable[Edge]) -> list[tuple[int, Edge]]:
        found: dict[tuple[int, int], Edge] = {}
        for edge in edges:
            found.setdefault((self._word(edge), edge.target), edge)
        return [(word, edge) for (word, _), edge in found.items()]

    def _word(self, edge: Edge) -> int:
        before = self._space.situations[edge.source].configuration if edge.source >= 0 else ()
        first = edge.transition if edge.source >= 0 else ""
        steps = ((first, edge.passed), *edge.followed)
        if not self._with_values:
            steps = tuple((name, Stop(stop.configuration)) for name, stop in steps)
        number = self._numbers.get((before, steps))
        if number is None:
            number = self._numbers[before, steps] = len(self.words)
            self.words.append(tuple(_letters(before, steps)))
        return number


def _letters(before: Configuration, steps: Iterable[tuple[str, Stop]]) -> Iterator[Letter]:
    for name, stop in steps:
        yield Letter(name, before, stop.configuration, nested(dict(stop.values)))
        before = stop.configuration
