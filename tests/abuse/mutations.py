"""Small changes to good YAML: to its letters and lines, and to the tree that it means."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from service_flow.design.language.reading import parse

PIECES = [
    ":", ": ", " ", "  ", "\n", "\n  ", "\n- ", "- ", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "!", "!!str ", "'", '"', "\\",
    "|\n", ">\n", "#", "%YAML 1.2\n", "---\n", "...\n", "\t", "~", "<<: ", "\\u12", "\\ud800", "é", "客", "\u2028", "\x85",
    "\ufeff", "`", "@", "null", "1e5", ".inf", "0x1", "1:30", "on", "\x00", "\x1b[31m", "\ud800", "any", "history", "stay",
    "when: 'true'", "from", "to", "by", "999999999999999999999", "-1", "0", "true", ".", "..", "%",
]  # fmt: skip
WORDS = [
    "any", "history", "stay", "opened", "customer", "timer", "rule", "import", "true", "", "x", "0", "a.b", "A", "Ü", "name",
    "en", "zh", "x" * 600, "a" * 64, "null", "tom", "price > 0", "has(price)", "2026-02-30", "24:00-24:00", "99:99-00:00",
    "Europe/Berlin", "999999999999 weeks", "0 seconds", "100%", "99999999999999999999999999 working days", "1.0", "choice",
    "list", "money", "reference", "text", "request", "complaint", "completed", "0" * 200, "a" + ".a" * 200, "\u202e", "a\nb",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 10**30, 1.5, [], {}, [None], {"": None}, [[]], {"en": "x"}, {"a": {}}, *WORDS,
]  # fmt: skip


@st.composite
def changed_text(draw: st.DrawFn, texts: list[str]) -> str:
    """One of the texts with one to three changes to its lines and letters."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 3))):
        text = draw(st.sampled_from(_TEXT_CHANGES))(draw, text)
    return text


def _of_lines(change: Callable[[st.DrawFn, list[str], int], None]) -> Callable[[st.DrawFn, str], str]:
    def changed(draw: st.DrawFn, text: str) -> str:
        lines = text.split("\n")
        change(draw, lines, draw(st.integers(0, len(lines) - 1)))
        return "\n".join(lines)

    return changed


def _without(_: st.DrawFn, lines: list[str], at: int) -> None:
    del lines[at]
    lines[at:at] = [] if lines else [""]


def _twice(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines.insert(draw(st.integers(0, len(lines))), lines[at])


def _swapped(draw: st.DrawFn, lines: list[str], at: int) -> None:
    other = draw(st.integers(0, len(lines) - 1))
    lines[at], lines[other] = lines[other], lines[at]


def _indented(draw: st.DrawFn, lines: list[str], at: int) -> None:
    more = draw(st.integers(-4, 4))
    lines[at] = " " * more + lines[at] if more > 0 else lines[at].removeprefix(" " * -more)


def _a_line_of_another_place(draw: st.DrawFn, lines: list[str], at: int) -> None:
    """What stands behind the colon of one line, behind that of another."""
    word = lines[at].partition(":")[0]
    lines[at] = f"{word}:{draw(st.sampled_from(lines)).partition(':')[2]}"


def _letters(draw: st.DrawFn, text: str) -> str:
    begin = draw(st.integers(0, len(text)))
    end = begin + draw(st.integers(0, 6))
    return text[:begin] + draw(st.sampled_from(PIECES) | st.text(max_size=3) | st.just("")) + text[end:]


def _cut_off(draw: st.DrawFn, text: str) -> str:
    return text[: draw(st.integers(0, len(text)))]


_TEXT_CHANGES = [
    *map(_of_lines, (_without, _twice, _swapped, _indented, _a_line_of_another_place)), _letters, _letters, _cut_off,
]  # fmt: skip


@st.composite
def changed_tree(draw: st.DrawFn, texts: list[str]) -> str:
    """One of the texts, its tree changed in one to three places, written as JSON, which is YAML too."""
    tree = deepcopy(draw(st.sampled_from(trees_of(tuple(texts)))))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(tree)) or [({"x": 1}, "x")]))
        draw(st.sampled_from(_TREE_CHANGES))(draw, tree, holder, key)
    return json.dumps(tree, ensure_ascii=draw(st.booleans()), default=str)


_TREES: dict[tuple[str, ...], list[Any]] = {}


def trees_of(texts: tuple[str, ...]) -> list[Any]:
    """The plain data of good texts."""
    if texts not in _TREES:
        documents = [parse(text, "seed.yaml")[0] for text in texts]
        _TREES[texts] = [document.data for document in documents if document is not None]
    return _TREES[texts]


Holder = dict[str, Any] | list[Any]


def _places(tree: Any) -> Iterator[tuple[Holder, Any]]:
    """Every word and item, with what holds it."""
    pending = [tree]
    while pending:
        holder = pending.pop()
        inner = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        for key, value in list(inner):
            yield holder, key
            pending.append(value)


def _texts(tree: Any) -> list[str]:
    return [holder[key] for holder, key in _places(tree) if isinstance(holder[key], str)] or ["x"]


def _dropped(_: st.DrawFn, __: Any, holder: Holder, key: Any) -> None:
    del holder[key]


def _renamed(draw: st.DrawFn, tree: Any, holder: Holder, key: Any) -> None:
    if isinstance(holder, dict):
        names = [key for held, key in _places(tree) if isinstance(held, dict)]
        holder[draw(st.sampled_from([*names, *WORDS]) | st.text(max_size=3))] = holder.pop(key)


def _another(draw: st.DrawFn, _: Any, holder: Holder, key: Any) -> None:
    holder[key] = deepcopy(draw(st.sampled_from(VALUES) | st.text(max_size=5) | st.integers()))


def _wrapped(draw: st.DrawFn, _: Any, holder: Holder, key: Any) -> None:
    holder[key] = draw(st.sampled_from([[holder[key]], {"x": holder[key]}, [holder[key]] * 2, str(holder[key])]))


def _copied(draw: st.DrawFn, tree: Any, holder: Holder, key: Any) -> None:
    """A part of the tree put in the place of another."""
    other, there = draw(st.sampled_from(list(_places(tree))))
    holder[key] = deepcopy(other[there])


def _doubled(draw: st.DrawFn, _: Any, holder: Holder, key: Any) -> None:
    """A word or item again, under another name."""
    if isinstance(holder, dict):
        holder[f"{key}_{draw(st.integers(0, 9))}"] = deepcopy(holder[key])
    else:
        holder.insert(key, deepcopy(holder[key]))


def _of_the_same_text(draw: st.DrawFn, tree: Any, holder: Holder, key: Any) -> None:
    """A name where another name stood: what most often is right as YAML, and wrong as a flow."""
    if isinstance(holder[key], str | int | Decimal):
        holder[key] = draw(st.sampled_from(_texts(tree)))


_TREE_CHANGES = [_dropped, _renamed, _another, _wrapped, _copied, _doubled, _of_the_same_text, _of_the_same_text]
