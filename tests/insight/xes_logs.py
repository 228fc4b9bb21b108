"""Logs of the repair shop in XES."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.sax.saxutils import quoteattr

from small_logs import HEADER, MAPPING, ROWS, commands_on

from service_flow.engine.store import Store
from service_flow.insight.histories import ImportSummary, import_log

XES_MAPPING = (
    MAPPING.replace("case: job", "case: case:concept:name")
    .replace("activity: step", "activity: concept:name")
    .replace("{column: time,", "{column: time:timestamp,")
    .replace("person: who", "person: org:resource")
    .replace("{column: role,", "{column: org:role,")
    .replace("customer: client", "customer: case:client")
    .replace("{column: wish}", "{column: case:wish}")
)
LOOK = {"step": "Look at it", "time": "2026-03-02T09:00:00+01:00", "who": "tom", "role": "T", "defect": "worn"}
PLAIN = """\
log: {name: shop}
flow: repair
case: case:concept:name
activity: concept:name
instant: time:timestamp
person: org:resource
post: {value: technician}
transitions: {Look at it: inspect, Say: note}
data: {fault: defect, note: {value: Said}}
"""

KEYS = {"step": "concept:name", "time": "time:timestamp", "who": "org:resource", "role": "org:role"}
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""
TAIL = "</log>\n"


def attribute(key: str, value: str, kind: str = "string") -> str:
    return f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>"


def event(*attributes: str, **named: str) -> str:
    """An event; `step`, `time`, `who` and `role` stand for the attributes of those columns."""
    own = [attribute(KEYS.get(name, name), value) for name, value in named.items()]
    return f"<event>{''.join([*attributes, *own])}</event>\n"


def trace(name: str, *events: str, **named: str) -> str:
    own = "".join(attribute(key, value) for key, value in named.items())
    return f"<trace>{attribute('concept:name', name)}{own}\n{''.join(events)}</trace>\n"


def log(*traces: str) -> str:
    return f"{HEAD}{''.join(traces)}{TAIL}"


def from_csv(rows: str = ROWS) -> str:
    """The rows of a CSV log of the shop as XES: what tells of the case stands in its trace."""
    cases: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(f"{HEADER}\n{rows}")):
        cases.setdefault(row.pop("job"), []).append(row)
    traces = []
    for name, own in cases.items():
        first = min(own, key=lambda row: row["time"].replace("T", " "))
        of_case = {key: first[key] for key in ("client", "wish") if first[key]}
        events = [
            event(**{key: cell for key, cell in row.items() if cell and key not in ("client", "wish")}) for row in own
        ]
        traces.append(trace(name, *events, **of_case))
    return log(*traces)


def imported_xes(
    store: Store, folder: Path, text: str | bytes, mapping: str = XES_MAPPING, *, name: str = "shop.xes"
) -> ImportSummary:
    content = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(content)
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return import_log(commands_on(store), folder / name, folder / "mapping.yaml")
