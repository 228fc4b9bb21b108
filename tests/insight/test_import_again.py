"""Importing twice adds nothing, also after a crash, a kill, later rows and work done meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_logs import MAPPING, ROWS, commands_on, flow, imported, shape, told, write_log

from service_flow.design.organisation import Actor
from service_flow.engine.commands import Commands, Perform
from service_flow.engine.store import Store, open_store
from service_flow.errors import StoreError
from service_flow.insight.histories import import_log

TOM = Actor("tom", frozenset({"technician"}))


def test_importing_a_log_twice_adds_nothing_and_says_the_same(store: Store, tmp_path: Path) -> None:
    first = imported(store, tmp_path)
    before = shape(store)
    again = imported(store, tmp_path)
    assert shape(store) == before
    assert told(again) == told(first)
    assert (again.repeated, again.customers) == (9, 0)


def test_a_row_refused_before_is_not_taken_behind_the_rows_that_followed_it(store: Store, tmp_path: Path) -> None:
    # All at one instant: offered again, `Done` could be performed now that the offer is made.
    rows = (
        "J-1,Look at it,2026-03-09 09:00,tom,T,,,worn,,,\n"
        "J-1,Done,2026-03-09 09:00,tom,T,,,,,,\n"
        "J-1,Offer,2026-03-09 09:00,tom,T,,,,90 EUR,,\n"
    )
    first = imported(store, tmp_path, rows)
    assert first.refusals == {"NotFromHere: 'finish' from 'intake.checked'": 1}
    before = shape(store)
    again = imported(store, tmp_path, rows)
    assert shape(store) == before
    assert told(again) == told(first)


def test_a_row_that_a_new_mapping_makes_possible_is_still_too_late(store: Store, tmp_path: Path) -> None:
    rows = (
        "J-1,Ring,2026-03-09 09:00,tom,T,,,worn,,,heard\n"
        "J-1,Look at it,2026-03-09 09:00,tom,T,,,worn,,,\n"
        "J-1,Ring,2026-03-09 09:30,tom,T,,,,,,heard\n"
    )
    assert imported(store, tmp_path, rows).refusals == {"no transition for activity 'Ring'": 2}
    again = imported(store, tmp_path, rows, MAPPING.replace("  Say: note\n", "  Say: note\n  Ring: note\n"))
    assert again.refusals == {"later rows of the case were imported before": 1}
    assert again.repeated == 1


def test_a_log_that_grew_adds_only_its_new_rows(store: Store, tmp_path: Path) -> None:
    lines = ROWS.splitlines(keepends=True)
    imported(store, tmp_path, "".join(lines[:3]))
    summary = imported(store, tmp_path)
    with open_store("memory") as other:
        whole = imported(other, tmp_path)
        assert told(summary) == told(whole)
        assert [row[2] for row in shape(store)] == [row[2] for row in shape(other)]
    assert summary.repeated == 3


def test_a_row_with_other_content_than_before_is_refused(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    summary = imported(store, tmp_path, ROWS.replace("250.00 EUR", "260.00 EUR").replace("J-1,Done", "J-1,Hold"))
    assert summary.refusals["CommandReused: 'quote'"] == 1
    assert summary.refusals["CommandReused: 'hold'"] == 1
    assert summary.accepted_cases == 1


def test_a_case_that_was_worked_on_meanwhile_still_counts_as_the_log_has_it(store: Store, tmp_path: Path) -> None:
    first = imported(store, tmp_path)
    commands = commands_on(store)
    commands.run(Perform(case="R-2", subject="request", transition="reopen", by=TOM, command_id="shop/J-1/live"))
    again = import_log(commands, *write_log(tmp_path))
    assert (again.accepted_cases, told(again)) == (first.accepted_cases, told(first))
    grown = ROWS + "J-1,Offer,2026-03-06 10:00,tom,T,Anna,,,250.00 EUR,,\n"
    assert imported(store, tmp_path, grown).refusals["NotFromHere: 'quote' from 'intake.received'"] == 1


def test_a_second_log_with_the_same_cases_makes_cases_of_its_own(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    second = imported(store, tmp_path, mapping=MAPPING.replace("name: shop", "name: branch"))
    assert (second.repeated, second.customers, second.accepted_cases) == (0, 2, 2)
    assert len(store.cases(subject="request", limit=20)) == 8
    assert len(store.cases(subject="customer", limit=20)) == 4


def test_a_log_is_called_by_its_file_without_folders_and_gz_where_no_name_is_given(
    store: Store, tmp_path: Path
) -> None:
    mapping = MAPPING.replace("log: {name: shop}\n", "")
    imported(store, tmp_path, mapping=mapping)
    (tmp_path / "moved").mkdir()
    log, words = write_log(tmp_path / "moved", mapping=mapping)
    assert import_log(commands_on(store), log, words).repeated == 9
    assert store.receipt("shop.csv/J-1/1") is not None


def test_a_case_that_was_opened_in_another_flow_is_left_alone(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    before = shape(store)
    flows = (flow(), flow("client", "customer"), flow("other"))
    mapping = MAPPING.replace("flow: repair", "flow: other")
    summary = import_log(commands_on(store, *flows), *write_log(tmp_path, mapping=mapping))
    assert summary.refusals == {
        "the case was opened in flow 'repair'": 12,
        "no transition for activity 'Dance'": 1,
    }
    assert shape(store) == before


def test_cases_go_on_in_the_revision_they_were_opened_with(store: Store, tmp_path: Path) -> None:
    lines = ROWS.splitlines(keepends=True)
    imported(store, tmp_path, "".join(lines[:3]))
    newer = flow(title={"en": "Repair, new"}, opening={"collect": ["fault", "note"]})
    summary = import_log(commands_on(store, newer, flow("client", "customer")), *write_log(tmp_path))
    revisions = {row.number: row.revision for row in store.cases(subject="request", limit=10)}
    assert summary.repeated == 3
    assert revisions == {
        1: flow().revision,
        2: flow().revision,
    }  # J-3 and J-4 do not say what the new form asks for
    assert summary.refusals["DataMissing: opening, field 'note'"] == 4
    assert summary.refusals["DataMissing: opening, field 'fault', 'note'"] == 4


class Flaky:
    """A store whose transactions fail from the given one on, as if the disk were full."""

    def __init__(self, store: Store, good: int) -> None:
        self._store, self._left = store, good

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def transaction(self) -> object:
        if self._left == 0:
            raise StoreError("no room")
        self._left -= 1
        return self._store.transaction()


@pytest.mark.parametrize("good", range(5))
def test_an_import_that_broke_off_is_resumed_to_the_same_end(store: Store, tmp_path: Path, good: int) -> None:
    commands: Commands = commands_on(Flaky(store, good))  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        import_log(commands, *write_log(tmp_path), lines_a_commit=2)
    resumed = imported(store, tmp_path, lines_a_commit=3)
    with open_store("memory") as whole:
        once = imported(whole, tmp_path)
        assert told(resumed) == told(once)
        assert shape(store) == shape(whole)


KILLED = """
import sys, time
from pathlib import Path
sys.path[:0] = sys.argv[4:]
from small_logs import commands_on
from service_flow.engine.store import open_store
from service_flow.insight.histories import import_log

def progress(done, total):
    if total is not None and done >= 200:
        print("now", flush=True)
        time.sleep(60)

import_log(commands_on(open_store(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]), progress=progress, lines_a_commit=10)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_an_import_that_was_killed_is_resumed_to_the_same_end(tmp_path: Path) -> None:
    steps = ["Look at it", "Done", "Offer", "Say", "Dance", "Done"]
    rows = "".join(
        f"J-{case},{step},2026-03-09 09:0{place // 2},tom,T,Client {case % 7},,worn,90 EUR,,{place}\n"
        for case in range(100)
        for place, step in enumerate(steps)
    )
    log, words = write_log(tmp_path, rows)
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    here = Path(__file__).parent
    command = [sys.executable, "-c", KILLED, url, str(log), str(words), str(here), str(here.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGKILL)
    with open_store(url) as store, open_store("memory") as whole:
        left = store.count()["events"]
        resumed, once = imported(store, tmp_path, rows), imported(whole, tmp_path, rows)
        assert 0 < left < store.count()["events"]
        assert 0 < resumed.repeated < resumed.events - resumed.refused_moves
        assert told(resumed) == told(once)
        assert once.accepted_cases == 0 and once.refused_moves == 200
        assert sorted(shape(store)) == sorted(shape(whole))
