"""The way of cases from one revision of a flow to another: where each state leads, and what becomes of each field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from service_flow.design.checking.space.memory import Memory
from service_flow.design.flow import Configuration, Flow, StateTree
from service_flow.design.flow.tree import SEPARATOR, Node
from service_flow.design.language.model import MigrationModel
from service_flow.design.migrating.values import Route, route

Past = Mapping[str, Configuration]


class NoPlaceError(ValueError):
    """A configuration of the older revision that none of the newer one takes the place of; says why."""


class Stand(NamedTuple):
    """A configuration of the newer revision. `places` says of its states which of the older one each takes the place
    of; one that is not named there begins anew."""

    configuration: Configuration
    places: Mapping[str, str]


class Data(NamedTuple):
    """What becomes of a case's data: fields under new names, fields dropped, and by new names the values that become
    others and those that are given."""

    renamed: dict[str, str]
    dropped: tuple[str, ...]
    changed: dict[str, Any]
    given: dict[str, Any]


class Passage:
    """A migration between two revisions of a flow. `routes` has the way of each old field, None for one that is dropped
    and a text that says why where it has none; `given` the values that cases get, by new name."""

    def __init__(self, old: Flow, new: Flow, plan: MigrationModel) -> None:
        self.old, self.new, self.plan = old, new, plan
        ended = (leaf for path in plan.ends if path in old.tree.nodes for leaf in old.tree.under(path, old.tree.leaves))
        self.ended = frozenset(ended)
        self.routes: dict[str, Route | str | None] = {
            name: None if name in plan.drops else route(field, plan.data.get(name, name), new, plan.choices)
            for name, field in old.fields.items()
        }
        self.given = {name: new.fields[name].read(value) for name, value in plan.gives.items()}
        self._places: dict[str, Configuration | None] = {}
        self._stands: dict[Configuration, Stand | NoPlaceError] = {}

    def place(self, leaf: str) -> Configuration | None:
        """The innermost states that take the place of an old one; none for one that ends, None where it has no
        place."""
        if leaf not in self._places:
            self._places[leaf] = () if leaf in self.ended else self._find(leaf)
        return self._places[leaf]

    def stand(self, configuration: Configuration) -> Stand:
        """What takes the place of a configuration. Raises NoPlaceError."""
        known = self._stands.get(configuration)
        if known is None:
            try:
                known = self._stand(configuration)
            except NoPlaceError as error:
                known = error
            self._stands[configuration] = known
        if isinstance(known, NoPlaceError):
            raise known
        return known

    def came_from(self, past: Past, here: Configuration) -> dict[str, Configuration]:
        """From where states were entered, in new names. What has no place any more is forgotten; where several states
        become one, the one stood in counts, then one that may be come back to, then the one that is written first."""
        back = self.memory.reached_back(past, here)
        places = self.old.tree.order
        order = {leaf: (leaf not in here, leaf not in back, places.get(leaf, len(places))) for leaf in past}
        found: dict[str, Configuration | None] = {}
        for leaf in sorted(past, key=order.__getitem__):
            for path in self.place(leaf) or ():
                found.setdefault(path, self._or_none(past[leaf]))
        return {path: before for path, before in found.items() if before is not None}

    @cached_property
    def memory(self) -> Memory:
        """What a case of the older revision must remember for the sake of both."""
        newer, leaves, tree = Memory(self.new), self.old.states, self.new.tree
        back = frozenset(leaf for leaf in leaves if not newer.returning.isdisjoint(self.place(leaf) or ()))
        last = {
            phase: frozenset(leaf for leaf in leaves if tree.under(phase, self.place(leaf) or ()))
            for phase in newer.phases
        }
        return Memory(self.old, back, {left_in(phase): states for phase, states in last.items()})

    def trail(self, trail: Iterable[Configuration]) -> tuple[Configuration, ...]:
        """The configurations that were left, in new names, the latest last."""
        latest = dict[Configuration, None]()
        for configuration in trail:
            after = self._or_none(configuration)
            if after is not None:
                latest.pop(after, None)
                latest[after] = None
        return tuple(latest)

    def data(self, values: Mapping[str, Any]) -> Data:
        """What becomes of a case's data."""
        renamed, dropped, changed = dict[str, str](), list[str](), dict[str, Any]()
        kept: set[str] = set()
        for name, value in values.items():
            way = self.routes.get(name)
            if not isinstance(way, Route):
                dropped.append(name)
                continue
            kept.add(way.name)
            if way.name != name:
                renamed[name] = way.name
            after = way.convert(value)
            if type(after) is not type(value) or after != value:
                changed[way.name] = after
        given = {name: value for name, value in self.given.items() if name not in kept}
        return Data(renamed, tuple(dropped), changed, given)

    def counted(self, names: Iterable[str]) -> dict[str, str]:
        """Of transitions that were counted, those whose count goes on under another name."""
        return {name: self.plan.transitions[name] for name in names if name in self.plan.transitions}

    def _find(self, leaf: str) -> Configuration | None:
        new = self.new.tree
        path, rest = leaf, ""
        while path:
            target = self.plan.states.get(path)
            if target is not None:
                if target + rest in new.nodes:
                    return new.entry(target + rest)
                return None if new.nodes[target].inner else new.entry(target)
            path, _, last = path.rpartition(SEPARATOR)
            rest = f"{SEPARATOR}{last}{rest}"
        return new.entry(leaf) if leaf in new.nodes else None

    def _stand(self, configuration: Configuration) -> Stand:
        places: dict[str, str] = {}
        for leaf in configuration:
            after = self.place(leaf)
            if after is None:
                raise NoPlaceError(f"'{leaf}' has no place in the present flow")
            for path in after:
                places.setdefault(path, leaf)
        if not places:
            raise NoPlaceError("all that it stands in ends, and nothing is left")
        return Stand(complete(self.new.tree, places), places)

    def _or_none(self, configuration: Configuration) -> Configuration | None:
        try:
            return self.stand(configuration).configuration
        except NoPlaceError:
            return None


def left_in(phase: str) -> str:
    """The name under which a walk through the older revision keeps where a case was last in a phase of the newer."""
    return f"after: {phase}"


def complete(tree: StateTree, leaves: Iterable[str]) -> Configuration:
    """The configuration that has these innermost states, and beside them the initial ones of the regions that have
    none. Raises NoPlaceError for two that cannot be stood in at once."""
    inner: dict[str, dict[str, str]] = {}
    found = list(leaves)
    for leaf in found:
        node: Node | None = tree.leaves[leaf]
        while node is not None and node.parent is not None:
            within = inner.setdefault(node.parent.path, {})
            other = next(iter(within.items()), None)
            if other is not None and node.path not in within and not node.parent.parallel:
                raise NoPlaceError(f"'{other[1]}' and '{leaf}' cannot be stood in at once")
            within.setdefault(node.path, leaf)
            node = node.parent
    for path, within in inner.items():
        if tree.nodes[path].parallel:
            for region in tree.nodes[path].inner:
                if region.path not in within:
                    found += tree.entry(region.path)
    return tree.sorted(found)
