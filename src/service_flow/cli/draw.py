"""`service-flow draw`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.options import blueprint_argument, lang_option, loaded
from service_flow.cli.root import GOOD
from service_flow.errors import NotFound, ServiceFlowError, meant

if TYPE_CHECKING:
    from service_flow.design.flow import Flow

SUFFIXES = {"mermaid": ".mmd", "svg": ".svg"}


@click.command
@blueprint_argument()
@click.option("--flow", "name", metavar="NAME", help="Draw this flow; without it all of them.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(SUFFIXES)),
    default="mermaid",
    show_default=True,
    help="What to draw it in.",
)
@click.option("-o", "--output", metavar="FILE_OR_FOLDER", help="Where to write; a folder gets a file for each flow.")
@lang_option()
def draw(where: str, name: str | None, form: str, output: str | None, lang: str) -> int:
    """Draw the flows of the blueprint in DIR.

    One flow is written to standard output, or to a file. Several are written to a folder, which is made if
    need be.
    """
    flows = _chosen(loaded(where).flows, name)
    if output is None or output == "-":
        if len(flows) > 1:
            raise ServiceFlowError(
                f"this blueprint has several flows ({', '.join(flows)}); name one with --flow, or a folder with -o"
            )
        sys.stdout.writelines(_drawn(flow, form, lang) for flow in flows.values())
        return GOOD
    place = Path(output)
    if len(flows) > 1 or place.is_dir() or output.endswith(("/", "\\")):
        if place.exists() and not place.is_dir():
            raise ServiceFlowError(f"{output} is a file; several flows need a folder")
        place.mkdir(parents=True, exist_ok=True)
        files = {place / f"{flow.name}{SUFFIXES[form]}": flow for flow in flows.values()}
    else:
        files = dict.fromkeys([place], next(iter(flows.values())))
    for file, flow in files.items():
        _write(file, _drawn(flow, form, lang))
    return GOOD


def _chosen(flows: Mapping[str, Flow], name: str | None) -> Mapping[str, Flow]:
    if name is None:
        return flows
    if name not in flows:
        raise NotFound(f"this blueprint has no flow '{name}'{meant(name, flows) or ';'} Possible: {', '.join(flows)}.")
    return {name: flows[name]}


def _drawn(flow: Flow, form: str, lang: str) -> str:
    from service_flow.design import drawing

    text = drawing.svg(flow, lang=lang) if form == "svg" else drawing.mermaid(flow, lang=lang)
    return text if text.endswith("\n") else text + "\n"


def _write(file: Path, text: str) -> None:
    from service_flow.cli.output import say

    file.write_text(text, "utf-8", newline="\n")
    say(("wrote ", "green"), str(file))
