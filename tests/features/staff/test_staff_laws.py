"""Whatever is recorded of absences: nobody is away twice at once, and whoever acts for somebody is there."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from staff_desks import START, Office

from service_flow.errors import Refused

PEOPLE = ("mei", "pedro", "hanna")
HOUR = timedelta(hours=1)


def take(office: Office, drawn: random.Random) -> None:
    """One command of somebody who does not look."""
    staff, who = office.staff, drawn.choice(PEOPLE)
    since = START + drawn.randrange(48) * HOUR
    match drawn.choices(("absent", "back", "leave", "wait"), (72, 15, 1, 12))[0]:
        case "absent":
            until = since + drawn.randint(1, 9) * HOUR if drawn.random() < 0.95 else None
            deputy = drawn.choice((None, *PEOPLE))
            staff.absent(who, since=since, until=until, reason="Away", deputy=deputy, by="sofia")
        case "back":
            staff.back(who, since=drawn.choice((None, since)), by="sofia")
        case "leave":
            staff.leave(who, by="sofia")
        case "wait":
            office.clock.advance(drawn.randint(1, 3) * HOUR)


@pytest.mark.parametrize("seed", range(4))
def test_absences_never_overlap_and_deputies_are_there_whatever_is_recorded(seed: int) -> None:
    office, drawn = Office("memory"), random.Random(seed)
    done = acted = 0
    try:
        for _ in range(80):
            with suppress(Refused):
                take(office, drawn)
                done += 1
        for who in PEOPLE:
            spans = [json.loads(row.value) for row in office.desk.store.entries("staff:absent", who, limit=99)]
            assert all(one["until"] is not None and one["until"] <= later["since"] for one, later in pairwise(spans))
            for hours in range(-1, 60):
                at = START + hours * HOUR
                acting = office.staff.acting_for(who, at=at)
                is_there = office.staff.available(who, at=at).because in ("here", "closed")
                assert (acting == who) == is_there
                assert acting is None or office.staff.available(acting, at=at).because in ("here", "closed")
                acted += acting not in (None, who)
        office.live_is_replayed()
    finally:
        office.desk.close()
    assert done > 20
    assert acted > 5
