"""The mapping of a log: which of its columns say what. Read from YAML, so that data never names code."""

from service_flow.insight.histories.mapping.reading import Mapping, read_mapping
from service_flow.insight.histories.mapping.words import (
    ISO,
    NO_ROW,
    CellWords,
    CustomerWords,
    DataWords,
    InstantWords,
    LifecycleWords,
    LogWords,
    MappingWords,
    OpeningWords,
    PostWords,
)

__all__ = [
    "ISO",
    "NO_ROW",
    "CellWords",
    "CustomerWords",
    "DataWords",
    "InstantWords",
    "LifecycleWords",
    "LogWords",
    "Mapping",
    "MappingWords",
    "OpeningWords",
    "PostWords",
    "read_mapping",
]
