"""Two revisions of a flow side by side, with the states that have only moved known as the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service_flow.design.flow import Flow
from service_flow.design.flow.tree import SEPARATOR
from service_flow.design.language.model import FlowModel, plain

_PATHS = frozenset(
    {
        "initial", "from", "except", "to", "state", "while", "until", "on", "every", "visits", "before", "after",
        "eventually", "never", "times",
    }
)  # fmt: skip
"""Words of a flow that hold paths of states, outside of `states`."""
_SECTIONS = ("entries", "transitions", "timers", "promises", "rules", "effects", "properties")


@dataclass(frozen=True)
class Pair:
    """An older and a newer revision of one flow."""

    old: Flow
    new: Flow

    @cached_property
    def moved(self) -> dict[str, str]:
        """States, and phases with all that is in them, that stand elsewhere in the tree under the same last name: the
        old path and the new one. A name that several of them have is nobody's."""
        gone = [path for path in self.old.tree.nodes if path and path not in self.new.tree.nodes]
        come = [path for path in self.new.tree.nodes if path and path not in self.old.tree.nodes]
        found: dict[str, str] = {}
        while True:
            gone = [path for path in gone if not _is_inside(path, found)]
            come = [path for path in come if not _is_inside(path, found.values())]
            before, after = _named(gone), _named(come)
            pair = next(((path, after[name]) for name, path in before.items() if name in after), None)
            if pair is None:
                return found
            found[pair[0]] = pair[1]

    def now(self, path: str) -> str:
        """The path that a state of the old revision has in the new one, if it is still there."""
        for old, new in self.moved.items():
            if path == old or path.startswith(old + SEPARATOR):
                return new + path[len(old) :]
        return path

    @cached_property
    def before(self) -> FlowModel:
        """The old model, with the states that have moved called by their new paths wherever they are named."""
        if not self.moved:
            return self.old.model
        words = plain(self.old.model)
        changed = {name: self._renamed(words[name]) for name in _SECTIONS if name in words}
        changed["initial"] = self.now(words["initial"])
        return FlowModel.model_validate({**words, **changed})

    def leaving(self, name: str) -> frozenset[str]:
        """The old states in which cases stand that may perform a transition of the old revision."""
        return frozenset(self.old.transitions[name].sources)

    def under(self, path: str) -> frozenset[str]:
        """The old states in which cases stand that are, or lie in, an old state."""
        return frozenset(self.old.tree.under(path, self.old.tree.leaves))

    def _renamed(self, value: Any, word: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._renamed(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._renamed(inner, word) for inner in value]
        return self.now(value) if word in _PATHS and isinstance(value, str) else value


def _is_inside(path: str, several: Iterable[str]) -> bool:
    return any(path == one or path.startswith(one + SEPARATOR) for one in several)


def _named(paths: Iterable[str]) -> dict[str, str]:
    """Paths by their last name, where only one has it."""
    listed = list(paths)
    times = Counter(path.rpartition(SEPARATOR)[2] for path in listed)
    return {name: path for path in listed if times[name := path.rpartition(SEPARATOR)[2]] == 1}


def moved_paths(pair: Pair) -> Iterator[tuple[str, str]]:
    """All innermost states that have moved, old path and new."""
    for path in pair.old.states:
        now = pair.now(path)
        if now != path and now in pair.new.states:
            yield path, now
