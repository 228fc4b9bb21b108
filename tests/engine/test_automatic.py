"""Automatic transitions: taken at once, one after the other, in the order written; what fails refuses the whole."""

from __future__ import annotations

from typing import Any

import pytest
from flows_told import standing, telling, what_may

from service_flow.engine.case.events import Moved, Opened
from service_flow.errors import GuardSaidNo, NotFromHere
from service_flow.testing import moved, open_request, opened, perform, register

FLOW: dict[str, Any] = {
    "initial": "received",
    "opening": {"collect": {"optional": ["amount"]}},
    "data": {
        "amount": {"type": "integer"},
        "limit": {"type": "integer"},
        "size": {"type": "choice", "choices": ["small", "large"]},
    },
    "decisions": {
        "how_large": {
            "gives": {"type": "choice", "choices": ["small", "large"]},
            "rows": [{"when": "amount > 100", "then": "large"}, {"then": "small"}],
        }
    },
    "states": {
        "received": {"owner": "clerk"},
        "sorted": {"owner": "clerk"},
        "desk": {"owner": "clerk"},
        "office": {"owner": "manager"},
        "checked": {"owner": "clerk"},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "measure": {"from": "received", "to": "sorted", "collect": {"optional": ["amount", "limit"]}},
        "to_office": {"from": "sorted", "to": "office", "when": "amount > 100", "automatic": True},
        "to_desk": {"from": "sorted", "to": "desk", "automatic": True, "sets": {"size": "how_large"}},
        "check": {"from": ["desk", "office"], "to": "checked"},
        "close": {"from": "checked", "to": "closed", "when": "times.check > 1 || amount < limit", "automatic": True},
        "return": {"from": "checked", "to": "desk"},
        "skip": {"from": "received", "to": "checked"},
    },
}


def test_an_automatic_transition_follows_in_the_same_command_and_says_what_caused_it() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request()).when(perform("measure", data={"amount": 500}, channel="phone"))
        told.then(moved("measure", entered="sorted"), moved("to_office", left="sorted", entered="office", by="tom"))
        assert told.outcome is not None
        first, second = told.outcome.events
        assert isinstance(first, Moved)
        assert isinstance(second, Moved)
        assert (first.cause, first.channel) == ("command", "phone")
        assert (second.cause, second.caused_by, second.channel, second.post) == ("automatic", first.id, None, None)
        assert (second.at, second.command_id) == (first.at, first.command_id)


def test_the_first_whose_guard_holds_is_taken_and_writes_what_its_table_gives() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request()).when(perform("measure", data={"amount": 100}))
        told.then(moved("measure"), moved("to_desk", entered="desk", data={"size": "small"}))


def test_they_go_on_until_none_is_possible_any_more() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request(), perform("measure", data={"amount": 1, "limit": 2}))
        told.when(perform("check")).then(moved("check"), moved("close", entered="closed", outcome="completed"))


def test_one_whose_guard_is_false_waits_for_the_command_that_makes_it_true() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request(), perform("measure", data={"amount": 5, "limit": 2}), perform("check"))
        assert standing(told) == "checked"
        assert "close" not in what_may(told)
        told.given(perform("return"))
        told.when(perform("check")).then(moved("check"), moved("close"))


def test_nobody_performs_an_automatic_transition() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request(), perform("measure", data={"amount": 5, "limit": 2}), perform("check"))
        told.when(perform("close")).then_refused(NotFromHere, because="'close' is taken by itself, by nobody's command")


def test_an_error_in_its_guard_refuses_the_whole_command_and_appends_nothing() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request()).when(perform("measure")).then_refused(
            GuardSaidNo, because="the guard of 'to_office' cannot be evaluated for R-1: 'amount' has no value"
        )
        assert standing(told) == "received"
        assert told.latest is not None
        assert told.desk.requests.may(told.latest, "measure", by="tom").answer == "depends"
        assert told.desk.requests.may(told.latest, "measure", by="tom", data={}).answer == "no"
        # `skip` collects nothing, so it is refused whatever is filled in.
        assert told.desk.requests.may(told.latest, "skip", by="tom").answer == "no"
        assert what_may(told) == ["measure"]


def test_a_case_may_move_on_by_itself_when_it_is_opened() -> None:
    with telling(**{**FLOW, "initial": "sorted"}) as told:
        told.given(register()).when(open_request(data={"amount": 101}))
        told.then(opened(entered="sorted"), moved("to_office", entered="office", cause="automatic"))
        assert told.outcome is not None
        beginning = told.outcome.events[0]
        assert isinstance(beginning, Opened)
        assert told.outcome.events[1].caused_by == beginning.id


def test_an_opening_that_an_automatic_transition_cannot_follow_is_refused() -> None:
    with telling(**{**FLOW, "initial": "sorted"}) as told:
        told.given(register()).when(open_request()).then_refused(GuardSaidNo, because="'amount' has no value")
        assert told.desk.worklist(subject="request").items == ()


@pytest.mark.parametrize("target", ["desk", "stay"])
def test_a_circle_of_automatic_transitions_is_refused(target: str) -> None:
    steps = {
        **FLOW["transitions"],
        "round": {"from": "desk", "to": "checked" if target == "desk" else "stay", "automatic": True},
        "back": {"from": "checked", "to": "desk", "automatic": True},
        "close": {"from": "checked", "to": "closed"},
    }
    with telling(**{**FLOW, "transitions": steps}) as told:
        told.given(register(), open_request(data={"amount": 1})).when(perform("measure"))
        told.then_refused(GuardSaidNo, because="did not come to rest after 100")


def test_a_chain_of_a_hundred_is_carried_out_and_one_of_a_hundred_and_one_is_not() -> None:
    def chain(links: int) -> dict[str, Any]:
        return {
            "initial": "start",
            "states": {"start": {"owner": "clerk"}, **{f"s{n}": {"owner": "clerk"} for n in range(links + 1)}},
            "transitions": {
                "go": {"from": "start", "to": "s0"},
                **{f"t{n}": {"from": f"s{n}", "to": f"s{n + 1}", "automatic": True} for n in range(links)},
            },
        }

    with telling(**chain(100)) as told:
        told.given(register(), open_request(), perform("go")).then_state("s100")
    with telling(**chain(101)) as told:
        told.given(register(), open_request()).when(perform("go")).then_refused(because="did not come to rest")


def test_a_command_that_is_repeated_answers_with_all_its_events_and_does_nothing() -> None:
    with telling(**FLOW) as told:
        told.given(register(), open_request())
        order = perform("measure", data={"amount": 500}, command_id="c1")
        told.when(order)
        assert told.outcome is not None
        first = told.outcome.events
        told.when(order)
        assert told.outcome.repeated
        assert told.outcome.events == first
        assert len(first) == 2


def test_what_may_follow_by_way_of_a_history_is_foreseen() -> None:
    flow = {
        "initial": "a",
        "data": {"x": {"type": "integer"}},
        "states": {"a": {"owner": "clerk"}, "b": {"owner": "clerk"}, "c": {"owner": "clerk"}},
        "transitions": {
            "go": {"from": "a", "to": "b", "collect": {"optional": ["x"]}},
            "back": {"from": "b", "to": "history", "automatic": True},
            "leave": {"from": "a", "to": "c", "when": "times.go > 0 && x > 1", "automatic": True},
        },
    }
    with telling(**flow) as told:
        told.given(register(), open_request())
        assert told.latest is not None
        answer = told.desk.requests.may(told.latest, "go", by="tom")
        assert (answer.answer, answer.fields) == ("depends", ("x",))
        told.when(perform("go")).then_refused(GuardSaidNo, because="'x' has no value")
        told.when(perform("go", data={"x": 2})).then(moved("go"), moved("back"), moved("leave", entered="c"))
