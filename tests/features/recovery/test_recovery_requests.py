"""The request that carries a remedy out may be cancelled, reopened, merged or refused: the remedy is done when it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from recovery_shop import FILES, NOW, RECOVERY, Shop

from service_flow.engine.case.evolve import rebuild
from service_flow.errors import DataInvalid, GuardSaidNo, NotAllowed, NotFromHere

REOPENS = (
    FILES["flows/repair.yaml"]
    .replace("  cancel: {", "  reopen: {from: [repaired, cancelled], to: open, by: clerk}\n  cancel: {")
    .replace("on: [repaired, cancelled]", "on: [repaired, cancelled, reopen]")
)
BY_HAND = FILES["flows/complaint.yaml"].replace("  begun: {on: recovery.granted, do: {recovery.start: {}}}\n", "")
BY_HAND = BY_HAND.replace("rules:\n", "")


def work(shop: Shop, *transitions: str, on: str = "R-1") -> None:
    for transition in transitions:
        shop.desk.requests.perform(on, transition, by="tom")


def nothing_parked(shop: Shop) -> bool:
    return shop.desk.store.effects("parked", limit=10) == []


def test_a_repair_that_is_reopened_is_owed_again(tmp_path: Path) -> None:
    shop = Shop(tmp_path, repair=REOPENS)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        work(shop, "repair", "reopen")
        assert shop.statuses(complaint) == ["repair granted"]
        with pytest.raises(GuardSaidNo):
            shop.desk.complaints.perform(complaint, "close", by="tom")
        with pytest.raises(NotFromHere, match="R-1 has not ended"):
            shop.desk.recovery.settle("R-1", by="tom")
        work(shop, "repair")
        assert shop.statuses(complaint) == ["repair done"]
        assert nothing_parked(shop)
        live = shop.desk.commands.current(complaint)
        assert rebuild(shop.desk.store.events(live.id)) == live


def test_a_repair_that_is_cancelled_and_reopened_carries_the_remedy_out(tmp_path: Path) -> None:
    shop = Shop(tmp_path, repair=REOPENS)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        work(shop, "cancel", "reopen")
        assert shop.desk.recovery.start(complaint, by="tom") is None  # there is one again
        work(shop, "repair")
        assert shop.statuses(complaint) == ["repair done"]


def test_a_repair_that_is_reopened_when_another_was_begun_changes_nothing(tmp_path: Path) -> None:
    shop = Shop(tmp_path, repair=REOPENS)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        work(shop, "cancel")
        shop.desk.recovery.start(complaint, by="tom")
        work(shop, "reopen", "repair")
        assert shop.statuses(complaint) == ["repair granted"]
        work(shop, "repair", on="R-2")
        assert shop.statuses(complaint) == ["repair done"]
        work(shop, "reopen")
        assert shop.statuses(complaint) == ["repair done"]
        assert nothing_parked(shop)


def test_what_was_said_to_be_done_early_stays_so_until_its_request_is_reopened(tmp_path: Path) -> None:
    shop = Shop(tmp_path, repair=REOPENS)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        shop.desk.recovery.settle("R-1", by="tom", done=True)
        with pytest.raises(NotFromHere, match="R-1 has not ended"):
            shop.desk.recovery.settle("R-1", by="tom")
        work(shop, "cancel")
        assert shop.statuses(complaint) == ["repair done"]


def test_only_whoever_carries_a_remedy_out_says_that_its_request_is_as_good_as_done(tmp_path: Path) -> None:
    shop = Shop(tmp_path, recovery=RECOVERY.replace("carried_out: {request:", "carried_out: {by: officer, request:"))
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        for by in ("paolo", "rule"):
            with pytest.raises(NotAllowed, match="may not carry out 'repair' of C-1; it takes officer"):
                shop.desk.recovery.settle("R-1", by=by, done=True)
        with pytest.raises(DataInvalid, match="'done' is neither true nor false"):
            shop.desk.recovery.settle("R-1", by="ines", done="no")  # type: ignore[arg-type]
        work(shop, "cancel")
        with pytest.raises(NotAllowed):
            shop.desk.recovery.settle("R-1", by="paolo", done=True)  # its end says otherwise
        shop.desk.recovery.start(complaint, by="tom")
        work(shop, "repair", on="R-2")  # that it has ended is a fact, whoever tells it
        assert shop.statuses(complaint) == ["repair done"]


def test_a_request_that_carries_a_remedy_out_is_not_merged_away() -> None:
    shop = Shop()
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        other = shop.desk.requests.open(customer=shop.anna, need="The same", by="tom")
        with pytest.raises(NotFromHere, match="R-1 cannot be merged into another: it carries out a remedy"):
            shop.desk.requests.merge("R-1", into=other, reason="the same", by="tom")
        shop.desk.requests.merge(other, into="R-1", reason="the same", by="tom")
        work(shop, "repair")
        assert shop.statuses(complaint) == ["repair done"]


def test_the_end_of_a_request_is_no_matter_of_a_complaint_that_was_merged() -> None:
    shop = Shop()
    with shop.desk:
        double, complaint = shop.complains(), shop.complains()
        shop.grant(double, "repair")
        shop.desk.recovery.settle("R-1", by="tom", done=True)
        shop.desk.complaints.merge(double, into=complaint, reason="the same", by="tom")
        work(shop, "repair")
        assert nothing_parked(shop)


def test_a_request_is_begun_with_its_note_or_not_at_all(tmp_path: Path) -> None:
    shop = Shop(tmp_path, complaint=BY_HAND)
    with shop.desk:
        complaint = shop.complains()
        shop.clock.advance(timedelta(hours=1))
        shop.grant(complaint, "repair")
        with pytest.raises(DataInvalid, match="before the last event of C-1"):
            shop.desk.recovery.start(complaint, by="tom", at=NOW + timedelta(minutes=5))
        assert len(shop.desk.requests.list()) == 0
        assert shop.desk.recovery.start(complaint, by="tom")


def test_a_start_that_comes_again_when_its_request_was_cancelled_gives_the_first_answer(tmp_path: Path) -> None:
    shop = Shop(tmp_path, complaint=BY_HAND)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        first = shop.desk.recovery.start(complaint, by="tom", command_id="web-1")
        work(shop, "cancel")
        again = shop.desk.recovery.start(complaint, by="tom", command_id="web-1")
        assert first is not None
        assert again == first._replace(repeated=True)
        assert len(shop.desk.requests.list()) == 1


def test_a_request_that_cannot_be_opened_holds_up_no_other(tmp_path: Path) -> None:
    words = RECOVERY.replace("{need: Repair it again, data: {kind: repair}}", "{flow: audit, need: Look at it}")
    words = words.replace("  gift:", "  swap: {carried_out: {request: {flow: repair, need: Swap it}}}\n  gift:")
    audit = FILES["flows/repair.yaml"].replace("flow: repair", "flow: audit").replace("[clerk, rule]", "[clerk]")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "audit.yaml").write_text(audit, "utf-8")
    shop = Shop(tmp_path, recovery=words.replace("        - repair\n", "        - repair\n        - swap\n"))
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        assert [row.because for row in shop.desk.store.effects("parked", limit=10)] == [
            "the system actor 'rule' may not open a request in flow 'audit'; it takes clerk"
        ]
        shop.grant(complaint, "swap", by="sofia")
        assert [item.flow for item in shop.desk.requests.list()] == ["repair"]
        with pytest.raises(NotAllowed, match="may not open a request in flow 'audit'"):
            shop.desk.recovery.start(complaint, by="rule")
        shop.desk.recovery.start(complaint, by="tom")
        assert sorted(item.flow for item in shop.desk.requests.list()) == ["audit", "repair"]
