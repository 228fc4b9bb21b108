"""The report on promises as rows of texts: for a table, a page, or a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from service_flow.design.drawing.hypertext import Markup, element, joined, page
from service_flow.insight.reports.names import Names
from service_flow.insight.reports.promises import PromiseFigures, PromiseReport
from service_flow.insight.reports.switch import language_switch
from service_flow.insight.reports.wording import Wording
from service_flow.insight.reports.words import LANGUAGES

COUNTS: Final = ("made", "kept", "kept_extended", "late", "broken", "open", "stopped", "extended")
SHARES: Final = ("share_kept", "share_agreed")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report_table(report: PromiseReport, lang: str) -> tuple[list[str], list[list[str]]]:
    """Headings and rows as people read them; the last row is all together."""
    wording = Wording(lang, Names())
    heads = [wording(f"by_{name}") for name in report.by] + [wording(f"count_{name}") for name in (*COUNTS, *SHARES)]
    rows = [
        [_label(report, by, value, wording) for by, value in zip(report.by, row.key, strict=True)]
        + _figures(row.figures)
        for row in report.rows
    ]
    if report.by:
        rows.append([wording("report_all"), *[""] * (len(report.by) - 1), *_figures(report.total)])
    return heads, rows


def report_csv(report: PromiseReport) -> str:
    """For programs and spreadsheets: names as they are in the blueprint, and shares from 0 to 1."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow([*report.by, *COUNTS, *SHARES])
    for row in report.rows:
        counts = [getattr(row.figures, name) for name in COUNTS]
        shares = [getattr(row.figures, name) for name in SHARES]
        write.writerow([*map(_cell, row.key), *counts, *("" if share is None else f"{share:.4f}" for share in shares)])
    return out.getvalue()


def report_page(report: PromiseReport, *, lang: str = "en") -> str:
    """One HTML page that loads nothing and runs nothing, in English and Chinese; a switch begins with `lang`."""
    style = files(__package__).joinpath("timeline.css").read_text("utf-8")
    told = {language: _article(report, Wording(language, Names())) for language in LANGUAGES}
    order = sorted(told, key=lambda language: language != lang)
    title = Wording(lang, Names())("report")
    return page(title, *language_switch(lang), *(told[language] for language in order), lang=lang, style=style)


def _article(report: PromiseReport, wording: Wording) -> Markup:
    until = wording.instant(report.until)
    period = (
        wording("report_until", until)
        if report.since is None
        else wording("report_period", wording.instant(report.since), until)
    )
    head = element("header", element("h1", wording("report")), element("p", period, class_="lead"))
    parts = [head, _table(report, wording), element("footer", element("p", wording("report_note", report.zone)))]
    return element("article", "\n", joined(parts, "\n"), lang=wording.lang, class_=f"in-{wording.lang} report")


def _table(report: PromiseReport, wording: Wording) -> Markup:
    if not report.total.made:
        return element("p", wording("report_none"), class_="note")
    heads, rows = report_table(report, wording.lang)
    groups = len(report.by)
    last = rows.pop() if groups else None
    table = element(
        "table",
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        "\n",
        element("tbody", joined([element("tr", *_cells(row, groups)) for row in rows], "\n")),
        *([element("tfoot", element("tr", *_cells(last, groups)))] if last is not None else []),
        class_="figures",
    )
    return element("div", table, class_="wide")


def _cells(row: list[str], groups: int) -> Iterator[Markup]:
    for number, text in enumerate(row):
        yield element("th", text, scope="row") if number < groups else element("td", text, class_="number")


def _label(report: PromiseReport, by: str, value: str | None, wording: Wording) -> str:
    if value is None:
        return wording("value_missing")
    return value if by == "month" else wording.title(report.titles[by].get(value, {}), value)


def _figures(figures: PromiseFigures) -> list[str]:
    shares = [getattr(figures, name) for name in SHARES]
    return [f"{getattr(figures, name):,}" for name in COUNTS] + [
        "" if share is None else f"{share:.1%}" for share in shares
    ]


def _cell(value: str | None) -> str:
    """A spreadsheet would run a text that begins as a formula does."""
    text = "" if value is None else value
    return f"'{text}" if text.startswith(_FORMULA) else text
