"""Proofs of staff: that skills and languages are there, that everybody has a post and, if somebody asks, that people
can do what their posts ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service_flow.design.checking.words import Path
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding, meant


def prove_staffing(source: BlueprintSource) -> Iterator[Finding]:
    """SF320, SF321, SF329, SF330."""
    organisation = source.organisation
    for name, post in organisation.posts.items():
        for skill in post.skills:
            if skill not in organisation.skills:
                at: Path = ("posts", name, "skills", skill)
                yield _unknown(source, "SF320", "skill", skill, organisation.skills, at, key=True)
    for name, person in organisation.people.items():
        for skill in person.skills:
            if skill not in organisation.skills:
                at = ("people", name, "skills", skill)
                yield _unknown(source, "SF320", "skill", skill, organisation.skills, at, key=True)
        for index, language in enumerate(person.languages):
            if language not in organisation.languages:
                at = ("people", name, "languages", index)
                yield _unknown(source, "SF321", "language", language, organisation.languages, at)
        if not person.posts:
            message = f"'{name}' holds no post, so nothing that asks for one can be done"
            yield source.finding("SF329", message, "organisation", ("people", name), key=True, severity="warning")
        for held in person.posts:
            wanted = organisation.posts[held].skills.items()
            lacking = [f"{skill} {level}" for skill, level in wanted if person.skills.get(skill, 0) < level]
            if lacking:
                message = f"'{name}' lacks what post '{held}' asks for: {', '.join(lacking)}; a training may give it"
                yield source.finding("SF330", message, "organisation", ("people", name), key=True, severity="info")


def _unknown(
    source: BlueprintSource, code: str, what: str, name: str, known: Iterable[str], at: Path, *, key: bool = False
) -> Finding:
    return source.finding(code, f"unknown {what} '{name}'{meant(name, known)}", "organisation", at, key=key)
