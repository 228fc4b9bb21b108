"""`service-flow promises`, `run-due`, `report`, and how `worklist`, `history` and `show` tell of promises and timers."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_calls import answer, call

from promised_shop import MONDAY, first_week, shop
from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.engine.store import open_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop(tmp_path_factory.mktemp("shops") / "shop")


@pytest.fixture(scope="module")
def url(folder: Path) -> str:
    """The store of the shop's first week; only to be read."""
    url = f"sqlite:///{folder.parent}/desk.db"
    first_week(Blueprint.load(folder), f"{url}?durability=normal").close()
    return url


@pytest.fixture
def waiting(folder: Path, tmp_path: Path) -> str:
    """A store with two requests of Monday at which nobody has looked since, and a customer."""
    url = f"sqlite:///{tmp_path}/waiting.db"
    with ServiceDesk(Blueprint.load(folder), url, clock=ManualClock(MONDAY)) as desk:
        bo = desk.customers.register(name="Bo", by="tom")
        for _ in range(2):
            desk.requests.open(customer=bo, need="x", by="tom")
    return url


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


# --- promises


def test_the_clocks_of_a_case_are_shown_with_what_is_spent_paused_and_left_and_why(url: str, folder: Path) -> None:
    asked = ["promises", "R-2", "--store", url, "--blueprint", folder, "--as-of", "2026-03-04T10:30:00Z"]
    lines = call(*asked).stdout.splitlines()
    assert lines[0].split() == ["Promise", "How", "it", "stands", "Made", "Due", "Spent", "Paused", "Remaining", "Why"]
    first, resolution = map(cells, lines[1:])
    assert first == [
        "First response", "kept", "2026-03-04 08:00Z", "2026-03-04 12:00Z", "1 h", "0 s",
        "4 working hours from 2026-03-04 08:00Z",
    ]  # fmt: skip
    assert resolution == [
        "Resolution", "paused", "2026-03-04 08:00Z", "1 h", "1 h 30 min", "3 h",
        "its clock stands still in “Waiting for parts”",
    ]  # fmt: skip
    chinese = call(*asked, "--lang", "zh").stdout.splitlines()
    assert cells(chinese[0])[:2] == ["承诺", "现状"]
    assert "问题解决" in chinese[2] and "在“等待配件”状态下暂停计时" in chinese[2]
    assert cells(chinese[1])[-1] == "自2026-03-04 08:00Z起，时限 4 个工作小时"


@pytest.mark.parametrize(
    ("case", "as_of", "state", "why"),
    [
        ("R-1", "2026-03-02T11:00:00Z", "running", "4 working hours from 2026-03-02 08:00Z"),
        ("R-1", "2026-03-02T11:59:59Z", "running", "4 working hours from 2026-03-02 08:00Z"),
        ("R-1", "2026-03-02T12:30:00Z", "overdue", "it was to be kept by 2026-03-02 12:00Z"),
        ("R-1", "2026-03-02T14:00:00Z", "late", "it was due 2026-03-02 12:00Z"),
        ("R-4", "2026-03-05T14:00:00Z", "overdue", "it was to be kept by 2026-03-05 13:00Z"),
    ],
    ids=["running", "a second before", "overdue", "late", "not yet run"],
)
def test_a_promise_is_told_as_it_stood(url: str, folder: Path, case: str, as_of: str, state: str, why: str) -> None:
    said = answer("promises", case, "--store", url, "--blueprint", folder, "--as-of", as_of)
    first = said["promises"][0]
    assert (said["number"], first["promise"], first["state"], first["why"]) == (case, "first_response", state, why)


def test_what_was_agreed_and_what_was_stopped_by_hand_is_said(url: str, folder: Path) -> None:
    asked = ["--store", url, "--blueprint", folder, "--as-of"]
    stopped = answer("promises", "R-1", *asked, "2026-03-03T14:00:00Z")["promises"][1]
    assert (stopped["state"], stopped["because"], stopped["why"]) == (
        "paused", "hand", "its clock was stopped by hand",
    )  # fmt: skip
    agreed = answer("promises", "R-1", *asked, "2026-03-04T09:00:00Z")["promises"][1]
    assert (agreed["because"], agreed["why"]) == ("agreed", "agreed with the customer: until 2026-03-07 13:30Z")
    assert (agreed["given_by"], agreed["extended_until"]) == ("carrier", "2026-03-07T13:30:00+00:00")
    assert (agreed["spent"], agreed["paused"]) == ((8 + 5.5 + 1) * 3600, 2.5 * 3600)
    ended = answer("promises", "R-3", *asked, "2026-03-05T10:00:00Z")["promises"][1]
    assert (ended["state"], ended["why"]) == ("stopped", "its clock stands still in “Dropped”")


def test_without_a_blueprint_what_is_measured_in_working_time_is_left_open(url: str) -> None:
    result = call("promises", "R-2", "--store", url)
    assert result.exit_code == 0
    assert result.stderr == "hint: --blueprint adds what is measured in working time\n"
    assert cells(result.stdout.splitlines()[1])[:4] == [
        "First response", "kept", "2026-03-04 08:00Z", "2026-03-04 12:00Z",
    ]  # fmt: skip
    said = answer("promises", "R-2", "--store", url)["promises"][0]
    assert (said["spent"], said["paused"], said["remaining"]) == (None, None, None)


def test_a_case_without_promises_and_one_that_was_not_there_are_told(url: str) -> None:
    assert call("promises", "CU-1", "--store", url).stdout == "nothing was promised\n"
    early = call("promises", "R-4", "--store", url, "--as-of", "2026-03-02T09:00:00Z")
    assert (early.exit_code, "had not been opened" in early.stderr) == (2, True)
    assert call("promises", "R-99", "--store", url).exit_code == 2


def test_looking_at_promises_writes_nothing(waiting: str, folder: Path) -> None:
    with open_store(waiting) as store:
        before = store.count()
    said = answer("promises", "R-1", "--store", waiting, "--blueprint", folder)
    assert said["promises"][0]["state"] == "overdue"
    with open_store(waiting) as store:
        assert store.count() == before


# --- run-due


def test_what_fell_due_is_run_once_and_counted(waiting: str, folder: Path) -> None:
    asked = ["run-due", "--store", waiting, "--blueprint", folder]
    early = call(*asked, "--until", "2026-03-02T12:00:00Z")
    assert early.stdout == "2 cases: 2 warnings\n"  # at the instant it is due it can still be kept
    result = call(*asked, "--until", "2026-03-02T13:00:00Z")
    assert result.stdout == "2 cases: 2 broken promises, 4 escalations, 2 timers (2 refused)\n"
    assert call(*asked, "--until", "2026-03-02T13:00:00Z").stdout == "nothing was due\n"
    assert answer(*asked, "--most", "1") == {"cases": 2, "events": 2, "counts": {"broken": 2}, "waiting": 0, "faults": {}}


def test_what_is_still_to_come_is_not_run(waiting: str, folder: Path) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    result = call("run-due", "--store", waiting, "--blueprint", folder, "--until", ahead)
    assert (result.exit_code, "still to come" in result.stderr) == (2, True)
    assert call("run-due", "--store", waiting).exit_code == 2
    assert call("run-due", "--store", waiting, "--blueprint", folder, "--until", "monday").exit_code == 2


def test_a_case_that_cannot_be_read_is_told_and_the_others_are_run(waiting: str, folder: Path) -> None:
    with closing(sqlite3.connect(waiting.removeprefix("sqlite:///"))) as database, database:
        database.execute(
            "UPDATE stored_events SET state = ? WHERE originator_version = 2 AND originator_id = "
            "(SELECT case_id FROM service_flow_cases WHERE subject = 'request' AND number = 1)", (b"{}",),
        )  # fmt: skip
    result = call("run-due", "--store", waiting, "--blueprint", folder, "--until", "2026-03-02T13:00:00Z")
    assert result.exit_code == 1
    assert result.stdout.startswith("1 case: ")
    assert "R-1: event 2 of case" in result.stderr


# --- worklist


def test_a_worklist_by_what_is_due_begins_with_the_next_promise(url: str, folder: Path) -> None:
    lines = call("worklist", "--store", url, "--order", "due").stdout.splitlines()
    assert lines[0].split()[-1] == "Due"
    assert cells(lines[1]) == [
        "R-4", "request", "Open", "clerk", "2026-03-05 09:00Z", "running", "2026-03-05 13:00Z",
    ]  # fmt: skip
    (item,) = answer("worklist", "--store", url, "--order", "due")["items"]
    assert item["promised"] == "2026-03-05T13:00:00+00:00"
    assert answer("show", "R-4", "--store", url)["promised"] == item["promised"]
    assert "Due       2026-03-05 13:00Z" in call("show", "R-4", "--store", url).stdout


def test_cursors_of_a_worklist_are_of_its_order(waiting: str) -> None:
    page = answer("worklist", "--store", waiting, "--order", "due", "--limit", "1")
    rest = answer("worklist", "--store", waiting, "--order", "due", "--after", page["next"])
    assert sorted(item["number"] for item in page["items"] + rest["items"]) == ["R-1", "R-2"]
    result = call("worklist", "--store", waiting, "--after", page["next"])
    assert (result.exit_code, "not the `next` of a page" in result.stderr) == (2, True)


# --- history


def test_a_history_tells_of_promises_and_timers_in_words(url: str, folder: Path) -> None:
    lines = call("history", "R-1", "--store", url, "--blueprint", folder).stdout.splitlines()[2:]
    assert [cells(line)[2] for line in lines] == [
        "Opened",
        "Promise made: First response, within 4 working hours, due 2026-03-02 12:00Z",
        "Promise made: Resolution, within 2 working days, due 2026-03-04 08:00Z, promised by The carrier",
        "Timer set: Forgotten, fires 2026-03-02 13:00Z",
        "Warning: First response, due 2026-03-02 12:00Z",
        "Promise broken: First response, it was due 2026-03-02 12:00Z",
        "Escalated: First response, step 1, to Team lead",
        "Timer fired in vain: Forgotten, because: R-1: the guard says no: times.answer > 0",
        "Escalated: First response, step 2, nobody is above",
        "Answer",
        "Kept late: First response, it was due 2026-03-02 12:00Z",
        "Extension agreed: Resolution, until 2026-03-07 13:30Z",
        "Clock stopped by hand: Resolution",
        "Clock no longer stopped by hand: Resolution",
        "Clock runs again: Resolution, due 2026-03-09 10:30Z",
        "finish",
        "Promise kept: Resolution, due 2026-03-09 10:30Z",
    ]


def test_the_state_beside_what_happened_in_time_has_its_title(url: str) -> None:
    lines = call("history", "R-1", "--store", url).stdout.splitlines()[2:]
    assert [cells(line)[3] for line in lines[:9]] == ["Open"] * 9
    rest = call("history", "R-1", "--store", url, "--after", "5", "--limit", "2").stdout.splitlines()[2:]
    assert [cells(line)[3] for line in rest] == ["Open"] * 2


def test_a_history_tells_of_them_in_chinese(url: str, folder: Path) -> None:
    lines = call("--lang", "zh", "history", "R-1", "--store", url, "--blueprint", folder).stdout.splitlines()[2:]
    said = [cells(line)[2] for line in lines]
    assert said[1] == "作出承诺：首次响应，时限 4 个工作小时，应于2026-03-02 12:00Z前完成"
    assert said[5] == "承诺未按时兑现：首次响应，原应于2026-03-02 12:00Z前完成"
    assert said[6] == "逐级上报：首次响应，第 1 级，上报至主管"
    assert said[7].startswith("定时器触发但未能执行：遗忘提醒，原因：")
    assert said[10] == "承诺逾期完成：首次响应，原应于2026-03-02 12:00Z前完成"
    assert said[11] == "客户同意延期：问题解决，延至2026-03-07 13:30Z"


def test_a_history_for_programs_has_what_each_event_says(url: str) -> None:
    entries = answer("history", "R-1", "--store", url)["entries"]
    made, broken, extended = entries[1], entries[5], entries[11]
    assert (made["what"], made["about"]) == ("promise_made", "first_response")
    assert made["time"]["due"] == "2026-03-02T12:00:00+00:00"
    assert (made["time"]["within"], made["time"]["calendar"]) == ("4 working hours", "office")
    assert (broken["what"], broken["at"]) == ("promise_broken", broken["time"]["due"])
    assert (extended["time"]["answer"], extended["data"]) == ("accepted", {"reason": "No bells left"})
    assert "time" not in entries[0]


def test_an_export_with_promises_and_timers_replays_clean(url: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    assert call("export", "--store", url, "-o", file).exit_code == 0
    result = call("replay", file)
    assert (result.exit_code, "everything as it was stored" in result.stdout) == (0, True)


# --- report


def test_the_report_is_told_as_a_table_json_csv_and_a_page(url: str, folder: Path, tmp_path: Path) -> None:
    asked = ["report", "promises", "--store", url, "--blueprint", folder, "--by", "department,promise"]
    asked += ["--until", "2026-03-05T10:00:00Z"]
    lines = call(*asked).stdout.splitlines()
    assert cells(lines[0])[:4] == ["Department", "Promise", "Made", "Kept in time"]
    assert cells(lines[1])[:4] == ["Counter", "Repair: First response", "4", "2"]
    assert cells(lines[-1])[0] == "All together"
    assert "前台" in call(*asked, "--lang", "zh").stdout
    said = answer(*asked)
    assert said["rows"][0] == {
        "department": "counter", "promise": "repair.first_response", "made": 4, "kept": 2, "kept_extended": 0,
        "late": 1, "broken": 0, "open": 1, "stopped": 0, "extended": 0, "share_kept": 2 / 3, "share_agreed": 2 / 3,
    }  # fmt: skip
    assert (said["total"]["made"], said["cases"], said["until"]) == (8, 4, "2026-03-05T10:00:00+00:00")
    rows = list(csv.DictReader(io.StringIO(call(*asked, "--format", "csv").stdout)))
    assert [row["made"] for row in rows] == [str(row["made"]) for row in said["rows"]]
    page = tmp_path / "report.html"
    assert call(*asked, "--format", "html", "-o", page).stdout == f"wrote {page}\n"
    assert "How promises were kept" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        (["--by", "department"], "needs --blueprint"),
        (["--by", "promise,when"], "'when' is none of promise, tier, department, month, nature"),
        (["--zone", "Berlin"], "IANA"),
        (["-o", "x.txt"], "--format json, csv or html"),
    ],
    ids=["department", "by", "zone", "file"],
)
def test_a_report_that_cannot_be_made_says_why(url: str, asked: list[str], because: str) -> None:
    result = call("report", "promises", "--store", url, *asked)
    assert (result.exit_code, because in result.stderr) == (2, True), result.stderr


def test_a_store_without_promises_says_so(tmp_path: Path, folder: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    ServiceDesk(Blueprint.load(folder), url).close()
    assert call("report", "promises", "--store", url).stdout == "No promise was made.\n"
