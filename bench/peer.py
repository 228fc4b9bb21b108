"""The default application of `eventsourcing`: an event-sourced aggregate, loaded, checked, changed and saved.

It keeps no index row and no receipt.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool

from bench.timing import Work
from bench.work import FORM, STATES


class WorkRequest(Aggregate):
    """The common work as the library's documentation has it."""

    @event("Opened")
    def __init__(self, need: str) -> None:
        self.need = need
        self.state = "s0"
        self.data: dict[str, Any] = {}

    def perform(self, transition: str, by: str, form: dict[str, Any]) -> None:
        if self.state != f"s{transition[1:]}":
            raise ValueError("not from here")
        self.moved(
            transition=transition,
            left=self.state,
            entered=f"s{(int(transition[1:]) + 1) % STATES}",
            by=by,
            **form,
        )

    @event("Moved")
    def moved(
        self,
        transition: str,
        left: str,
        entered: str,
        by: str,
        kind: str,
        amount: int,
        urgent: bool,
        place: str,
        reason: str,
        count: int,
    ) -> None:
        self.state = entered
        self.data = {
            "kind": kind,
            "amount": amount,
            "urgent": urgent,
            "place": place,
            "reason": reason,
            "count": count,
        }


def sqlite(file: Path, durability: str, *, cases: int = 100) -> Work:
    """One load, check, change and save a command, without the library's cache, as it comes."""
    application: Application[UUID] = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(file)}
    )
    _set_durability(application, durability)
    ids = []
    for _ in range(cases):
        request = WorkRequest(need="Work")
        application.save(request)
        ids.append(request.id)
    turns = count()

    def work(number: int) -> None:
        for _ in range(number):
            position, case = divmod(next(turns), cases)
            request: WorkRequest = application.repository.get(ids[case])
            request.perform(f"t{position % STATES}", "tom", FORM)
            application.save(request)

    return work


class _Pool(SQLiteConnectionPool):
    """The library has no setting for durability: set it on each connection that its pool makes."""

    durability = "full"

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection._sqlite_conn.execute(f"PRAGMA synchronous = {self.durability}")
        return connection


def _set_durability(application: Application[UUID], durability: str) -> None:
    datastore = application.factory.datastore  # type: ignore[attr-defined]
    datastore.pool.close()
    datastore.pool = type("Pool", (_Pool,), {"durability": durability})(db_name=datastore.pool.db_name)
