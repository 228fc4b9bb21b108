"""Effects on DBOS, the only importer of it: each attempt is a workflow that goes on after a crash.

The workflow's id is the event, the effect and, from the second attempt on, its number: so none starts twice. Its first
step calls the host's function, its second writes down how that ended; what the first step
answered is kept between the two, so a store that is away when the function is done has it called no second time.

DBOS keeps what it knows in a database of its own beside the store. It is not atomic with the store, and need not be:
the row of the effect decides, and an attempt that is not the row's any more ends at once.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from service_flow.engine.store import EffectRow
from service_flow.engine.store.urls import split_postgres
from service_flow.engine.work.running import Attempt, Runner
from service_flow.errors import ServiceFlowError, StoreError

APPLICATION = "service_flow"
VERSION = "effects-1"
"""Of our workflow. It is fixed, and not made of the source: work that was begun goes on under another release."""
STORE_AWAY: dict[str, Any] = {"retries_allowed": True, "interval_seconds": 0.5, "backoff_rate": 1.5, "max_attempts": 12}
"""How long a step waits for a store that is away: about two minutes in all."""
_SQLITE, _POSTGRES = ("sqlite:///",), ("postgresql:", "postgres:")
LOST = "lost"
KEPT = 60.0
"""Seconds for which a workflow is kept that has ended."""


class Durable:
    """Runs the attempts that it is given, each in a thread of its own, `at_once` at most. What a process of the same
    `name` had begun goes on at the start. `told` hears how each one ended: done, again, parked or lost."""

    def __init__(self, store_url: str, runner: Runner, *, at_once: int, name: str, told: Callable[[str], None]) -> None:
        self._runner, self._store, self._told = runner, runner.commands.store, told
        check_kept(store_url)
        self._dbos = _imported()
        self._lock = threading.Lock()
        self._running: dict[str, EffectRow] = {}
        self._ended: list[tuple[float, str]] = []
        url, schema = database_beside(store_url)
        self._launch(url, schema, at_once, name)

    def begin(self, row: EffectRow) -> None:
        """Run the attempt of an effect that is ours."""
        identity = _identity(row)
        with self._lock:
            self._running[identity] = row
        try:
            with self._dbos.SetWorkflowID(identity):
                self._dbos.DBOS.start_workflow(self._workflow, *_key(row))
        except BaseException:
            self._end(identity)
            raise

    def running(self) -> int:
        """How many attempts run here."""
        with self._lock:
            return len(self._running)

    def renew(self) -> None:
        """Hold on to what is running for another lease, where the present one is half over. Raises StoreError."""
        soon = self._runner.commands.now() + self._runner.lease / 2
        with self._lock:
            rows = list(self._running.items())
        for identity, row in rows:
            if row.next_try > soon:
                continue
            longer = self._runner.renew(row)
            with self._lock:
                if longer is not None and identity in self._running:
                    self._running[identity] = longer

    def forget(self) -> None:
        """Delete the workflows that ended a while ago: the rows of effects say what became of them."""
        before = time.monotonic() - KEPT
        with self._lock:
            old = [identity for at, identity in self._ended if at < before]
            self._ended = [each for each in self._ended if each[0] >= before]
        if old:
            self._dbos.DBOS.delete_workflows(old)

    def stop(self, patience: int) -> None:
        """Wait for what runs, for so many seconds at most."""
        self._dbos.DBOS.destroy(workflow_completion_timeout_sec=patience)

    def _launch(self, url: str, schema: str | None, at_once: int, name: str) -> None:
        dbos = self._dbos
        config = {
            "name": APPLICATION, "system_database_url": url, "application_version": VERSION, "executor_id": name,
            "log_level": "CRITICAL", "serializer": dbos.DBOSPortableJSONSerializer(), "use_listen_notify": False,
            "sys_db_pool_size": at_once + 4,
        }  # fmt: skip
        if schema is not None:
            config["dbos_system_schema"] = schema
        dbos.DBOS(config=config)
        self._workflow = self._registered()
        try:
            dbos.DBOS.launch()
        except Exception as error:
            dbos.DBOS.destroy()
            # Its text may hold the URL with its password.
            raise StoreError(f"the database of the worker cannot be opened: {type(error).__name__}") from None

    def _registered(self) -> Callable[..., str]:
        """The workflow and its steps, known to DBOS by names that never change: what was begun is found by them."""
        dbos = self._dbos.DBOS

        @dbos.step(name="service_flow.call", should_retry=_is_store, **STORE_AWAY)  # type: ignore[untyped-decorator]
        def call(case: str, version: int, effect: str, attempt: int) -> list[Any] | None:
            return self._call(case, version, effect, attempt)

        @dbos.step(name="service_flow.settle", should_retry=_is_store, **STORE_AWAY)  # type: ignore[untyped-decorator]
        def settle(case: str, version: int, effect: str, attempt: int, answer: list[Any] | None) -> str:
            return self._settle(case, version, effect, attempt, answer)

        @dbos.workflow(name="service_flow.effect")  # type: ignore[untyped-decorator]
        def run(case: str, version: int, effect: str, attempt: int) -> str:
            identity = str(dbos.workflow_id)
            fate: str = LOST
            try:
                answer = call(case, version, effect, attempt)
                fate = settle(case, version, effect, attempt, answer)
            finally:
                self._end(identity)
                self._told(fate)
            return fate

        workflow: Callable[..., str] = run
        return workflow

    def _call(self, case: str, version: int, effect: str, attempt: int) -> list[Any] | None:
        """How the call ended, as plain values; None where this attempt is not the row's any more."""
        row = self._row(case, version, effect, attempt)
        if row is None:
            return None
        with self._lock:
            self._running.setdefault(_identity(row), row)  # it may have been begun before this process
        because, retry, after = self._runner.attempt(row)
        return [because, retry, None if after is None else after.total_seconds()]

    def _settle(self, case: str, version: int, effect: str, attempt: int, answer: list[Any] | None) -> str:
        row = self._store.effect(UUID(case), version, effect)
        if answer is None or row is None or row.state in ("done", "dropped"):
            return LOST
        because, retry, after = answer
        if because is not None and (row.state, row.attempts) != ("pending", attempt):
            return LOST
        return self._runner.settle(row, Attempt(because, retry, None if after is None else timedelta(seconds=after)))

    def _end(self, identity: str) -> None:
        with self._lock:
            self._running.pop(identity, None)
            self._ended.append((time.monotonic(), identity))

    def _row(self, case: str, version: int, effect: str, attempt: int) -> EffectRow | None:
        row = self._store.effect(UUID(case), version, effect)
        return row if row is not None and (row.state, row.attempts) == ("pending", attempt) else None


def check_kept(store_url: str) -> None:
    """Raises StoreError for a store that is gone with its process."""
    if not store_url.startswith((*_SQLITE, *_POSTGRES)) or store_url.partition("?")[0] == "sqlite:///:memory:":
        raise StoreError("a worker needs a store that is kept: sqlite:///file.db or postgresql://user@host/db")


def database_beside(store_url: str) -> tuple[str, str | None]:
    """The database of DBOS for a store that is kept, and its schema in Postgres: a file beside an SQLite file, a schema
    of its own in the same database of a server. Raises StoreError."""
    if store_url.startswith(_POSTGRES):
        _, conninfo, options, _ = split_postgres(store_url)
        schema = options.get("schema", "public")
        place = conninfo.partition("://")[2]
        return f"postgresql://{place}", f"{'service_flow' if schema == 'public' else schema}_dbos"
    from sqlalchemy import URL  # noqa: PLC0415  it comes with DBOS

    path = Path(store_url.partition("?")[0].removeprefix("sqlite:///")).absolute()
    beside = path.with_name(f"{path.name}.dbos.db")
    _write_ahead(beside)
    return URL.create("sqlite", database=str(beside)).render_as_string(), None


def _write_ahead(file: Path) -> None:
    """Let the file be written ahead, for good: a commit costs half as much then."""
    try:
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise StoreError(f"sqlite:///{file}: the database of the worker cannot be opened: {error}") from None


def _identity(row: EffectRow) -> str:
    return row.key if row.attempts == 1 else f"{row.key}:{row.attempts}"


def _key(row: EffectRow) -> tuple[str, int, str, int]:
    return row.case_id.hex, row.version, row.effect, row.attempts


def _is_store(error: BaseException) -> bool:
    return isinstance(error, StoreError)


def _imported() -> Any:
    try:
        import dbos  # noqa: PLC0415  an extra, and slow to import
    except ImportError:
        raise ServiceFlowError("the worker needs DBOS; run: pip install 'service-flow[worker]'") from None
    return dbos
