"""The promises of one case as a table: when each was made and is due, how it stands, and why."""

from __future__ import annotations

from datetime import datetime

from service_flow.design.drawing.hypertext import Markup, element, joined
from service_flow.design.flow import Flow
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.timing.keeper import NO_TIME
from service_flow.engine.views import History
from service_flow.engine.views.promises import PromiseStatus, promise_statuses
from service_flow.insight.reports.time_told import told_because
from service_flow.insight.reports.wording import Wording


def promises_of(history: History, flow: Flow | None, until: datetime) -> tuple[PromiseStatus, ...]:
    """The promises of a whole history, as they stand in it at its end. Nothing is asked of a calendar."""
    state = rebuild(list(history.events))
    return () if state is None or flow is None else promise_statuses(state, flow, NO_TIME, until)


def promise_table(statuses: tuple[PromiseStatus, ...], flow: Flow | None, until: datetime, wording: Wording) -> Markup:
    """The table in one language; `until` is the instant the page is written for."""
    heads = [element("th", wording(word), scope="col")
             for word in ("promise", "made_at", "due_at", "how_it_stands", "why")]  # fmt: skip
    rows = [_row(status, flow, until, wording) for status in statuses]
    table = element("table", element("thead", element("tr", *heads)), "\n", element("tbody", joined(rows, "\n")),
                    class_="promises")  # fmt: skip
    return element("div", table, class_="wide")


def _row(status: PromiseStatus, flow: Flow | None, until: datetime, wording: Wording) -> Markup:
    overdue = status.state == "running" and status.due is not None and status.due < until  # nobody has told it yet
    stands = "overdue" if overdue else status.state
    return element(
        "tr",
        element("th", wording.title(status.title, status.promise), scope="row"),
        element("td", wording.instant(status.started_at)),
        element("td", wording.instant(status.due) if status.due is not None else ""),
        element("td", element("span", wording(f"state_{stands}"), class_=f"badge promise {stands}")),
        element("td", told_because(status, wording, flow)),
    )
