"""Checks of the organisation: posts, departments, supervisors, and where flows name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service_flow.design.checking.words import Path, all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.errors import Finding, meant

_TOLD = 8
"""Names of a circle that are told, at most."""


def check_people(source: BlueprintSource) -> Iterator[Finding]:
    """SF220 to SF223, SF243: posts, departments, circles of supervisors, the calendars of people."""
    organisation = source.organisation
    posts, departments = organisation.posts, organisation.departments
    for name, department in departments.items():
        if department.part_of is not None and department.part_of not in departments:
            yield _unknown(
                source,
                "SF221",
                "department",
                department.part_of,
                departments,
                ("departments", name, "part_of"),
            )
    for name, post in posts.items():
        if name in SYSTEM_ACTORS:
            yield source.finding(
                "SF223",
                f"'{name}' names a system actor and cannot be a post",
                "organisation",
                ("posts", name),
                key=True,
            )
        if post.department is not None and post.department not in departments:
            yield _unknown(source, "SF221", "department", post.department, departments, ("posts", name, "department"))
        if post.supervisor is not None and post.supervisor not in posts:
            yield _unknown(source, "SF220", "post", post.supervisor, posts, ("posts", name, "supervisor"))
    yield from _circles(source, {name: post.supervisor for name, post in posts.items()}, "posts", "supervisor")
    yield from _circles(source, {name: unit.part_of for name, unit in departments.items()}, "departments", "part_of")
    for name, person in organisation.people.items():
        if name in SYSTEM_ACTORS:
            yield source.finding(
                "SF223",
                f"'{name}' names a system actor and cannot be a person",
                "organisation",
                ("people", name),
                key=True,
            )
        for index, held in enumerate(person.posts):
            if held not in posts:
                yield _unknown(source, "SF220", "post", held, posts, ("people", name, "posts", index))
    yield from _placed(source)
    yield from _used(source)


def _placed(source: BlueprintSource) -> Iterator[Finding]:
    """Where people and pieces of the work belong, and the hours that people keep."""
    organisation, calendars = source.organisation, source.calendars.calendars
    departments = organisation.departments
    for name, person in organisation.people.items():
        if person.department is not None and person.department not in departments:
            at: Path = ("people", name, "department")
            yield _unknown(source, "SF221", "department", person.department, departments, at)
        if person.calendar is not None and person.calendar not in calendars:
            yield _unknown(source, "SF243", "calendar", person.calendar, calendars, ("people", name, "calendar"))
    for name, item in organisation.work_items.items():
        for word, named in (("main", item.main), ("shared", item.shared), ("supporting", item.supporting)):
            for index, unit in enumerate(named):
                if unit not in departments:
                    yield _unknown(source, "SF221", "department", unit, departments, ("work_items", name, word, index))


def _used(source: BlueprintSource) -> Iterator[Finding]:
    posts = source.organisation.posts
    actors = dict.fromkeys((*posts, *SYSTEM_ACTORS))
    for name, flow in source.flows.items():
        part = f"flow:{name}"
        for state, at in all_states(flow).values():
            if state.owner is not None and state.owner not in posts:
                yield source.finding(
                    "SF220", f"unknown post '{state.owner}'{meant(state.owner, posts)}", part, (*at, "owner")
                )
        by: list[tuple[Path, list[str]]] = [(("opening", "by"), flow.opening.by)]
        by += [(("transitions", key, "by"), transition.by) for key, transition in flow.transitions.items()]
        for at, names in by:
            for index, actor in enumerate(names):
                if actor not in actors:
                    yield source.finding("SF220", f"unknown post '{actor}'{meant(actor, actors)}", part, (*at, index))


def _unknown(source: BlueprintSource, code: str, what: str, name: str, known: Iterable[str], at: Path) -> Finding:
    return source.finding(code, f"unknown {what} '{name}'{meant(name, known)}", "organisation", at)


def _circles(source: BlueprintSource, above: dict[str, str | None], kind: str, word: str) -> Iterator[Finding]:
    for circle in _found_circles(above):
        for index, start in enumerate(circle):
            chain = [*circle[index:], *circle[:index]]
            told = chain if len(chain) <= _TOLD else [*chain[: _TOLD - 1], "..."]
            message = f"'{start}' is above itself: {' > '.join([*told, start])}"
            yield source.finding("SF222", message, "organisation", (kind, start, word))


def _found_circles(above: dict[str, str | None]) -> Iterator[list[str]]:
    """Every circle once; each name is looked at once, however long the chains are."""
    seen: dict[str, str] = {}
    for start in above:
        chain: list[str] = []
        name: str | None = start
        while name is not None and name in above and name not in seen:
            seen[name] = start
            chain.append(name)
            name = above[name]
        if name is not None and seen.get(name) == start:
            yield chain[chain.index(name) :]
