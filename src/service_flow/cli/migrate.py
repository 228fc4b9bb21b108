"""`service-flow migrate`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from service_flow.cli.options import blueprint_option, format_option, lang_option, loaded, store_option, stored
from service_flow.cli.root import FOUND, GOOD
from service_flow.errors import NotFound, meant

if TYPE_CHECKING:
    from service_flow.desk import ServiceDesk
    from service_flow.engine.commands import CaseMigration, MigrationSummary
    from service_flow.engine.commands.migrating import PromiseTerms

MOST_CASES = 1_000
"""Cases that are written for people; JSON has them all."""


@click.command
@click.argument("plan", metavar="PLAN")
@blueprint_option(required=True)
@store_option()
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would become of each case.")
@click.option("--by", metavar="ID", help="Who does it, for the history: a person of the blueprint.")
@lang_option()
@format_option()
def migrate(*, plan: str, where: str, url: str, dry_run: bool, by: str | None, lang: str, form: str) -> int:
    """Move the open cases of older revisions to the present one, by the migration PLAN of the blueprint.

    It is proved first that no case would be stranded; otherwise nothing is written, and the exit code is 1. It is 1
    too if a case was refused; the others are moved. Interrupted, it goes on where it was when it is run again.
    """
    from service_flow.cli.findings import as_json, say_findings
    from service_flow.cli.output import say, say_json
    from service_flow.cli.progress import progress_bar
    from service_flow.desk import ServiceDesk
    from service_flow.errors import BlueprintError

    blueprint = loaded(where)
    if plan not in blueprint.migrations:
        raise NotFound(f"the blueprint has no migration '{plan}'{meant(plan, blueprint.migrations)}")
    with stored(url) as store, ServiceDesk(blueprint, store) as desk:
        try:
            with progress_bar("looking" if dry_run else "moving") as progress:
                summary = desk.migrate(plan, dry_run=dry_run, by=by, progress=progress)
        except BlueprintError as error:
            if form == "json":
                say_json({"findings": as_json(error.findings)})
            else:
                say_findings(error.findings)
                say(("nothing was moved", "bold red"))
            return FOUND
        if form == "json":
            say_json(_as_json(summary))
        else:
            _say(summary, desk, lang)
    return FOUND if summary.counts.get("refused") else GOOD


def _say(summary: MigrationSummary, desk: ServiceDesk, lang: str) -> None:
    from service_flow.cli.findings import say_findings
    from service_flow.cli.output import say

    say_findings(summary.notes)
    shown = summary.cases if summary.dry_run else [case for case in summary.cases if case.fate == "refused"]
    if shown:
        _table(shown[:MOST_CASES], desk, lang)
        if len(shown) > MOST_CASES:
            say(f"and {len(shown) - MOST_CASES:,} more; --format json has them all")
        say()
    told = ", ".join(f"{number:,} {_FATES[fate]}" for fate, number in summary.counts.items()) or "no case to move"
    say((f"{summary.migration}: ", "bold"), told)
    for revision, number in summary.staying.items():
        say(f"{number:,} open on revision {revision}, which this migration does not move")


_FATES = {"moves": "would be moved", "moved": "moved", "refused": "refused", "closed": "closed meanwhile"}


def _table(cases: list[CaseMigration] | tuple[CaseMigration, ...], desk: ServiceDesk, lang: str) -> None:
    from service_flow.cli.labels import state_label, word
    from service_flow.cli.output import table

    new = desk.blueprint.flows
    rows = []
    for case in cases:
        old = desk.commands.flows.known(case.revision)
        flow = new[old.name] if old is not None else None
        stands = state_label(case.stands, flow, lang) if case.stands else ""
        rows.append(
            (
                case.number,
                state_label(case.left, old, lang),
                stands,
                _turned(case.owners_before, case.owners, case.fate),
                _turned((word(case.clock_before, lang),), (word(case.clock, lang),), case.fate),
                case.because or _data(case),
            )
        )
    headings = ("case", "state", "becomes", "owners", "clock", "data")
    table([word(heading, lang) for heading in headings], rows)


def _turned(before: tuple[str, ...], after: tuple[str, ...], fate: str) -> str:
    told = ", ".join(before)
    return told if before == after or fate in ("refused", "closed") else f"{told} -> {', '.join(after) or '-'}"


def _data(case: CaseMigration) -> str:
    parts = [f"{old} -> {new}" for old, new in case.renamed.items()]
    parts += [f"-{name}" for name in case.dropped]
    parts += [f"{name} (other value)" for name in case.changed]
    parts += [f"+{name}" for name in case.given]
    parts += [f"then {name}" for name in case.follows]
    parts += [f"{each.promise}: {_terms(each.before)} -> {_terms(each.after)}" for each in case.promises]
    return ", ".join(parts)


def _terms(terms: PromiseTerms | None) -> str:
    from service_flow.cli.labels import instant

    if terms is None:
        return "-"
    return terms.within if terms.due is None else f"{terms.within}, due {instant(terms.due)}"


def _as_json(summary: MigrationSummary) -> dict[str, Any]:
    from service_flow.cli.findings import as_json

    return {
        "migration": summary.migration,
        "flow": summary.flow,
        "revision": summary.revision,
        "dry_run": summary.dry_run,
        "counts": dict(summary.counts),
        "staying": dict(summary.staying),
        "notes": as_json(summary.notes),
        "cases": [_case(case) for case in summary.cases],
    }


def _case(case: CaseMigration) -> dict[str, Any]:
    from service_flow.cli.labels import plain

    told = asdict(case)
    told["id"] = str(told.pop("reference")[1])
    told["promises"] = [
        {
            "promise": each.promise,
            "before": None if each.before is None else each.before._asdict(),
            "after": None if each.after is None else each.after._asdict(),
        }
        for each in case.promises
    ]
    shown: dict[str, Any] = plain(told)
    return shown
