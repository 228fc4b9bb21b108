"""`service-flow import`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.completion import complete_file, complete_flow
from service_flow.cli.options import blueprint_option, format_option, loaded, store_option
from service_flow.cli.root import GOOD
from service_flow.errors import NotFound, ServiceFlowError, meant

if TYPE_CHECKING:
    from service_flow.insight.histories import ImportSummary

MOST_REASONS = 20
"""Reasons of refusals that are written for people; JSON has them all."""


@click.command("import")
@click.argument("log", metavar="LOG", shell_complete=complete_file)
@blueprint_option()
@click.option("--mapping", metavar="FILE", shell_complete=complete_file, help="Says which column of the log is what.")
@store_option(default=None)
@format_option()
@click.option("--guess", is_flag=True, help="Import nothing; write a first mapping, and what it could not know.")
@click.option(
    "--flow", "name", metavar="NAME", shell_complete=complete_flow,
    help="The flow of the blueprint that the guess is for; without it, the one that fits best.",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="FILE", shell_complete=complete_file,
    help="Where to write the guess; - is standard output.",
)  # fmt: skip
@click.pass_context
def import_(
    context: click.Context,
    log: str,
    where: str | None,
    mapping: str | None,
    url: str | None,
    form: str,
    guess: bool,
    name: str | None,
    output: str | None,
) -> int:
    """Read LOG, the log of another system in CSV or XES, into a store.

    Every row is judged by the blueprint; one that is refused is counted and listed, and the others go on. The
    exit code is 0 then too: a log that does not follow the plan is what an import is there to show. Importing
    a log again adds nothing. With --store memory nothing is kept.

    With --guess nothing is imported: a first mapping of the log is written, with the transitions, posts and
    fields of the blueprint where one is given, of the flow that fits best or the one that --flow names.
    """
    if guess:
        if mapping is not None or form != "text":
            raise click.UsageError("--guess writes a mapping: it goes with neither --mapping nor --format")
        if name is not None and where is None:
            raise click.UsageError("--flow names a flow of a blueprint; name that with --blueprint")
        return _guess(Path(log), where, name, output)
    if name is not None:
        raise click.UsageError("--flow says what a guess is for: it goes with --guess; a mapping names its flow itself")
    if output is not None:
        raise click.UsageError("-o says where a guess is written: it goes with --guess")
    if where is None or mapping is None or url is None:
        missing = "where" if where is None else "mapping" if mapping is None else "url"
        param = next(param for param in context.command.params if param.name == missing)
        raise click.MissingParameter(ctx=context, param=param)
    return _import(log, where, mapping, url, form)


def _import(log: str, where: str, mapping: str, url: str, form: str) -> int:
    from service_flow.cli.output import say_json
    from service_flow.cli.progress import progress_bar
    from service_flow.desk import ServiceDesk
    from service_flow.engine.store.sealing.keys import keys_of_environment
    from service_flow.insight.histories import import_log
    from service_flow.insight.histories.mapping import read_mapping

    blueprint = loaded(where)
    read_mapping(Path(mapping))  # what is wrong in it is told before a store is made
    with ServiceDesk(blueprint, url, keys=keys_of_environment()) as desk, progress_bar("importing") as progress:
        summary = import_log(desk.commands, Path(log), Path(mapping), progress=progress)
    if form == "json":
        say_json(summary.as_dict())
    else:
        _say(summary)
    return GOOD


def _guess(log: Path, where: str | None, name: str | None, output: str | None) -> int:
    from service_flow.cli.files import file_to_write
    from service_flow.cli.output import counted, say
    from service_flow.cli.progress import progress_bar
    from service_flow.insight.histories import guess_mapping

    flows = loaded(where).flows if where is not None else {}
    if name is not None and name not in flows:
        raise NotFound(f"this blueprint has no flow '{name}'{meant(name, flows) or ';'} Possible: {', '.join(flows)}.")
    with progress_bar("reading") as progress:
        found = guess_mapping(log, [flows[name]] if name is not None else flows.values(), progress=progress)
    if output is None or output == "-":
        sys.stdout.write(found.text)
        return GOOD
    if os.path.lexists(output):
        raise ServiceFlowError(f"'{output}' exists already; choose another name, or move it away")
    with file_to_write(output, private=False) as file:
        file.write(found.text)
    asked = counted(found.questions, "question") if found.questions else "no questions"
    say(("wrote ", "green"), f"{output} with {asked}; each stands in it as a comment that begins with Ask:")
    return GOOD


def _say(summary: ImportSummary) -> None:
    from service_flow.cli.output import counted, say, table

    say(
        (counted(summary.cases, "case"), "bold"),
        " and ",
        (counted(summary.events, "row"), "bold"),
        f" in {summary.seconds:.1f} s",
    )
    say(f"  followed the flow to its end: {_share(summary.accepted_cases, summary.cases)} of the cases")
    say(f"  rows refused:                 {_share(summary.refused_moves, summary.events)} of the rows")
    if summary.left_out:
        say(f"  left out:                     {counted(summary.left_out, 'row')} of other lifecycle transitions")
    if not summary.refusals:
        return
    say()
    reasons = list(summary.refusals.items())
    rows = [(f"{count:,}", f"{summary.first_lines[reason]:,}", reason) for reason, count in reasons[:MOST_REASONS]]
    table(("Rows", "From line", "Why"), rows)
    if len(reasons) > MOST_REASONS:
        say(f"and {counted(len(reasons) - MOST_REASONS, 'more reason')}; --format json has them all")


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.1%})" if whole else f"{part:,}"
