"""Writes a model, or a whole blueprint, back as YAML in the words of the language."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from service_flow.design.language.model import Word, plain
from service_flow.design.language.reading import reason
from service_flow.design.language.scalars import resolve
from service_flow.design.language.source import BLUEPRINT, CALENDARS, ORGANISATION, BlueprintSource
from service_flow.errors import ServiceFlowError

_WIDEST = 1_000_000
_UNUSUAL = re.compile("[\t\x85\xa0\u2028\u2029\ufeff]")


def to_yaml(model: Word, schema: str | None = None) -> str:
    """The model as YAML that reads back to an equal model: block style, the model's order, no defaults.

    With `schema`, the first line names that JSON Schema for editors: a path from where the file will stand.
    """
    # As with the parser, the import is too slow to be paid by a host that writes no YAML.
    from ruamel.yaml import YAML  # noqa: PLC0415

    emitter: Any = YAML(typ="safe", pure=True)
    emitter.Representer = _representer()
    emitter.default_flow_style = False
    emitter.allow_unicode = True
    emitter.sort_base_mapping_type_on_output = False
    emitter.width = _WIDEST
    emitter.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    if schema is not None:
        stream.write(f"# yaml-language-server: $schema={schema}\n")
    emitter.dump(plain(model), stream)
    return stream.getvalue()


def write_folder(source: BlueprintSource, folder: Path) -> None:
    """Writes a blueprint as a new folder, which appears whole or not at all and reads back to equal models.

    Raises ServiceFlowError where something stands there already, or nothing can be written.
    """
    if folder.exists() or folder.is_symlink():
        raise ServiceFlowError(f"'{folder}' exists already; choose another name, or move it away")
    try:
        with tempfile.TemporaryDirectory(prefix=".service-flow-", dir=folder.parent) as beside:
            made = Path(beside) / folder.name
            for name, model in _files(source):
                file = made / f"{name}.yaml"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(to_yaml(model), "utf-8", newline="\n")
            made.rename(folder)
    except (OSError, ValueError) as error:
        raise ServiceFlowError(f"the blueprint cannot be written to '{folder}': {reason(error)}") from None


def _files(source: BlueprintSource) -> Iterator[tuple[str, Word]]:
    """What a blueprint consists of, by the file's name; parts that say nothing are left out."""
    yield BLUEPRINT, source.blueprint
    for part, model in ((ORGANISATION, source.organisation), (CALENDARS, source.calendars), *source.sections.items()):
        if plain(model):
            yield part, model
    for name, flow in source.flows.items():
        yield f"flows/{name}", flow
    for name, migration in source.migrations.items():
        yield f"migrations/{name}", migration


@cache
def _representer() -> Any:
    from ruamel.yaml.representer import SafeRepresenter  # noqa: PLC0415

    class Representer(SafeRepresenter):
        """A class of its own, so that what is added here reaches no other user of the YAML library."""

        def represent_text(self, text: str) -> Any:
            return self.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))

    Representer.add_representer(str, Representer.represent_text)
    return Representer


def _style(text: str) -> str | None:
    """The style in which our reader gets the same text back; None leaves the choice to the writer.

    The writer knows other line breaks than YAML 1.2, and takes fewer texts for numbers than the reader.
    """
    if _UNUSUAL.search(text):
        return '"'
    if "\n" in text:
        lines = text.removesuffix("\n").split("\n")
        return "|" if all(line and line == line.strip() for line in lines) else '"'
    try:
        return None if isinstance(resolve(text), str) else "'"
    except ValueError:
        return "'"
