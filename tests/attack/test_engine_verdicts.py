"""`may`, `options` and `perform` side by side: with data exact, without data never wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from attack_desks import NOW, REQUEST, a_request, load, make_desk, raised

from service_flow import DataInvalid, GuardSaidNo, Refused, ServiceDesk

KINDS = ("small", "large")
MORE = """  unpriced: {from: received, when: 'price > 5', collect: [kind], to: [{when: 'kind == "small"', state: done}]}
  back: {from: received, collect: [kind], when: 'kind == "small"', to: history}
  unsure: {from: received, collect: [kind], when: 'kind == "small"', to: [{when: 'sure', state: done}]}
  nowhere: {from: received, collect: [kind], to: [{when: 'kind == "small"', state: history}]}
  free: {from: received, collect: [kind], when: 'kind == "small" || has(price)', to: done}
  divide: {from: any, when: '10 / count > 1'}
  far: {from: any, when: 'instant + span > instant'}
  longest: {from: any, when: 'size * size > 0.0'}
  first: {from: any, when: 'texts[3] == "x"'}
  money: {from: any, when: 'prices[0] + prices[1] > 0'}
"""


@pytest.fixture
def guarded(tmp_path: Path) -> ServiceDesk:
    return make_desk(load(tmp_path / "guarded", request=REQUEST + MORE))


@pytest.mark.parametrize("name", ["unpriced", "back", "unsure", "free", "nowhere"])
def test_depends_means_that_some_form_is_accepted_and_no_that_none_is(guarded: ServiceDesk, name: str) -> None:
    request = a_request(guarded, data={"kind": "small"})
    exact = [guarded.requests.may(request, name, by="tom", data={"kind": kind}).answer for kind in KINDS]
    foreseen = guarded.requests.may(request, name, by="tom").answer
    offered = {option.transition for option in guarded.requests.options(request, by="tom")}
    assert (name in offered) == (foreseen != "no")
    if foreseen == "yes":
        assert set(exact) == {"yes"}
    elif foreseen == "depends":
        assert "yes" in exact, "it is offered although no form is ever accepted"
    else:
        assert "yes" not in exact


@pytest.mark.parametrize(
    ("name", "data"),
    [("divide", {"count": 0}), ("divide", {}), ("far", {"instant": "9999-12-31T00:00:00Z", "span": "3 days"}),
     ("longest", {"size": "1" * 30}), ("first", {"texts": []}), ("money", {"prices": ["5 EUR", "5 CNY"]}),
     ("money", {"prices": []})],
)  # fmt: skip
def test_an_error_while_evaluating_refuses_in_may_options_and_perform(
    guarded: ServiceDesk, name: str, data: dict[str, object]
) -> None:
    request = a_request(guarded)
    guarded.requests.perform(request, "tell", by="tom", data=data)
    error = raised(lambda: guarded.requests.perform(request, name, by="tom"))
    assert isinstance(error, GuardSaidNo), repr(error)
    assert guarded.requests.may(request, name, by="tom").because == error.because
    assert guarded.requests.may(request, name, by="tom", data={}).because == error.because
    assert name not in {option.transition for option in guarded.requests.options(request, by="tom")}


def test_a_number_too_long_to_reckon_with_is_refused_by_the_form_already(guarded: ServiceDesk) -> None:
    request, data = a_request(guarded), {"size": "1e600000"}
    error = raised(lambda: guarded.requests.perform(request, "tell", by="tom", data=data))
    assert isinstance(error, DataInvalid), repr(error)
    assert error.fields == ("size",)
    assert "'size' has more than 100 digits" in error.because
    assert guarded.requests.may(request, "tell", by="tom", data=data).because == error.because
    assert len(guarded.history(request)) == 1


def test_in_the_past_nothing_may_be_done_and_nothing_is_offered(memory_desk: ServiceDesk) -> None:
    request, past = a_request(memory_desk), NOW - timedelta(microseconds=1)
    assert memory_desk.requests.options(request, by="tom", at=past) == []
    for name in ("tell", "start", "hold"):
        no = memory_desk.requests.may(request, name, by="tom", at=past)
        error = raised(lambda name=name: memory_desk.requests.perform(request, name, by="tom", at=past))
        assert isinstance(error, Refused)
        assert (no.answer, no.because) == ("no", error.because)
    assert memory_desk.requests.perform(request, "tell", by="tom", at=NOW).events[0].at == NOW


def test_a_closed_case_offers_only_what_is_drawn_from_there(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    memory_desk.requests.perform(request, "start", by="tom")
    memory_desk.requests.perform(request, "finish", by="tom")
    assert memory_desk.requests.options(request, by="tom") == []
    error = raised(lambda: memory_desk.requests.perform(request, "tell", by="tom", data={"note": "x"}))
    assert isinstance(error, Refused)
    assert memory_desk.requests.may(request, "tell", by="tom", data={"note": "x"}).because == error.because
    assert "is closed (completed)" in error.because


def test_a_reference_is_read_alike_by_may_and_perform_however_it_is_written(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    anna = memory_desk.customers.list().items[0].reference
    for written in ("CU-1", "cu-1", anna, str(anna), anna.id, str(anna.id)):
        for field in ("other", "person"):
            assert memory_desk.requests.may(request, "tell", by="tom", data={field: written})
            memory_desk.requests.perform(request, "tell", by="tom", data={field: written})
            assert memory_desk.get(request).data[field] == anna
    for wrong in ("R-1", request, "CU-9", "nobody", 5):
        no = memory_desk.requests.may(request, "tell", by="tom", data={"person": wrong})
        error = raised(
            lambda wrong=wrong: memory_desk.requests.perform(request, "tell", by="tom", data={"person": wrong})
        )
        assert isinstance(error, Refused), repr(error)
        assert (no.answer, no.because) == ("no", error.because)


def test_going_back_returns_to_where_the_case_came_from_also_in_thought(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    memory_desk.requests.perform(request, "start", by="tom")
    memory_desk.requests.perform(request, "hold", by="tom")
    assert memory_desk.requests.may(request, "resume", by="tom")
    assert memory_desk.requests.perform(request, "resume", by="tom").events[0].entered == ("at_work",)
