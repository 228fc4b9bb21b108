"""`service-flow check`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from service_flow.cli.options import blueprint_argument, loaded, stored
from service_flow.cli.root import FOUND, GOOD

if TYPE_CHECKING:
    from service_flow.design.flow import Flow
    from service_flow.errors import Finding

FORMS = ("text", "json", "sarif", "github")
_NO_BLUEPRINT = "SF100"


def _codes_option(name: str, says: str) -> Callable[[Any], Any]:
    return click.option(
        name, metavar="CODES", multiple=True, help=f"{says} Codes or beginnings of codes, e.g. SF3,SF403; repeatable."
    )


@click.command
@blueprint_argument()
@_codes_option("--select", "Tell only these.")
@_codes_option("--ignore", "Do not tell these.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="For people, for programs, for code scanning (SARIF 2.1.0), or as annotations of GitHub Actions.",
)
@click.option(
    "--resolved", is_flag=True, help="Print what finally holds, each line with where it came from, and check nothing."
)
@click.option("--store", "url", metavar="URL", help="Prove too what its migrations do to the open cases of this store.")
@click.option("--older", metavar="DIR", help="The same for all that cases of this older blueprint can have come to.")
def check(
    where: str, select: Sequence[str], ignore: Sequence[str], form: str, resolved: bool, url: str | None,
    older: str | None,
) -> int:  # fmt: skip
    """Prove the blueprint in DIR: say what is wrong with it, and where.

    Every finding is one line FILE:LINE:COLUMN: CODE MESSAGE, followed by the line itself; `service-flow explain
    CODE` says more. The exit code is 1 if there is any error or warning, and 2 if there is no blueprint to be read.
    """
    from service_flow.errors import BlueprintError

    if resolved:
        _print_resolved(where)
        return GOOD
    try:
        findings = _found(where, _listed(select), _listed(ignore), url, older)
    except BlueprintError as error:
        if error.code == _NO_BLUEPRINT:
            raise
        findings = error.findings
    _tell(findings, form)
    return FOUND if any(finding.severity != "info" for finding in findings) else GOOD


def _revisions(url: str | None, older: str | None) -> list[Flow]:
    """The flows whose cases the migrations must carry."""
    flows = [*loaded(older).flows.values()] if older is not None else []
    if url is not None:
        from service_flow.engine.commands import FlowBook
        from service_flow.engine.views import stood_on

        with stored(url) as store:
            flows += stood_on(store, FlowBook((), store).known)
    return flows


def _found(
    where: str, select: list[str], ignore: list[str], url: str | None, older: str | None
) -> tuple[Finding, ...]:
    from service_flow.cli.progress import progress_bar
    from service_flow.design.checking.choosing import Choice

    Choice(select, ignore)  # a code that is unknown is said before anything else
    blueprint, revisions = loaded(where), _revisions(url, older)
    with progress_bar("proving") as bar:
        return blueprint.check(select=select, ignore=ignore, progress=bar, older=revisions)


def _print_resolved(where: str) -> None:
    from service_flow.cli.output import say
    from service_flow.design.language.resolved import resolved

    for line in resolved(loaded(where).source).splitlines():
        say(line)


def _listed(codes: Sequence[str]) -> list[str]:
    return [code.strip() for text in codes for code in text.split(",") if code.strip()]


def _tell(findings: Sequence[Finding], form: str) -> None:
    from service_flow.cli.findings import as_json, say_findings, say_sum
    from service_flow.cli.output import say_json

    match form:
        case "json":
            say_json(as_json(findings))
        case "sarif":
            from service_flow.cli.sarif import as_sarif

            say_json(as_sarif(findings))
        case "github":
            from service_flow.cli.annotations import say_annotations

            say_annotations(findings)
        case _:
            say_findings(findings)
            say_sum(findings)
