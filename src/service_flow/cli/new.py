"""`service-flow new`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import click

from service_flow.cli.options import loaded
from service_flow.cli.root import GOOD
from service_flow.errors import ServiceFlowError, meant

STARTER = Path(__file__).parent / "starter"
"""The small blueprint that `new` copies when no other is named."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SCHEMA = re.compile(r"(\$schema=)(?:\.\./)+(?:\w+/)*schema/")
_BLUEPRINT = re.compile(r"^blueprint: .*$", re.MULTILINE)
_TITLE = re.compile(r"^title: \{en: [^{},]+, zh: ([^{},]+)\}$", re.MULTILINE)


@click.command
@click.argument("name")
@click.option(
    "--from",
    "source",
    metavar="BLUEPRINT",
    help="Copy this one of the blueprints that ship with the library.",
)
def new(name: str, source: str | None) -> int:
    """Make a folder NAME with a blueprint of your own.

    It is small and complete: flows for requests, complaints and customers, an organisation, a calendar and a
    scenario. Nothing that exists already is touched.
    """
    from service_flow.cli.files import named_in_errors
    from service_flow.cli.output import say

    folder = Path(name)
    word = _word(folder)
    template = STARTER if source is None else _shipped(source)
    if folder.exists() or folder.is_symlink():
        raise ServiceFlowError(f"'{name}' exists already; choose another name, or move it away")
    if not folder.parent.is_dir():
        raise ServiceFlowError(f"there is no folder '{folder.parent}' to make '{folder.name}' in")
    with named_in_errors(name):
        _make(folder, template, word)
    flows = ", ".join(loaded(folder).flows)
    say(("made ", "green"), f"{name} with the flows {flows}")
    say(f"next: service-flow check {name}")
    say(f"      service-flow run {name}")
    return GOOD


def _word(folder: Path) -> str:
    """The blueprint's name, made from the folder's."""
    word = folder.name.lower().replace("-", "_").replace(" ", "_")
    if not _NAME.fullmatch(word):
        raise ServiceFlowError(
            f"'{folder.name}' cannot name a blueprint: use letters, digits and underscores, and begin with a letter"
        )
    return word


def _shipped(name: str) -> Path:
    from service_flow.blueprint import SHIPPED, shipped

    known = shipped()
    if name not in known:
        hint = meant(name, known) or ";"
        raise ServiceFlowError(f"no blueprint '{name}' ships with the library{hint} Possible: {', '.join(known)}.")
    return SHIPPED / name


def _make(folder: Path, template: Path, word: str) -> None:
    """Copy the template under its new name: the whole folder appears at once, or not at all."""
    from service_flow.blueprint import SHIPPED

    with tempfile.TemporaryDirectory(prefix=".service-flow-", dir=folder.parent) as beside:
        made = Path(beside) / folder.name
        for file in _files(template):
            _copy(template / file, made / file, upwards=len(file.parts) - 1)
        for file in _files(SHIPPED / "schema"):
            _copy(SHIPPED / "schema" / file, made / "schema" / file, upwards=0)
        blueprint = made / "blueprint.yaml"
        blueprint.write_text(_named(blueprint.read_text("utf-8"), word), "utf-8", newline="\n")
        made.rename(folder)


def _named(text: str, word: str) -> str:
    """The text of a blueprint.yaml with another name, and titles made of it: in Chinese before what kind it is."""
    title = word.replace("_", " ").strip().capitalize()
    # In quotes: a folder may be called `true` or `no`.
    text = _BLUEPRINT.sub(f'blueprint: "{word}"' if word in ("true", "false", "null") else f"blueprint: {word}", text)
    return _TITLE.sub(lambda found: f'title: {{en: "{title}", zh: "{title} {found[1]}"}}', text)


def _files(folder: Path) -> list[Path]:
    """The files in a folder, by their paths in it."""
    files = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    return sorted(file for file in files if not any(part.startswith((".", "__")) for part in file.parts))


def _copy(source: Path, target: Path, *, upwards: int) -> None:
    """Copy a text; a line that names a schema for editors is made to name the copy, so many folders up.

    The mode of the source is not taken over: an installed package may be read-only.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    text = _SCHEMA.sub(rf"\g<1>{'../' * upwards}schema/", source.read_text("utf-8"))
    target.write_text(text, "utf-8", newline="\n")
