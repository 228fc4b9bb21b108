"""The report on promises: what is counted, once each, by promise, tier, department and month."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from html_trees import check_harmless, tree, with_class, words
from promised_shop import MONDAY, first_week, shop
from service_flow import AsyncServiceDesk, Blueprint, ManualClock, ServiceDesk
from service_flow.errors import DataInvalid
from service_flow.insight.reports import (
    PromiseFigures,
    PromiseReport,
    promise_report,
    report_csv,
    report_page,
    report_table,
)

COUNTS = ("kept", "kept_extended", "late", "broken", "open", "stopped", "extended")


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return Blueprint.load(shop(tmp_path_factory.mktemp("shop")))


@pytest.fixture(scope="module")
def week(blueprint: Blueprint) -> Iterator[ServiceDesk]:
    """Only to be read."""
    with first_week(blueprint, "memory") as desk:
        yield desk


@pytest.fixture
def desk(blueprint: Blueprint) -> Iterator[ServiceDesk]:
    with ServiceDesk(blueprint, clock=ManualClock(MONDAY)) as desk:
        yield desk


def counted(report: PromiseReport) -> dict[tuple[str | None, ...], dict[str, int]]:
    """The figures of each group that are not zero."""
    return {row.key: nonzero(row.figures) for row in report.rows}


def nonzero(figures: PromiseFigures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in COUNTS if getattr(figures, name)}


def test_every_promise_is_counted_once_as_what_became_of_it(week: ServiceDesk) -> None:
    report = week.promises.report()
    assert counted(report) == {
        ("repair.first_response",): {"kept": 2, "late": 1, "open": 1},
        ("repair.resolution",): {"kept": 1, "kept_extended": 1, "open": 1, "stopped": 1, "extended": 1},
    }
    assert report.total.made == 8
    assert report.cases == 4


def test_the_share_kept_leaves_out_what_is_late_open_or_stopped_and_counts_extensions_apart(week: ServiceDesk) -> None:
    figures = {row.key[0]: row.figures for row in week.promises.report().rows}
    first, resolution = figures["repair.first_response"], figures["repair.resolution"]
    assert (first.settled, first.share_kept, first.share_agreed) == (3, 2 / 3, 2 / 3)
    assert (resolution.settled, resolution.share_kept, resolution.share_agreed) == (2, 1 / 2, 1.0)
    assert PromiseFigures(open=3, stopped=1).share_kept is None


def test_a_promise_belongs_to_the_department_whose_post_owned_the_state_it_ended_in(week: ServiceDesk) -> None:
    report = week.promises.report(by=("promise", "department"))
    assert counted(report) == {
        ("repair.first_response", "counter"): {"kept": 2, "late": 1, "open": 1},
        ("repair.resolution", "counter"): {"open": 1},
        # finished, or dropped, at work: the final state has no post, and is not who kept it
        ("repair.resolution", "workshop"): {"kept": 1, "kept_extended": 1, "stopped": 1, "extended": 1},
    }
    assert report.titles["department"]["workshop"] == {"en": "Workshop", "zh": "维修部"}


def test_the_tier_is_that_of_the_customer_at_the_instant_that_settled_it(week: ServiceDesk, desk: ServiceDesk) -> None:
    assert counted(week.promises.report(by=("tier",))) == {
        ("vip",): {"kept": 3, "stopped": 1},
        (None,): {"kept_extended": 1, "late": 1, "open": 2, "extended": 1},
    }
    clock: Any = desk.commands.clock
    bo = desk.customers.register(name="Bo", by="tom")
    desk.customers.perform(bo, "rate", by="tom", data={"tier": "standard"})
    request = desk.requests.open(customer=bo, need="x", by="tom")
    desk.requests.perform(request, "answer", by="tom")
    clock.advance(timedelta(hours=1))
    desk.customers.perform(bo, "rate", by="tom", data={"tier": "vip"})
    clock.advance(timedelta(hours=1))
    report = desk.promises.report(by=("tier", "promise"))
    assert counted(report) == {
        ("standard", "repair.first_response"): {"kept": 1},
        ("vip", "repair.resolution"): {"open": 1},
    }


def test_months_are_those_of_the_zone(desk: ServiceDesk) -> None:
    clock: Any = desk.commands.clock
    clock.set(datetime(2026, 3, 31, 15, tzinfo=UTC))
    bo = desk.customers.register(name="Bo", by="tom")
    request = desk.requests.open(customer=bo, need="x", by="tom")
    clock.set(datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # in Berlin it is April
    desk.requests.perform(request, "answer", by="tom")
    clock.advance(timedelta(minutes=1))
    until = datetime(2026, 4, 1, tzinfo=UTC)
    clock.set(until)
    first = "repair.first_response"
    report = desk.promises.report(by=("promise", "month"), until=until)
    assert counted(report)[first, "2026-03"] == {"kept": 1}
    assert counted(report)["repair.resolution", "2026-03"] == {"open": 1}  # as it was up to the end of March
    assert counted(desk.promises.report(by=("promise", "month"), zone="Europe/Berlin"))[first, "2026-04"] == {"kept": 1}


def test_what_is_reached_late_counts_where_and_when_it_was_broken(desk: ServiceDesk) -> None:
    clock: Any = desk.commands.clock
    clock.set(datetime(2026, 3, 30, 8, tzinfo=UTC))
    bo = desk.customers.register(name="Bo", by="tom")
    request = desk.requests.open(customer=bo, need="x", by="tom")
    clock.set(datetime(2026, 4, 2, 8, tzinfo=UTC))
    desk.requests.perform(request, "answer", by="tom")
    desk.requests.perform(request, "finish", by="tom")  # by the workshop, which got it too late
    assert counted(desk.promises.report(by=("promise", "department", "month"))) == {
        ("repair.first_response", "counter", "2026-03"): {"late": 1},
        ("repair.resolution", "counter", "2026-04"): {"late": 1},
    }


def test_what_was_due_counts_as_broken_though_nobody_has_looked_yet(desk: ServiceDesk) -> None:
    clock: Any = desk.commands.clock
    bo = desk.customers.register(name="Bo", by="tom")
    desk.requests.open(customer=bo, need="x", by="tom")
    clock.advance(timedelta(hours=4))
    assert nonzero(desk.promises.report().total) == {"open": 2}  # due this very instant: in time
    clock.advance(timedelta(microseconds=1))
    before = counted(desk.promises.report(by=("promise", "month", "department")))
    assert before["repair.first_response", "2026-03", "counter"] == {"broken": 1}
    desk.run_due()
    assert counted(desk.promises.report(by=("promise", "month", "department"))) == before


def test_a_report_of_the_past_knows_nothing_of_what_came_later(week: ServiceDesk) -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert counted(week.promises.report(until=tuesday)) == {
        ("repair.first_response",): {"late": 1},
        ("repair.resolution",): {"open": 1},
    }
    assert nonzero(week.promises.report(until=MONDAY + timedelta(hours=5)).total) == {"broken": 1, "open": 1}
    assert week.promises.report(until=MONDAY).rows == ()


def test_a_period_holds_what_was_settled_in_it_and_what_is_open(week: ServiceDesk) -> None:
    thursday = MONDAY + timedelta(days=3)
    whole, early = week.promises.report(by=()).total, week.promises.report(by=(), until=thursday).total
    late = week.promises.report(by=(), since=thursday).total
    assert nonzero(late) == {"kept": 1, "kept_extended": 1, "open": 2, "stopped": 1, "extended": 1}
    assert early.settled + late.settled == whole.settled


def test_a_promise_that_goes_on_when_its_case_is_reopened_is_counted_once(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    flow = folder / "flows" / "repair.yaml"
    text = flow.read_text("utf-8").replace("    given_by: carrier\n", "    given_by: carrier\n    reopened: resume\n")
    flow.write_text(text.replace("transitions:\n", "transitions:\n  reopen: {from: done, to: at_work}\n"), "utf-8")
    with ServiceDesk(Blueprint.load(folder), clock=ManualClock(MONDAY)) as desk:
        clock: Any = desk.commands.clock
        bo = desk.customers.register(name="Bo", by="tom")
        request = desk.requests.open(customer=bo, need="x", by="tom")
        for step in ("answer", "finish", "reopen"):
            desk.requests.perform(request, step, by="tom")
        assert counted(desk.promises.report())["repair.resolution",] == {"open": 1}
        clock.advance(timedelta(days=10))
        desk.requests.perform(request, "finish", by="tom")
        assert counted(desk.promises.report())["repair.resolution",] == {"late": 1}


def test_figures_agree_with_a_recount_of_the_statuses_of_all_cases(week: ServiceDesk) -> None:
    states = [status.state for number in range(1, 5) for status in week.promises(f"R-{number}")]
    total = week.promises.report().total
    assert (states.count("kept"), states.count("late")) == (total.kept + total.kept_extended, total.late)
    assert (states.count("running"), states.count("stopped")) == (total.open, total.stopped)


def test_progress_is_told_up_to_the_last_case(week: ServiceDesk) -> None:
    told: list[tuple[int, int]] = []
    promise_report(week.store, progress=lambda done, of: told.append((done, of)))
    assert told == [(6, 6)]


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        ({"by": ("promises",)}, "did you mean 'promise'"),
        ({"since": datetime(2026, 3, 1)}, "'since' is not an instant"),
        ({"until": "yesterday"}, "'until' is not an instant"),
        ({"since": MONDAY, "until": MONDAY}, "'since' is not before 'until'"),
        ({"zone": "Berlin"}, "IANA"),
        ({"zone": (1, 2)}, "IANA"),
        ({"by": None}, "'by' is a list of what to tell promises apart by"),
        ({"by": 7}, "'by' is a list of what to tell promises apart by"),
    ],
    ids=["by", "since", "until", "period", "zone", "no zone", "by nothing", "by a number"],
)
def test_arguments_that_are_none_are_refused_with_the_reason(
    week: ServiceDesk, asked: dict[str, Any], because: str
) -> None:
    with pytest.raises(DataInvalid, match=because):
        week.promises.report(**asked)


def test_a_tier_that_is_personal_data_is_told_by_no_report(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    flow = folder / "flows" / "customer.yaml"
    flow.write_text(flow.read_text("utf-8").replace("{type: choice,", "{type: choice, personal: true,"), "utf-8")
    with first_week(Blueprint.load(folder), "memory") as desk, pytest.raises(DataInvalid, match="personal data"):
        desk.promises.report(by=("tier",))


def test_the_async_desk_reports_the_same(week: ServiceDesk, blueprint: Blueprint) -> None:
    async def asked() -> PromiseReport:
        async with AsyncServiceDesk(blueprint, week.store, clock=week.commands.clock) as desk:
            return await desk.promises.report(by=("promise", "tier"))

    assert asyncio.run(asked()) == week.promises.report(by=("promise", "tier"))


# --- how it is shown


def test_people_read_titles_in_either_language_and_all_together_in_the_last_row(week: ServiceDesk) -> None:
    report = week.promises.report(by=("promise", "tier"))
    heads, rows = report_table(report, "en")
    assert heads[:4] == ["Promise", "Tier", "Made", "Kept in time"]
    assert rows[0][:4] == ["Repair: First response", "VIP", "2", "2"]
    assert rows[-1][:3] == ["All together", "", "8"]
    assert rows[-1][-2:] == ["60.0%", "80.0%"]
    heads, rows = report_table(report, "zh")
    assert heads[:4] == ["承诺", "客户等级", "承诺数", "按时兑现"]
    assert rows[0][:2] == ["维修：首次响应", "贵宾"]
    assert rows[1][1] == "（无）"


def test_spreadsheets_get_names_and_numbers_and_no_formula(week: ServiceDesk) -> None:
    report = week.promises.report(by=("promise", "tier"))
    rows = list(csv.DictReader(io.StringIO(report_csv(report))))
    assert rows[0]["promise"] == "repair.first_response"
    assert (rows[0]["tier"], rows[0]["made"], rows[0]["share_kept"]) == ("vip", "2", "1.0000")
    hostile = PromiseReport(
        ("tier",), (report.rows[0].__class__(("=1+1",), PromiseFigures(kept=1)),), PromiseFigures(kept=1), None, MONDAY,
        "UTC", 1, {"tier": {}},
    )  # fmt: skip
    assert report_csv(hostile).splitlines()[1].startswith("'=1+1,")


def test_the_page_tells_it_in_both_languages_and_runs_nothing(week: ServiceDesk) -> None:
    html = report_page(week.promises.report(by=("promise", "month")), lang="zh")
    check_harmless(html)
    for lang, title, head in (("en", "How promises were kept", "Share kept"), ("zh", "服务承诺兑现情况", "兑现率")):
        (article,) = with_class(tree(html), f"in-{lang}")
        assert words(article.find(".//h1")) == title
        assert head in words(article.find(".//thead"))
        assert "2026-03" in words(article.find(".//tbody"))
        assert "60.0%" in words(article.find(".//tfoot"))


def test_where_nothing_was_promised_the_page_says_so(blueprint: Blueprint) -> None:
    with ServiceDesk(blueprint, clock=ManualClock(MONDAY)) as desk:
        assert "No promise was made." in report_page(desk.promises.report())
