"""The tree of a flow's states: what holds what, what is entered, and where a move ends.

A configuration is the tuple of the innermost states a case stands in, in the order they are written: one state, or one
for each region that lies side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service_flow.design.language.model import ANY, FlowModel, StateModel

SEPARATOR = "."
ROOT = ""
Configuration = tuple[str, ...]


@dataclass(slots=True)
class Node:
    """A state, a phase or a region in the tree. `order` counts innermost states in the order they are written."""

    path: str
    model: StateModel | None
    parent: Node | None
    parallel: bool = False
    inner: list[Node] = field(default_factory=list, repr=False)
    order: int = -1

    @property
    def is_region(self) -> bool:
        return self.parent is not None and self.parent.parallel

    def above(self) -> Iterator[Node]:
        """What holds this node, from near to far; the root is the last."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class StateTree:
    """The states of a flow by path. The names in the model lead somewhere: checks have seen to it."""

    def __init__(self, model: FlowModel) -> None:
        self.root = Node(ROOT, None, None)
        self.nodes: dict[str, Node] = {ROOT: self.root}
        self.leaves: dict[str, Node] = {}
        self._ends: dict[str, frozenset[str]] = {}
        self._grow(model.states)
        self.order = {path: node.order for path, node in self.leaves.items()}

    def _grow(self, states: Mapping[str, StateModel]) -> None:
        # Depth first and in order, without recursion: a flow may be as deep as its text allows.
        pending = [(self.root, name, state) for name, state in reversed(list(states.items()))]
        while pending:
            parent, name, state = pending.pop()
            node = Node(f"{parent.path}{SEPARATOR}{name}" if parent.path else name, state, parent)
            self.nodes[node.path] = node
            parent.inner.append(node)
            inside = state.regions or state.states
            node.parallel = bool(state.regions)
            if inside:
                pending += [(node, inner, model) for inner, model in reversed(list(inside.items()))]
            else:
                node.order = len(self.leaves)
                self.leaves[node.path] = node

    def sorted(self, leaves: Iterable[str]) -> Configuration:
        """Innermost states in the order they are written."""
        return tuple(sorted(set(leaves), key=self.order.__getitem__))

    def entry(self, path: str) -> Configuration:
        """What is entered when `path` is the target: itself, or what lies inside by `initial`, in every region."""
        found: list[str] = []
        pending = [self.nodes[path]]
        while pending:
            node = pending.pop()
            if not node.inner:
                found.append(node.path)
            elif node.parallel:
                pending += reversed(node.inner)
            else:
                initial = node.model.initial if node.model is not None else None
                pending.append(self.nodes[f"{node.path}{SEPARATOR}{initial}"])
        return self.sorted(found)

    def under(self, path: str, leaves: Iterable[str]) -> Configuration:
        """Those of the innermost states that are `path` or lie in it."""
        if path == ROOT:
            return tuple(leaves)
        inside = path + SEPARATOR
        return tuple(leaf for leaf in leaves if leaf == path or leaf.startswith(inside))

    def scope(self, source: str, target: str) -> Node:
        """The smallest part of the tree that a move from `source` to `target` stays inside; never side by side."""
        around = {node.path for node in self.nodes[source].above()}
        for node in self.nodes[target].above():
            if node.path in around and not node.parallel:
                return node
        return self.root

    def crosses(self, source: str, target: str) -> bool:
        """Whether a move from `source` to `target` would lead from one region into another beside it."""
        around = {node.path for node in self.nodes[source].above()}
        common = next(node for node in self.nodes[target].above() if node.path in around)
        return common.parallel

    def completed(self, leaves: Configuration, path: str, scope: Node) -> Configuration:
        """What is entered beside `leaves`, which lie in `path`: the initial states of the regions beside it, up to
        `scope`."""
        node = self.nodes[path]
        found = list(leaves)
        while node.parent is not None and node is not scope and node.parent is not scope:
            if node.parent.parallel:
                for beside in node.parent.inner:
                    if beside is not node:
                        found += self.entry(beside.path)
            node = node.parent
        return self.sorted(found)

    def moved(
        self, configuration: Configuration, source: str, path: str, leaves: Configuration | None = None
    ) -> tuple[Configuration, Configuration]:
        """The configuration after a move from the innermost state `source` into `path`, to its initial states or to
        `leaves`; and the innermost states that were left and entered again by it."""
        scope = self.scope(source, path)
        left = set(self.under(scope.path, configuration))
        entered = self.completed(self.entry(path) if leaves is None else leaves, path, scope)
        after = self.sorted([*(leaf for leaf in configuration if leaf not in left), *entered])
        return after, tuple(leaf for leaf in entered if leaf in left)

    def nearest(self, candidates: Iterable[str], path: str) -> str:
        """Of several innermost states that a transition leaves at once, the one from which `path` is nearest."""
        best, depth = "", -1
        for source in candidates:
            here = -1 if self.crosses(source, path) else sum(1 for _ in self.scope(source, path).above())
            if not best or here > depth:
                best, depth = source, here
        return best

    def sources(self, named: Iterable[str], exceptions: Iterable[str], targets: frozenset[str]) -> tuple[str, ...]:
        """The innermost states that a transition leaves, in the order they are named.

        `any` and phases stand for the states in them where the transition would change something: they leave out final
        states, the transition's own targets, and the exceptions. A state that is named is meant.
        """
        spared = {leaf for path in exceptions for leaf in self.under(path, self.leaves)}
        found: dict[str, None] = {}
        for path in named:
            if path in self.leaves:
                if path not in spared:
                    found[path] = None
                continue
            for leaf in self.under(ROOT if path == ANY else path, self.leaves):
                model = self.leaves[leaf].model
                if model is not None and not model.final and leaf not in targets and leaf not in spared:
                    found[leaf] = None
        return tuple(found)

    def ends(self, path: str) -> frozenset[str]:
        """The innermost states that end a region of `path`. A region inside of a region ends for its own join only."""
        known = self._ends.get(path)
        if known is None:
            known = frozenset(leaf for leaf in self.under(path, self.leaves) if self._ends_region_of(leaf, path))
            self._ends[path] = known
        return known

    def is_done(self, path: str, configuration: Configuration) -> bool:
        """Whether every region of `path`, a state with regions, is done."""
        here = self.under(path, configuration)
        return bool(here) and self.ends(path).issuperset(here)

    def _ends_region_of(self, leaf: str, path: str) -> bool:
        node = self.leaves[leaf]
        region = next((above for above in (node, *node.above()) if above.is_region), None)
        whole = region.parent if region is not None else None
        return node.model is not None and node.model.done and whole is not None and whole.path == path
