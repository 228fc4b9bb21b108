"""Timers: after a time, again and again, on a date; cancelled, begun anew, refused; in final states; after silence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from timed_desks import BY, DAY, HOUR, MONDAY, Told, at, told

from service_flow.engine.case.events import Moved
from service_flow.engine.case.promise_events import TimerFired, TimerSet


def fired(case: Told) -> list[datetime]:
    return [event.at for event in case.events if isinstance(event, TimerFired)]


def timer(**words: Any) -> dict[str, Any]:
    return {"timer": {"while": "open", "perform": "go", **words}}


def test_a_timer_acts_after_real_time_as_itself() -> None:
    with told(timers=timer(after="3 hours")) as case:
        case.passes(DAY).desk.run_due()
        move = case.events[-1]
        assert isinstance(move, Moved)
        assert (move.transition, move.at, move.by, move.cause) == ("go", at(3), "timer", "timer")
        assert move.caused_by == case.events[-2].id


def test_a_timer_counts_working_time_where_it_says_so() -> None:
    with told(timers=timer(after="10 working hours", calendar="office")) as case:
        case.passes(2 * DAY).desk.run_due()
        assert fired(case) == [at(2, day=1)]


def test_a_timer_of_a_state_that_is_left_does_not_fire() -> None:
    with told(timers=timer(after="3 hours")) as case:
        case.does("wait")
        case.passes(DAY)
        assert case.desk.run_due().events == 0
        row = case.desk.store.row(case.request.reference.id)
        assert row is not None and row.next_due is None


def test_a_timer_begins_anew_when_the_case_comes_back() -> None:
    with told(timers=timer(after="3 hours")) as case:
        case.passes(2 * HOUR).does("wait")
        case.passes(HOUR).does("wake")
        case.passes(DAY).desk.run_due()
        assert fired(case) == [at(6)]


def test_a_timer_of_several_states_goes_on_between_them() -> None:
    with told(timers=timer(after="3 hours", perform="finish", **{"while": ["open", "work"]})) as case:
        case.passes(2 * HOUR).does("go")
        case.passes(DAY).desk.run_due()
        assert fired(case) == [at(3)]


def test_a_state_that_is_left_and_entered_again_begins_its_timer_anew() -> None:
    transitions = {
        "again": {"from": "open", "to": "open"},
        "go": {"from": "open", "to": "work", "by": BY},
        "finish": {"from": "work", "to": "done"},
    }
    with told(timers=timer(after="3 hours"), transitions=transitions) as case:
        case.passes(2 * HOUR).does("again")
        case.passes(DAY).desk.run_due()
        assert fired(case) == [at(5)]


def test_a_silence_ends_with_each_message_and_closes_the_case_when_it_lasts() -> None:
    words = timer(after="10 days", again=["they_write", "we_write"], perform="finish", **{"while": ["open", "work"]})
    with told(timers=words) as case:
        case.passes(9 * DAY).does("they_write")
        case.passes(9 * DAY).does("go")  # is no message
        case.passes(DAY / 2).does("we_write")
        case.passes(30 * DAY).desk.run_due()
        assert fired(case) == [at(12, day=28)]
        assert case.desk.requests.get(case.request).outcome == "completed"


def test_a_transition_that_sets_a_timer_anew_does_not_set_one_that_does_not_run() -> None:
    with told(timers=timer(after="10 days", again="they_write")) as case:
        case.does("wait", "they_write")
        assert case.kinds == ["TimerSet"]


def test_every_fires_again_and_again_each_at_its_own_instant() -> None:
    with told(timers=timer(every="1 day", perform="note")) as case:
        case.passes(3 * DAY + HOUR).desk.run_due()
        assert fired(case) == [at(0, day=1), at(0, day=2), at(0, day=3)]
        case.does("wait")
        case.passes(9 * DAY)
        assert case.desk.run_due().events == 0


def test_every_working_day_leaves_out_the_weekend() -> None:
    with told(timers=timer(every="1 working day", calendar="office", perform="note")) as case:
        case.passes(8 * DAY).desk.run_due()
        assert [when.day for when in fired(case)] == [3, 4, 5, 6, 9, 10]


def test_a_date_begins_in_the_zone_of_its_calendar() -> None:
    with told(timers=timer(at="on", calendar="office")) as case:
        case.does("note", on=date(2026, 3, 10))
        case.passes(30 * DAY).desk.run_due()
        assert fired(case) == [datetime(2026, 3, 9, 23, tzinfo=UTC)]


def test_a_field_that_changes_sets_its_timer_anew_and_one_that_does_not_leaves_it() -> None:
    with told(timers=timer(at="moment")) as case:
        case.does("note", moment=at(9))
        case.does("note", moment=at(9))
        case.does("note", size=3)
        case.does("note", moment=at(7))
        assert [event.due for event in case.events if isinstance(event, TimerSet)] == [at(9), at(7)]
        case.passes(DAY).desk.run_due()
        assert fired(case) == [at(7)]


def test_the_same_date_written_again_does_not_fire_again() -> None:
    with told(timers=timer(at="on", perform="note")) as case:
        case.does("note", on=date(2026, 3, 5))
        case.passes(5 * DAY).desk.run_due()
        case.does("note", on=date(2026, 3, 5))
        case.passes(DAY)
        assert case.desk.run_due().events == 0
        case.does("note", on=date(2026, 3, 20))
        case.passes(30 * DAY)
        assert case.desk.run_due().counts == {"fired": 1}


def test_a_field_given_as_nothing_leaves_the_date_that_was_agreed() -> None:
    with told(timers=timer(at="on")) as case:
        case.does("note", on=date(2026, 3, 5))
        case.does("note", on=None)
        case.passes(9 * DAY).desk.run_due()
        assert fired(case) == [datetime(2026, 3, 5, tzinfo=UTC)]


def test_a_date_that_has_passed_fires_at_once() -> None:
    with told(timers=timer(at="on")) as case:
        case.does("note", on=date(2026, 2, 1))
        case.desk.run_due()
        assert fired(case) == [MONDAY]


def test_dates_that_have_passed_do_not_chase_each_other_for_ever() -> None:
    timers = {"out": {"while": "open", "at": "on", "perform": "go"}, "home": {"while": "work", "at": "on", "perform": "back"}}
    with told(timers=timers) as case:
        case.does("note", on=date(2026, 2, 1))
        assert case.desk.run_due().events == 1
        case.does("note")
        assert case.desk.commands.current(case.request).configuration == ("work",)


def test_the_end_of_time_is_a_date_like_any_other() -> None:
    with told(timers=timer(at="moment")) as case:
        case.does("note", moment=datetime.max.replace(tzinfo=UTC))
        assert case.desk.run_due().events == 0


def test_a_timer_in_a_final_state_follows_up_some_days_later() -> None:
    with told(timers=timer(after="5 days", perform="note", **{"while": "done"})) as case:
        case.does("finish")
        case.passes(20 * DAY).desk.run_due()
        assert fired(case) == [at(0, day=5)]


@pytest.mark.parametrize("words", [{"after": "3 hours"}, {"at": "on"}], ids=["after", "at"])
def test_a_timer_that_is_refused_is_recorded_once_with_the_reason_and_does_nothing(words: dict[str, str]) -> None:
    with told(timers=timer(perform="large_only", **words)) as case:
        case.does("note", on=date(2026, 3, 3))
        case.passes(9 * DAY)
        assert case.desk.run_due().counts == {"fired": 1, "refused": 1}
        (event,) = [event for event in case.events if isinstance(event, TimerFired)]
        assert event.refused is not None and "size > 5" in event.refused
        assert case.desk.run_due().events == 0


def test_a_repeating_timer_that_is_refused_is_tried_again_the_next_time() -> None:
    with told(timers=timer(every="1 day", perform="large_only")) as case:
        case.passes(1.5 * DAY).does("note", size=9)
        case.passes(DAY).desk.run_due()
        events = [event for event in case.events if isinstance(event, TimerFired)]
        assert [event.refused is None for event in events] == [False, True]


def test_a_timer_gives_the_data_that_its_transition_asks_for() -> None:
    with told(timers=timer(after="1 hour", perform="note", data={"size": 7})) as case:
        case.passes(DAY).desk.run_due()
        assert case.desk.requests.get(case.request).data["size"] == 7


def test_a_timer_that_leads_into_the_state_of_another_sets_that_one_at_its_own_instant() -> None:
    timers = {"first": {"while": "open", "after": "2 hours", "perform": "go"},
              "second": {"while": "work", "after": "3 hours", "perform": "finish"}}  # fmt: skip
    with told(timers=timers) as case:
        case.passes(30 * DAY).desk.run_due()
        assert fired(case) == [at(2), at(5)]


def test_a_timer_of_a_phase_runs_wherever_the_case_is_inside_of_it() -> None:
    inside = {"one": {"owner": "clerk"}, "two": {"owner": "clerk"}}
    states = {"open": {"initial": "one", "states": inside}, "work": {"owner": "clerk"}, "done": {"final": "completed"}}
    transitions = {
        "on": {"from": "open.one", "to": "open.two"},
        "go": {"from": "open", "to": "work", "by": BY},
        "finish": {"from": "work", "to": "done"},
    }
    with told(timers=timer(after="3 hours"), states=states, transitions=transitions) as case:
        case.passes(2 * HOUR).does("on")
        case.passes(DAY).desk.run_due()
        assert fired(case) == [at(3)]


def test_at_one_instant_a_warning_comes_before_a_timer_and_a_timer_before_a_breach() -> None:
    promises = {"answer": {"from": "opened", "until": "done", "within": "3 hours", "warn": "50%"}}
    with told(promises=promises, timers=timer(after="3 hours", perform="finish")) as case:
        case.passes(DAY).desk.run_due()
        assert case.kinds[2:] == ["PromiseWarned", "TimerFired", "PromiseKept"]
        assert case.status().state == "kept"
