"""What a migration must say of older revisions: each name it gives is there, each name that is gone is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from service_flow.design.migrating.passage import Passage
from service_flow.errors import meant, printable


class Problem(NamedTuple):
    """Something wrong with a migration: the code, what it is, and where it stands in the migration's file."""

    code: str
    message: str
    at: tuple[str | int, ...]
    key: bool = False
    severity: str = "error"


def check_names(passages: Sequence[Passage]) -> Iterator[Problem]:
    """SF801 to SF803 for all older revisions that one migration moves."""
    if not passages:
        return
    yield from _unknown(passages)
    for passage in passages:
        yield from _states(passage)
        yield from _fields(passage)


def _unknown(passages: Sequence[Passage]) -> Iterator[Problem]:
    plan = passages[0].plan
    states = {path for passage in passages for path in passage.old.tree.nodes if path}
    fields = {name for passage in passages for name in passage.old.fields}
    transitions = {name for passage in passages for name in passage.old.transitions}
    for path in plan.states:
        yield from _known("state", path, states, ("states", path))
    for index, path in enumerate(plan.ends):
        yield from _known("state", path, states, ("ends", index))
    for name in plan.transitions:
        yield from _known("transition", name, transitions, ("transitions", name))
    for name in plan.data:
        yield from _known("field", name, fields, ("data", name))
    for index, name in enumerate(plan.drops):
        yield from _known("field", name, fields, ("drops", index))
    for name, words in plan.choices.items():
        known = {word for passage in passages for word in _words(passage, name)}
        for word in words:
            yield from _known(f"choice for '{name}' called", word, known, ("choices", name, word))


def _words(passage: Passage, name: str) -> Iterable[str]:
    """The words of the old fields that become a new one."""
    olds = (field for old, field in passage.old.fields.items() if passage.plan.data.get(old, old) == name)
    return [word for field in olds for word in field.choices]


def _known(what: str, name: str, known: Iterable[str], at: tuple[str | int, ...]) -> Iterator[Problem]:
    names = set(known)
    if name not in names:
        message = f"no older revision that is moved has a {what} '{printable(name)}'{meant(name, sorted(names))}"
        yield Problem("SF801", message, at, key=isinstance(at[-1], str))


def _states(passage: Passage) -> Iterator[Problem]:
    """Open cases must have a place; those that are closed stay where they are."""
    for leaf, state in passage.old.states.items():
        if state.outcome is None and passage.place(leaf) is None:
            hint = meant(leaf, passage.new.states)
            message = f"'{leaf}' of revision {passage.old.revision} has no place: {_gone(passage, leaf)}{hint}"
            yield Problem("SF802", message, ("states",) if passage.plan.states else ("migration",))


def _gone(passage: Passage, leaf: str) -> str:
    for old, new in passage.plan.states.items():
        if leaf.startswith(f"{old}."):
            return f"'{new}' has nothing inside that is called '{leaf[len(old) + 1 :]}'"
    return "the present flow has no state of that name, and `states:` does not name it"


def _fields(passage: Passage) -> Iterator[Problem]:
    for name, way in passage.routes.items():
        if isinstance(way, str):
            plan = passage.plan
            at = ("data", name) if name in plan.data else ("data",) if plan.data else ("migration",)
            message = f"field '{name}' of revision {passage.old.revision} has no place: {way}"
            yield Problem("SF803", message, at)
