"""What the store can be asked: cases, worklists, histories. Always in pages."""

from service_flow.engine.views.cases import Case, WorkItem, case_view, listed, work_item
from service_flow.engine.views.history import Entry, History, history, until
from service_flow.engine.views.page import LIMIT, Page, checked_limit
from service_flow.engine.views.promises import PromiseStatus, promise_statuses
from service_flow.engine.views.standing import open_cases, stood_on
from service_flow.engine.views.worklist import ORDERS, WorklistOrder, worklist

__all__ = [
    "LIMIT",
    "ORDERS",
    "Case",
    "Entry",
    "History",
    "Page",
    "PromiseStatus",
    "WorkItem",
    "WorklistOrder",
    "case_view",
    "checked_limit",
    "history",
    "listed",
    "open_cases",
    "promise_statuses",
    "stood_on",
    "until",
    "work_item",
    "worklist",
]
