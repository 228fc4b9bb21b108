"""`service-flow schema`: what editors need to check, complete and explain the files of a blueprint."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service_flow.cli.completion import complete_file
from service_flow.cli.root import GOOD
from service_flow.errors import ServiceFlowError

if TYPE_CHECKING:
    from service_flow.design.language import Section

_FOLDERS = {"flows": "flow", "migrations": "migration", "scenarios": "scenario"}
"""The schema of the files in a folder of a blueprint; that of any other file has the file's own name."""
_MARK = b"\xef\xbb\xbf"
"""What some editors put before a text in UTF-8."""


@click.command
@click.argument("blueprint", metavar="[DIR]", required=False, shell_complete=complete_file)
@click.option(
    "--to",
    "target",
    metavar="FOLDER",
    shell_complete=complete_file,
    help="Write the schemas into this folder; without it, into DIR/schema.",
)
def schema(blueprint: str | None, target: str | None) -> int:
    """Write the JSON Schemas with which editors check, complete and explain the files of a blueprint.

    With DIR, a blueprint's folder, each of its files that names no schema yet gets a first line that does. Do it
    again after the library was updated, or for files that were added.
    """
    from service_flow.cli.files import named_in_errors
    from service_flow.cli.output import say
    from service_flow.design.language.schema import write_schemas

    if blueprint is None and target is None:
        raise click.UsageError("name the folder of a blueprint, or a folder --to write the schemas into")
    if "\0" in f"{blueprint}{target}":
        raise ServiceFlowError("no folder can have a name with a zero character")
    if blueprint is not None:
        _refuse_no_blueprint(Path(blueprint))
    folder = Path(target) if target is not None else Path(blueprint or "") / "schema"
    with named_in_errors(str(folder)):
        written = write_schemas(folder, all_sections())
    say(("wrote ", "green"), f"{len(written)} schemas into {folder}")
    if blueprint is not None:
        for file, name in _unnamed(Path(blueprint), {path.stem for path in written}):
            with named_in_errors(str(file)):
                _name_schema(file, folder / f"{name}.json")
            say(("named ", "green"), f"{name}.json in {file}")
    return GOOD


def all_sections() -> list[Section]:
    """The kinds of YAML files beside those of the language itself: of the features, scenarios, mappings of logs."""
    from service_flow.design.language import Section
    from service_flow.features import DEFAULT
    from service_flow.insight.histories.mapping import MappingWords
    from service_flow.testing.scenarios.model import ScenarioModel

    return [
        *(section for feature in DEFAULT for section in feature.sections),
        Section("scenario", ScenarioModel, "Scenario (service_flow)"),
        Section("mapping", MappingWords, "Mapping of a log (service_flow)"),
    ]


def _refuse_no_blueprint(folder: Path) -> None:
    if (folder / "blueprint.yaml").is_file():
        return
    from service_flow.blueprint import shipped

    advice = "name the folder of a blueprint"
    if str(folder) in shipped():
        advice = f"that one ships with the library, and `service-flow new my_desk --from {folder}` copies it"
    raise ServiceFlowError(f"there is no '{folder / 'blueprint.yaml'}'; {advice}")


def _unnamed(blueprint: Path, names: Collection[str]) -> Iterator[tuple[Path, str]]:
    """The files of a blueprint that name no schema, each with the name of the one that is theirs."""
    own = ((file, file.stem) for file in blueprint.glob("*.yaml"))
    inner = ((file, name) for folder, name in _FOLDERS.items() for file in (blueprint / folder).glob("*.yaml"))
    for file, name in sorted((*own, *inner)):
        if name in names and file.is_file() and not file.name.startswith(".") and not _names_schema(file):
            yield file, name


def _names_schema(file: Path) -> bool:
    """Whether a comment before anything else names a schema, in one of the ways that editors know."""
    for line in file.read_bytes().removeprefix(_MARK).splitlines():
        if line.strip() and not line.startswith(b"#"):
            return False
        if b"$schema" in line:
            return True
    return False


def _name_schema(file: Path, schema: Path) -> None:
    """Put the line that names its schema before a file, which is changed at once or not at all."""
    text = file.read_bytes()
    way = os.path.relpath(schema.resolve(), file.resolve().parent).replace(os.sep, "/").replace(" ", "%20")
    end = "\r\n" if b"\r\n" in text else "\n"
    line = f"# yaml-language-server: $schema={way}{end}".encode()
    with tempfile.TemporaryDirectory(prefix=".service-flow-", dir=file.parent) as beside:
        made = Path(beside) / file.name
        made.write_bytes((_MARK if text.startswith(_MARK) else b"") + line + text.removeprefix(_MARK))
        shutil.copymode(file, made)
        made.replace(file.resolve())
