"""`service-flow export` and `replay`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.completion import complete_file
from service_flow.cli.files import file_to_write
from service_flow.cli.options import format_option, lang_option, store_option, stored
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
@click.option(
    "--customer", metavar="CUSTOMER",
    help="Only what is held of this customer, to be handed out: as JSON, or as a page if FILE ends with .html.",
)  # fmt: skip
@lang_option()
def export(url: str, output: str, customer: str | None, lang: str) -> int:
    """Write all histories of a store into FILE, or the data of one customer.

    The file appears when it is complete. It holds personal data, and only its owner may read it.
    """
    if customer is not None:
        return _export_person(url, output, customer, lang)
    from service_flow.cli.output import counted, say
    from service_flow.cli.progress import progress_bar
    from service_flow.insight.histories import export_history

    with stored(url) as store, file_to_write(output) as out, progress_bar("exporting") as progress:
        summary = export_history(store, out, progress=progress)
    told = [counted(summary.cases, "case"), counted(summary.events, "event")]
    told.append(counted(summary.revisions, "revision of flows", "revisions of flows"))
    say(("exported ", "green"), ", ".join(told), error=output == "-")
    return GOOD


def _export_person(url: str, output: str, customer: str, lang: str) -> int:
    import service_flow.features  # noqa: F401  its import makes the events of all features known
    from service_flow.cli.output import say
    from service_flow.clock import system_clock
    from service_flow.engine.commands import FlowBook
    from service_flow.engine.commands.naming import identify
    from service_flow.features.erasure.exporting import person_export

    with stored(url) as store, file_to_write(output) as out:
        found = person_export(
            store, FlowBook((), store).known, identify(customer, store, "customer"), system_clock()
        )
        out.write(found.as_html(lang) if output.endswith((".html", ".htm")) else found.as_json(lang) + "\n")
    erased = ""
    if found.is_erased:
        held = ": what is left holds nothing personal" if found.is_empty else "; what was recorded since is in it"
        erased = f" (erased{held})"
    say(("exported ", "green"), found.content["customer"], erased, error=output == "-")
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
