"""The floor: the same rows by plain SQL, in one transaction a command, with nothing around it.

The rows are those that this product stored for the same work in a scratch store; the statements are written out here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from bench.timing import Work
from bench.work import FORM, commands, desk
from service_flow.engine.store.codec import dump
from service_flow.engine.store.columns import microseconds

EVENT = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)"
RECEIPT = "INSERT INTO service_flow_receipts (command_id, case_id, first, last) VALUES (?, ?, ?, ?)"
ROW = (
    "UPDATE service_flow_cases SET flow = ?, revision = ?, version = ?, configuration = ?, owner = ?, owners = ?, "
    "outcome = ?, clock = ?, entered_at = ?, changed_at = ? WHERE case_id = ?"
)


class Rows(NamedTuple):
    """What one command writes, but for its keys."""

    topic: str
    state: bytes
    row: tuple[Any, ...]


def sample() -> list[Rows]:
    """The rows of twelve commands, as this product makes them."""
    opened, known = desk("memory", 1)
    todo, rows = commands(known), []
    for _ in range(12):
        case, transition, command = next(todo)
        outcome = opened.requests.perform(case, transition, by="tom", data=FORM, command_id=command, channel="phone")
        (event,) = outcome.events
        kept = opened.store.row(event.originator_id)
        assert kept is not None
        topic, state = dump(event)
        rows.append(
            Rows(topic, state, (kept.flow, kept.revision, " ".join(kept.configuration), kept.owners[0], None, None, kept.clock,
                                microseconds(kept.changed_at)))
        )  # fmt: skip
    return rows


class Values(NamedTuple):
    """What the statements of one command take."""

    receipt: tuple[Any, ...]
    event: tuple[Any, ...]
    row: tuple[Any, ...]


def values(keys: Sequence[Any]) -> Iterator[Values]:
    """The values of command after command, on each of the cases with these keys in turn, without an end."""
    for turn, (topic, state, row) in enumerate(cycle(sample())):
        position, case = divmod(turn, len(keys))
        key, version = keys[case], position + 2
        flow, revision, *standing, changed = row
        instant = changed + turn
        yield Values(
            (f"raw-{turn}", key, version, version),
            (key, version, topic, state),
            (flow, revision, version, *standing, instant, instant, key),
        )


def sqlite_same_rows(file: Path, durability: str, *, cases: int = 100, checkpoint: int = 1_000) -> Work:
    """Event, index row and receipt in one transaction, on the tables of the product, filled by the product.

    `checkpoint`: pages of the write-ahead log before they are moved into the file; 1,000 is SQLite's default.
    """
    keys = [case.hex for case in _filled(f"sqlite:///{file}?durability={durability}", cases)]
    connection = _connect(file, durability)
    connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")
    todo = values(keys)

    def work(number: int) -> None:
        execute = connection.execute
        for receipt, event, row in islice(todo, number):
            execute("BEGIN IMMEDIATE")
            execute(RECEIPT, receipt)
            execute(EVENT, event)
            execute(ROW, row)
            execute("COMMIT")

    return work


def sqlite_one_row(file: Path, durability: str) -> Work:
    """One 400-byte row a commit."""
    connection = _connect(file, durability)
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, state BLOB)")
    state = b"x" * 400

    def work(number: int) -> None:
        execute = connection.execute
        for _ in range(number):
            execute("BEGIN IMMEDIATE")
            execute("INSERT INTO rows (state) VALUES (?)", (state,))
            execute("COMMIT")

    return work


def sqlite_reading(file: Path, keys: list[str]) -> Work:
    """The events of one case a command, as bytes."""
    connection = _connect(file, "normal")
    turns = count()

    def work(number: int) -> None:
        for _ in range(number):
            connection.execute(
                "SELECT originator_version, topic, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version",
                (keys[next(turns) % len(keys)],),
            ).fetchall()

    return work


def postgres_same_rows(url: str, *, cases: int = 100) -> Work:
    """Event, index row and receipt in one transaction on one connection, all statements in one pipeline (one trip)."""
    import psycopg  # noqa: PLC0415  an extra

    todo = values(_filled(url, cases))
    connection = psycopg.connect(url, autocommit=True, prepare_threshold=1)
    statements = [statement.replace("?", "%s").encode() for statement in (RECEIPT, EVENT, ROW)]

    def work(number: int) -> None:
        cursor = connection.cursor()
        for command in islice(todo, number):
            with connection.pipeline():
                cursor.execute(b"BEGIN")
                for statement, given in zip(statements, command, strict=True):
                    cursor.execute(statement, given)
                cursor.execute(b"COMMIT")

    return work


def _filled(url: str, cases: int) -> list[UUID]:
    """The ids of cases that the product opened in a store."""
    opened, known = desk(url, cases)
    opened.close()
    return [case.reference.id for case in known]


def _connect(file: Path, durability: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {durability}")
    return connection
