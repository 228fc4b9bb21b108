"""A granted remedy is open until it is done: by hand, by an effect, or by a request that rules open and settle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from recovery_shop import FILES, RECOVERY, Shop

from service_flow.engine.commands import Outcome
from service_flow.engine.store import Store
from service_flow.errors import DataInvalid, GuardSaidNo, NotAllowed, NotFromHere
from service_flow.features.recovery.events import RecoveryBegun, RemedyDone, RemedyStarted, RemedyStopped


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    with shop.desk:
        yield shop


def close(shop: Shop, complaint: Outcome) -> Outcome:
    return shop.desk.complaints.perform(complaint, "close", by="tom")


def test_a_complaint_closes_only_when_every_granted_remedy_is_done(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "500.00 CNY")
    shop.grant(complaint, "apology")
    shop.grant(complaint, "refund", "5000.00 CNY")
    for left in (("refund", "paolo"), ("apology", "ines")):
        with pytest.raises(GuardSaidNo, match=r"C-1: the guard says no: case\.open_remedies == 0"):
            close(shop, complaint)
        shop.desk.recovery.done(complaint, left[0] if left[0] != "refund" else 1, by=left[1], note="paid at the till")
    with pytest.raises(GuardSaidNo):
        close(shop, complaint)  # what waits for approval is open too
    shop.desk.recovery.decline(complaint, 3, reason="no", by="sofia")
    assert shop.statuses(complaint) == ["refund done", "apology done", "refund declined"]
    assert close(shop, complaint)


def test_only_whoever_carries_a_remedy_out_says_that_it_is_done(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "500.00 CNY")
    assert [one.remedy.name for one in shop.desk.recovery.to_do(person="paolo")] == ["refund"]
    for other in ("ines", "sofia", "rule"):
        with pytest.raises(NotAllowed, match="may not carry out 'refund' of C-1; it takes cashier"):
            shop.desk.recovery.done(complaint, "refund", by=other)
    (event,) = shop.desk.recovery.done(complaint, "refund", by="paolo", note="paid").events
    assert isinstance(event, RemedyDone)
    assert event.personal == {"note": "paid"}
    assert shop.desk.recovery.to_do(post="cashier") == ()
    with pytest.raises(NotFromHere, match=r"is not to be carried out: it is done"):
        shop.desk.recovery.done(complaint, 1, by="paolo")
    with pytest.raises(NotFromHere, match="is done already"):
        shop.desk.recovery.withdraw(complaint, 1, reason="x", by="ines")


def test_what_was_granted_is_owed_also_when_the_complaint_was_rejected(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "500.00 CNY")
    shop.desk.complaints.perform(complaint, "reject", by="tom")
    assert [one.remedy.name for one in shop.desk.recovery.to_do(post="cashier")] == ["refund"]
    assert shop.desk.recovery.done(complaint, "refund", by="paolo")


def test_a_remedy_may_set_off_an_effect(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "gift", "10.00 CNY", by="sofia")
    shop.grant(complaint, "apology")
    assert shop.desk.run_effects().done == 1
    assert len(shop.gifts) == 1
    assert shop.desk.recovery.done(complaint, "gift", by="import")  # another system tells that it was sent


def test_a_repair_opens_a_request_that_settles_it(shop: Shop, store: Store) -> None:
    shop = Shop(store=store)
    broken = shop.desk.requests.open(customer=shop.anna, need="A chair", by="tom")
    complaint = shop.complains(about=broken)
    shop.grant(complaint, "repair")
    (remedy,) = shop.desk.recovery.remedies(complaint)
    assert remedy.request is not None
    request = shop.desk.get(remedy.request)
    assert (request.number, request.facts, request.data) == ("R-2", {"need": "Repair it again"}, {"kind": "repair"})
    assert (request.customer, request.about) == (shop.anna.reference.id, broken.reference.id)
    (part,) = shop.desk.requests.children(complaint)
    assert (part.number, part.relation) == ("R-2", "repair")
    opened, begun = shop.desk.history(request.number).events
    assert (opened.by, opened.cause, opened.caused_by) == ("rule", "rule", remedy.granted_by_event)
    assert isinstance(begun, RecoveryBegun)
    assert isinstance(shop.desk.history(complaint).events[-1], RemedyStarted)
    with pytest.raises(GuardSaidNo):
        close(shop, complaint)
    with pytest.raises(NotFromHere, match="is being carried out by a request"):
        shop.desk.recovery.done(complaint, "repair", by="ines")
    with pytest.raises(NotFromHere, match="is being carried out by a request; end that first"):
        shop.desk.recovery.withdraw(complaint, "repair", reason="x", by="ines")
    shop.desk.requests.perform(request.reference, "repair", by="tom")
    assert shop.statuses(complaint) == ["repair done"]
    done = shop.desk.history(complaint).events[-1]
    assert isinstance(done, RemedyDone)
    assert (done.by, done.request) == ("rule", remedy.request)
    assert close(shop, complaint)


def test_a_repair_whose_request_is_cancelled_is_still_owed(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "repair")
    shop.desk.requests.perform("R-1", "cancel", by="tom")
    stopped = shop.desk.history(complaint).events[-1]
    assert isinstance(stopped, RemedyStopped)
    assert stopped.outcome == "cancelled"
    assert shop.statuses(complaint) == ["repair granted"]
    with pytest.raises(GuardSaidNo):
        close(shop, complaint)
    again = shop.desk.recovery.start(complaint, by="tom")  # once more; or it is done by hand, or taken back
    assert again is not None
    assert again.number == "R-2"
    assert shop.desk.recovery.start(complaint, by="tom") is None
    shop.desk.requests.perform("R-2", "repair", by="tom")
    assert shop.statuses(complaint) == ["repair done"]


def test_a_request_of_its_own_settles_nothing(shop: Shop) -> None:
    request = shop.desk.requests.open(customer=shop.anna, need="A chair", by="tom")
    with pytest.raises(NotFromHere, match="R-1 carries out no remedy of a complaint"):
        shop.desk.recovery.settle(request, by="tom")
    shop.desk.requests.perform(request, "repair", by="tom")
    assert shop.desk.store.effects("parked", limit=10) == []


def test_a_request_that_has_not_ended_is_done_only_where_that_is_said(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "repair")
    with pytest.raises(NotFromHere, match="R-1 has not ended, so the remedy is not done yet"):
        shop.desk.recovery.settle("R-1", by="tom")
    shop.desk.recovery.settle("R-1", by="tom", done=True)
    assert shop.statuses(complaint) == ["repair done"]
    shop.desk.requests.perform("R-1", "cancel", by="tom")  # its end changes nothing any more
    assert shop.statuses(complaint) == ["repair done"]


def test_a_request_that_cannot_be_opened_leaves_no_trace(tmp_path: Path) -> None:
    complaints = FILES["flows/complaint.yaml"].replace(
        "rules:\n  begun: {on: recovery.granted, do: {recovery.start: {}}}\n", ""
    )
    repairs = FILES["flows/repair.yaml"].replace("opening: {by: [clerk, rule]", "opening: {by: [officer]")
    shop = Shop(tmp_path, complaint=complaints, repair=repairs)
    with shop.desk:
        assert "SF374" in {finding.code for finding in shop.blueprint.findings}
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        with pytest.raises(NotAllowed, match="may not open a request"):
            shop.desk.recovery.start(complaint, by="tom")
        assert len(shop.desk.requests.list()) == 0
        assert shop.desk.recovery.remedies(complaint)[0].request is None
        opened = shop.desk.recovery.start(complaint, by="ines")
        assert opened is not None
        assert opened.number == "R-1"


def test_the_outcomes_that_mean_done_are_the_architects(tmp_path: Path) -> None:
    words = RECOVERY.replace("need: Repair it again,", "need: Repair it again, outcomes: [cancelled],")
    shop = Shop(tmp_path, recovery=words)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "repair")
        shop.desk.requests.perform("R-1", "cancel", by="tom")
        assert shop.statuses(complaint) == ["repair done"]


def test_remedies_are_withdrawn_by_whoever_asked_granted_or_may_grant(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "500.00 CNY")
    with pytest.raises(NotAllowed, match="may not take back 'refund' of C-1"):
        shop.desk.recovery.withdraw(complaint, "refund", reason="x", by="paolo")
    with pytest.raises(NotAllowed):
        shop.desk.recovery.withdraw(complaint, "refund", reason="x", by="tom")  # above his own authority
    with pytest.raises(DataInvalid, match="'reason'"):
        shop.desk.recovery.withdraw(complaint, "refund", reason="", by="ines")
    shop.desk.recovery.withdraw(complaint, "refund", reason="a slip", by="sofia")
    assert shop.statuses(complaint) == ["refund withdrawn"]
    assert close(shop, complaint)
