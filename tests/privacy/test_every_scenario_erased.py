"""Whatever features record: after the erasure of every customer of a shipped scenario nothing personal of it is left, and
what remains replays."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from forgotten_shop import keys, secrets_in_tables

from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.blueprint import SHIPPED
from service_flow.engine.case.events import PERSONAL
from service_flow.engine.store import Store, open_store
from service_flow.engine.store.audit import index_differences
from service_flow.insight.histories.exporting import export_history
from service_flow.testing.scenarios import read_scenario, run_scenario

SCENARIOS = sorted((SHIPPED / "full_process" / "scenarios").glob("*.yaml"))
IN_CI = ("complaint_recovered", "technician_sent_out", "whole_life_with_children")
LEAST = 9
"""Letters of a text that stands nowhere else by chance."""


@pytest.fixture(scope="module")
def full_process() -> Blueprint:
    return Blueprint.load("full_process")


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def personal_texts(store: Store) -> set[str]:
    """What the events say of customers, apart from words that the blueprint has itself."""
    found = set()
    for _, event in store.log(limit=9_999):
        row = store.row(event.originator_id)
        if row is not None and (row.subject == "customer" or row.customer is not None):
            for part in PERSONAL.get(type(event), ()):
                found |= {text for text in texts(event.__dict__[part]) if len(text) >= LEAST and " " in text}
    kept = " ".join(store.revision(revision) or "" for revision in store.revisions())
    return {text for text in found if text not in kept}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path.stem in IN_CI else pytest.mark.long, id=path.stem) for path in SCENARIOS],
)
def test_of_every_customer_of_a_scenario_nothing_is_left(path: Path, full_process: Blueprint) -> None:
    scenario = read_scenario(path)
    with open_store("memory", keys=keys()) as store:
        run_scenario(scenario, blueprint=full_process, store=store)
        known = personal_texts(store)
        assert known
        assert secrets_in_tables(store, known) == set()
        clock = ManualClock(max(event.at for _, event in store.log(limit=9_999)))
        with ServiceDesk(full_process, store, clock=clock) as desk:
            for customer in list(store.cases(subject="customer", limit=99)):
                if customer.outcome not in ("erased", "merged"):
                    desk.erasure.erase(customer.case_id, reason="asked", by="liu_yang", force=True)
            for row in list(store.cases(limit=999)):
                desk.history(row.case_id)
                desk.get(row.case_id)
        assert list(index_differences(store)) == []
        out = io.StringIO()
        export_history(store, out)
        left = {text for text in known if text in out.getvalue()}
        assert left == set()
