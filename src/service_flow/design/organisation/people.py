"""Who acts: people with the posts they hold, and the system's own actors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service_flow.design.language.model import SYSTEM_ACTORS, OrganisationModel


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the host's directory or the blueprint knows him: an id, a name, the posts held."""

    id: str
    name: str = ""
    posts: frozenset[str] = frozenset()


FindPerson = Callable[[str], Person | None]
"""The host's user directory: gives the person of that id, or None."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever performs a command. A system actor (timer, rule, import, customer) acts only where `by` names it."""

    id: str
    posts: frozenset[str] = frozenset()
    system: bool = False

    def may_act(self, by: frozenset[str]) -> bool:
        """Whether one of the posts in `by` is held; an empty `by` admits every known person."""
        if self.system:
            return self.id in by
        return not by or not by.isdisjoint(self.posts)

    def post_for(self, by: frozenset[str], owners: tuple[str, ...]) -> str | None:
        """The post acted as: one that `by` asks for, the owning one if it is held, otherwise the first by name."""
        if self.system:
            return None
        held = self.posts & by if by else self.posts
        for owner in owners:
            if owner in held:
                return owner
        return min(held) if held else None


_SYSTEM = {name: Actor(name, system=True) for name in SYSTEM_ACTORS}


class People:
    """Finds the actor behind a name: the system's own first, then the host's directory or the blueprint's people."""

    def __init__(self, organisation: OrganisationModel, find: FindPerson | None = None) -> None:
        self._listed: Mapping[str, Person] = {
            name: Person(name, model.name, frozenset(model.posts)) for name, model in organisation.people.items()
        }
        self._find: FindPerson = find if find is not None else self._listed.get
        self.are_listed = find is None

    def actor(self, name: str) -> Actor | None:
        """The actor of that name, or None when nobody knows it."""
        system = _SYSTEM.get(name)
        if system is not None:
            return system
        person = self._find(name)
        return None if person is None else Actor(person.id, person.posts)

    def posts(self, name: str) -> frozenset[str]:
        """The posts a person holds; empty for a name nobody knows."""
        actor = self.actor(name)
        return actor.posts if actor is not None else frozenset()
