"""What the store can be asked: cases, worklists, histories. Always in pages."""

from service_flow.engine.views.cases import Case, WorkItem, case_view, listed, work_item, worklist
from service_flow.engine.views.history import Entry, History, history, until
from service_flow.engine.views.page import LIMIT, Page, checked_limit
from service_flow.engine.views.standing import open_cases, stood_on

__all__ = [
    "LIMIT",
    "Case",
    "Entry",
    "History",
    "Page",
    "WorkItem",
    "case_view",
    "checked_limit",
    "history",
    "listed",
    "open_cases",
    "stood_on",
    "until",
    "work_item",
    "worklist",
]
