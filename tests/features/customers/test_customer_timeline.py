"""Everything that touched a customer, the newest first, over all his cases: paged, merged, and read in part only."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from file_shop import opened

from service_flow import Blueprint, DataInvalid, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.state import CaseState
from service_flow.features.customers.timeline import Timelines


def told(desk: ServiceDesk, customer: str, limit: int) -> list[tuple[str, int, str]]:
    """All pages of a timeline, one after the other."""
    lines, after = [], None
    while True:
        page = desk.customers.timeline(customer, limit=limit, after=after)
        assert len(page) == limit or page.next is None
        lines += [(line.number, line.version, line.what) for line in page]
        if page.next is None:
            return lines
        after = page.next


def expected(desk: ServiceDesk, *customers: str) -> list[tuple[str, int, str]]:
    """The same from the histories of all cases."""
    owners = [desk.get(customer).reference.id for customer in customers]
    cases = [desk.get(customer).reference.id for customer in customers]
    cases += [row.case_id for row in desk.store.cases(limit=1_000) if row.customer in owners]
    lines = []
    for case in cases:
        number = desk.get(case).number
        lines += [
            ((entry.at, case, entry.version), (number, entry.version, entry.what))
            for entry in desk.history(case, limit=1_000)
        ]
    return [line for _, line in sorted(lines, reverse=True)]


def lived(desk: ServiceDesk, seed: int, steps: int = 60) -> None:
    """Two customers, their cases, and things that happen to all of them, some at one instant."""
    draw = random.Random(seed)
    for number in (1, 2):
        desk.customers.register(name=f"Anna {number}", by="tom")
    open_cases: list[str] = []
    clock = desk.commands.clock
    assert isinstance(clock, ManualClock)
    for _ in range(steps):
        clock.advance(timedelta(seconds=draw.choice([0, 0, 1, 60])))
        customer = f"CU-{draw.randint(1, 2)}"
        match draw.randint(0, 4):
            case 0:
                open_cases.append(desk.requests.open(customer=customer, need="x", by="tom").number)
            case 1:
                desk.complaints.receive(customer=customer, text="x", by="tom")
            case 2 | 3 if open_cases:
                for _ in range(draw.choice([1, 1, 9])):
                    desk.requests.perform(draw.choice(open_cases), "remark", data={"note": "y"}, by="tom")
            case _:
                desk.customers.record_value(customer, "cost", "1 EUR", by="tom")


@pytest.mark.parametrize("seed", range(4))
def test_the_pages_of_a_timeline_are_the_histories_of_all_his_cases_put_together(files: Blueprint, seed: int) -> None:
    with opened(files) as desk:
        lived(desk, seed)
        for limit in (1, 2, 7, 20, 500):
            assert told(desk, "CU-1", limit) == expected(desk, "CU-1")
        desk.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
        for limit in (3, 20):
            assert told(desk, "CU-1", limit) == expected(desk, "CU-1", "CU-2")


def test_a_page_that_is_kept_is_read_anew_when_something_has_happened_anywhere(files: Blueprint, tmp_path: Path) -> None:
    """Given two desks of one store; then each shows what the other did, to the file, a case, and whom was merged in."""
    url = f"sqlite:///{tmp_path}/two.db?durability=normal"
    with opened(files, url) as desk, opened(files, url) as other:
        for number in (1, 2):
            desk.customers.register(name=f"Anna {number}", by="tom")
        desk.requests.open(customer="CU-2", need="x", by="tom")
        happens: list[Callable[[], object]] = [
            lambda: other.requests.open(customer="CU-1", need="x", by="tom"),
            lambda: other.requests.perform("R-2", "remark", data={"note": "y"}, by="tom"),
            lambda: other.customers.record_value("CU-1", "cost", "1 EUR", by="tom"),
            lambda: other.customers.merge("CU-2", into="CU-1", reason="one", by="ada"),
            lambda: other.requests.perform("R-1", "remark", data={"note": "y"}, by="tom"),
        ]
        for happen in happens:
            before = desk.customers.timeline("CU-1", limit=50)
            assert desk.customers.timeline("CU-1", limit=50) is before
            happen()
            after = desk.customers.timeline("CU-1", limit=50)
            assert after != before
            assert after == other.customers.timeline("CU-1", limit=50)


def test_a_page_that_somebody_was_merged_into_while_it_was_read_is_not_kept(
    files: Blueprint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/two.db?durability=normal"
    with opened(files, url) as desk, opened(files, url) as other:
        for number in (1, 2):
            desk.customers.register(name=f"Anna {number}", by="tom")
        read = Timelines._others

        def late(timelines: Timelines, customer: CaseState) -> tuple[UUID, ...]:
            found = read(timelines, customer)
            if not found:
                other.customers.merge("CU-2", into="CU-1", reason="one", by="ada")
            return found

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Timelines, "_others", late)
            desk.customers.timeline("CU-1", limit=50)
        assert told(desk, "CU-1", 50) == expected(desk, "CU-1", "CU-2")


def test_a_line_says_what_where_when_and_who_and_holds_no_data(office: ServiceDesk) -> None:
    clock = office.commands.clock
    assert isinstance(clock, ManualClock)
    anna = office.customers.register(name="Anna", by="tom")
    clock.advance(timedelta(seconds=1))
    request = office.requests.open(customer=anna, need="My secret", channel="phone", by="tom")
    clock.advance(timedelta(seconds=1))
    office.requests.perform(request, "remark", data={"note": "My secret"}, by="ada")
    first, *_, last = office.customers.timeline(anna)
    assert (first.number, first.what, first.left, first.entered, first.by, first.version) == (
        "R-1", "remark", "open", "open", "ada", 3
    )  # fmt: skip
    assert (last.number, last.what, last.case) == ("CU-1", "opened", anna.reference)
    assert "secret" not in repr(office.customers.timeline(anna))


def test_a_cursor_of_something_else_is_refused(quick: ServiceDesk) -> None:
    anna = quick.customers.register(name="Anna", by="tom")
    for cursor in ("R-1", "2026-03-02 x 1", 7):
        with pytest.raises(DataInvalid, match="after="):
            quick.customers.timeline(anna, after=cursor)  # type: ignore[arg-type]


def test_a_page_reads_no_more_than_it_shows_whatever_happened_before(files: Blueprint, monkeypatch) -> None:
    with opened(files) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        busy = desk.requests.open(customer=anna, need="x", by="tom")
        for _ in range(300):
            desk.requests.perform(busy, "remark", data={"note": "y"}, by="tom")
        for _ in range(60):
            desk.commands.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
            desk.requests.open(customer=anna, need="x", by="tom")
        read: list[int] = []
        newest, recent = desk.store.newest, desk.store.recent

        def counting(method):
            def called(*args, **kwargs):
                found = method(*args, **kwargs)
                read.append(len(found))
                return found

            return called

        monkeypatch.setattr(desk.store, "newest", counting(newest), raising=False)
        monkeypatch.setattr(desk.store, "recent", counting(recent), raising=False)
        assert len(desk.customers.timeline(anna)) == 20
        assert sum(read) <= 30 and len(read) <= 3
