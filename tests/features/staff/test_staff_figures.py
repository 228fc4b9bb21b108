"""What a person did in a time, with the load beside it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from staff_desks import DAY, START, Office, shipped

from service_flow import AsyncServiceDesk
from service_flow.clock import ManualClock
from service_flow.errors import DataInvalid, NotFound


def test_figures_count_cases_steps_ends_and_kept_promises_with_the_load_beside_them(office: Office) -> None:
    desk = office.desk
    anna = desk.customers.register(name="Anna Weber", by="tom")
    advice = desk.requests.open(customer=anna, need="Which one fits?", by="mei", channel="phone")
    desk.requests.perform(advice, "analyse", by="hanna", data={"kind": "advice"})
    desk.requests.perform(advice, "advise", by="mei", data={"advice_given": "The small one"})
    office.clock.advance(DAY)
    for number in range(3):
        other = desk.requests.open(customer=anna, need=f"Need {number}", by="mei")
        desk.requests.perform(other, "cancel", by="tom", data={"cancellation": "need_gone"})
    mei = office.staff.figures("mei")
    assert (mei.served, mei.steps, mei.closed, mei.days, mei.cases_a_day) == (4, 5, 0, 2, 2.0)
    assert mei.kept == 1  # advised in time, which was the solution promised
    assert office.staff.figures("hanna").kept == 1  # the first response
    assert mei.usual_cases_a_day == 1.8  # mei 1 and 3, hanna 1, tom 1 and 3
    tom = office.staff.figures("tom")
    assert (tom.served, tom.closed) == (4, 3)
    pedro = office.staff.figures("pedro")
    assert (pedro.served, pedro.days, pedro.cases_a_day, pedro.usual_cases_a_day) == (0, 0, 0.0, 1.8)


def test_a_promise_that_is_reached_late_counts_for_nobody(office: Office) -> None:
    desk = office.desk
    anna = desk.customers.register(name="Anna Weber", by="tom")
    advice = desk.requests.open(customer=anna, need="Which one fits?", by="mei", channel="phone")
    office.clock.advance(9 * DAY)
    desk.requests.perform(advice, "analyse", by="hanna", data={"kind": "advice"})
    (first, *_) = desk.promises(advice)
    assert (first.promise, first.state) == ("first_response", "late")
    assert office.staff.figures("hanna").kept == 0


def test_figures_are_of_a_time_and_tell_how_far_they_are(office: Office) -> None:
    desk = office.desk
    anna = desk.customers.register(name="Anna Weber", by="tom")
    desk.requests.open(customer=anna, need="Which one fits?", by="mei")
    office.clock.advance(DAY)
    desk.requests.open(customer=anna, need="And now?", by="mei")
    told: list[tuple[int, int]] = []
    assert office.staff.figures("mei", progress=lambda *done: told.append(done)).served == 2
    assert told == [(3, 3)]
    assert office.staff.figures("mei", since=START + timedelta(hours=1)).served == 1
    assert office.staff.figures("mei", until=START + DAY).served == 1
    with pytest.raises(DataInvalid, match="not before"):
        office.staff.figures("mei", since=START, until=START)
    with pytest.raises(NotFound):
        office.staff.figures("stranger")


def test_what_staff_do_to_files_of_staff_is_not_counted(office: Office) -> None:
    assert office.staff.figures("sofia").served == 0


def test_everything_is_awaited_on_an_async_desk() -> None:
    async def live() -> None:
        async with AsyncServiceDesk(shipped(), clock=ManualClock(START)) as desk:
            staff = desk.staff
            await asyncio.gather(*(staff.enrol(person, by="sofia") for person in ("mei", "pedro")))
            with pytest.raises(DataInvalid, match="already"):
                await staff.enrol("mei", by="sofia")
            await staff.train("mei", skill="repair", level=2, course="Repair I", by="sofia")
            await staff.absent("mei", since=START, until=START + DAY, reason="Ill", deputy="pedro", by="sofia")
            assert (await staff.skills("mei"))["repair"] == 2
            assert (await staff.file("mei")).trainings[0].course == "Repair I"
            assert (await staff.available("mei")).deputy == "pedro"
            assert await staff.acting_for("mei") == "pedro"
            await staff.back("mei", by="sofia")
            assert await staff.available("mei")
            await staff.leave("mei", by="sofia")
            assert (await staff.get("mei")).outcome == "gone"
            assert (await staff.figures("mei")).served == 0
            assert len(await staff.list()) == 2
            assert len((await staff.history("mei")).entries) == 9
            assert not await staff.options("mei", by="mei")
            assert (await staff.may("mei", "back", by="sofia")).answer == "yes"

    asyncio.run(live())
