"""Logs of other systems, as they are written: in CSV or in XES, plain or in gzip."""

from __future__ import annotations

from pathlib import Path

from service_flow.insight.histories.logs.csv_log import CsvLog
from service_flow.insight.histories.logs.files import opened, uncompressed_name
from service_flow.insight.histories.logs.log import Log
from service_flow.insight.histories.logs.xes_log import XesLog
from service_flow.insight.histories.mapping import Mapping

_OF_CSV = ("delimiter", "encoding", "decimal", "thousands")


def form_of(path: Path) -> str:
    """How a file is written, by its name: `xes` for .xes and .xes.gz, otherwise `csv`."""
    return "xes" if uncompressed_name(path).lower().endswith(".xes") else "csv"


def open_log(path: Path, mapping: Mapping) -> Log:
    """The log at a path. Raises InputError for a mapping with words that such a log has no use for."""
    words = mapping.words.log
    if (words.format or form_of(path)) == "csv":
        return CsvLog(path, mapping)
    for word in _OF_CSV:
        if word in words.model_fields_set:
            said = f"'{word}' goes with CSV; an XES log says itself how it is written"
            raise mapping.fault(f"{said}. If {path.name} is CSV, give `format: csv`.", ("log", word), key=True)
    return XesLog(path, mapping)


__all__ = ["Log", "form_of", "open_log", "opened", "uncompressed_name"]
