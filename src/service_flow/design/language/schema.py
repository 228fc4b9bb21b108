"""The JSON Schema of each kind of blueprint file, made from the models, for the help of editors.

`python -m service_flow.design.language.schema` writes them anew where they ship; the kinds of files that features,
scenarios and imports add are written by `make schema`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    MigrationModel,
    OrganisationModel,
)
from service_flow.design.language.reading import read_data
from service_flow.design.language.reference_examples import EXAMPLES
from service_flow.design.language.schema_forms import schema_of
from service_flow.design.language.section import Section

FILES = (
    Section("blueprint", BlueprintModel, "Blueprint (service_flow)"),
    Section("flow", FlowModel, "Flow (service_flow)"),
    Section("organisation", OrganisationModel, "Organisation (service_flow)"),
    Section("calendars", CalendarsModel, "Calendars (service_flow)"),
    Section("migration", MigrationModel, "Migration (service_flow)"),
)


def json_schemas(sections: Sequence[Section] = ()) -> dict[str, dict[str, Any]]:
    """The schema of each kind of file by its name: the files of FILES and the sections given."""
    examples = {part: read_data(text).data for part, text in EXAMPLES.items()}
    return {kind.name: schema_of(kind.model, kind.title, examples) for kind in (*FILES, *sections)}


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


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_folder())
