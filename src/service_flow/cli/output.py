"""What every command writes with: colours, tables and JSON, safe for the terminal whatever the text.

Texts of users may hold control characters and terminal escapes. Nothing is written that has not been through
`safe` or through JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service_flow.characters import escaped_json, safe
from service_flow.errors import BlueprintError, InputError, ServiceFlowError

PIPED_WIDTH = 10_000_000
"""Columns where there is no terminal: lines are not broken for programs, and no text that is kept is so long."""

_NARROW = 17
"""Cells of a column that is not broken where a terminal is too narrow, as long as others can be."""


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def console(*, error: bool = False) -> Console:
    """Where a command writes. Colours and other styles only on a terminal, and not with NO_COLOR."""
    file = sys.stderr if error else sys.stdout
    return _Console(
        file=file,
        width=None if file.isatty() else PIPED_WIDTH,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )


def counted(number: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun, as "1 case" and "1,200 cases"; `nouns` is the plural where it is not made with an s."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def say(*parts: str | tuple[str, str], error: bool = False) -> None:
    """Write one line of texts, each with its style where it has one. Long lines are left to the terminal."""
    line = Text.assemble(*(safe(part) if isinstance(part, str) else (safe(part[0]), part[1]) for part in parts))
    console(error=error).print(line, soft_wrap=True)


def say_error(error: ServiceFlowError | str) -> None:
    """Write what went wrong to standard error, with its place where it has one."""
    if isinstance(error, BlueprintError | InputError):
        from service_flow.cli.findings import named_in, say_findings

        say_findings(error.findings if isinstance(error, BlueprintError) else named_in(error), error=True)
        return
    say(("error: ", "bold red"), " ".join(str(error).split("\n")), error=True)


def say_json(value: Any) -> None:
    """Write a value as JSON, in UTF-8 as it is, but with no character in it that a terminal would obey."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.write(escaped_json(text) + "\n")


def table(headings: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> None:
    """Write rows under headings, one line each where there is room."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    cells = [[cell if isinstance(cell, Text) else Text(safe(cell)) for cell in row] for row in rows]
    for column, heading in enumerate(headings):
        narrow = all(row[column].cell_len <= _NARROW for row in cells)
        grid.add_column(safe(heading), overflow="fold", no_wrap=narrow)
    for row in cells:
        grid.add_row(*row)
    _print(grid)


def pairs(rows: Sequence[tuple[str, str]]) -> None:
    """Write labels with their values beside them."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for label, value in rows:
        grid.add_row(safe(label), Text(safe(value)))
    _print(grid)


def _print(grid: Table) -> None:
    """Write a table without the blanks that fill its lines up to the right."""
    out = console()
    for segments in out.render_lines(grid, pad=False):
        line = Text.assemble(*((segment.text, segment.style or "") for segment in segments))
        line.rstrip()
        out.print(line, soft_wrap=True)
