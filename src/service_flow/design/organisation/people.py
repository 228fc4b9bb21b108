"""Who acts: people with the posts they hold, and the system's own actors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from service_flow.design.language.model import SYSTEM_ACTORS, OrganisationModel, PersonModel
from service_flow.design.language.model.organisation import HIGHEST_LEVEL, LOWEST_LEVEL
from service_flow.design.language.values import read_text
from service_flow.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the host's directory or the blueprint knows him: an id, a name, the posts held.

    `skills` are those had, each with its level (1 to 5), or a set of them without levels; `languages` those spoken with
    customers; `calendar` the hours of work, a calendar of the blueprint; `department` where the person belongs.
    """

    id: str
    name: str = ""
    posts: frozenset[str] = frozenset()
    skills: Mapping[str, int] | frozenset[str] = field(default=frozenset(), hash=False)  # a dict has no hash
    languages: frozenset[str] = field(default=frozenset(), hash=False)
    calendar: str | None = field(default=None, hash=False)
    department: str | None = field(default=None, hash=False)

    def level(self, skill: str) -> int:
        """The level of a skill: 1 to 5, 1 where none is told, 0 for one that is not had."""
        if isinstance(self.skills, Mapping):
            return self.skills.get(skill, 0)
        return 1 if skill in self.skills else 0


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


_NOTE = "raised by the directory handed in as people=, which the service desk asked who acts; nothing was done"
MOST_KNOWN = 10_000
"""People of a directory who are remembered as actors."""
_SYSTEM = {name: Actor(name, system=True) for name in SYSTEM_ACTORS}


class People:
    """Finds the actor behind a name: the system's own first, then the host's directory or the blueprint's people."""

    def __init__(self, organisation: OrganisationModel, find: FindPerson | None = None) -> None:
        self._organisation = organisation
        self._listed: Mapping[str, Actor] = {
            name: Actor(name, frozenset(model.posts)) for name, model in organisation.people.items()
        }
        self._find = find
        self._known: dict[tuple[str, frozenset[str]], Actor] = {}
        self.are_listed = find is None

    def actor(self, name: str) -> Actor | None:
        """The actor of that name, or None when nobody knows it. Raises NotAllowed for a directory's answer that is
        no Person, and what the directory raises, with a note that says so."""
        system = _SYSTEM.get(name)
        if system is not None:
            return system
        if self._find is None:
            return self._listed.get(name)
        person = self._asked(self._find, name)
        return None if person is None else self._actor(person)

    def person(self, name: str) -> Person | None:
        """The person of that id with everything that is known of him; None for a name nobody knows, and for a system
        actor. Without a `department` it is that of the first of his posts. Raises as `actor` does."""
        if name in _SYSTEM:
            return None
        if self._find is None:
            model = self._organisation.people.get(name)
            return None if model is None else listed_person(name, model, self._organisation)
        person = self._asked(self._find, name)
        if person is None:
            return None
        posts = _actor(person).posts  # refuses what is no person
        department = _text(person.department, "department")
        return replace(
            person, posts=posts, skills=_skills(person.skills), languages=_texts(person.languages, "languages"),
            calendar=_text(person.calendar, "calendar"),
            department=_department(self._organisation, tuple(sorted(posts))) if department is None else department,
        )  # fmt: skip

    def _asked(self, find: FindPerson, name: str) -> Person | None:
        try:
            return find(name)
        except Exception as error:
            # The host's own, which he knows how to handle: it stays as it is, and says where it came from.
            if _NOTE not in getattr(error, "__notes__", ()):
                error.add_note(_NOTE)
            raise

    def _actor(self, person: object) -> Actor:
        """The actor of what a directory gave; one that was given before is known, if he is still the same."""
        if type(person) is not Person or type(person.posts) is not frozenset:
            return _actor(person)
        try:
            key = (person.id, person.posts)
            actor = self._known.get(key)
        except TypeError:  # an id or a post that is no text
            return _actor(person)
        if actor is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            actor = self._known[key] = _actor(person)
        return actor

    def posts(self, name: str) -> frozenset[str]:
        """The posts a person holds; empty for a name nobody knows."""
        actor = self.actor(name)
        return actor.posts if actor is not None else frozenset()


def _actor(person: object) -> Actor:
    """The actor of what a directory gave. Raises NotAllowed when that is none: who cannot be told apart may not act."""
    if not isinstance(person, Person):
        raise NotAllowed(
            f"the directory handed in as people= must give a Person or None, not a {type(person).__name__}"
        )
    try:
        name = read_text(person.id)
        posts = frozenset(read_text(post) for post in person.posts) if not isinstance(person.posts, str) else None
    except (ValueError, TypeError):
        name, posts = "", None
    if not name or posts is None:
        raise NotAllowed("the directory handed in as people= gave a Person whose id or posts are no texts")
    if name in _SYSTEM:
        raise NotAllowed(f"'{name}' is the name of a system actor and cannot be a person's id")
    return Actor(name, posts)


def _unusable(what: str, why: str) -> NotAllowed:
    return NotAllowed(f"the directory handed in as people= gave a Person whose {what} {why}")


def _text(value: object, what: str) -> str | None:
    if value is None:
        return None
    try:
        return read_text(value)
    except (ValueError, TypeError):
        raise _unusable(what, "is no text") from None


def _texts(values: object, what: str) -> frozenset[str]:
    try:
        if not isinstance(values, str | Mapping) and isinstance(values, Iterable):
            return frozenset(read_text(value) for value in values)
    except (ValueError, TypeError):
        pass
    raise _unusable(what, "are no set of texts")


def _skills(skills: object) -> Mapping[str, int] | frozenset[str]:
    if not isinstance(skills, Mapping):
        return _texts(skills, "skills")
    names = _texts(skills.keys(), "skills")
    if len(names) == len(skills) and all(
        type(level) is int and LOWEST_LEVEL <= level <= HIGHEST_LEVEL for level in skills.values()
    ):
        return skills
    raise _unusable("skills", f"have levels other than {LOWEST_LEVEL} to {HIGHEST_LEVEL}")


def listed_person(name: str, model: PersonModel, organisation: OrganisationModel) -> Person:
    """A person whom the blueprint lists."""
    return Person(
        name, model.name, frozenset(model.posts), MappingProxyType(dict(model.skills)), frozenset(model.languages),
        model.calendar, model.department or _department(organisation, tuple(model.posts)),
    )  # fmt: skip


def _department(organisation: OrganisationModel, posts: tuple[str, ...]) -> str | None:
    """Where the first of some posts belongs that belongs anywhere."""
    known = (organisation.posts[post].department for post in posts if post in organisation.posts)
    return next((department for department in known if department is not None), None)


def superior_of(organisation: OrganisationModel) -> Callable[[str], str | None]:
    """The post above another, by the supervisors that an organisation names."""
    above = {name: post.supervisor for name, post in organisation.posts.items()}
    return above.get
