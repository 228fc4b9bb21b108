"""Comments are told from what only looks like one, wherever YAML lets a `#` stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_flow import blueprint
from service_flow.design.language.comments import Comment, comments
from service_flow.design.language.reading import parse

SHIPPED = sorted(Path(blueprint.__file__).parent.rglob("*.yaml"))


def told(text: str) -> list[tuple[str, int, int, bool]]:
    document, findings = parse(text, "x.yaml")
    assert document is not None
    assert findings == []
    return [(found.text, *found.position, found.alone) for found in comments(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# a\nx: 1\n", [("a", 1, 1, True)]),
        ("x: 1 # a # b\n", [("a # b", 1, 6, False)]),
        ("x: 1   # a\n", [("a", 1, 8, False)]),
        ("  # a\nx: 1\n", [("a", 1, 3, True)]),
        ("x: 1 #\n", [("", 1, 6, False)]),
        ("x: 1 #a\n", [("a", 1, 6, False)]),
        ("x: 1 # a", [("a", 1, 6, False)]),
        ("x: a#b\n", []),
        ("x: '# a'\n", []),
        ('x: "# a"\n', []),
        ("x: 'it''s # a' # b\n", [("b", 1, 16, False)]),
        ('x: "\\" # a" # b\n', [("b", 1, 13, False)]),
        ("x: 'a\n  # b\n  c' # d\n", [("d", 3, 6, False)]),
        ("x: |\n  # a\n  b\n", []),
        ("x: | # a\n  # b\n", [("a", 1, 6, False)]),
        ("x: >-\n  a\n\n  # b\n# c\ny: 1\n", [("c", 5, 1, True)]),
        ("x:\n  y: |\n      a\n    # b\n  z: 1\n", [("b", 4, 5, True)]),
        ("x: |2\n    # a\n", []),
        ("x: &a # b\n  y: 1\nz: *a # c\n", [("b", 1, 7, False), ("c", 3, 7, False)]),
        ("x: &a 'b # c'\ny: *a # d\n", [("d", 2, 7, False)]),
        ("x: {a: 1, # b\n  c: 'd # e', # f\n  g: 2}\n", [("b", 1, 11, False), ("f", 2, 15, False)]),
        ("x: [a, # b\n  '# c']\n", [("b", 1, 8, False)]),
        ("'x # y': 1 # a\n", [("a", 1, 12, False)]),
        ("? 'x # y'\n: 1 # a\n", [("a", 2, 5, False)]),
        ("--- # a\nx: 1\n... # b\n", [("a", 1, 5, False), ("b", 3, 5, False)]),
        ("x: a\n  b # c\n", [("c", 2, 5, False)]),
        ("x: 维修 # 为什么\n", [("为什么", 1, 7, False)]),
        ("x:\n  # a\n  - 1\n  # b\n  - 2\n", [("a", 2, 3, True), ("b", 4, 3, True)]),
    ],
)
def test_a_comment_is_what_yaml_says_is_one(text: str, found: list[tuple[str, int, int, bool]]) -> None:
    assert told(text) == found


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: "/".join(file.parts[-3:]))
def test_a_shipped_file_says_the_same_without_its_comments(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = list(comments(text))
    assert bare(text, found) is not None
    assert data(bare(text, found)) == data(text)
    assert not list(comments(bare(text, found)))


LINES = st.sampled_from(
    ["a: 1", "b: 'x # y'", 'c: "x # y"', "d: |\n  x\n  # y", "e: >\n  x # y\n\n  z", "f: {g: '#', h: # i\n  2}", "j: k#l",
     "m: 'n\n  # o'", "p: # q\n  r", "s: [1, # t\n  2]", "", "# u", "  # 'v", '# "w']
)  # fmt: skip


ENDS = st.sampled_from(["", " # 'a", ' # "b', " #", "  # c: |"])


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(LINES, ENDS, max_size=8))
def test_taking_comments_out_changes_nothing_and_none_is_left(lines: dict[str, str]) -> None:
    # Behind the last line of a `|` or `>` a comment would belong to its text.
    lines = {line: "" if line.startswith(("d:", "e:")) else end for line, end in lines.items()}
    text = "z: 1\n" + "".join(f"{line}{end}\n" for line, end in lines.items())
    found = list(comments(text))
    assert data(bare(text, found)) == data(text)
    assert not list(comments(bare(text, found)))
    told = [comment.text for comment in found]
    for end in lines.values():
        if end and all("#" not in line for line in lines):
            assert end.strip(" #") in told


def bare(text: str, found: list[Comment]) -> str:
    """The text without its comments."""
    lines = text.split("\n")
    for comment in found:
        line, column = comment.position
        lines[line - 1] = lines[line - 1][: column - 1]
    return "\n".join(lines)


def data(text: str) -> object:
    document, findings = parse(text, "x.yaml")
    assert document is not None
    assert findings == []
    return document.data
