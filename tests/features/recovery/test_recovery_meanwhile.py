"""What changed between the wish for a remedy and its approval counts: limits, the catalogue, the table, the complaint."""

from __future__ import annotations

from datetime import timedelta
from decimal import localcontext
from pathlib import Path

import pytest
from recovery_shop import FILES, NOW, RECOVERY, Shop

from service_flow.errors import DataInvalid, GuardSaidNo, NotAllowed, NotFromHere, Refused
from service_flow.features.recovery.events import RemedyAsked, RemedyGranted

MANAGER = "  manager: {up_to: [9000.00 CNY, 1100.00 EUR], exceptions: true}\n"
BOSS = "  boss:    {up_to: [10000.00 CNY, 1200.00 EUR]}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "before", f"sqlite:///{tmp_path / 'shop.db'}")


def changed(shop: Shop, folder: Path, **files: str) -> Shop:
    """The same store under a blueprint that was changed."""
    return Shop(folder / "after", shop.desk.store, **files)


def waiting_at(shop: Shop) -> list[str]:
    posts = shop.blueprint.organisation.posts
    return [post for post in posts if shop.desk.recovery.approvals(post=post)]


def test_what_is_asked_for_waits_at_the_nearest_post_that_may_grant_it_now(shop: Shop, tmp_path: Path) -> None:
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "5000.00 CNY")
        assert waiting_at(shop) == ["manager"]
        lowered = changed(shop, tmp_path, recovery=RECOVERY.replace("[9000.00 CNY", "[900.00 CNY"))
        assert waiting_at(lowered) == ["boss"]
        assert [one.case for one in lowered.desk.recovery.approvals(person="zhang")] == ["C-1"]
        with pytest.raises(NotAllowed, match="is above what 'sofia' \\(manager\\) may grant; it takes boss"):
            lowered.desk.recovery.approve(complaint, 1, by="sofia")
        assert lowered.desk.recovery.approve(complaint, 1, by="zhang")
        assert waiting_at(lowered) == []


def test_what_nobody_may_grant_any_more_waits_to_be_declined(shop: Shop, tmp_path: Path) -> None:
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "5000.00 CNY")
        none = changed(shop, tmp_path, recovery=RECOVERY.replace(MANAGER, "").replace(BOSS, ""))
        assert waiting_at(none) == ["manager"]
        with pytest.raises(NotAllowed, match="nobody above whoever asked may grant as much now"):
            none.desk.recovery.approve(complaint, 1, by="zhang")
        assert none.desk.recovery.decline(complaint, 1, reason="too much", by="sofia")


def test_what_was_granted_meanwhile_moves_a_wish_further_up(shop: Shop) -> None:
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "5000.00 CNY")
        shop.grant(complaint, "refund", "4500.00 CNY", by="sofia")
        assert waiting_at(shop) == ["boss"]


def test_a_list_is_full_although_what_somebody_asked_for_himself_is_passed_over(shop: Shop, tmp_path: Path) -> None:
    with shop.desk:
        for by in ("ines", "tom", "tom"):
            shop.grant(shop.complains(), "refund", "5000.00 CNY", by=by)
        posts = FILES["organisation.yaml"].replace("Ines, posts: officer", "Ines, posts: manager")
        promoted = changed(shop, tmp_path, organisation=posts)
        assert [one.case for one in promoted.desk.recovery.approvals(person="ines", limit=2)] == ["C-2", "C-3"]
        assert [one.case for one in promoted.desk.recovery.approvals(post="manager", limit=2)] == ["C-1", "C-2"]


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        (
            "most: [10000.00 CNY, 1200.00 EUR]\n",
            "most: [4000.00 CNY, 1200.00 EUR]\n",
            "'refund' is worth 4000.00 CNY at",
        ),
        ("most: [10000.00 CNY, 1200.00 EUR]\n", "most: 1200.00 EUR\n", "'refund' is not granted in CNY"),
        ("refund", "money_back", "there is no remedy 'refund'"),
    ],
)
def test_what_the_catalogue_has_no_more_is_not_approved(
    shop: Shop, tmp_path: Path, old: str, new: str, because: str
) -> None:
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "5000.00 CNY")
        words = RECOVERY.replace(", least: 50.00 CNY, most: [8000.00 CNY, 1000.00 EUR]", "").replace(old, new)
        after = changed(shop, tmp_path, recovery=words.replace(", most: 300.00 CNY}", "}"))
        with pytest.raises(DataInvalid) as caught:
            after.desk.recovery.approve(complaint, 1, by="sofia")
        assert because in caught.value.because
        assert after.desk.recovery.decline(complaint, 1, reason="not any more", by="sofia")


def test_what_the_table_proposes_no_more_takes_a_post_with_exceptions(shop: Shop) -> None:
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "8000.00 CNY")
        shop.desk.complaints.perform(complaint, "assess", by="tom", data={"severity": "low", "cause": "conduct"})
        with pytest.raises(GuardSaidNo, match="'refund' is not proposed for C-1; the table proposes apology, coupon"):
            shop.desk.recovery.approve(complaint, 1, by="zhang")
        (event,) = shop.desk.recovery.approve(complaint, 1, by="sofia").events
        assert isinstance(event, RemedyGranted)
        assert event.row is None  # an exception now


def test_an_exception_that_was_asked_for_is_approved_by_whoever_may_grant_as_much(shop: Shop) -> None:
    with shop.desk:
        complaint = shop.complains()
        asked = shop.grant(complaint, "refund", "9500.00 CNY", by="sofia")  # more than the table proposes
        assert isinstance(asked.events[0], RemedyAsked)
        (event,) = shop.desk.recovery.approve(complaint, 1, by="zhang").events
        assert isinstance(event, RemedyGranted)
        assert event.row is None


def test_what_was_granted_in_a_complaint_that_was_merged_counts_in_the_other(shop: Shop) -> None:
    with shop.desk:
        double, complaint = shop.complains(), shop.complains()
        shop.grant(double, "refund", "900.00 CNY")
        shop.desk.recovery.done(double, 1, by="paolo")
        shop.desk.complaints.merge(double, into=complaint, reason="the same", by="tom")
        assert isinstance(shop.grant(complaint, "refund", "100.01 CNY").events[0], RemedyAsked)
        with pytest.raises(DataInvalid, match="valued in CNY"):
            shop.grant(complaint, "refund", "10.00 EUR")
        assert isinstance(shop.grant(complaint, "refund", "100.00 CNY").events[0], RemedyGranted)
        assert isinstance(shop.grant(complaint, "coupon", "0.01 CNY").events[0], RemedyAsked)


def test_proposals_for_somebody_are_those_that_he_may_grant_or_ask_for(tmp_path: Path) -> None:
    alone = RECOVERY.partition("authority:")[0] + "authority:\n  boss: {up_to: 60.00 CNY}\n  clerk: {}\n"
    shop = Shop(tmp_path, recovery=alone.replace("most: 500.00 CNY", "most: 500.00 EUR"))
    with shop.desk:
        complaint = shop.complains()
        for by in ("tom", "zhang", "paolo", "rule"):
            proposed = [one.remedy for one in shop.desk.recovery.proposals(complaint, by=by)]
            for remedy, value in (("repair", None), ("refund", "50.00 CNY"), ("coupon", "0.01 EUR"), ("apology", None)):
                case = shop.complains()
                try:
                    shop.grant(case, remedy, value, by=by)
                except Refused:
                    assert remedy not in proposed, (by, remedy)
                else:
                    assert remedy in proposed, (by, remedy)
        shop.desk.complaints.perform(complaint, "close", by="tom")
        assert shop.desk.recovery.proposals(complaint, by="zhang") == ()


def test_a_row_with_a_limit_in_one_currency_proposes_no_other(tmp_path: Path) -> None:
    words = RECOVERY.replace("least: 50.00 CNY, most: [8000.00 CNY, 1000.00 EUR]", "most: 1000.00 EUR")
    shop = Shop(tmp_path, recovery=words)
    with shop.desk:
        complaint = shop.complains()
        with pytest.raises(GuardSaidNo, match=r"'refund' is proposed for C-1 with 1000\.00 EUR at most"):
            shop.grant(complaint, "refund", "1.00 CNY", by="zhang")
        assert shop.grant(complaint, "refund", "1000.00 EUR", by="zhang")


def test_where_all_rows_count_a_remedy_may_have_what_any_of_them_says(tmp_path: Path) -> None:
    words = RECOVERY.replace("proposals:\n", "proposals:\n  hit: collect\n").replace(
        "    - remedies: [apology, coupon]\n",
        "    - remedies: [apology, {remedy: refund, most: 40.00 CNY}]\n",
    )
    shop = Shop(tmp_path, recovery=words)
    with shop.desk:
        complaint = shop.complains()
        rows = [one.row for one in shop.desk.recovery.proposals(complaint) if one.remedy == "refund"]
        assert rows == [1, 3]
        assert shop.grant(complaint, "refund", "40.00 CNY").events[0].row == 3  # type: ignore[attr-defined]
        assert shop.grant(complaint, "refund", "50.00 CNY").events[0].row == 1  # type: ignore[attr-defined]
        with pytest.raises(GuardSaidNo, match=r"with 50\.00 CNY to 8000\.00 CNY or 40\.00 CNY at most\. It takes"):
            shop.grant(complaint, "refund", "45.00 CNY")


def test_amounts_are_added_exactly_whatever_the_host_has_set(shop: Shop) -> None:
    with shop.desk, localcontext(prec=4):
        complaint = shop.complains()
        shop.grant(complaint, "refund", "999.90 CNY")
        assert isinstance(shop.grant(complaint, "coupon", "0.14 CNY").events[0], RemedyAsked)
        assert isinstance(shop.grant(complaint, "coupon", "0.10 CNY").events[0], RemedyGranted)


def test_what_nobody_may_grant_any_more_is_taken_back_by_whoever_granted_it_alone(shop: Shop, tmp_path: Path) -> None:
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "5000.00 CNY", by="sofia")
        none = changed(shop, tmp_path, recovery=RECOVERY.replace(MANAGER, "").replace(BOSS, ""))
        for by in ("paolo", "ines", "rule"):
            with pytest.raises(NotAllowed, match="it takes whoever asked for it or granted it"):
                none.desk.recovery.withdraw(complaint, 1, reason="x", by=by)
        assert none.desk.recovery.withdraw(complaint, 1, reason="a slip", by="sofia")


def test_proposals_are_those_after_what_has_fallen_due(tmp_path: Path) -> None:
    silent = "timers: {silence: {while: received, after: 3 days, perform: reject}}\n"
    timed = FILES["flows/complaint.yaml"].replace(
        "  reject: {from: received,", "  reject: {by: [clerk, timer], from: received,"
    )
    shop = Shop(tmp_path, complaint=timed + silent)
    with shop.desk:
        complaint = shop.complains()
        assert shop.desk.recovery.proposals(complaint, by="zhang")
        shop.clock.advance(timedelta(days=4))
        assert shop.desk.recovery.proposals(complaint, by="zhang") == ()
        assert shop.desk.recovery.proposals(complaint, by="zhang", at=NOW + timedelta(days=1))
        with pytest.raises(NotFromHere, match="C-1 is closed"):
            shop.grant(complaint, "apology", by="zhang")


def test_a_complaint_that_is_reopened_goes_on_with_the_remedies_that_it_had(tmp_path: Path) -> None:
    reopens = "  reopen: {from: [closed, rejected], to: received, by: clerk}\n"
    shop = Shop(tmp_path, complaint=FILES["flows/complaint.yaml"].replace("rules:\n", f"{reopens}rules:\n"))
    with shop.desk:
        disputed, rejected = shop.complains(), shop.complains()
        shop.grant(disputed, "refund", "900.00 CNY")
        shop.desk.recovery.done(disputed, 1, by="paolo")
        shop.grant(rejected, "refund", "2000.00 CNY")
        for complaint, end in ((disputed, "close"), (rejected, "reject")):
            shop.desk.complaints.perform(complaint, end, by="tom")
        assert waiting_at(shop) == []
        for complaint in (disputed, rejected):
            shop.desk.complaints.perform(complaint, "reopen", by="tom")
        assert waiting_at(shop) == ["manager"]
        assert shop.desk.recovery.approve(rejected, 1, by="sofia")
        assert isinstance(shop.grant(disputed, "refund", "100.01 CNY").events[0], RemedyAsked)
        assert isinstance(shop.grant(disputed, "refund", "100.00 CNY").events[0], RemedyGranted)


def test_a_complaint_of_an_older_revision_that_the_table_cannot_read_says_what_to_do(tmp_path: Path) -> None:
    older = FILES["flows/complaint.yaml"].replace(
        "  cause: {type: choice, choices: [product, delivery, conduct]}\n", ""
    )
    rows = RECOVERY.replace("severity: high, cause: [product, delivery]", "severity: high")
    shop = Shop(tmp_path / "older", complaint=older.replace("[severity, cause]", "[severity]"), recovery=rows)
    with shop.desk:
        complaint = shop.complains(cause=None)
        with pytest.raises(GuardSaidNo, match=r"unknown name 'cause'.*; move it to the present one: desk\.migrate"):
            changed(shop, tmp_path).grant(complaint, "apology")
