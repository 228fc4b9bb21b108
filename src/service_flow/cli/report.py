"""`service-flow report`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from service_flow.cli.completion import complete_file
from service_flow.cli.options import blueprint_option, instant_value, lang_option, loaded, store_option, stored
from service_flow.cli.root import GOOD

if TYPE_CHECKING:
    from service_flow.insight.reports import PromiseReport


def _groups(_: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from service_flow.insight.reports.promises import BY

    asked = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in asked:
        if name not in BY:
            raise click.BadParameter(f"'{name}' is none of {', '.join(BY)}", param=parameter)
    return asked


@click.command
@click.argument("what", metavar="WHAT", type=click.Choice(["promises"]), expose_value=False)
@store_option()
@blueprint_option()
@click.option("--by", default="promise", show_default=True, metavar="NAMES", callback=_groups,
              help="What to tell apart: promise, tier, department, month, nature, separated by commas.")  # fmt: skip
@click.option("--since", metavar="INSTANT", callback=instant_value, help="Only what was settled from then on.")
@click.option("--until", metavar="INSTANT", callback=instant_value, help="As it was known then.")
@click.option("--tier", default="tier", show_default=True, metavar="FIELD", help="The customer's field for the tier.")
@click.option("--zone", default="UTC", show_default=True, metavar="ZONE", help="The time zone of months.")
@click.option("-o", "--output", default="-", metavar="FILE", shell_complete=complete_file, help="Write to a file.")
@lang_option()
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "html"]), default="text",
              show_default=True, help="For people, programs, spreadsheets, or as a page.")  # fmt: skip
def report(
    *, url: str, where: str | None, by: tuple[str, ...], since: datetime | None, until: datetime | None,
    tier: str, zone: str, output: str, lang: str, form: str,
) -> int:  # fmt: skip
    """Report how promises were kept: WHAT is `promises`.

    Each promise is counted once, at the instant that settled it. Departments need a blueprint, which says which post
    belongs to which.
    """
    from service_flow.cli.output import say
    from service_flow.cli.progress import progress_bar
    from service_flow.insight.reports import promise_report

    if "department" in by and where is None:
        raise click.UsageError("--by department needs --blueprint: it says which department a post belongs to")
    if form == "text" and output != "-":
        raise click.UsageError("-o writes a file of --format json, csv or html")
    organisation = loaded(where).organisation if where is not None else None
    with stored(url) as store, progress_bar("reading cases") as progress:
        found = promise_report(
            store, organisation, by=by, since=since, until=until, tier=tier, zone=zone, progress=progress
        )
    if form == "text":
        _say(found, lang)
        return GOOD
    _write(found, form, lang, output)
    if output != "-":
        say(("wrote ", "green"), output)
    return GOOD


def _say(found: PromiseReport, lang: str) -> None:
    from service_flow.cli.output import say, table
    from service_flow.insight.reports import Names, Wording, report_table

    if found.total.made:
        table(*report_table(found, lang))
    else:
        say(Wording(lang, Names())("report_none"))


def _write(found: PromiseReport, form: str, lang: str, output: str) -> None:
    import json

    from service_flow.characters import escaped_json
    from service_flow.cli.files import file_to_write
    from service_flow.insight.reports import report_csv, report_page

    if form == "json":
        text = escaped_json(json.dumps(_as_json(found), ensure_ascii=False, indent=2)) + "\n"
    else:
        text = report_csv(found) if form == "csv" else report_page(found, lang=lang)
    with file_to_write(output, private=False) as out:
        out.write(text)


def _as_json(found: PromiseReport) -> dict[str, Any]:
    def figures(of: Any) -> dict[str, Any]:
        return {"made": of.made, **asdict(of), "share_kept": of.share_kept, "share_agreed": of.share_agreed}

    return {
        "by": list(found.by),
        "since": found.since.isoformat() if found.since is not None else None,
        "until": found.until.isoformat(),
        "zone": found.zone,
        "cases": found.cases,
        "rows": [{**dict(zip(found.by, row.key, strict=True)), **figures(row.figures)} for row in found.rows],
        "total": figures(found.total),
    }
