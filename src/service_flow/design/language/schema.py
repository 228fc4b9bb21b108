"""The JSON Schema (2020-12) of each kind of blueprint file, made from the models, for the help of editors.

`python -m service_flow.design.language.schema [folder]` writes them; without a folder, those that ship.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from service_flow.design.language.model import BlueprintModel, CalendarsModel, FlowModel, OrganisationModel
from service_flow.design.language.section import Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES = (
    Section("blueprint", BlueprintModel, "blueprint.yaml of a service_flow blueprint"),
    Section("flow", FlowModel, "A flow of a service_flow blueprint, one file each in flows/"),
    Section("organisation", OrganisationModel, "organisation.yaml of a service_flow blueprint"),
    Section("calendars", CalendarsModel, "calendars.yaml of a service_flow blueprint"),
)


def json_schemas(sections: Sequence[Section] = ()) -> dict[str, dict[str, Any]]:
    """The schema of each kind of file by its name: the files of FILES and the sections given."""
    return {kind.name: _schema(kind) for kind in (*FILES, *sections)}


def write_schemas(folder: Path, sections: Sequence[Section] = ()) -> list[Path]:
    """Writes `<name>.json` for each kind of file into a folder, and returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in json_schemas(sections).items():
        path = folder / f"{name}.json"
        path.write_text(to_json(schema), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def to_json(schema: dict[str, Any]) -> str:
    """The text of a schema file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def shipped_folder() -> Path:
    """Where the schemas stand that ship with the library."""
    return Path(__file__).parents[2] / "blueprints" / "schema"


class _Generator(GenerateJsonSchema):
    """As strict as the reader: a word cannot be empty, and every word of a mapping has its form."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made: JsonSchemaValue = {"type": "object"}
        if "keys_schema" in schema:
            words = self.generate_inner(schema["keys_schema"])
            made["propertyNames"] = {name: rule for name, rule in words.items() if name != "type"}
        if "values_schema" in schema:
            made["additionalProperties"] = self.generate_inner(schema["values_schema"])
        self.update_with_validations(made, schema, self.ValidationsMapping.object)
        return made

    def field_title_should_be_set(self, _: Any) -> bool:
        return False


def _schema(kind: Section) -> dict[str, Any]:
    made = kind.model.model_json_schema(by_alias=True, schema_generator=_Generator, mode="validation")
    for definition in made.get("$defs", {}).values():
        definition.pop("title", None)  # the name of a class tells an architect nothing
    return {"$schema": DIALECT, **made, "title": kind.title}


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_folder())
