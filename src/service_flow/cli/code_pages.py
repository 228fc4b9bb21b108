"""The page of each code: what is found, why it matters, what to do, a wrong example and a right one.

Title, advice and severity stand in the tables of codes; the rest is a small Markdown file beside the table, with the
parts `## Wrong` and `## Right`. A fenced block in them is a file of a blueprint if its first line names one
(`# flows/order.yaml`), what is said about the wrong one if its fence says `found`, or else a list of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from service_flow.design.checking.codes import CODES as OF_CHECKING
from service_flow.design.language.codes import CODES as OF_READING
from service_flow.design.language.codes import Code
from service_flow.testing.scenarios.codes import CODES as OF_SCENARIOS

Part = Literal["why", "wrong", "right"]
_HOME = Path(__file__).parents[1]
TABLES: tuple[tuple[str, Mapping[str, Code], Path], ...] = (
    ("reading", OF_READING, _HOME / "design" / "language" / "pages"),
    ("checking", OF_CHECKING, _HOME / "design" / "checking" / "pages"),
    ("scenarios", OF_SCENARIOS, _HOME / "testing" / "scenarios" / "pages"),
)
"""What gives codes, its table of them, and where their pages stand."""
_FOUND = "found"
_FENCE = "```"


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a fenced block with its language."""

    part: Part
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class CodePage:
    """What is known of a code: `pieces` in their order; `found` is what the command line says of the wrong example."""

    name: str
    code: Code
    pieces: tuple[Piece, ...]

    @property
    def found(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.language == _FOUND)

    def example(self, part: Part) -> list[Piece]:
        """The blocks that a wrong or right example is made of."""
        return [piece for piece in self.pieces if piece.part == part and piece.language not in ("", _FOUND)]


def all_codes() -> Mapping[str, Code]:
    """Every code of the library, of reading, checking and scenarios."""
    return {name: code for _, table, _ in TABLES for name, code in table.items()}


@cache
def code_page(name: str) -> CodePage | None:
    """The page of a code; None if the library has no such code."""
    for _, table, folder in TABLES:
        if name in table:
            text = (folder / f"{name}.md").read_text(encoding="utf-8")
            return CodePage(name, table[name], tuple(_pieces(text)))
    return None


def _pieces(text: str) -> Iterator[Piece]:
    part: Part = "why"
    lines = iter(text.splitlines())
    said: list[str] = []
    for line in lines:
        if line.strip() and not line.startswith(("## ", _FENCE)):
            said.append(line)
            continue
        if said:
            yield Piece(part, "\n".join(said))
            said = []
        if line.startswith("## "):
            part = "wrong" if line == "## Wrong" else "right"
        elif line.startswith(_FENCE):
            language = line.removeprefix(_FENCE).strip() or "text"
            inside = iter(lambda: next(lines), _FENCE)
            yield Piece(part, "".join(f"{one}\n" for one in inside), language)
    if said:
        yield Piece(part, "\n".join(said))
