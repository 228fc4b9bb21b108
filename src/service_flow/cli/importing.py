"""`service-flow import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.options import blueprint_option, format_option, loaded, store_option
from service_flow.cli.root import GOOD

if TYPE_CHECKING:
    from service_flow.insight.histories import ImportSummary

MOST_REASONS = 20
"""Reasons of refusals that are written for people; JSON has them all."""


@click.command("import")
@click.argument("log", metavar="LOG")
@blueprint_option(required=True)
@click.option("--mapping", metavar="FILE", required=True, help="Says which column of the log is what.")
@store_option()
@format_option()
def import_(log: str, where: str, mapping: str, url: str, form: str) -> int:
    """Read LOG, the log of another system, into a store.

    Every row is judged by the blueprint; one that is refused is counted and listed, and the others go on. The
    exit code is 0 then too: a log that does not follow the plan is what an import is there to show. Importing
    a log again adds nothing. With --store memory nothing is kept.
    """
    from service_flow.cli.output import say_json
    from service_flow.cli.progress import progress_bar
    from service_flow.desk import ServiceDesk
    from service_flow.insight.histories import import_log

    with ServiceDesk(loaded(where), url) as desk, progress_bar("importing") as progress:
        summary = import_log(desk.commands, Path(log), Path(mapping), progress=progress)
    if form == "json":
        say_json(summary.as_dict())
    else:
        _say(summary)
    return GOOD


def _say(summary: ImportSummary) -> None:
    from service_flow.cli.output import say, table

    say(
        (f"{summary.cases:,}", "bold"),
        " cases and ",
        (f"{summary.events:,}", "bold"),
        f" rows in {summary.seconds:.1f} s",
    )
    say(f"  followed the flow to its end: {_share(summary.accepted_cases, summary.cases)} of the cases")
    say(f"  rows refused:                 {_share(summary.refused_moves, summary.events)} of the rows")
    if not summary.refusals:
        return
    say()
    reasons = list(summary.refusals.items())
    table(("Rows", "Why"), [(f"{count:,}", reason) for reason, count in reasons[:MOST_REASONS]])
    if len(reasons) > MOST_REASONS:
        say(f"and {len(reasons) - MOST_REASONS} more reasons; --format json has them all")


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.1%})" if whole else f"{part:,}"
