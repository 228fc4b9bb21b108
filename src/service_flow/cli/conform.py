"""`service-flow conform`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from service_flow.cli.completion import complete_blueprint, complete_file
from service_flow.cli.options import format_option, lang_option, loaded, store_option, stored
from service_flow.cli.root import FOUND, GOOD

if TYPE_CHECKING:
    from service_flow.insight.histories import Breach, ConformSummary, PropertyVerdict

MOST_BREACHES = 20
"""Cases that are written for people under each property; JSON has more."""

_WORDS = {
    "clean": ("every property was kept", "全部性质均符合"),
    "none": ("no property was asked", "没有可检查的性质"),
    "broken": ("broken: ", "违反："),
    "flow": ("Flow", "流程"),
    "property": ("Property", "性质"),
    "kept": ("Kept", "符合"),
    "breaks": ("Broken", "违反"),
    "open": ("Open", "未了结"),
    "not_asked": ("Not asked", "未检查"),
    "title": ("What must hold", "要求"),
    "why": ("Why", "原因"),
}


@click.command
@click.argument("file", metavar="[HISTORY]", required=False, shell_complete=complete_file)
@store_option(default=None)
@click.option(
    "--blueprint", "where", metavar="DIR", shell_complete=complete_blueprint,
    help="Ask what the flows of this blueprint ask, instead of what those ask that the cases stand on.",
)  # fmt: skip
@click.option("--case", metavar="CASE", help="Ask one case: a short number such as R-1, or an id.")
@click.option("--property", "properties", metavar="NAME", multiple=True, help="Ask about this property; repeatable.")
@lang_option()
@format_option()
@click.pass_context
def conform(
    context: click.Context, /, *, file: str | None, url: str | None, where: str | None, case: str | None,
    properties: tuple[str, ...], lang: str, form: str,
) -> int:  # fmt: skip
    """Ask a history, an exported file or a store, which cases kept the properties of their flows.

    The exit code is 1 if a case broke one.
    """
    from service_flow.cli.output import say_json
    from service_flow.cli.progress import progress_bar
    from service_flow.insight.histories import conform_history, conform_store

    if file is not None and context.get_parameter_source("url") is ParameterSource.COMMANDLINE:
        raise click.UsageError("name a HISTORY or a --store, not both")
    flows = None if where is None else list(loaded(where).flows.values())
    if file is not None:
        with progress_bar("asking") as progress:
            summary = conform_history(Path(file), flows=flows, case=case, properties=properties, progress=progress)
    elif url is not None:
        with stored(url) as store, progress_bar("asking") as progress:
            summary = conform_store(store, flows=flows, case=case, properties=properties, progress=progress)
    else:
        raise click.UsageError("name a HISTORY, which `service-flow export` writes, or a --store")
    if form == "json":
        say_json(_as_json(summary, lang))
    else:
        _say(summary, lang)
    return GOOD if summary.clean else FOUND


def _say(summary: ConformSummary, lang: str) -> None:
    from service_flow.cli.output import say, table

    told = _told(summary.cases, summary.events, lang)
    broken = [verdict for verdict in summary.verdicts if verdict.broken]
    if not summary.verdicts:
        say(told, _word("none", lang))
        return
    if broken:
        say(told, (_word("broken", lang) + ", ".join(verdict.name for verdict in broken), "bold red"))
    else:
        say(told, (_word("clean", lang), "green"))
    if summary.passed_over:
        say(_passed_over(summary.passed_over, lang))
    columns = ["flow", "property", "kept", "breaks", "open"]
    columns += ["not_asked"] if any(verdict.not_asked for verdict in summary.verdicts) else []
    columns += ["title"] if any(verdict.model.title for verdict in summary.verdicts) else []
    rows = [_row(verdict, lang) for verdict in summary.verdicts]
    table([_word(column, lang) for column in columns], [[row[column] for column in columns] for row in rows])
    for verdict in broken:
        _say_breaches(verdict, lang)


def _row(verdict: PropertyVerdict, lang: str) -> dict[str, str]:
    from service_flow.cli.labels import titled

    counts = {"kept": verdict.kept, "breaks": verdict.broken, "open": verdict.open, "not_asked": verdict.not_asked}
    return {
        "flow": verdict.flow,
        "property": verdict.name,
        "title": titled(verdict.model.title, lang),
        **{name: f"{count:,}" for name, count in counts.items()},
    }


def _say_breaches(verdict: PropertyVerdict, lang: str) -> None:
    from service_flow.cli.breaches import because, event_label
    from service_flow.cli.labels import instant, titled, word
    from service_flow.cli.output import say, table

    title = titled(verdict.model.title, lang)
    say()
    say((f"{verdict.flow} {verdict.name}", "bold"), f"  {title}" if title else "")
    shown = verdict.breaches[:MOST_BREACHES]
    headings = [*(word(name, lang) for name in ("case", "version", "when", "what")), _word("why", lang)]
    table(
        headings,
        [
            (
                breach.case,
                str(breach.event),
                instant(breach.at),
                event_label(verdict, breach, lang),
                because(verdict, breach, lang),
            )
            for breach in shown
        ],
    )
    if verdict.broken > len(shown):
        more = verdict.broken - len(shown)
        say(f"另有 {more:,} 个" if lang == "zh" else f"and {more:,} more; --format json has the first 1,000")


def _told(cases: int, events: int, lang: str) -> str:
    from service_flow.cli.output import counted

    if lang == "zh":
        return f"个案 {cases:,} 个，事件 {events:,} 条："
    return f"{counted(cases, 'case')}, {counted(events, 'event')}: "


def _passed_over(cases: int, lang: str) -> str:
    from service_flow.cli.output import counted

    if lang == "zh":
        return f"{cases:,} 个个案的流程不在该蓝图中，未检查"
    return f"{counted(cases, 'case')} of flows that the blueprint does not have"


def _word(name: str, lang: str) -> str:
    english, chinese = _WORDS[name]
    return chinese if lang == "zh" else english


def _as_json(summary: ConformSummary, lang: str) -> dict[str, Any]:
    return {
        "clean": summary.clean,
        "cases": summary.cases,
        "events": summary.events,
        "passed_over": summary.passed_over,
        "properties": [
            {
                "flow": verdict.flow,
                "property": verdict.name,
                "title": verdict.model.title,
                "revisions": list(verdict.revisions),
                "kept": verdict.kept,
                "broken": verdict.broken,
                "open": verdict.open,
                "not_asked": verdict.not_asked,
                "breaches": [_breach(verdict, breach, lang) for breach in verdict.breaches],
            }
            for verdict in summary.verdicts
        ],
    }


def _breach(verdict: PropertyVerdict, breach: Breach, lang: str) -> dict[str, Any]:
    from service_flow.cli.breaches import because

    return {
        "case": breach.case,
        "id": str(breach.id),
        "event": breach.event,
        "did": breach.did,
        "transition": breach.transition or None,
        "at": breach.at.isoformat(),
        "stands": list(breach.stands),
        "revision": breach.revision,
        "because": because(verdict, breach, lang),
    }
