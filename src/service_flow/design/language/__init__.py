"""The blueprint language: YAML to a neutral model, every word of it with its place."""

from service_flow.design.language.built import build
from service_flow.design.language.folder import read_folder
from service_flow.design.language.reading import read_data, read_model
from service_flow.design.language.section import Section
from service_flow.design.language.source import BlueprintSource, flow_part, migration_part
from service_flow.design.language.tree import Document, Position
from service_flow.design.language.writing import to_yaml, write_folder

__all__ = [
    "BlueprintSource",
    "Document",
    "Position",
    "Section",
    "build",
    "flow_part",
    "migration_part",
    "read_data",
    "read_folder",
    "read_model",
    "to_yaml",
    "write_folder",
]
