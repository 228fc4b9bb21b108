"""A desk over full_process with a clock that is turned by hand, for the tests of staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.commands.naming import identify
from service_flow.engine.store.audit import index_differences
from service_flow.errors import Refused

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday, ten in the morning where the blueprint's office is."""
DAY = timedelta(days=1)


@cache
def shipped() -> Blueprint:
    return Blueprint.load("full_process")


class Office:
    """The desk, its clock, and files of mei, pedro and hanna."""

    def __init__(self, url: str) -> None:
        self.clock = ManualClock(START)
        self.desk = ServiceDesk(shipped(), url, clock=self.clock)
        self.staff = self.desk.staff
        for person in ("mei", "pedro", "hanna"):
            self.staff.enrol(person, by="sofia")

    def refuses(self, kind: type[Refused], because: str, command: Callable[[], object]) -> Refused:
        """The command is refused, says why, and appends nothing anywhere."""
        before = self.desk.store.count()
        with pytest.raises(kind, match=because) as refusal:
            command()
        assert self.desk.store.count() == before
        return refusal.value

    def live_is_replayed(self) -> None:
        """Every file is what its events make of it, and the index and its entries are too."""
        store = self.desk.store
        for item in self.staff.list():
            identity = identify(item.number, store)
            assert rebuild(store.events(identity)) == self.desk.commands.current(identity)
        assert list(index_differences(store)) == []
