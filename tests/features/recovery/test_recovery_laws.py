"""Remedies hold under races, repeated commands and rebuilding; and a blueprint without them is as it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from recovery_shop import FILES, Shop

from service_flow import AsyncServiceDesk, Blueprint, ServiceDesk
from service_flow.engine.case.entries import entries_of
from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.case.state import CaseState
from service_flow.engine.store.audit import index_differences
from service_flow.errors import CommandReused, NotAllowed, NotFromHere, Refused
from service_flow.features import DEFAULT
from service_flow.features.recovery.events import RemedyAsked, RemedyGranted


def test_two_agents_at_once_do_not_grant_more_than_one_may(tmp_path: Path) -> None:
    shop = Shop(store=f"sqlite:///{tmp_path / 'shop.db'}")
    with shop.desk:
        complaint = shop.complains()
        with ThreadPoolExecutor(8) as threads:
            outcomes = list(threads.map(lambda _: shop.grant(complaint, "refund", "300.00 CNY"), range(8)))
        kinds = Counter(type(outcome.events[0]) for outcome in outcomes)
        assert kinds == {RemedyGranted: 3, RemedyAsked: 5}  # 1,000.00 CNY hold three of them
        assert sorted(one.number for one in shop.desk.recovery.remedies(complaint)) == list(range(1, 9))


def test_two_managers_at_once_approve_once(tmp_path: Path) -> None:
    shop = Shop(store=f"sqlite:///{tmp_path / 'shop.db'}")
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "2000.00 CNY")

        def approve(by: str) -> Event | NotFromHere:
            try:
                return shop.desk.recovery.approve(complaint, 1, by=by).events[0]
            except NotFromHere as refusal:
                return refusal

        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(approve, ["sofia", "zhang"]))
        assert {type(answer) for answer in answers} == {RemedyGranted, NotFromHere}
        assert len(shop.desk.history(complaint).events) == 3


def test_a_repair_opens_one_request_however_many_start_it(tmp_path: Path) -> None:
    complaints = FILES["flows/complaint.yaml"].replace(
        "rules:\n  begun: {on: recovery.granted, do: {recovery.start: {}}}\n", ""
    )
    shop = Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'shop.db'}", complaint=complaints)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        with ThreadPoolExecutor(4) as threads:
            opened = list(threads.map(lambda _: shop.desk.recovery.start(complaint, by="tom"), range(4)))
        assert len([outcome for outcome in opened if outcome is not None]) == 1
        assert len(shop.desk.requests.list()) == 1


def test_a_command_that_comes_again_gives_the_first_answer() -> None:
    shop = Shop()
    with shop.desk:
        recovery, complaint = shop.desk.recovery, shop.complains()
        asked = recovery.grant(
            complaint, "refund", value="2000.00 CNY", reason="it broke", by="ines", command_id="web-1"
        )
        for value in ("2000.00 CNY", "2000 CNY"):
            again = recovery.grant(complaint, "refund", value=value, reason="it broke", by="ines", command_id="web-1")
            assert (again.repeated, again.events) == (True, asked.events)
        for changed in ({"value": "2001.00 CNY"}, {"reason": "another"}, {"by": "sofia"}):
            words = {"value": "2000.00 CNY", "reason": "it broke", "by": "ines", **changed}
            with pytest.raises(CommandReused):
                recovery.grant(complaint, "refund", command_id="web-1", **words)  # type: ignore[arg-type]
        first = recovery.approve(complaint, 1, by="sofia", command_id="web-2")
        assert recovery.approve(complaint, 1, by="sofia", command_id="web-2") == first._replace(repeated=True)
        assert recovery.approve(complaint, "refund", by="sofia", command_id="web-2").repeated
        with pytest.raises(CommandReused):
            recovery.done(complaint, 1, by="paolo", command_id="web-2")
        done = recovery.done(complaint, 1, by="paolo", note="paid", command_id="web-3")
        assert recovery.done(complaint, 1, by="paolo", note="paid", command_id="web-3").events == done.events
        assert len(shop.desk.history(complaint).events) == 4


def test_starting_again_under_one_command_id_gives_the_first_answer(tmp_path: Path) -> None:
    complaints = FILES["flows/complaint.yaml"].replace(
        "rules:\n  begun: {on: recovery.granted, do: {recovery.start: {}}}\n", ""
    )
    shop = Shop(tmp_path, complaint=complaints)
    with shop.desk:
        complaint = shop.complains()
        for _ in range(2):
            shop.grant(complaint, "repair")
        first = shop.desk.recovery.start(complaint, by="tom", command_id="web-1")
        assert first is not None
        assert [item.number for item in shop.desk.requests.list()] == ["R-1", "R-2"]
        again = shop.desk.recovery.start(complaint, by="tom", command_id="web-1")
        assert again is not None
        assert (again.number, again.repeated) == (first.number, True)


def test_a_complaint_whose_remedies_are_owed_is_not_merged() -> None:
    shop = Shop()
    with shop.desk:
        double, complaint = shop.complains(), shop.complains()
        shop.grant(double, "refund", "500.00 CNY")
        with pytest.raises(NotFromHere, match=r"its remedies are not done \(refund\); carry them out"):
            shop.desk.complaints.merge(double, into=complaint, reason="the same", by="tom")
        shop.desk.recovery.done(double, "refund", by="paolo")
        assert shop.desk.complaints.merge(double, into=complaint, reason="the same", by="tom")


def test_a_case_rebuilt_from_its_events_is_the_live_one_and_so_are_its_rows(tmp_path: Path) -> None:
    shop = Shop(store=f"sqlite:///{tmp_path / 'shop.db'}")
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "2000.00 CNY")
        shop.grant(complaint, "repair")
        shop.grant(complaint, "coupon", "2.00 CNY")
        shop.desk.recovery.approve(complaint, 1, by="sofia")
        shop.desk.requests.perform("R-1", "cancel", by="tom")
        shop.desk.recovery.withdraw(complaint, "coupon", reason="x", by="ines")
        for case in (complaint.reference.id, shop.desk.get("R-1").reference.id):
            live = shop.desk.commands.current(case)
            rebuilt = rebuild(shop.desk.store.events(case))
            assert isinstance(rebuilt, CaseState)
            assert rebuilt == live
            stored = {(row.kind, row.key, row.sort, row.value) for row in shop.desk.store.entries_of(case)}
            assert {(one.kind, one.key, one.sort, one.value) for one in entries_of(live)} == stored
        assert list(index_differences(shop.desk.store)) == []
        assert {row.kind for row in shop.desk.store.entries_of(complaint.reference.id)} >= {"recovery:to_do"}


def test_a_rule_that_a_crash_left_undone_opens_the_request_later() -> None:
    shop = Shop()
    with shop.desk:
        complaint = shop.complains()
        shop.desk.commands.committed = lambda _: None  # as after a crash right behind the commit
        shop.grant(complaint, "repair")
        assert len(shop.desk.requests.list()) == 0
        restarted = ServiceDesk(shop.blueprint, shop.desk.store, clock=shop.clock, effects=shop.effects)
        restarted.run_due()
        restarted.run_due()
        assert [item.number for item in restarted.requests.list()] == ["R-1"]
        assert restarted.recovery.remedies(complaint)[0].request is not None


def test_who_stands_in_for_whoever_asked_does_not_decide() -> None:
    blueprint = Blueprint.load("full_process")
    with ServiceDesk(blueprint) as desk:
        now = desk.commands.now()
        anna = desk.customers.register(name="Anna", by="tom")
        complaint = desk.complaints.receive(customer=anna, text="It broke", by="mei")
        for person in ("ines", "hanna", "sofia"):
            desk.staff.enrol(person, by="zhao_lei")
        asked = desk.recovery.grant(complaint, "refund", value="2500.00 CNY", reason="x", by="ines")
        assert isinstance(asked.events[0], RemedyAsked)
        since, until = now - timedelta(hours=1), now + timedelta(days=2)
        for away, deputy in (("ines", "hanna"), ("hanna", "sofia")):  # also by way of another who is away
            desk.staff.absent(away, since=since, until=until, reason="ill", deputy=deputy, by="zhao_lei")
        with pytest.raises(NotAllowed, match="'sofia' stands in for whoever asked for 'refund'"):
            desk.recovery.approve(complaint, "refund", by="sofia")
        assert desk.recovery.approve(complaint, "refund", by="zhang_wei")


def test_remedies_are_granted_carried_out_and_settled_by_tasks() -> None:
    async def told() -> list[str]:
        shop = Shop()
        async with AsyncServiceDesk(shop.blueprint, clock=shop.clock, effects=shop.effects) as desk:
            anna = await desk.customers.register(name="Anna", by="tom")
            complaint = await desk.complaints.receive(
                customer=anna, text="It broke", by="tom", data={"severity": "high", "cause": "product"}
            )
            assert (await desk.recovery.proposals(complaint))[0].remedy == "repair"
            await asyncio.gather(*(
                desk.recovery.grant(complaint, remedy, value=value, reason="it broke", by="ines")
                for remedy, value in (("refund", "2000.00 CNY"), ("repair", None), ("apology", None))
            ))  # fmt: skip
            assert len(await desk.recovery.approvals(post="manager")) == 1
            await desk.recovery.approve(complaint, "refund", by="sofia")
            assert len(await desk.recovery.to_do(person="paolo")) == 1
            await desk.recovery.done(complaint, "refund", by="paolo")
            await desk.recovery.withdraw(complaint, "apology", reason="x", by="ines")
            assert await desk.recovery.start(complaint, by="tom") is None  # the rule was faster
            await desk.recovery.settle("R-1", by="tom", done=True)
            with pytest.raises(Refused):
                await desk.recovery.decline(complaint, 1, reason="late", by="sofia")
            return sorted(f"{one.name} {one.status}" for one in await desk.recovery.remedies(complaint))

    assert asyncio.run(told()) == ["apology withdrawn", "refund done", "repair done"]


def test_a_blueprint_without_recovery_is_the_same_without_the_feature(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != "recovery.yaml"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        plain = text.partition("rules:")[0].replace(", when: case.open_remedies == 0", "")
        (tmp_path / name).write_text(plain, "utf-8")
    lives = []
    for features in (DEFAULT, tuple(feature for feature in DEFAULT if feature.name != "recovery")):
        blueprint = Blueprint.load(tmp_path, features)
        with ServiceDesk(blueprint, clock=lambda: Shop().clock()) as desk:
            anna = desk.customers.register(name="Anna", by="tom")
            complaint = desk.complaints.receive(customer=anna, text="It broke", by="tom")
            desk.complaints.perform(complaint, "close", by="tom")
            told = [event.model_dump(exclude={"id"}) for event in desk.store.events(complaint.reference.id)]
            for one in told:
                one.pop("customer", None)
            lives.append((told, {name: flow.revision for name, flow in blueprint.flows.items()}))
    assert lives[0] == lives[1]
