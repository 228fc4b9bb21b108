"""`service-flow draw`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.completion import complete_file, complete_flow
from service_flow.cli.options import blueprint_argument, lang_option, loaded
from service_flow.cli.root import GOOD
from service_flow.errors import NotFound, ServiceFlowError, meant

if TYPE_CHECKING:
    from service_flow.blueprint import Blueprint
    from service_flow.design.flow import Flow

SUFFIXES = {"mermaid": ".mmd", "svg": ".svg", "html": ".html"}
_ON_A_PAGE = ("request", "complaint", "customer")
"""The order of flows on a page, by their subject."""


@click.command
@blueprint_argument()
@click.option(
    "--flow", "name", metavar="NAME", shell_complete=complete_flow, help="Draw this flow; without it all of them."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(SUFFIXES)),
    default="mermaid",
    show_default=True,
    help="What to draw it in.",
)
@click.option(
    "-o", "--output", metavar="FILE_OR_FOLDER", shell_complete=complete_file,
    help="Where to write; a folder gets a file for each flow.",
)  # fmt: skip
@lang_option()
def draw(where: str, name: str | None, form: str, output: str | None, lang: str) -> int:
    """Draw the flows of the blueprint in DIR.

    One flow is written to standard output, or to a file. Several are written to a folder, which is made if
    need be; as html they also go together onto one page.
    """
    blueprint = loaded(where)
    flows = _chosen(blueprint.flows, name)
    together = form == "html"
    if output is None or output == "-":
        if len(flows) > 1 and not together:
            raise ServiceFlowError(
                f"this blueprint has several flows ({', '.join(flows)}); name one with --flow, or a folder with -o"
            )
        sys.stdout.write(_drawn(list(flows.values()), form, lang, blueprint))
        return GOOD
    place = Path(output)
    is_folder = place.is_dir() or output.endswith(("/", "\\"))
    if is_folder or (len(flows) > 1 and not together):
        if place.exists() and not place.is_dir():
            raise ServiceFlowError(f"{output} is a file; several flows need a folder")
        place.mkdir(parents=True, exist_ok=True)
        files = {place / f"{flow.name}{SUFFIXES[form]}": [flow] for flow in flows.values()}
    else:
        files = {place: list(flows.values())}
    for file, drawn in files.items():
        _write(file, _drawn(drawn, form, lang, blueprint))
    return GOOD


def _chosen(flows: Mapping[str, Flow], name: str | None) -> Mapping[str, Flow]:
    if name is None:
        return flows
    if name not in flows:
        raise NotFound(f"this blueprint has no flow '{name}'{meant(name, flows) or ';'} Possible: {', '.join(flows)}.")
    return {name: flows[name]}


def _drawn(flows: Sequence[Flow], form: str, lang: str, blueprint: Blueprint) -> str:
    """One flow, or as html any number of them."""
    from service_flow.design import drawing

    posts = {name: post.title for name, post in blueprint.organisation.posts.items()}
    if form == "html":
        ordered = sorted(flows, key=lambda flow: _ON_A_PAGE.index(flow.subject))
        title = blueprint.source.blueprint.title if len(flows) > 1 else None
        return drawing.html(ordered, title=title, lang=lang, posts=posts)
    return drawing.svg(flows[0], lang=lang, posts=posts) if form == "svg" else drawing.mermaid(flows[0], lang=lang)


def _write(file: Path, text: str) -> None:
    from service_flow.cli.files import file_to_write
    from service_flow.cli.output import say

    with file_to_write(str(file), private=False) as out:
        out.write(text)
    say(("wrote ", "green"), str(file))
