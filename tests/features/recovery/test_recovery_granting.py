"""Who may grant which remedy up to how much: within authority at once, above it by four eyes, and never round them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from recovery_shop import FILES, RECOVERY, Shop, shop_files

from service_flow import Blueprint, ServiceDesk
from service_flow.design.language.values import Money
from service_flow.engine.store import Store
from service_flow.errors import DataInvalid, DataMissing, GuardSaidNo, NotAllowed, NotFound, NotFromHere, Refused
from service_flow.features.recovery.events import RemedyAsked, RemedyGranted


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    with shop.desk:
        yield shop


def test_a_table_proposes_remedies_with_the_row_that_says_why(shop: Shop) -> None:
    complaint = shop.complains()
    repair, refund, coupon, apology = shop.desk.recovery.proposals(complaint)
    assert [one.remedy for one in (repair, refund, coupon, apology)] == ["repair", "refund", "coupon", "apology"]
    assert refund.least == {"CNY": Money(Decimal("50.00"), "CNY")}
    assert refund.most == {"CNY": Money(Decimal("8000.00"), "CNY"), "EUR": Money(Decimal("1000.00"), "EUR")}
    assert coupon.most == {"CNY": Money(Decimal("500.00"), "CNY")}  # what the catalogue allows
    assert (refund.row, refund.title["zh"]) == (1, "严重故障")
    assert refund.because == 'severity == "high" && cause in ["product", "delivery"]'
    mild = shop.complains("low")
    assert [one.remedy for one in shop.desk.recovery.proposals(mild)] == ["apology", "coupon"]
    shop.desk.customers.perform(shop.anna, "rate", by="tom", data={"tier": "vip"})
    assert [one.remedy for one in shop.desk.recovery.proposals(mild)] == ["gift", "refund", "apology"]
    assert [one.remedy for one in shop.desk.recovery.proposals(mild, by="ines")] == ["gift", "refund", "apology"]
    assert shop.desk.recovery.proposals(mild, by="paolo") == ()


def test_all_rows_that_fit_count_where_the_table_collects(tmp_path: Path) -> None:
    shop = Shop(tmp_path, recovery=RECOVERY.replace("proposals:\n", "proposals:\n  hit: collect\n"))
    with shop.desk:
        found = shop.desk.recovery.proposals(shop.complains())
        assert [(one.remedy, one.row) for one in found] == [("repair", 1), ("refund", 1), ("coupon", 1), ("apology", 1)]
        assert [one.row for one in shop.desk.recovery.proposals(shop.complains("low"))] == [3, 3]


def test_a_remedy_within_authority_is_granted_at_once(shop: Shop) -> None:
    complaint = shop.complains()
    (event,) = shop.grant(complaint, "refund", "1000.00 CNY").events
    assert isinstance(event, RemedyGranted)
    assert (event.number, event.granted_as, event.row, event.asked_by) == (1, "officer", 1, None)
    assert event.personal == {"reason": "it broke"}
    assert shop.statuses(complaint) == ["refund granted"]
    assert shop.desk.get(complaint).state == "received"


def test_a_remedy_above_authority_waits_for_the_nearest_who_may(shop: Shop) -> None:
    complaint = shop.complains()
    (event,) = shop.grant(complaint, "refund", "1000.01 CNY").events
    assert isinstance(event, RemedyAsked)
    assert event.approvers == ("manager", "boss")
    (waiting,) = shop.desk.recovery.approvals(post="manager")
    assert (waiting.case, waiting.remedy.value) == ("C-1", Money(Decimal("1000.01"), "CNY"))
    assert shop.desk.recovery.approvals(person="sofia") == (waiting,)
    assert shop.desk.recovery.approvals(post="boss") == ()
    (granted,) = shop.desk.recovery.approve(complaint, "refund", by="sofia").events
    assert isinstance(granted, RemedyGranted)
    assert (granted.number, granted.by, granted.asked_by, granted.granted_as) == (1, "sofia", "ines", "manager")
    assert shop.desk.recovery.approvals(post="manager") == ()
    assert shop.statuses(complaint) == ["refund granted"]


def test_a_refund_in_two_parts_does_not_get_round_the_limit(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "600.00 CNY")
    assert isinstance(shop.grant(complaint, "refund", "400.01 CNY").events[0], RemedyAsked)
    assert isinstance(shop.grant(complaint, "coupon", "400.01 CNY").events[0], RemedyAsked)
    assert isinstance(shop.grant(complaint, "refund", "400.00 CNY").events[0], RemedyGranted)
    assert isinstance(shop.grant(complaint, "apology").events[0], RemedyGranted)  # costs nothing
    # What waits is counted when it is approved, and the approver's own limit holds for all of it together.
    shop.desk.recovery.approve(complaint, 2, by="sofia")
    asked = shop.grant(complaint, "refund", "8000.00 CNY")
    with pytest.raises(
        NotAllowed, match=r"come to 9400\.01 CNY, is above what 'sofia' \(manager\) may grant; it takes"
    ):
        shop.desk.recovery.approve(complaint, 6, by="sofia")
    assert shop.desk.recovery.approve(complaint, 6, by="zhang")
    assert asked.events[0].approvers == ("boss",)  # type: ignore[attr-defined]


def test_what_was_withdrawn_or_declined_counts_no_more(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "900.00 CNY")
    shop.desk.recovery.withdraw(complaint, "refund", reason="a slip", by="ines")
    shop.grant(complaint, "refund", "950.00 CNY")
    shop.grant(complaint, "refund", "300.00 CNY")
    shop.desk.recovery.decline(complaint, 3, reason="enough", by="sofia")
    assert shop.statuses(complaint) == ["refund withdrawn", "refund granted", "refund declined"]
    assert isinstance(shop.grant(complaint, "refund", "50.00 CNY").events[0], RemedyGranted)


def test_nobody_approves_or_declines_what_he_asked_for_himself(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "8000.00 CNY", by="ines")
    people = shop.desk.blueprint.organisation.people
    assert list(people["ines"].posts) == ["officer"]
    with pytest.raises(NotAllowed, match="'ines' asked for 'refund'"):
        shop.desk.recovery.approve(complaint, 1, by="ines")
    with pytest.raises(NotAllowed, match="'ines' asked for 'refund'"):
        shop.desk.recovery.decline(complaint, 1, reason="no", by="ines")
    for other in ("tom", "paolo", "rule", "customer"):
        with pytest.raises(NotAllowed):
            shop.desk.recovery.approve(complaint, 1, by=other)
        with pytest.raises(NotAllowed):
            shop.desk.recovery.decline(complaint, 1, reason="no", by=other)
    assert shop.statuses(complaint) == ["refund asked"]
    assert shop.desk.recovery.withdraw(complaint, 1, reason="no longer", by="ines")


def test_whoever_asked_does_not_approve_when_he_comes_to_hold_the_post_himself(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    with shop.desk:
        complaint = shop.complains()
        shop.grant(complaint, "refund", "1001.00 CNY", by="ines")
        promoted = Shop(
            tmp_path, shop.desk.store,
            organisation=(tmp_path / "organisation.yaml").read_text().replace("Ines, posts: officer", "Ines, posts: manager"),
        )  # fmt: skip
        with pytest.raises(NotAllowed, match="somebody else must decide"):
            promoted.desk.recovery.approve(complaint, 1, by="ines")


def test_whoever_holds_two_posts_grants_by_the_higher(shop: Shop) -> None:
    (event,) = shop.grant(shop.complains(), "refund", "5000.00 CNY", by="both").events
    assert (type(event), event.granted_as) == (RemedyGranted, "manager")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("remedy", "value", "by", "kind", "because"),
    [
        ("refund", "100.00 CNY", "paolo", NotAllowed, "may grant no remedies; it takes boss, clerk, manager, officer"),
        ("refund", "100.00 CNY", "rule", NotAllowed, "the system actor 'rule' may grant no remedies"),
        ("refund", "100.00 CNY", "nobody", NotAllowed, "nobody named 'nobody' is known"),
        ("refnd", "100.00 CNY", "ines", DataInvalid, "there is no remedy 'refnd'; did you mean 'refund'?"),
        ("refund", None, "ines", DataMissing, "'refund' asks for 'value'"),
        ("apology", "1.00 CNY", "ines", DataInvalid, "'apology' has no value of its own"),
        ("refund", "0.00 CNY", "ines", DataInvalid, "'value' is not more than nothing"),
        ("refund", "-5.00 CNY", "ines", DataInvalid, "'value' is not more than nothing"),
        ("refund", "NaN CNY", "ines", DataInvalid, "'value' is not a"),
        ("refund", "1.00001 CNY", "ines", DataInvalid, "'value' has more than 4 places behind the point"),
        ("refund", "1E+90 CNY", "ines", DataInvalid, "'refund' is worth 10000.00 CNY at most"),
        ("refund", "a lot", "ines", DataInvalid, "'value'"),
        ("refund", 100, "ines", DataInvalid, "'value' is not money"),
        ("refund", "5.00 USD", "ines", DataInvalid, "'refund' is not granted in USD; its currencies are CNY, EUR"),
        ("refund", "10000.01 CNY", "zhang", DataInvalid, "'refund' is worth 10000.00 CNY at most"),
        ("refund", "49.99 CNY", "ines", GuardSaidNo, "is proposed for C-1 with 50.00 CNY to 8000.00 CNY"),
        ("refund", "8000.01 CNY", "zhang", GuardSaidNo, "It takes a post with `exceptions`."),
        ("gift", "10.00 CNY", "ines", GuardSaidNo, "'gift' is not proposed for C-1; the table proposes repair, refund"),
    ],
)
def test_what_may_not_be_granted_is_refused_with_the_reason(
    shop: Shop, remedy: str, value: object, by: str, kind: type[Refused], because: str
) -> None:
    complaint = shop.complains()
    with pytest.raises(kind) as caught:
        shop.grant(complaint, remedy, value, by=by)
    assert because in caught.value.because
    assert [type(event).__name__ for event in shop.desk.history(complaint).events] == ["ComplaintReceived"]
    assert shop.statuses(complaint) == []


def test_an_exception_is_granted_only_by_whoever_has_the_right(shop: Shop) -> None:
    complaint = shop.complains()
    (event,) = shop.grant(complaint, "refund", "20.00 CNY", by="sofia").events
    assert (type(event), event.row) == (RemedyGranted, None)  # type: ignore[attr-defined]
    assert isinstance(shop.grant(complaint, "gift", "10.00 CNY", by="sofia").events[0], RemedyGranted)


def test_one_complaint_has_one_currency(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "50.00 CNY")
    with pytest.raises(DataInvalid, match="valued in CNY; one complaint has one currency"):
        shop.grant(complaint, "refund", "10.00 EUR")
    shop.desk.recovery.withdraw(complaint, 1, reason="in euro", by="ines")
    assert shop.grant(complaint, "refund", "10.00 EUR")


def test_nothing_is_granted_where_nobody_above_may_either(tmp_path: Path) -> None:
    words = RECOVERY.replace("manager: {up_to: [9000.00", "manager: {up_to: [7000.00").replace(
        "  boss: ", "  cashier: "
    )
    shop = Shop(tmp_path, recovery=words)
    with shop.desk:
        with pytest.raises(
            NotAllowed, match=r"come to 7500\.00 CNY, is above what 'ines' \(officer\) may grant; nobody"
        ):
            shop.grant(shop.complains(), "refund", "7500.00 CNY")
        assert "SF373" in {finding.code for finding in shop.desk.blueprint.findings}


def test_nothing_is_granted_or_approved_when_a_complaint_has_ended(shop: Shop) -> None:
    rejected, closed = shop.complains(), shop.complains()
    shop.grant(rejected, "refund", "2000.00 CNY")
    shop.desk.complaints.perform(rejected, "reject", by="tom")
    shop.desk.complaints.perform(closed, "close", by="tom")
    for complaint, how in ((rejected, "rejected"), (closed, "completed")):
        with pytest.raises(NotFromHere, match=rf"is closed \({how}\); no remedy can be granted"):
            shop.grant(complaint, "apology")
    with pytest.raises(NotFromHere, match="no remedy can be granted"):
        shop.desk.recovery.approve(rejected, 1, by="sofia")
    assert shop.desk.recovery.approvals(post="manager") == ()


def test_a_remedy_needs_a_reason(shop: Shop) -> None:
    complaint = shop.complains()
    for reason in ("", "   ", 7, "x" * 100_001):
        with pytest.raises(DataInvalid, match="'reason'"):
            shop.desk.recovery.grant(complaint, "apology", reason=reason, by="ines")  # type: ignore[arg-type]


def test_a_remedy_is_named_by_its_number_or_where_it_is_clear_by_its_name(shop: Shop) -> None:
    complaint = shop.complains()
    shop.grant(complaint, "refund", "2000.00 CNY")
    shop.grant(complaint, "refund", "3000.00 CNY")
    with pytest.raises(DataInvalid, match="has several 'refund' that are open; name one by its number: 1 refund"):
        shop.desk.recovery.approve(complaint, "refund", by="sofia")
    for wrong in (0, 3, -1, 10**5_000, True, "coupon", None, 1.0):
        with pytest.raises(DataInvalid, match="C-1 has no remedy"):
            shop.desk.recovery.approve(complaint, wrong, by="sofia")  # type: ignore[arg-type]
    shop.desk.recovery.approve(complaint, 2, by="sofia")
    with pytest.raises(NotFromHere, match="waits for no approval: it is granted"):
        shop.desk.recovery.approve(complaint, 2, by="sofia")


def test_what_the_table_needs_must_be_known(shop: Shop) -> None:
    complaint = shop.complains(None, None)
    with pytest.raises(GuardSaidNo, match=r"what is proposed for C-1 cannot be worked out: .*severity"):
        shop.desk.recovery.proposals(complaint)
    with pytest.raises(GuardSaidNo, match="severity"):
        shop.grant(complaint, "apology")


def test_a_blueprint_without_recovery_yaml_has_no_remedies(tmp_path: Path) -> None:
    shop_files(tmp_path, complaint=FILES["flows/complaint.yaml"].partition("rules:")[0])
    (tmp_path / "recovery.yaml").unlink()
    with ServiceDesk(Blueprint.load(tmp_path)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        received = desk.complaints.receive(customer=anna, text="It broke", by="tom")
        with pytest.raises(NotFound, match=r"no recovery\.yaml"):
            desk.recovery.grant(received, "apology", reason="x", by="ines")
        assert desk.recovery.remedies(received) == ()
        assert desk.complaints.perform(received, "close", by="tom")


def test_remedies_are_the_same_on_every_store(store: Store) -> None:
    shop = Shop(store=store)
    complaint = shop.complains()
    shop.grant(complaint, "refund", "2000.00 CNY")
    shop.grant(complaint, "apology")
    assert [one.case for one in shop.desk.recovery.approvals(person="sofia")] == ["C-1"]
    shop.desk.recovery.approve(complaint, 1, by="sofia")
    assert [one.remedy.number for one in shop.desk.recovery.to_do(post="cashier")] == [1]
    assert shop.desk.recovery.to_do(person="tom") == ()


def test_a_row_reads_the_customers_file_and_what_features_keep_where_no_guard_of_the_flow_does(tmp_path: Path) -> None:
    declared = "customer: {tier: {type: choice, choices: [standard, vip]}}\n"
    rows = RECOVERY.replace(
        "    - when: 'has(", "    - {when: case.repeats > 0, remedies: [apology]}\n    - when: 'has("
    )
    shop = Shop(tmp_path, complaint=FILES["flows/complaint.yaml"].replace(declared, ""), recovery=rows)
    with shop.desk:
        shop.desk.customers.perform(shop.anna, "rate", by="tom", data={"tier": "vip"})
        complaint = shop.complains("low")
        assert [one.remedy for one in shop.desk.recovery.proposals(complaint)] == ["gift", "refund", "apology"]
        shop.grant(complaint, "gift", "50.00 CNY", by="tom")
        assert shop.statuses(complaint) == ["gift granted"]


def test_a_row_that_needs_what_is_not_known_of_every_customer_is_warned_of(tmp_path: Path) -> None:
    asking = """when: 'has(customer.tier) && customer.tier == "vip"'"""
    needing = RECOVERY.replace(asking, "match: {customer.tier: vip}")
    (found,) = Blueprint.load(shop_files(tmp_path, recovery=needing)).findings
    line = needing[: needing.index("match: {cust")].count("\n") + 1
    assert (found.code, found.severity, found.line) == ("SF501", "warning", line)
    assert found.message.startswith("'customer.tier' is not known of every customer, and then nothing can be granted")
    assert Blueprint.load(shop_files(tmp_path)).findings == ()
