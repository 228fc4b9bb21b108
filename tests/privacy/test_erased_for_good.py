"""What is left of a person after an erasure: nothing, in any byte of any file or row of any table."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from forgotten_shop import (
    OF_ANNA,
    SECRETS,
    keys,
    live,
    secrets_in_files,
    secrets_in_tables,
)  # fmt: skip

from service_flow import Blueprint, ManualClock, NotFromHere, ServiceDesk
from service_flow.engine.store import Store
from service_flow.engine.store.audit import index_differences
from service_flow.engine.store.index import rebuilt
from service_flow.insight.histories.exporting import export_history


def exported(store: Store) -> str:
    out = io.StringIO()
    export_history(store, out)
    return out.getvalue()


def found_in(text: str) -> set[str]:
    return {secret for secret in OF_ANNA if secret in text}


def test_without_keys_everything_can_be_read_in_the_files(
    blueprint: Blueprint, clock: ManualClock, sqlite_file: Path
) -> None:
    """The scan of the other tests would find what is there."""
    with ServiceDesk(blueprint, f"sqlite:///{sqlite_file}", clock=clock) as desk:
        live(desk, clock)
        assert secrets_in_tables(desk.store) == set(OF_ANNA)
        assert secrets_in_files(sqlite_file.parent.iterdir()) == set(OF_ANNA)
        desk.store.vacuum()
        assert secrets_in_files(sqlite_file.parent.iterdir()) == set(OF_ANNA)


def test_with_keys_no_row_and_no_byte_of_a_file_holds_anything_personal(
    blueprint: Blueprint, clock: ManualClock, sqlite_file: Path
) -> None:
    with ServiceDesk(blueprint, f"sqlite:///{sqlite_file}", clock=clock, keys=keys()) as desk:
        live(desk, clock)
        assert secrets_in_tables(desk.store, SECRETS.values()) == set()
        assert secrets_in_files(sqlite_file.parent.iterdir(), SECRETS.values()) == set()
        assert found_in(exported(desk.store)) == set(OF_ANNA)  # whoever has the keys reads all of it


def test_after_an_erasure_nothing_is_left_in_any_table_view_or_export(desk: ServiceDesk, clock: ManualClock) -> None:
    cases = live(desk, clock)
    desk.erasure.erase(cases["anna"], reason="asked", by="tom")
    desk.store.vacuum()
    assert secrets_in_tables(desk.store) == set()
    assert found_in(exported(desk.store)) == set()
    for case in ("anna", "request", "complaint"):
        shown = desk.history(cases[case])
        assert found_in(repr([(event.__dict__, shown.case.data, shown.case.facts) for event in shown.events])) == set()
    assert desk.customers.get(cases["anna"]).facts == {"name": "[erased]", "contact": {}}
    assert desk.customers.get(cases["other"]).facts == {"name": SECRETS["stranger"]}
    assert desk.customers.get(cases["anna"]).data == {"tier": "vip", "remark": "[erased]", "born": None}


def test_after_an_erasure_and_the_vacuum_no_key_and_no_byte_is_left_in_the_files(
    blueprint: Blueprint, clock: ManualClock, sqlite_file: Path
) -> None:
    with ServiceDesk(blueprint, f"sqlite:///{sqlite_file}", clock=clock, keys=keys()) as desk:
        cases = live(desk, clock)
        case = desk.store.key(cases["anna"].reference.id)  # type: ignore[attr-defined]
        ((_, _, _, wrapped, _),) = desk.store._fetch(desk.store.statements.key_of, (case,))  # type: ignore[attr-defined]
        files = list(sqlite_file.parent.iterdir())
        assert secrets_in_files(files, [wrapped]) == {wrapped}
        desk.erasure.erase(cases["anna"], reason="asked", by="tom")
        assert secrets_in_files(files, [wrapped]) == {wrapped}  # deleted, but not yet overwritten
        desk.store.vacuum()
        assert secrets_in_files(sqlite_file.parent.iterdir(), [wrapped, *OF_ANNA]) == set()
    assert secrets_in_files(sqlite_file.parent.iterdir(), [wrapped, *OF_ANNA]) == set()


def test_what_was_written_before_there_were_keys_is_erased_too(
    blueprint: Blueprint, clock: ManualClock, sqlite_file: Path
) -> None:
    url = f"sqlite:///{sqlite_file}"
    with ServiceDesk(blueprint, url, clock=clock) as desk:
        cases = live(desk, clock)
    with ServiceDesk(blueprint, url, clock=clock, keys=keys()) as desk:
        assert desk.customers.get(cases["anna"]).facts["name"] == SECRETS["name"]
        desk.erasure.erase(cases["anna"], reason="asked", by="tom")
        desk.store.vacuum()
        assert secrets_in_files(sqlite_file.parent.iterdir()) == set()
        assert secrets_in_files(sqlite_file.parent.iterdir(), [SECRETS["stranger"]]) == {SECRETS["stranger"]}
        assert list(index_differences(desk.store)) == []


def test_what_a_process_without_keys_wrote_after_an_erasure_is_erased_by_another(
    blueprint: Blueprint, clock: ManualClock, sqlite_file: Path
) -> None:
    """It was opened before there were keys, and goes on without them."""
    url = f"sqlite:///{sqlite_file}"
    with ServiceDesk(blueprint, url, clock=clock) as old:
        anna = old.customers.register(name="Anna", by="tom")
        request = old.requests.open(customer=anna, need="A bell", by="tom")
        with ServiceDesk(blueprint, url, clock=clock, keys=keys()) as desk:
            desk.erasure.erase(anna, reason="asked", by="tom", force=True)
            old.requests.perform(request, "visit", by="tom", data={"address": SECRETS["address"]})
            assert secrets_in_tables(desk.store) == {SECRETS["address"]}
            desk.erasure.erase(anna, reason="asked", by="tom", force=True)
            assert secrets_in_tables(desk.store) == set()
            with pytest.raises(NotFromHere, match="nothing left to erase"):
                desk.erasure.erase(anna, reason="asked", by="tom", force=True)


def test_sealing_rewrites_what_was_written_before_there_were_keys(
    blueprint: Blueprint, clock: ManualClock, store_url: str, request: pytest.FixtureRequest
) -> None:
    if store_url == "memory":
        pytest.skip("what is in memory has one desk")
    with ServiceDesk(blueprint, store_url, clock=clock) as desk:
        cases = live(desk, clock)
        before = exported(desk.store)
    with ServiceDesk(blueprint, store_url, clock=clock, keys=keys()) as desk:
        assert desk.store.seal() == 12
        assert desk.store.seal() == 0
        assert secrets_in_tables(desk.store, SECRETS.values()) == set()
        assert list(index_differences(desk.store)) == []
        after = exported(desk.store)
        assert sorted(part for line in after.splitlines() for part in line) == sorted(
            part for line in before.splitlines() for part in line
        )
        desk.erasure.erase(cases["anna"], reason="asked", by="tom")
        assert found_in(exported(desk.store)) == set()


def test_what_remains_replays_and_agrees_with_the_index_also_when_that_is_made_anew(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    cases = live(desk, clock)
    before = desk.store.count()
    desk.erasure.erase(cases["anna"], reason="asked", by="tom")
    assert list(index_differences(desk.store)) == []
    desk.store.rebuild(rebuilt(position.event for position in desk.store.log(limit=999)))
    assert list(index_differences(desk.store)) == []
    assert desk.store.state(cases["anna"].reference.id).outcome == "erased"  # type: ignore[union-attr]
    assert desk.requests.get(cases["request"]).outcome == "completed"  # it still counts in reports
    assert desk.store.count()["closed complaint"] == before["closed complaint"]


def test_effects_hold_nothing_personal_and_those_of_the_erased_are_dropped(
    desk: ServiceDesk, clock: ManualClock
) -> None:
    cases = live(desk, clock)
    pending = desk.store.effects("pending", limit=99)
    parked = pending[0]._replace(state="parked", because=f"{SECRETS['email']} bounced")
    assert desk.store.change_effect(pending[0], parked)
    assert {row.case_id for row in pending} == {cases["request"].reference.id}
    desk.erasure.erase(cases["anna"], reason="asked", by="tom")
    assert desk.store.effect_counts() == {"pending": 0, "parked": 0}
    found = desk.store.effect(parked.case_id, parked.version, parked.effect)
    assert found is not None and (found.state, found.because) == ("dropped", None)
    assert secrets_in_tables(desk.store) == set()


@pytest.mark.parametrize("table", ["service_flow_receipts", "service_flow_effects", "service_flow_cases"])
def test_receipts_effects_and_index_rows_never_hold_anything_personal(
    blueprint: Blueprint, clock: ManualClock, table: str
) -> None:
    """Also without keys, and without an erasure."""
    with ServiceDesk(blueprint, "memory", clock=clock) as desk:
        live(desk, clock)
        rows = desk.store.writer.execute(f"SELECT * FROM {table}").fetchall()  # type: ignore[attr-defined]
    assert rows
    assert found_in(repr(rows)) == set()
