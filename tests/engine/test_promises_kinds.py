"""The kinds of promises: first answer, next answer, until the end, in a state, between states, by an outside party."""

from __future__ import annotations

from datetime import timedelta

import pytest
from timed_desks import DAY, HOUR, Told, at, promise, told

from service_flow.engine.case.promise_events import PromiseBroken, PromiseKept, PromiseMade

INSTANT = timedelta(microseconds=1)


def kept(case: Told, name: str = "answer") -> list[PromiseKept]:
    return [event for event in case.events if isinstance(event, PromiseKept) and event.promise == name]


def test_a_first_answer_is_due_after_working_hours_and_kept_by_a_transition() -> None:
    with told(promises={"answer": promise(until="we_write", within="10 working hours")}) as case:
        assert case.status().due == at(2, day=1)
        case.passes(3 * HOUR).does("we_write")
        assert case.status().state == "kept"
        (event,) = kept(case)
        assert (event.at, event.due, event.late) == (at(3), at(2, day=1), False)


def test_what_is_reached_at_the_very_instant_it_is_due_is_in_time() -> None:
    with told(promises={"answer": promise(until="we_write")}) as case:
        case.passes(4 * HOUR)
        case.desk.run_due()
        case.does("we_write")
        assert (case.status().state, case.kinds) == ("kept", ["PromiseMade", "PromiseKept"])


def test_what_is_reached_an_instant_later_is_late_and_was_broken_when_it_was_due() -> None:
    with told(promises={"answer": promise(until="we_write")}) as case:
        case.passes(4 * HOUR + INSTANT).does("we_write")
        assert case.status().state == "late"
        assert case.times == [
            ("PromiseMade", "answer", at(0)),
            ("PromiseBroken", "answer", at(4)),
            ("PromiseKept", "answer", at(4) + INSTANT),
        ]
        assert [event.late for event in kept(case)] == [True]


def test_however_late_the_worker_comes_the_breach_is_stamped_with_the_instant_it_was_due() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(40 * DAY)
        case.desk.run_due()
        (broken,) = [event for event in case.events if isinstance(event, PromiseBroken)]
        assert (broken.at, broken.due, broken.written_at, broken.by) == (at(4), at(4), at(0, day=40), "timer")


def test_a_next_answer_starts_with_their_message_ends_with_ours_and_keeps_the_longest_wait() -> None:
    words = promise(**{"from": "they_write", "until": "we_write"})
    with told(promises={"answer": words}) as case:
        assert case.desk.promises(case.request) == ()
        case.passes(HOUR).does("they_write")
        case.passes(HOUR).does("they_write")  # a second one does not begin anew
        assert (case.status().started_at, case.status().due) == (at(1), at(5))
        case.passes(HOUR).does("we_write")
        case.passes(HOUR).does("we_write")  # there is nothing to answer
        case.passes(HOUR).does("they_write")
        assert (case.status().round, case.status().started_at) == (2, at(5))
        assert case.kinds == ["PromiseMade", "PromiseKept", "PromiseMade"]


def test_a_promise_that_is_made_once_is_not_made_again() -> None:
    words = promise(**{"from": "they_write", "until": "we_write", "again": "never"})
    with told(promises={"answer": words}) as case:
        case.does("they_write", "we_write", "they_write", "we_write")
        assert case.kinds == ["PromiseMade", "PromiseKept"]


def test_a_promise_of_the_whole_case_is_kept_by_any_way_to_its_end() -> None:
    with told(promises={"answer": promise(until="done")}) as case:
        case.does("go")
        case.passes(2 * HOUR).does("finish")
        assert (case.status().state, case.status().spent) == ("kept", 2 * HOUR)


def test_a_promise_in_a_state_runs_as_often_as_the_case_comes_there() -> None:
    with told(promises={"answer": promise(**{"while": "work", "within": "1 working hour"})}) as case:
        case.does("go")
        case.passes(HOUR / 2).does("back")
        case.passes(HOUR).does("go")
        case.passes(2 * HOUR).does("back")
        assert [(event.at, event.late) for event in kept(case)] == [(at(0.5), False), (at(3.5), True)]


def test_a_promise_while_in_several_states_runs_on_between_them() -> None:
    with told(promises={"answer": promise(**{"while": ["open", "work"]})}) as case:
        case.does("go")
        case.passes(HOUR).does("back")
        assert (case.status().started_at, case.status().state) == (at(0), "running")
        case.does("finish")
        assert case.status().state == "kept"


def test_a_promise_between_two_states_is_not_kept_by_others() -> None:
    with told(promises={"answer": promise(**{"from": "work", "until": "open"})}) as case:
        case.does("go")
        case.passes(HOUR).does("wait", "wake")
        assert case.status().is_open
        case.does("back")
        assert case.status().state == "kept"


def test_what_an_outside_party_promises_says_whose_promise_it_is() -> None:
    with told(promises={"answer": promise(**{"from": "go", "until": "back", "given_by": "carrier"})}) as case:
        case.does("go")
        assert case.status().given_by == "carrier"
        assert [event.given_by for event in case.events if isinstance(event, PromiseMade)] == ["carrier"]


def test_several_promises_run_side_by_side_and_the_row_tells_the_first() -> None:
    promises = {"first": promise(until="we_write"), "last": promise(within="2 working days")}
    with told(promises=promises) as case:
        row = case.desk.store.row(case.request.reference.id)
        assert row is not None
        assert (row.promised, row.next_due) == (at(4), at(4) + INSTANT)
        case.passes(HOUR).does("we_write")
        row = case.desk.store.row(case.request.reference.id)
        assert row is not None
        assert (row.promised, row.next_due) == (at(0, day=2), at(0, day=2) + INSTANT)


@pytest.mark.parametrize(
    ("size", "tier", "due"), [(1, "plain", at(0, day=2)), (9, "plain", at(4)), (9, "vip", at(2))], ids=str
)
def test_a_table_decides_the_time_by_field_and_by_the_customers_tier(size: int, tier: str, due: object) -> None:
    words = promise(**{"from": "note", "within": {"decision": "how_soon"}})
    with told(promises={"answer": words}, customer={"tier": {"type": "choice", "choices": ["plain", "vip"]}}) as case:
        case.rated(tier)
        case.does("note", size=size)
        assert case.status().due == due


def test_where_no_row_fits_nothing_is_promised() -> None:
    tables = {"how_soon": {"gives": "span", "rows": [{"when": "has(size) && size > 5", "then": "1 hour"}]}}
    with told(promises={"answer": promise(within={"decision": "how_soon"})}, decisions=tables) as case:
        assert case.kinds == []


def test_automatic_transitions_keep_and_make_promises_in_the_same_step() -> None:
    transitions = {
        "go": {"from": "open", "to": "work"},
        "on": {"from": "work", "to": "waiting", "automatic": True},
        "finish": {"from": "waiting", "to": "done"},
    }
    promises = {
        "passed": promise(until="work"), "waiting": promise(**{"while": "waiting", "pauses": False}),
        "work": promise(**{"while": "work"}),
    }  # fmt: skip
    with told(promises=promises, transitions=transitions) as case:
        case.passes(HOUR).does("go")
        assert sorted((kind, name) for kind, name, _ in case.times[1:]) == [
            ("PromiseKept", "passed"), ("PromiseKept", "work"), ("PromiseMade", "waiting"), ("PromiseMade", "work"),
        ]  # fmt: skip
        assert case.status("waiting").state == "running"


def test_in_regions_a_clock_stands_still_only_where_every_region_pauses() -> None:
    regions = {
        "making": {"initial": "made", "states": {"made": {}, "stuck": {"clock": "paused"}, "ready": {"done": True}}},
        "telling": {"initial": "told", "states": {"told": {}, "quiet": {"clock": "paused"}, "heard": {"done": True}}},
    }
    states = {"open": {"owner": "clerk"}, "both": {"regions": regions}, "done": {"final": "completed"}}
    transitions = {
        "go": {"from": "open", "to": "both"},
        "stick": {"from": "both.making.made", "to": "both.making.stuck"},
        "hush": {"from": "both.telling.told", "to": "both.telling.quiet"},
        "speak": {"from": "both.telling.quiet", "to": "both.telling.told"},
        "finish": {"from": "both", "to": "done"},
    }
    with told(promises={"answer": promise()}, states=states, transitions=transitions) as case:
        case.does("go", "stick")
        assert case.status().state == "running"
        case.does("hush")
        assert case.status().state == "paused"
        case.passes(2 * HOUR).does("speak")
        assert (case.status().due, case.status().paused) == (at(6), 2 * HOUR)
