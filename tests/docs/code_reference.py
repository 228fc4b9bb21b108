"""The pages of docs/reference/checks, made from the pages that ship with the package, and the index of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

import code_examples
from code_examples import FLOW, as_said
from code_examples import found as found_in

from service_flow.cli.code_pages import TABLES, CodePage, all_codes, code_page
from service_flow.cli.page_texts import in_markdown, title
from service_flow.design.language.codes import Code
from service_flow.errors import Finding

GENERATED = "<!-- This page is generated from the code: `make reference`. -->"
MARK = f"<!-- shown only: {Path(code_examples.__file__).name} makes blueprints of the sources of these pages -->"
PARTS = {
    "SF100": ("Reading", "What is no YAML, or not the language's. A blueprint with such a finding cannot be loaded."),
    "SF200": ("Names", "What leads nowhere or fits nothing. A blueprint with such a finding cannot be loaded."),
    "SF290": ("Ignoring", "Comments that ignore a finding, and do not."),
    "SF300": ("Structure", "What the drawing alone shows, whatever guards say."),
    "SF400": ("Guards", "Conditions, ways and decision tables: what they leave out, and where they overlap."),
    "SF500": ("Data", "Fields that are read before they have a value, and fields that nobody needs."),
    "SF600": ("Whole", "All that a case can come to, followed to the end."),
    "SF700": ("Properties", "What is declared under `properties`, proved or refuted."),
    "SF800": ("Migrations", "Plans that would leave cases of older revisions without a place."),
    "SF900": ("Scenarios", "Stories that go otherwise than they are told; found by `service-flow run`."),
}
"""The parts of the index by the first code that may stand in them."""
INTRODUCTION = f"""\
# Codes of findings

{GENERATED}

Everything that is found in a blueprint or a scenario has a code, a place (`file:line:column`) and a text that says what
is wrong and often what was meant. Each code has a page with a wrong and a right example, which `service-flow explain
CODE` prints too. Codes are never given another meaning. [Check a blueprint](../../how-to/check-a-blueprint.md) says how
some are selected or ignored.

The examples are blueprints that stand in a folder `shop`, each block with the name of its file in its first line. What
they leave out is a `blueprint.yaml`, the posts `clerk` and `manager`, and, unless they show one, this flow:

```yaml
{FLOW}```
""".replace("```yaml", f"{MARK}\n```yaml")


def code_files() -> Mapping[str, Callable[[], str]]:
    """What makes each page, by its name in docs/reference."""
    pages = {f"checks/{name}.md": partial(_page, name) for name in all_codes()}
    return {"checks/README.md": lambda: "\n".join(_index()), **pages}


def _page(name: str) -> str:
    page = known(name)
    text = in_markdown(page, links=True).replace("\n```yaml", f"\n{MARK}\n```yaml")
    return f"# {title(page)}\n\n{GENERATED}\n\n{text}"


def known(name: str) -> CodePage:
    page = code_page(name)
    assert page is not None
    return page


def _index() -> Iterator[str]:
    yield INTRODUCTION
    codes = dict(sorted(all_codes().items()))
    for start, end in zip(PARTS, [*list(PARTS)[1:], "SFA"], strict=True):
        heading, says = PARTS[start]
        yield f"## {heading}\n\n{says}\n"
        yield "| code | what it is | what to do | |"
        yield "|---|---|---|---|"
        yield from (_row(name, code) for name, code in codes.items() if start <= name < end)
        yield ""


def _row(name: str, code: Code) -> str:
    asked = "only with `--select`" if code.pedantic else code.severity
    return f"| [{name}]({name}.md) | {code.title} | {code.advice} | {asked} |"


def renewed(name: str) -> str:
    """The source of a page with what is found today in its wrong example."""
    page, text = known(name), source(name).read_text(encoding="utf-8")
    return text.replace(f"```found\n{page.found}```", f"```found\n{wrong(name)[1]}```")


@cache
def wrong(name: str) -> tuple[tuple[Finding, ...], str]:
    """What is found today in the wrong example of a page, and how it is said. Of a long telling the end is kept."""
    page = known(name)
    with tempfile.TemporaryDirectory() as folder:
        findings = found_in(page, "wrong", Path(folder))
        found = as_said(findings, Path(folder))
    if page.found.startswith("...\n"):
        kept = page.found.count("\n") - 1
        found = "...\n" + "".join(found.splitlines(keepends=True)[-kept:])
    return tuple(findings), found


def source(name: str) -> Path:
    """Where the source of a page stands."""
    return next(folder for _, table, folder in TABLES if name in table) / f"{name}.md"
