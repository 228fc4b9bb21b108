"""Reports: what a store knows, told to people who do not look into it themselves."""

from service_flow.insight.reports.names import Names
from service_flow.insight.reports.promise_page import report_csv, report_page, report_table
from service_flow.insight.reports.promises import PromiseFigures, PromiseReport, PromiseRow, promise_report
from service_flow.insight.reports.time_told import Told, told_because, told_time
from service_flow.insight.reports.timeline import timeline_page
from service_flow.insight.reports.wording import Wording

__all__ = [
    "Names",
    "PromiseFigures",
    "PromiseReport",
    "PromiseRow",
    "Told",
    "Wording",
    "promise_report",
    "report_csv",
    "report_page",
    "report_table",
    "timeline_page",
    "told_because",
    "told_time",
]
