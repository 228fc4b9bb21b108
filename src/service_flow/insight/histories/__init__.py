"""Histories: real logs read into cases, stored histories written out, replayed and judged."""

from service_flow.insight.histories.conforming import (
    Breach,
    ConformSummary,
    PropertyVerdict,
    conform_history,
    conform_store,
)
from service_flow.insight.histories.exporting import ExportSummary, export_history
from service_flow.insight.histories.guessing import Guess, guess_mapping
from service_flow.insight.histories.importing import import_log
from service_flow.insight.histories.replaying import Difference, ReplaySummary, replay_history
from service_flow.insight.histories.summaries import ImportSummary, RefusedRow

__all__ = [
    "Breach",
    "ConformSummary",
    "Difference",
    "ExportSummary",
    "Guess",
    "ImportSummary",
    "PropertyVerdict",
    "RefusedRow",
    "ReplaySummary",
    "conform_history",
    "conform_store",
    "export_history",
    "guess_mapping",
    "import_log",
    "replay_history",
]
