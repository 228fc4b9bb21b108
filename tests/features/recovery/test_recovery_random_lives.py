"""Whatever is tried at random, in any order and by anybody: what was granted stays within what each may grant, is decided
by two people where it must be, and no complaint closes before it is done. Recounted from the events alone."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from random import Random

from recovery_shop import Shop

from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands import Outcome
from service_flow.errors import Refused
from service_flow.features.recovery.events import (
    RemedyAsked,
    RemedyDeclined,
    RemedyDone,
    RemedyGranted,
    RemedyWithdrawn,
)

POSTS = {
    "tom": ("clerk",), "ines": ("officer",), "sofia": ("manager",), "zhang": ("boss",), "paolo": ("cashier",),
    "both": ("clerk", "manager"),
}  # fmt: skip
ABOVE = {"clerk": ("officer", "manager", "boss"), "officer": ("manager", "boss"), "manager": ("boss",), "boss": ()}
UP_TO = {
    "clerk": {"CNY": 100, "EUR": 15}, "officer": {"CNY": 1_000, "EUR": 150}, "manager": {"CNY": 9_000, "EUR": 1_100},
    "boss": {"CNY": 10_000, "EUR": 1_200},
}  # fmt: skip
REMEDIES = ("refund", "refund", "refund", "coupon", "gift", "apology", "repair")


def one_try(shop: Shop, dice: Random, complaint: Outcome) -> None:
    """Something that somebody tries; it may be refused."""
    recovery, by = shop.desk.recovery, dice.choice(list(POSTS))
    number = dice.randint(1, len(recovery.remedies(complaint)) + 1)
    shop.clock.advance(timedelta(minutes=dice.randint(0, 90)))
    value = f"{dice.choice([5, 14, 49, 60, 99, 400, 999, 3000, 7000])}.00 {dice.choice(['CNY', 'CNY', 'CNY', 'EUR'])}"
    remedy = dice.choice(REMEDIES)
    with suppress(Refused):
        match dice.choice(["grant"] * 3 + ["approve", "decline"] * 2 + ["withdraw", "done", "done", "close", "repair"]):
            case "grant":
                worth = None if remedy in ("apology", "repair") else value
                recovery.grant(complaint, remedy, value=worth, reason="x", by=by)
            case "approve":
                recovery.approve(complaint, number, by=by)
            case "decline":
                recovery.decline(complaint, number, reason="x", by=by)
            case "withdraw":
                recovery.withdraw(complaint, number, reason="x", by=by)
            case "done":
                recovery.done(complaint, number, by=by)
            case "repair":
                for item in shop.desk.requests.list(open_only=True):
                    shop.desk.requests.perform(item.number, dice.choice(["repair", "cancel"]), by="tom")
            case "close" if dice.random() < 0.2:
                shop.desk.complaints.perform(complaint, "close", by="tom")


def judge(events: tuple[Event, ...]) -> None:
    """Recounts what was granted, asked for, and done."""
    worth: dict[int, tuple[Decimal, str] | None] = {}
    asked: dict[int, str] = {}
    owed: set[int] = set()
    for event in events:
        if isinstance(event, RemedyAsked):
            assert event.number not in worth
            asked[event.number] = event.by
            owed.add(event.number)
        elif isinstance(event, RemedyGranted):
            worth[event.number] = None if event.amount is None else (event.amount, str(event.currency))
            owed.add(event.number)
            within(event, worth)
            assert event.asked_by == asked.get(event.number)
            if event.asked_by is not None:
                assert event.by != event.asked_by
                assert any(event.granted_as in ABOVE[post] for post in POSTS[event.asked_by] if post in ABOVE)
        elif isinstance(event, RemedyDeclined | RemedyWithdrawn):
            assert event.number in owed
            if isinstance(event, RemedyDeclined):
                assert event.by != asked[event.number]
            worth.pop(event.number, None)
            owed.discard(event.number)
        elif isinstance(event, RemedyDone):
            assert event.number in worth
            owed.remove(event.number)
        elif isinstance(event, Moved) and event.transition == "close":
            assert owed == set()


def within(event: RemedyGranted, worth: dict[int, tuple[Decimal, str] | None]) -> None:
    """The post that granted it is held, and may grant all of the complaint together."""
    assert event.granted_as in POSTS[event.by]
    amounts = [one for one in worth.values() if one is not None]
    assert len({currency for _, currency in amounts}) <= 1
    if event.currency is not None:
        assert sum(amount for amount, _ in amounts) <= UP_TO[event.granted_as][event.currency]


def test_whatever_is_tried_what_was_granted_was_allowed_and_is_done_before_the_close() -> None:
    shop, dice, kinds = Shop(), Random(6), set[str]()
    with shop.desk:
        for _ in range(40):
            complaint = shop.complains(dice.choice(["high", "high", "low"]), "product")
            for _ in range(30):
                one_try(shop, dice, complaint)
            events = shop.desk.history(complaint, limit=1_000).events
            judge(events)
            kinds |= {type(event).__name__ for event in events}
            assert rebuild(events) == shop.desk.commands.current(complaint)
    assert kinds >= {"RemedyAsked", "RemedyGranted", "RemedyDeclined", "RemedyWithdrawn", "RemedyDone", "Moved"}
