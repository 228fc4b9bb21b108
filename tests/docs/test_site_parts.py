"""What the site is made of: pages and navigation from the Markdown, flow charts from Mermaid."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from pages import ROOT

START = "# Start\n\n[all pages](docs/README.md)\n"
MAP = """\
# Map

## Learn

| page | for |
|---|---|
| [First](tutorial/first.md): a beginning | all |

## Understand

| page | for |
|---|---|
| [Why](why/README.md) | all |
| [Help](../examples/help/README.md), see [first](tutorial/first.md) | some |

## For writers

Nothing.
"""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of docs/sphinx can be imported, for one test."""
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "sphinx"))
    yield
    for name in set(sys.modules) - known:
        if str(ROOT / "docs" / "sphinx") in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def contents(parts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`contents` on a small repository."""
    texts = {
        "README.md": START,
        "docs/README.md": MAP,
        "docs/tutorial/first.md": "# First\n\n[code](../../examples/help/run.py), [site][a]\n\n[a]: https://example.com/x.md\n",
        "docs/why/README.md": "# Why\n\n| page | |\n|---|---|\n| [0001](0001-a.md) | a |\n",
        "docs/why/0001-a.md": "# A\n",
        "examples/help/README.md": "# Help\n\n[more](more.md) and ![picture](flow.svg)\n",
        "examples/help/more.md": "# More\n",
        "examples/help/run.py": "print()\n",
        "examples/help/flow.svg": "<svg/>\n",
        "examples/help/unseen.md": "# Unseen\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    module = import_module("contents")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_pages_are_the_docs_and_what_can_be_reached(contents: ModuleType) -> None:
    found = contents.contents()
    docs = ("docs/README.md", "docs/tutorial/first.md", "docs/why/0001-a.md", "docs/why/README.md")
    assert found.pages == ("README.md", *docs, "examples/help/README.md", "examples/help/more.md")
    assert found.files == ("examples/help/flow.svg", "examples/help/run.py")


def test_the_navigation_is_what_the_tables_of_the_map_say(contents: ModuleType) -> None:
    assert [(part.caption, dict(part.pages)) for part in contents.navigation()] == [
        ("", {"docs/README.md": "Documentation"}),
        ("Learn", {"docs/tutorial/first.md": "First"}),
        ("Understand", {"docs/why/README.md": "Why", "examples/help/README.md": "Help"}),
    ]
    assert contents.children("docs/why/README.md") == ("docs/why/0001-a.md",)
    assert contents.children("docs/README.md") == contents.children("docs/tutorial/first.md") == ()


def test_a_page_without_a_row_is_named(contents: ModuleType) -> None:
    assert contents.outside_the_map() == []
    (contents.ROOT / "docs" / "tutorial" / "second.md").write_text("# Second\n")
    assert contents.outside_the_map() == ["docs/tutorial/second.md"]


@pytest.fixture
def drawings(parts: None) -> ModuleType:
    return import_module("drawings")


CHART = """\
flowchart TD
    %% a remark
    a([begin]) --> b["two<br/>lines"] --> c{sure?}
    c -- no --> b
    c -->|yes| d(end)
"""


def test_a_flow_chart_is_read_with_its_shapes_and_words(drawings: ModuleType) -> None:
    chart = drawings.read(CHART)
    assert chart.texts == {"a": "begin", "b": "two\nlines", "c": "sure?", "d": "end"}
    assert chart.shapes == {"a": "round", "b": "box", "c": "choice", "d": "round"}
    assert chart.arrows == [("a", "", "b"), ("b", "", "c"), ("c", "no", "b"), ("c", "yes", "d")]


def test_a_flow_chart_is_drawn_with_all_its_words_and_arrows(drawings: ModuleType) -> None:
    picture = ElementTree.fromstring(drawings.drawn(drawings.read(CHART)))
    words = sorted(text.text or "" for text in picture.iter("text"))
    assert words == sorted(["begin", "two", "lines", "sure?", "end", "no", "yes"])
    assert len([path for path in picture.iter("path") if path.get("class") == "tip"]) == 4
    assert (
        picture.findtext("title") == "begin → two lines; two lines → sure?; sure? → (no) two lines; sure? → (yes) end"
    )
    wide, high = float(picture.get("width", 0)), float(picture.get("height", 0))
    for box in picture.iter("rect"):
        x, y, width, height = (float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= wide - width
        assert 0 <= y <= high - height


@pytest.mark.parametrize(
    "text",
    ["sequenceDiagram\n  a->>b: hi\n", "flowchart LR\n  a --> b\n", "flowchart TD\n  subgraph x\n  a --> b\n  end\n",
     "flowchart TD\n  a -.-> b\n", "flowchart TD\n  a --> a\n", "flowchart TD\n  a[open --> b\n",
     "flowchart TD\n  classDef x fill:#fff\n", "", "\n"],
    ids=["sequence", "sideways", "subgraph", "dotted", "to itself", "unclosed", "styles", "nothing", "a line end"],
)  # fmt: skip
def test_what_is_no_plain_flow_chart_stays_text(drawings: ModuleType, text: str) -> None:
    assert drawings.read(text) is None
