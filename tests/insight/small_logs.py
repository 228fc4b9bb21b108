"""Small logs of a repair shop, their mapping, and the commands that import them."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service_flow.clock import ManualClock
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel, OrganisationModel
from service_flow.design.organisation import People
from service_flow.engine.commands import Commands, FlowBook
from service_flow.engine.store import Store
from service_flow.insight.histories import ImportSummary, import_log
from small_flows import REPAIR

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

MAPPING = """\
log: {name: shop}
flow: repair
case: job
activity: step
instant: {column: time, zone: Europe/Berlin}
person: who
post: {column: role, map: {T: technician, C: clerk}}
customer: client
opening: {need: {column: wish}, channel: {value: phone}}
transitions:
  Look at it: inspect
  Offer: quote
  Say: note
  Hold: hold
  Go on: resume
  Done: finish
  Paint it: paint
data: {fault: defect, price: cost, hours: {column: hours}, note: remark}
"""

HEADER = "job,step,time,who,role,client,wish,defect,cost,hours,remark"

# Two jobs are whole (J-1, J-3), J-2 is left open, and J-4 has rows that cannot be: an activity without a transition, a
# transition the flow lacks, one from the wrong state, one that the role may not do. The rows of a job are out of order.
ROWS = """\
J-2,Look at it,2026-03-02 08:30,tom,T,Ben,,broken,,,
J-1,Offer,2026-03-03T10:00:00+01:00,tom,T,Anna,,,250.00 EUR,,
J-1,Look at it,2026-03-02T09:00:00+01:00,tom,T,Anna,My fan rattles,worn,,,
J-1,Done,2026-03-05T10:00:00+01:00,tom,T,Anna,,,,3,
J-3,Look at it,2026-03-04 09:00,ida,T,Anna,,worn,,,
J-3,Offer,2026-03-04 09:00,ida,T,Anna,,,90 EUR,,
J-3,Say,2026-03-04 09:00,ida,T,Anna,,,,,"Ring twice,
the bell is broken"
J-3,Done,2026-03-04 09:00,ida,T,Anna,,,,,
J-4,Done,2026-03-05 09:00,tom,T,,,,,,
J-4,Dance,2026-03-05 09:10,tom,T,,,,,,
J-4,Paint it,2026-03-05 09:20,tom,T,,,,,,
J-4,Look at it,2026-03-05 09:30,ida,C,,,worn,,,
J-4,Look at it,2026-03-05 09:40,tom,T,,,worn,,,
"""

REASONS = {
    "NotAllowed: 'inspect' by post 'clerk'; it takes 'technician'": 1,
    "NotFromHere: 'finish' from 'intake.received'": 1,
    "NotFromHere: flow 'repair' has no transition 'paint'": 1,
    "no transition for activity 'Dance'": 1,
}


def flow(name: str = "repair", subject: str = "request", **changes: Any) -> Flow:
    form = {
        **copy.deepcopy(REPAIR),
        "flow": name,
        "subject": subject,
        "opening": {"collect": {"optional": ["fault"]}},
    }
    return Flow(FlowModel.model_validate({**form, **changes}))


def commands_on(store: Store, *flows: Flow) -> Commands:
    """Commands with a flow for requests and one for customers, or with the flows given."""
    chosen = flows or (flow(), flow("client", "customer"))
    people = People(OrganisationModel.model_validate({"posts": {"clerk": {}, "technician": {}}}))
    return Commands(store, FlowBook(chosen, store), people, ManualClock(NOW), frozenset({"phone", "email"}))


def write_log(folder: Path, rows: str = ROWS, mapping: str = MAPPING, *, name: str = "shop.csv") -> tuple[Path, Path]:
    """The log and its mapping as files."""
    log, words = folder / name, folder / "mapping.yaml"
    log.write_text(f"{HEADER}\n{rows}", encoding="utf-8", newline="")
    words.write_text(mapping, encoding="utf-8")
    return log, words


def imported(store: Store, folder: Path, rows: str = ROWS, mapping: str = MAPPING, **more: Any) -> ImportSummary:
    return import_log(commands_on(store), *write_log(folder, rows, mapping), **more)


def told(summary: ImportSummary) -> dict[str, Any]:
    """A summary without what may differ between two imports that did the same."""
    return {
        name: value for name, value in summary.as_dict().items() if name not in ("seconds", "repeated", "customers")
    }


def shape(store: Store) -> list[tuple[object, ...]]:
    """Every event without its id and the instant it was written down: equal for two stores that hold the same."""
    events = [event for _, event in store.log(limit=1000)]
    hidden = {"id", "written_at"}
    return sorted(
        (str(event.originator_id), event.originator_version, event.model_dump_json(exclude=hidden)) for event in events
    )
