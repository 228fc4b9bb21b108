"""`service-flow check`."""

from __future__ import annotations

import click

from service_flow.cli.options import blueprint_argument, format_option, loaded
from service_flow.cli.root import FOUND, GOOD


@click.command
@blueprint_argument()
@format_option()
def check(where: str, form: str) -> int:
    """Say what is wrong with the blueprint in DIR, and where.

    Every finding is one line FILE:LINE:COLUMN: CODE MESSAGE, followed by the line itself. The exit code is 1
    if there is any, and 2 if there is no blueprint to be read.
    """
    from service_flow.cli.findings import as_json, say_findings
    from service_flow.cli.output import say, say_json
    from service_flow.errors import BlueprintError

    try:
        findings = loaded(where).findings
    except BlueprintError as error:
        if error.code == _NO_BLUEPRINT:
            raise
        findings = error.findings
    if form == "json":
        say_json(as_json(findings))
    elif findings:
        say_findings(findings)
    else:
        say(("no findings", "green"))
    return FOUND if findings else GOOD


_NO_BLUEPRINT = "SF100"
