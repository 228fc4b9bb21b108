"""Who there is: people with their posts, skills and languages as the blueprint lists them, and what is known of staff
besides: who was trained, who is absent, who has left.

The latter stands in entries of the store that the feature `staff` fills, where it is used; without it, all are there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from service_flow.design.language.model import OrganisationModel
from service_flow.engine.store import EntryRow
from service_flow.features.assignment.kept import instant

SKILL, ABSENT, AWAY, PERSON = "staff:skill", "staff:absent", "staff:away", "staff:person"
_TICK = timedelta(microseconds=1)

ReadEntries = Callable[..., list[EntryRow]]
"""Gives all entries of a kind under a key, as `Noting.entries` does."""
Skill = tuple[str, int]
"""A skill with the level at least."""


class Listed:
    """The people of organisation.yaml, made ready once: whom a rule chooses among is looked up, not worked out."""

    def __init__(self, organisation: OrganisationModel) -> None:
        self.posts: dict[str, frozenset[str]] = {
            person: frozenset(model.posts) for person, model in sorted(organisation.people.items())
        }
        self.calendars = {
            person: model.calendar for person, model in organisation.people.items() if model.calendar is not None
        }
        self._levels: dict[str, dict[str, int]] = {}
        self._speakers: dict[str, set[str]] = {}
        for person, model in organisation.people.items():
            for skill, level in model.skills.items():
                self._levels.setdefault(skill, {})[person] = level
            for language in model.languages:
                self._speakers.setdefault(language, set()).add(person)
        self._known: dict[tuple[tuple[str, ...], tuple[Skill, ...], str | None], tuple[str, ...]] = {}

    def candidates(self, posts: tuple[str, ...], skills: tuple[Skill, ...], language: str | None) -> tuple[str, ...]:
        """Those who hold one of the posts, have all the skills and speak the language, in order of their ids."""
        key = (posts, skills, language)
        found = self._known.get(key)
        if found is None:
            found = tuple(self.among(posts, [self.skilled(skill) for skill in skills], language))
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = found
        return found

    def among(self, posts: Iterable[str], having: Iterable[Iterable[str]], language: str | None) -> list[str]:
        """Those who hold one of the posts, are in each of the groups `having`, and speak the language."""
        wanted, groups = frozenset(posts), [frozenset(group) for group in having]
        if language is not None:
            groups.append(frozenset(self._speakers.get(language, ())))
        return [
            person
            for person, held in self.posts.items()
            if not wanted.isdisjoint(held) and all(person in group for group in groups)
        ]

    def skilled(self, skill: Skill) -> set[str]:
        """Those who have a skill at that level, or a higher one."""
        name, least = skill
        return {person for person, level in self._levels.get(name, {}).items() if level >= least}


class Facts:
    """What is known of staff at an instant, read from entries. The feature that fills them may not be used."""

    def __init__(self, entries: ReadEntries, at: datetime) -> None:
        self._entries, self._at = entries, at
        self._now = instant(at)

    def trained(self, skill: Skill) -> set[str]:
        """Those to whom a training gave a skill at that level, or a higher one, which counts now."""
        name, least = skill
        found = (_read(row.value) for row in self._entries(SKILL, name))
        return {one["person"] for one in found if one["level"] >= least and self._counts(one)}

    def is_there(self, person: str) -> bool:
        """Whether somebody has neither left nor is absent."""
        return not self.has_left(person) and self._absence(person) is None

    @cached_property
    def away(self) -> frozenset[str]:
        """All who are absent, asked for where one of many would have to be looked at after the other."""
        rows = self._entries(AWAY, "", since=instant(self._at + _TICK))
        return frozenset(one["person"] for one in (_read(row.value) for row in rows) if self._counts(one))

    def has_left(self, person: str) -> bool:
        """Whether somebody has left for good."""
        left = (_read(row.value).get("left") for row in self._entries(PERSON, person))
        return any(when is not None and when <= self._now for when in left)

    def acting_for(self, person: str) -> str | None:
        """Who acts for somebody now: himself while he is there, otherwise his deputy, or that one's; None: nobody."""
        seen = set[str]()
        acting: str | None = person
        while acting is not None and acting not in seen and not self.has_left(acting):
            seen.add(acting)
            absence = self._absence(acting)
            if absence is None:
                return acting
            acting = absence["deputy"]
        return None

    def _absence(self, person: str) -> dict[str, Any] | None:
        for row in self._entries(ABSENT, person, until=instant(self._at + _TICK)):
            absence = _read(row.value)
            if self._counts(absence):
                return absence
        return None

    def _counts(self, span: dict[str, Any]) -> bool:
        """Whether a span of time has begun and not ended; it ends at its `until` itself."""
        until = span.get("until")
        return bool(span["since"] <= self._now) and (until is None or self._now < until)


_MOST_KNOWN = 10_000
"""Groups of candidates that are remembered."""


@lru_cache(maxsize=10_000)
def _read(value: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value)
    return found
