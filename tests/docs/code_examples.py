"""The examples on the pages of codes, made into folders and checked: what is found in them.

An example is a blueprint. What its blocks do not show is here: a `blueprint.yaml`, the posts `clerk` and `manager`, and
a flow unless there is one; in `../base` stands a blueprint to build on, in `../older` an older revision. A block that begins with the name of a folder lists files: exactly those are there, and what
stands behind a name says what is odd about it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from service_flow.blueprint import Blueprint
from service_flow.cli.code_pages import CodePage, Part, Piece
from service_flow.cli.findings import say_findings
from service_flow.errors import BlueprintError, Finding
from service_flow.testing.scenarios import read_scenario, run_scenario

COMMON = {
    "blueprint.yaml": 'blueprint: shop\nversion: "1"\n',
    "organisation.yaml": "posts: {clerk: {}, manager: {}}\n",
}
CUSTOMER = """\
flow: customer
subject: customer
initial: active
states: {active: {owner: clerk}}
"""
FLOW = """\
flow: order
subject: request
initial: open
states:
  open:   {owner: clerk}
  closed: {final: completed}
transitions:
  close: {from: open, to: closed, by: clerk}
"""
GUARD = "times.close == 0 && times.close < 10 && times.close < 100 && times.close < 10000"
_NAMED = re.compile(r"# (\S+\.yaml)\n")


def _large(bytes_: int) -> Callable[[Path], None]:
    return lambda file: file.write_text(FLOW + "#" * bytes_)


def _many_flows(file: Path) -> None:
    for number in range(6):
        (file.parent / f"order_{number}.yaml").write_text(FLOW.replace("order", f"order_{number}") + "#" * 1_400_000)


ODD: dict[str, Callable[[Path], object]] = {
    "(4.1 MB)": _large(4_100_000),
    "(saved as UTF-16)": lambda file: file.write_text(FLOW, encoding="utf-16"),
    "(a folder)": lambda file: file.mkdir(),
    "-> ../../order.yaml": lambda file: (
        (file.parents[2] / "order.yaml").write_text(FLOW),
        file.symlink_to(Path("..", "..", "order.yaml")),
    ),
    "... order_5.yaml (1.4 MB each)": _many_flows,
    "(201 states of the unknown owner 'clrek')": lambda file: file.write_text(
        FLOW.replace("  closed", "".join(f"  s{number}: {{owner: clrek}}\n" for number in range(201)) + "  closed")
    ),
    "(400 states, 300 transitions from any)": lambda file: file.write_text(
        FLOW.replace("  closed", "".join(f"  s{number}: {{owner: clerk}}\n" for number in range(399)) + "  closed")
        + "".join(f"  go{number}: {{from: any, to: closed, by: clerk}}\n" for number in range(299))
    ),
    "(3000 transitions, each with a guard of 80 characters)": lambda file: file.write_text(
        FLOW
        + "".join(f"  go{number}: {{from: open, to: closed, by: clerk, when: {GUARD}}}\n" for number in range(3000))
    ),
}
"""What a list of files may say of one, and how such a file is made."""


def build(pieces: Iterable[Piece], folder: Path) -> None:
    """Make the blueprint of an example in a folder that is not there yet."""
    files, odd = dict[str, str](), dict[str, str]()
    listed = False
    for piece in pieces:
        if piece.text == "shop    (a file)\n":
            folder.write_text(FLOW)
            return
        first, _, rest = piece.text.partition("\n")
        if named := _NAMED.match(piece.text):
            files[named[1]] = piece.text
        elif first.endswith("/"):
            listed = True
            for line in rest.splitlines():
                name, _, note = line.strip().partition(" ")
                odd[name] = note.strip()
        else:
            raise AssertionError(f"a block begins neither with a file's name nor with a folder: {first}")
    for name in odd:
        files.setdefault(name, COMMON.get(name, FLOW.replace("flow: order", f"flow: {Path(name).stem}")))
    if not listed:
        files = {**COMMON, **files}
        if not any(name.startswith(("flows/", "../base/")) for name in files):
            files["flows/order.yaml"] = FLOW
        if any(name.startswith("scenarios/") for name in files):
            files["flows/customer.yaml"] = CUSTOMER
        for other in ("../base", "../older"):
            if f"{other}/flows/order.yaml" in files:
                files |= {f"{other}/{name}": text for name, text in COMMON.items()}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if odd.get(name):
            ODD[odd[name]](file)
        else:
            file.write_text(text, encoding="utf-8", newline="\n")


def found(page: CodePage, part: Part, folder: Path) -> list[Finding]:
    """What is found in an example, which is made in the folder as `shop`. A page's own code is always asked for."""
    build(page.example(part), folder / "shop")
    with contextlib.chdir(folder):
        try:
            select = [] if page.name.startswith("SF9") else ["SF", page.name]
            older = Blueprint.load("./older").flows.values() if Path("older").exists() else ()
            findings = list(Blueprint.load("shop").check(select=select, older=older))
            for file in sorted(Path("shop/scenarios").glob("*.yaml")):
                findings += run_scenario(read_scenario(file)).failures
        except BlueprintError as error:
            findings = list(error.findings)
    return findings


def as_said(findings: Iterable[Finding], folder: Path) -> str:
    """Findings as the command line says them in that folder."""
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        say_findings(findings)
    return out.getvalue().replace(os.sep, "/")
