"""Differences of plain data, word by word: for all that needs no closer look, and so that nothing is left unsaid."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from service_flow.design.comparing.change import How, Path

_LONGEST = 80
_MOST_NAMES = 8


class Difference(NamedTuple):
    """One difference of plain data: where it is, of what kind, and in words."""

    path: Path
    how: How
    text: str


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Difference]:
    """Everything in which two plain values differ, the order of words and items counted in; empty just for equal
    ones."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_words(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and _are_names(old) and _are_names(new):
        yield from _of_names(old, new, path)
    elif not _same(old, new):
        yield Difference(path, "changed", f"is {shown(new)} instead of {shown(old)}")


def _of_words(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Difference]:
    for word in old:
        if word not in new:
            yield Difference((*path, word), "removed", f"is gone; it was {shown(old[word])}")
    for word, value in new.items():
        if word in old:
            yield from differences(old[word], value, (*path, word))
        else:
            yield Difference((*path, word), "added", f"is new: {shown(value)}")
    if reordered(old, new):
        yield Difference(path, "reworded", f"stand in another order: {names(new)}")


def _of_names(old: list[Any], new: list[Any], path: Path) -> Iterator[Difference]:
    lost, gained = without(old, new), without(new, old)
    if lost:
        yield Difference(path, "removed", f"no longer has {names(lost)}")
    if gained:
        yield Difference(path, "added", f"has {names(gained)} too")
    if reordered(old, new):
        yield Difference(path, "reworded", f"stand in another order: {names(new)}")
    elif not lost and not gained and old != new:
        yield Difference(path, "reworded", f"is written otherwise: {names(new)} instead of {names(old)}")


def without(those: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """Those that are not among others, each once, in their order."""
    known = set(others)
    return [one for one in dict.fromkeys(those) if one not in known]


def reordered(old: Iterable[Any], new: Iterable[Any]) -> bool:
    """Whether what both have stands in another order."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    return [one for one in before if one in set(after)] != [one for one in after if one in set(before)]


def shown(value: Any) -> str:
    """A plain value on one line, shortened."""
    if isinstance(value, str):
        text = f"'{value}'"
    elif isinstance(value, list) and _are_names(value):
        return names(value)
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def names(several: Iterable[Any]) -> str:
    """`'a', 'b', 'c'`; of many, the first."""
    told = [shown(one) for one in several]
    more = f" and {len(told) - _MOST_NAMES} more" if len(told) > _MOST_NAMES else ""
    return (", ".join(told[:_MOST_NAMES]) + more) or "nothing"


def words(path: Sequence[str | int]) -> str:
    """A path as people read it: `rows[2].then`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _are_names(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


def _same(old: Any, new: Any) -> bool:
    """Equal and of one type: 1 and true are two values of the language."""
    return json.dumps(old) == json.dumps(new)
