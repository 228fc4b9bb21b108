"""`service-flow draw`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.completion import complete_blueprint, complete_file, complete_flow
from service_flow.cli.options import blueprint_argument, lang_option, loaded
from service_flow.cli.root import GOOD
from service_flow.errors import NotFound, ServiceFlowError, meant

if TYPE_CHECKING:
    from service_flow.blueprint import Blueprint
    from service_flow.design.drawing import Compared, Overlay
    from service_flow.design.flow import Flow

SUFFIXES = {"mermaid": ".mmd", "svg": ".svg", "html": ".html"}
_ON_A_PAGE = ("request", "complaint", "customer", "staff")
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
    help="What to draw it in; without it, what the ending of FILE says, or else mermaid, or html with --diff.",
)
@click.option(
    "--diff", "old", metavar="OLD", shell_complete=complete_blueprint,
    help="Show what changed since blueprint OLD, as svg or html.",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="FILE_OR_FOLDER", shell_complete=complete_file,
    help="Where to write; a folder gets a file for each flow.",
)  # fmt: skip
@lang_option()
def draw(where: str, name: str | None, form: str | None, old: str | None, output: str | None, lang: str) -> int:
    """Draw the flows of the blueprint in DIR.

    One flow is written to standard output, or to a file. Several are written to a folder, which is made if
    need be; as html they also go together onto one page, which also tells what `check` finds.
    """
    form = form or _form_of(output, "mermaid" if old is None else "html")
    if old is not None and form == "mermaid":
        raise click.UsageError("Mermaid cannot show what changed; ask for --format svg or html")
    task = _Task(loaded(where), None if old is None else loaded(old), form, lang)
    flows = task.chosen(name)
    together = form == "html"
    if output is None or output == "-":
        if len(flows) > 1 and not together:
            raise ServiceFlowError(
                f"this blueprint has several flows ({', '.join(flows)}); name one with --flow, or a folder with -o"
            )
        sys.stdout.write(task.drawn(flows))
        return GOOD
    place = Path(output)
    is_folder = place.is_dir() or output.endswith(("/", "\\"))
    if is_folder or (len(flows) > 1 and not together):
        if place.exists() and not place.is_dir():
            raise ServiceFlowError(f"{output} is a file; several flows need a folder")
        place.mkdir(parents=True, exist_ok=True)
        files = {place / f"{name}{SUFFIXES[form]}": {name: flow} for name, flow in flows.items()}
    else:
        files = {place: dict(flows)}
    for file, drawn in files.items():
        _write(file, task.drawn(drawn))
    return GOOD


def _form_of(output: str | None, usual: str) -> str:
    """What the ending of a file says, or what is usual."""
    ending = Path(output).suffix.lower() if output is not None else ""
    return next((form for form, suffix in SUFFIXES.items() if suffix == ending), usual)


@dataclass(frozen=True)
class _Task:
    """A blueprint to be drawn, and the older one that it is compared with."""

    blueprint: Blueprint
    old: Blueprint | None
    form: str
    lang: str

    def chosen(self, name: str | None) -> Mapping[str, Flow]:
        """The flows to draw: all, those that are gone too, or the one of that name."""
        flows = {**(self.old.flows if self.old is not None else {}), **self.blueprint.flows}
        flows = {name: flows[name] for name in (*self.blueprint.flows, *flows)}
        if name is None:
            return flows
        if name not in flows:
            possible = f"Possible: {', '.join(flows)}."
            raise NotFound(f"this blueprint has no flow '{name}'{meant(name, flows) or ';'} {possible}")
        return {name: flows[name]}

    def drawn(self, flows: Mapping[str, Flow]) -> str:
        """One flow, or as html any number of them."""
        from service_flow.design import drawing

        if self.form == "html":
            ordered = sorted(flows.values(), key=lambda flow: _ON_A_PAGE.index(flow.subject))
            title = self.blueprint.source.blueprint.title if len(flows) > 1 else None
            compared = {name: self._compared(name) for name in flows} if self.old is not None else None
            overlays = self._found(ordered[0].name)
            return drawing.html(
                ordered, title=title, lang=self.lang, overlays=overlays, posts=self._posts(), compared=compared
            )
        (name, flow), *_ = flows.items()
        if self.form == "svg":
            return drawing.svg(flow, lang=self.lang, posts=self._posts(), compared=self._compared(name))
        return drawing.mermaid(flow, lang=self.lang)

    def _posts(self) -> dict[str, Mapping[str, str]]:
        blueprints = [self.blueprint] if self.old is None else [self.old, self.blueprint]
        return {name: post.title for each in blueprints for name, post in each.organisation.posts.items()}

    def _compared(self, name: str) -> Compared | None:
        from service_flow.design.drawing import Compared

        if self.old is None:
            return None
        gone = name not in self.blueprint.flows
        return Compared(None if gone else self.old.flows.get(name), gone)

    def _found(self, first: str) -> dict[str, Overlay]:
        """What the check finds in each flow; on the first flow's page also what it finds beside the flows."""
        from service_flow.cli.progress import progress_bar
        from service_flow.design.drawing import Overlay, laid_over

        with progress_bar("proving") as bar:
            findings = list(self.blueprint.check(progress=bar))
        overlays: dict[str, Overlay] = {}
        for name in self.blueprint.flows:
            overlays[name], findings = laid_over(self.blueprint.source, name, findings)
        overlay = overlays.get(first, Overlay())
        return {**overlays, first: replace(overlay, found=(*(overlay.found or ()), *findings))}


def _write(file: Path, text: str) -> None:
    from service_flow.cli.files import file_to_write
    from service_flow.cli.output import say

    with file_to_write(str(file), private=False) as out:
        out.write(text)
    say(("wrote ", "green"), str(file))
