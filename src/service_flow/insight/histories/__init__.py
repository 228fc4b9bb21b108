"""Histories: real logs read into cases, stored histories written out and replayed."""

from service_flow.insight.histories.exporting import ExportSummary, export_history
from service_flow.insight.histories.importing import import_log
from service_flow.insight.histories.replaying import Difference, ReplaySummary, replay_history
from service_flow.insight.histories.summaries import ImportSummary, RefusedRow

__all__ = [
    "Difference",
    "ExportSummary",
    "ImportSummary",
    "RefusedRow",
    "ReplaySummary",
    "export_history",
    "import_log",
    "replay_history",
]
