"""A store in Postgres when the server is down, stops, refuses or is kept busy by others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from postgres_samples import PASSWORD, admin, failed, schema_of
from psycopg.conninfo import conninfo_to_dict
from store_samples import move, open_case, open_in, versions

from service_flow.engine.store import Store, open_store
from service_flow.engine.store.postgres.store import PostgresStore
from service_flow.errors import StoreError
from stores import Server, server


def sessions_of(store: Store, connection: psycopg.Connection[Any], wait: str = "%") -> list[int]:
    """The server's processes that work for a store and, perhaps, wait for a kind of lock."""
    postgres = cast(PostgresStore, store)
    ours = [held.info.backend_pid for pool in (postgres.writers, postgres.readers) for held in pool._idle]
    found = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'service_flow' AND coalesce(wait_event, '') LIKE %s",
        (wait,),
    ).fetchall()
    return [pid for (pid,) in found if wait != "%" or pid in ours]


def until(check: Callable[[], Any]) -> Any:
    """What `check` answers once it answers something."""
    deadline = time.monotonic() + 10
    while not (answer := check()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return answer


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("127.0.0.1:1", "cannot be reached"),
        ("nowhere.invalid", "cannot be reached"),
        ("", "cannot be reached"),
    ],
)
def test_a_server_that_is_down_at_the_start_is_named(place: str, said: str, tmp_path: Path) -> None:
    assert said in failed(f"postgresql://tom:{PASSWORD}@{place}/desk?host={tmp_path if not place else place[:-2]}")


def test_who_is_not_let_in_is_told_what_to_check(postgres_server: Server) -> None:
    rules = postgres_server.folder / "pg_hba.conf"
    rules.write_text("local all guest scram-sha-256\n" + rules.read_text())
    with admin(postgres_server) as connection:
        connection.execute(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("SELECT pg_reload_conf()")
    socket = conninfo_to_dict(postgres_server.uri)["host"]
    wrong = f"postgresql://guest:{PASSWORD}-wrong@/postgres?host={socket}"
    until(lambda: "does not let this user in" in failed(wrong))
    assert "does not let this user in" in failed(f"postgresql://guest@/postgres?host={socket}&require_auth=password")
    assert "does not let this user in" in failed(f"postgresql://nobody:{PASSWORD}@/postgres?host={socket}")
    assert "CREATE DATABASE" in failed(f"postgresql://guest:{PASSWORD}@/nowhere?host={socket}")
    # Let in, but without the right to make tables:
    message = failed(f"postgresql://guest:{PASSWORD}@/postgres?host={socket}&schema=guests")
    assert "this user needs SELECT, INSERT" in message
    assert f"postgresql://guest@/postgres?host={socket}&schema=guests" in message


def test_connections_that_the_server_ended_are_replaced_unnoticed(pg_store: Store, postgres_server: Server) -> None:
    case = open_case(pg_store)
    assert pg_store.row(case.case_id) == case
    with admin(postgres_server) as connection:
        for pid in sessions_of(pg_store, connection):
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert pg_store.row(case.case_id) == case
    assert move(pg_store, case).version == 2


def test_a_connection_lost_while_committing_leaves_the_answer_to_the_command_id(
    url: str, pg_store: Store, postgres_server: Server
) -> None:
    case = open_case(pg_store)
    with open_store(url.replace("timeout=0.5", "timeout=60")) as patient, admin(postgres_server) as other:
        errors: list[BaseException] = []

        def write() -> None:
            try:
                move(patient, case, command="web-2")
            except BaseException as error:
                errors.append(error)

        with other.transaction():
            other.execute(f"LOCK TABLE {schema_of(url)}.stored_events IN EXCLUSIVE MODE")
            thread = threading.Thread(target=write)
            thread.start()
            with admin(postgres_server) as killer:
                (pid,) = until(lambda: sessions_of(patient, killer, "relation"))
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            thread.join()
        (error,) = errors
        assert isinstance(error, StoreError)
        assert "same command id, which settles what happened" in str(error)
        assert patient.receipt("web-2") is None  # it happened not to be accepted
        move(patient, case, command="web-2")
        assert versions(patient.events(case.case_id)) == [1, 2]


def test_a_writer_that_keeps_the_log_locked_is_waited_for_and_then_named(
    url: str, pg_store: Store, postgres_server: Server
) -> None:
    case = open_case(pg_store)
    with admin(postgres_server) as other, other.transaction():
        other.execute(f"LOCK TABLE {schema_of(url)}.stored_events IN EXCLUSIVE MODE")
        for attempt in (lambda: move(pg_store, case), lambda: open_case(pg_store)):
            with pytest.raises(StoreError, match=r"another process has been writing for 0\.5 s"):
                attempt()
        assert pg_store.row(case.case_id) == case  # readers do not wait
        assert len(pg_store.log()) == 1
    assert move(pg_store, case).version == 2


def test_a_server_in_recovery_is_called_read_only(url: str, pg_store: Store) -> None:
    case = open_case(pg_store)
    with open_store(f"{url}&options=-c%20default_transaction_read_only%3Don") as standby:
        assert standby.row(case.case_id) == case
        with pytest.raises(StoreError, match="read-only"):
            move(standby, case)


def test_a_server_that_stops_and_starts_again_is_used_again() -> None:
    with server() as own:
        store = open_store(f"{own.uri}&timeout=2")
        case = open_case(store)
        assert store.row(case.case_id) == case
        own.stop()
        attempts = (
            lambda: store.row(case.case_id),
            lambda: move(store, case),
            lambda: open_case(store),
            store.recorder,
        )
        for attempt in attempts:
            with pytest.raises(StoreError, match="cannot be reached") as caught:
                attempt()
            assert caught.value.__suppress_context__
        own.start()
        assert store.row(case.case_id) == case
        assert move(store, case).version == 2
        before = store.count()
        with (
            pytest.raises(StoreError, match="was lost; is the server running"),
            store.transaction() as transaction,
        ):
            open_in(transaction)
            own.stop()
            own.start()
            with pytest.raises(StoreError, match=r"stopped|lost"):
                transaction.number("complaint")
            # Whoever goes on all the same is not told that it may have been committed.
        assert store.count() == before
        assert open_case(store).number == 2
        store.close()
