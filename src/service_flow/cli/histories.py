"""`service-flow export` and `replay`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.completion import complete_file
from service_flow.cli.files import file_to_write
from service_flow.cli.options import format_option, store_option, stored
from service_flow.cli.root import FOUND, GOOD

if TYPE_CHECKING:
    from service_flow.insight.histories import ReplaySummary


MOST_DIFFERENCES = 100
"""Differences that are written for people; JSON has them all."""


@click.command
@store_option()
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    expose_value=False,
    help="How to write it; there is one format so far.",
)
@click.option(
    "-o", "--output", metavar="FILE", required=True, shell_complete=complete_file,
    help="Where to write; - is standard output.",
)  # fmt: skip
def export(url: str, output: str) -> int:
    """Write all histories of a store into FILE.

    The file appears when it is complete. It holds personal data, and only its owner may read it.
    """
    from service_flow.cli.output import counted, say
    from service_flow.cli.progress import progress_bar
    from service_flow.insight.histories import export_history

    with stored(url) as store, file_to_write(output) as out, progress_bar("exporting") as progress:
        summary = export_history(store, out, progress=progress)
    told = [counted(summary.cases, "case"), counted(summary.events, "event")]
    told.append(counted(summary.revisions, "revision of flows", "revisions of flows"))
    say(("exported ", "green"), ", ".join(told), error=output == "-")
    return GOOD


@click.command
@click.argument("file", metavar="FILE", shell_complete=complete_file)
@format_option()
def replay(file: str, form: str) -> int:
    """Replay an exported FILE from its beginning and compare what it leads to with what was stored.

    The exit code is 1 if anything differs.
    """
    from service_flow.cli.output import say_json
    from service_flow.cli.progress import progress_bar
    from service_flow.insight.histories import replay_history

    with progress_bar("replaying") as progress:
        summary = replay_history(Path(file), progress=progress)
    if form == "json":
        say_json({"clean": summary.clean, **asdict(summary)})
    else:
        _say_replayed(summary)
    return GOOD if summary.clean else FOUND


def _say_replayed(summary: ReplaySummary) -> None:
    from service_flow.cli.output import counted, say, table

    told = f"{counted(summary.cases, 'case')}, {counted(summary.events, 'event')}: "
    if summary.clean:
        say(told, ("everything as it was stored", "green"))
        return
    differences = summary.differences
    say(told, (counted(len(differences), "difference"), "bold red"))
    table(
        ("Case", "What", "Expected", "Found"),
        [(found.case, found.what, found.expected, found.found) for found in differences[:MOST_DIFFERENCES]],
    )
    if len(differences) > MOST_DIFFERENCES:
        say(f"and {len(differences) - MOST_DIFFERENCES:,} more; --format json has them all")
