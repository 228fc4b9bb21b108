"""Commands of assignments: who may, what is missing, what contradicts, and what is recorded."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from features.assignment.assigned_desks import ORGANISATION, START, Shop, blueprint, left
from service_flow import AsyncServiceDesk
from service_flow.clock import ManualClock
from service_flow.errors import CommandReused, DataInvalid, NotAllowed, NotFound, NotFromHere
from service_flow.features.assignment import (
    Assigned,
    NobodyFree,
    PassedOnTooOften,
    PassedToPerson,
    PassedToPost,
    Released,
)


def test_whoever_holds_the_post_may_take_a_case_and_give_it_to_another_who_does():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.assignment.hand_over(case, to="ben", reason="Holiday", by="ann")
        found = shop.assignment.of(case)
        assert (found.person, found.passed_on, found.rule) == ("ben", 1, None)
        assert [item.number for item in shop.assignment.worklist("ben")] == [case.number]
        assert len(shop.assignment.worklist("ann")) == 0


@pytest.mark.parametrize("by", ["kim", "tim", "nobody"])
def test_others_may_not_assign_hand_over_release_or_call_a_party(by):
    with Shop() as shop:
        case, free = shop.repair(), shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        desk = shop.assignment
        for command in (
            lambda: desk.assign(free, by=by),
            lambda: desk.assign(free, to="ann", by=by),
            lambda: desk.hand_over(case, to="ben", reason="x", by=by),
            lambda: desk.release(case, by=by),
            lambda: desk.hand_to_party(case, "carrier", reason="x", by=by),
        ):
            shop.refuses(NotAllowed, f"'{by}'", command)


@pytest.mark.parametrize("by", ["lea", "sue"])
def test_those_above_the_post_may_however_far(by):
    people = {"sue": {"name": "Sue", "posts": ["boss"]}}

    with Shop(organisation={"people": {**ORGANISATION["people"], **people}}) as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by=by)
        shop.assignment.release(case, by=by)


def test_those_named_in_the_blueprint_may():
    with Shop({"by": ["cook"]}) as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="kim")
        assert shop.assignment.of(case).person == "ann"


def test_whoever_has_a_case_may_pass_it_on_without_a_post_of_his():
    with Shop({"rules": {"only": {"candidates": {"posts": "cook"}}}}) as shop:
        case = shop.repair()
        assert shop.given(case) == "kim"
        shop.assignment.hand_over(case, to="clerk", reason="Not mine", by="kim")
        assert shop.assignment.of(case).person is None


def test_a_person_gets_only_cases_of_posts_he_holds():
    with Shop() as shop:
        case = shop.repair()
        shop.refuses(
            NotAllowed,
            r"'tim' holds no post that owns R-1 \(clerk\)",
            lambda: shop.assignment.assign(case, to="tim", by="lea"),
        )


@pytest.mark.parametrize(
    ("arguments", "error", "because"),
    [
        pytest.param({"to": "bem"}, DataInvalid, "nobody named 'bem' is known; did you mean 'ben'", id="unknown"),
        pytest.param({"to": ""}, DataInvalid, "'to' is not a text", id="no text"),
        pytest.param({"to": 7}, DataInvalid, "'to'", id="a number"),
        pytest.param({"to": "rule"}, DataInvalid, "nobody named 'rule'", id="a system actor"),
        pytest.param({"to": "cai"}, DataInvalid, "'cai' has left", id="has left"),
    ],
)
def test_whom_a_case_cannot_be_given_to_is_said(arguments, error, because):
    with Shop() as shop:
        shop.staff(left("cai", START))
        case = shop.repair()
        refusal = shop.refuses(error, because, lambda: shop.assignment.assign(case, by="lea", **arguments))
        assert refusal.fields == ("to",)


def test_what_contradicts_where_the_case_is_is_refused():
    with Shop() as shop:
        case = shop.repair()
        desk = shop.assignment
        shop.refuses(
            NotFromHere, "R-1 is assigned to nobody", lambda: desk.hand_over(case, to="ben", reason="x", by="ann")
        )
        shop.refuses(NotFromHere, "R-1 is assigned to nobody", lambda: desk.release(case, by="ann"))
        shop.refuses(NotFromHere, "with no outside party", lambda: desk.take_back_from_party(case, by="ann"))
        desk.assign(case, to="ann", by="ann")
        shop.refuses(NotFromHere, "assigned to 'ann' already; hand it over", lambda: desk.assign(case, by="ann"))
        shop.refuses(NotFromHere, "with 'ann' already", lambda: desk.hand_over(case, to="ann", reason="x", by="ann"))
        shop.refuses(
            DataInvalid, "waits at clerk, not at 'cook'", lambda: desk.hand_over(case, to="cook", reason="x", by="ann")
        )
        shop.refuses(DataInvalid, "'reason'", lambda: desk.hand_over(case, to="ben", reason=" ", by="ann"))
        desk.hand_to_party(case, "carrier", reason="x", by="ann")
        shop.refuses(NotFromHere, "'carrier' already", lambda: desk.hand_to_party(case, "maker", reason="x", by="ann"))
        shop.move(case, "close")
        shop.refuses(NotFromHere, r"R-1 is closed \(completed\)", lambda: desk.assign(case, by="ann"))
        shop.refuses(NotFromHere, "closed", lambda: desk.take_back_from_party(case, by="ann"))
        with pytest.raises(NotFound):
            desk.assign("R-99", by="ann")


def test_a_case_that_moves_to_another_post_rests_and_comes_back_to_whoever_had_it():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.move(case, "ask")  # another state of the same post
        assert shop.assignment.of(case).person == "ann"
        shop.move(case, "send")
        found = shop.assignment.of(case)
        assert (found.person, found.rests_with) == (None, "ann")
        assert shop.assignment.load("ann") == 0
        shop.move(case, "bring")
        assert shop.assignment.of(case).person == "ann"
        assert shop.assignment.load("ann") == 1
        shop.live_is_replayed()


def test_a_person_who_holds_the_other_post_too_goes_on_with_the_case():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="cai", by="ann")
        shop.move(case, "send")
        assert shop.assignment.of(case).person == "cai"


def test_whoever_gets_it_at_the_other_post_has_it_for_good():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.move(case, "send")
        shop.assignment.assign(case, to="tim", by="lea")
        shop.move(case, "bring")
        found = shop.assignment.of(case)
        assert (found.person, found.rests_with, found.passed_on) == (None, "tim", 0)


def test_a_case_passed_on_too_often_is_told_once():
    with Shop({"most_hand_overs": 2}) as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.assignment.hand_over(case, to="ben", reason="x", by="ann")
        shop.assignment.release(case, by="ben")
        assert len(shop.assignment.passed_on_too_often()) == 0
        shop.assignment.assign(case, to="ann", by="ann")
        passed, told = shop.assignment.hand_over(case, to="clerk", reason="x", by="ann").events
        assert isinstance(passed, PassedToPost)
        assert isinstance(told, PassedOnTooOften)
        assert (told.times, told.most) == (3, 2)
        shop.assignment.assign(case, to="ann", by="ann")
        (again,) = shop.assignment.hand_over(case, to="ben", reason="x", by="ann").events
        assert isinstance(again, PassedToPerson)
        assert shop.assignment.passed_on(case) == 4
        assert [item.number for item in shop.assignment.passed_on_too_often()] == [case.number]
        shop.move(case, "close")
        assert len(shop.assignment.passed_on_too_often()) == 0


def test_a_hand_over_by_the_rules_goes_to_another_or_back_to_the_post():
    with Shop({"rules": {"only": {"candidates": {"language": "zh"}, "most": 1}}}) as shop:
        case = shop.repair()
        assert shop.given(case) == "ben"
        (event,) = shop.assignment.hand_over(case, reason="x", by="ben").events
        assert isinstance(event, PassedToPerson)
        assert (event.person, event.before, event.chosen) == ("cai", "ben", "least_load")
        shop.given(shop.repair())
        passed, nobody = shop.assignment.hand_over(case, reason="x", by="cai").events
        assert isinstance(passed, PassedToPost)
        assert isinstance(nobody, NobodyFree)
        assert passed.to_post == "clerk"


def test_a_command_id_makes_each_command_idempotent():
    with Shop() as shop:
        desk, case = shop.assignment, shop.repair()
        steps: list[tuple[Any, dict[str, Any]]] = [
            (desk.assign, {}),
            (desk.hand_over, {"to": "ben", "reason": "Holiday"}),
            (desk.hand_to_party, {"party": "carrier", "reason": "Transport"}),
            (desk.take_back_from_party, {"reason": "There"}),
            (desk.hand_over, {"to": "clerk", "reason": "Holiday"}),
            (desk.assign, {"to": "ann"}),
            (desk.release, {"reason": "x"}),
        ]
        for number, (command, arguments) in enumerate(steps):
            first = command(case, by="lea", command_id=f"web-{number}", **arguments)
            count = shop.desk.store.count()
            again = command(case, by="lea", command_id=f"web-{number}", **arguments)
            assert again.repeated
            assert again.events == first.events
            assert shop.desk.store.count() == count
        for command, arguments, name in (
            (desk.assign, {"to": "ben"}, "web-0"),
            (desk.assign, {}, "web-5"),
            (desk.hand_over, {"to": "ben", "reason": "Other"}, "web-1"),
            (desk.hand_over, {"reason": "Holiday"}, "web-1"),
            (desk.release, {}, "web-6"),
            (desk.hand_to_party, {"party": "maker", "reason": "Transport"}, "web-2"),
        ):
            with pytest.raises(CommandReused):
                command(case, by="lea", command_id=name, **arguments)


def test_of_two_who_assign_one_case_at_once_one_wins(tmp_path):
    url = f"sqlite:///{tmp_path}/desk.db"
    with Shop(store=url) as one, Shop(store=url) as two:
        case = one.repair()
        answers: list[object] = []

        def take(shop: Shop, person: str) -> None:
            try:
                answers.append(shop.assignment.assign(case, to=person, by="lea"))
            except NotFromHere as refusal:
                answers.append(refusal)

        threads = [threading.Thread(target=take, args=args) for args in ((one, "ann"), (two, "ben"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(answer, NotFromHere) for answer in answers) == 1
        assert sum(one.assignment.loads("clerk").values()) == 1
        one.live_is_replayed()


def test_many_who_assign_at_once_never_go_above_what_one_may_have(tmp_path):
    url = f"sqlite:///{tmp_path}/desk.db?durability=normal"
    words = {"rules": {"only": {"most": 3}}}
    with Shop(words, url) as one, Shop(words, url) as two:
        cases = [one.repair() for _ in range(12)]

        def work(shop: Shop, part: list[Any]) -> None:
            for case in part:
                shop.assignment.assign(case, by="lea")

        threads = [threading.Thread(target=work, args=args) for args in ((one, cases[::2]), (two, cases[1::2]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.assignment.loads("clerk") == {"ann": 3, "ben": 3, "cai": 3}
        assert sum(one.assignment.of(case).person is None for case in cases) == 3
        one.live_is_replayed()


def test_tasks_that_share_a_commit_are_counted_too(tmp_path):
    async def story() -> dict[str, Any]:
        words = {"rules": {"only": {"choose": "round_robin", "most": 4}}}
        async with AsyncServiceDesk(
            blueprint(words), f"sqlite:///{tmp_path}/desk.db", clock=ManualClock(START)
        ) as desk:
            anna = await desk.customers.register(name="Anna", by="ann")
            cases = [await desk.requests.open(customer=anna, need="x", by="ann") for _ in range(14)]
            found = await asyncio.gather(*(desk.assignment.assign(case, by="lea") for case in cases))
            turns = [event.turn for outcome in found for event in outcome.events if isinstance(event, Assigned)]
            assert sorted(turns) == list(range(1, 13))
            assert (await desk.assignment.of(cases[0])).person == "ann"
            await desk.assignment.hand_over(cases[0], to="clerk", reason="x", by="ann")
            await desk.assignment.assign(cases[0], to="ben", by="ben")
            await desk.assignment.release(cases[0], by="ben")
            assert await desk.assignment.passed_on(cases[0]) == 2
            assert await desk.assignment.load("cai") == 4
            summary = await desk.assignment.hand_over_all("cai", reason="left", by="lea", to="ann")
            assert summary.to_people == 4
            assert len(await desk.assignment.worklist("ann")) == 7
            return dict(await desk.assignment.loads("clerk"))

    assert asyncio.run(story()) == {"ann": 7, "ben": 4, "cai": 0}


def test_the_store_can_be_rebuilt_from_the_events(store):
    with Shop(
        {"most_hand_overs": 1, "rules": {"only": {"choose": ["same_as_before", "round_robin"], "most": 3}}}, store
    ) as shop:
        anna = shop.customer()
        cases = [shop.repair(anna) for _ in range(5)]
        for case in cases:
            shop.given(case)
        shop.assignment.hand_over(cases[0], to="cai", reason="x", by="ann")
        shop.assignment.hand_over(cases[0], to="clerk", reason="x", by="cai")
        shop.assignment.hand_to_party(cases[1], "carrier", reason="x", by="ann")
        shop.move(cases[2], "send")
        shop.move(cases[3], "close")
        shop.live_is_replayed()
        before = {case.number: shop.assignment.of(case) for case in cases}, shop.assignment.loads("clerk")
        from service_flow.engine.store.audit import _log
        from service_flow.engine.store.index import rebuilt

        shop.desk.store.rebuild(rebuilt(_log(shop.desk.store, None)))
        assert ({case.number: shop.assignment.of(case) for case in cases}, shop.assignment.loads("clerk")) == before
        shop.live_is_replayed()
        assert shop.given(shop.repair()) == "cai"  # the turn goes on, too


def test_the_history_tells_it_in_both_languages():
    with Shop() as shop:
        case = shop.repair()
        shop.assignment.assign(case, to="ann", by="ann")
        shop.assignment.release(case, by="ann", reason="x")
        told = [(entry.what, entry.title["en"], entry.title["zh"]) for entry in shop.desk.history(case).entries[1:]]
        assert told == [("assigned", "Assigned", "已分派"), ("released", "Released", "已退回")]
        assert type(shop.desk.history(case).events[-1]) is Released


def test_loads_may_be_weighed_by_flow():
    with Shop() as shop:
        anna = shop.customer()
        shop.assignment.assign(shop.repair(anna), to="ann", by="ann")
        complaint = shop.desk.complaints.receive(customer=anna, text="Noisy", by="ann")
        shop.assignment.assign(complaint, to="ann", by="ann")
        shop.assignment.assign(anna, to="ann", by="ann")
        assert shop.assignment.load("ann") == 2
        assert shop.assignment.load("ann", weights={"complaint": 3}) == 4
        assert shop.assignment.loads("clerk", weights={"complaint": 3}) == {"ann": 4, "ben": 0, "cai": 0}
        numbers: list[Any] = [-1, 1.5, True, 10**9, *map(Decimal, ("NaN", "sNaN", "Infinity", "1E+999999"))]
        for weights in ([1], *({"complaint": number} for number in numbers)):
            with pytest.raises(DataInvalid, match="'weights'"):
                shop.assignment.load("ann", weights=weights)  # type: ignore[arg-type]


def test_worklists_come_in_pages_in_the_order_of_assignment():
    with Shop() as shop:
        cases = [shop.repair() for _ in range(5)]
        for case in reversed(cases):
            shop.clock.advance(timedelta(seconds=1))
            shop.assignment.assign(case, to="ann", by="ann")
        found, after = [], None
        while True:
            page = shop.assignment.worklist("ann", limit=2, after=after)
            found += [item.number for item in page]
            after = page.next
            if after is None:
                break
        assert found == [case.number for case in reversed(cases)]
        for wrong in ("x", "2026 y", 7):
            with pytest.raises(DataInvalid, match="after="):
                shop.assignment.worklist("ann", after=wrong)  # type: ignore[arg-type]
        with pytest.raises(NotFound, match="did you mean 'clerk'"):
            shop.assignment.loads("clark")
