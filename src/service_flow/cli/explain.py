"""`service-flow explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from service_flow.cli.options import format_option, lang_option
from service_flow.cli.root import GOOD
from service_flow.errors import NotFound, meant

if TYPE_CHECKING:
    from service_flow.cli.code_pages import CodePage, Part


def _complete_code(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from service_flow.cli.code_pages import all_codes

    known = all_codes().items()
    return [CompletionItem(name, help=code.title) for name, code in known if name.startswith(incomplete.upper())]


@click.command
@click.argument("code", required=False, shell_complete=_complete_code)
@lang_option()
@format_option()
def explain(code: str | None, lang: str, form: str) -> int:
    """Explain the CODE of a finding, e.g. SF203: why it matters, what to do, and an example.

    Without CODE, list them all.
    """
    from service_flow.cli.code_pages import all_codes, code_page
    from service_flow.cli.output import say_json, table

    known = all_codes()
    if code is None:
        if form == "json":
            say_json([{"code": name, "title": one.title, "severity": one.severity} for name, one in known.items()])
        else:
            table(("Code", "Severity", "What it is"), [(name, one.severity, one.title) for name, one in known.items()])
        return GOOD
    page = code_page(code.upper())
    if page is None:
        raise NotFound(f"there is no code '{code}'{meant(code.upper(), known)}")
    if form == "json":
        say_json(_as_data(page))
    else:
        _say(page, lang)
    return GOOD


def _say(page: CodePage, lang: str) -> None:
    from service_flow.cli.output import say
    from service_flow.cli.page_texts import in_text, title

    say((title(page), "bold"))
    say()
    for line in in_text(page, lang).splitlines():
        say(line)


def _as_data(page: CodePage) -> dict[str, object]:
    def told(part: Part) -> list[str]:
        return [piece.text for piece in page.example(part)]

    return {
        "code": page.name,
        "title": page.code.title,
        "severity": page.code.severity,
        "pedantic": page.code.pedantic,
        "why": "\n\n".join(piece.text for piece in page.pieces if piece.part == "why"),
        "advice": page.code.advice,
        "wrong": told("wrong"),
        "found": page.found,
        "right": told("right"),
    }
