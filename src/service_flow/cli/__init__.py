"""The command line, `service-flow`.

Nothing here imports the library before a command runs: help and wrong arguments are answered at once.
"""

from __future__ import annotations

import click

from service_flow import __version__
from service_flow.cli.root import Entry, Root

COMMANDS = {
    "new": Entry("new", "Make a folder with a blueprint of your own."),
    "check": Entry("check", "Prove a blueprint: say what is wrong with it, and where."),
    "explain": Entry("explain", "Explain the code of a finding."),
    "draw": Entry("draw", "Draw the flows of a blueprint."),
    "diff": Entry("diff", "Say what changed between two blueprints, and for which cases."),
    "run": Entry("run", "Run scenarios and compare what happens with what they expect."),
    "schema": Entry("schema", "Write what editors need to check, complete and explain a blueprint."),
    "import": Entry("importing", "Read the log of another system into a store."),
    "export": Entry("histories", "Write all histories of a store into a file."),
    "replay": Entry("histories", "Replay an exported file and compare what it leads to."),
    "conform": Entry("conform", "Ask a history which cases kept the properties of their flows."),
    "migrate": Entry("migrate", "Move open cases to the present revision of their flow."),
    "show": Entry("cases", "Show a case as it stands."),
    "worklist": Entry("cases", "List the open cases, the longest waiting or the next due first."),
    "history": Entry("cases", "List what happened to a case."),
    "promises": Entry("promises", "Show the promises of a case: due, paused, kept, broken."),
    "run-due": Entry("promises", "Carry out what fell due: warnings, broken promises, timers."),
    "work": Entry("work", "Carry out what falls due and run effects, until it is stopped."),
    "parked": Entry("work", "List the effects that were given up, and try them again."),
    "report": Entry("report", "Report how promises were kept."),
    "erase": Entry("privacy", "Erase a customer for good."),
    "seal": Entry("privacy", "Seal personal data that was written before there were keys."),
    "keys": Entry("privacy", "Make a master key, list those in use, change to another."),
    "vacuum": Entry("privacy", "Overwrite what was deleted in the database's files."),
    "doctor": Entry("doctor", "Say what is installed here, and whether a store and a blueprint are in order."),
    "completion": Entry("completion", "Print the script with which a shell completes commands."),
}
"""Every command with the module of this package that holds it, in the order of the help."""


@click.group(
    "service-flow",
    cls=Root,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="service-flow", message="%(prog)s %(version)s")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of titles; a command may say otherwise.")
@click.pass_context
def main(context: click.Context, lang: str | None) -> None:
    """Prove, run and look into customer-service flows.

    Exit codes: 0 when all is well, 1 when something was found, 2 when the input cannot be used, 130 when
    interrupted.
    """
    context.obj = lang


__all__ = ["COMMANDS", "main"]
