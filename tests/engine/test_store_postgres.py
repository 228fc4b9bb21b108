"""A store in Postgres: its tables, its neighbours, its log, and who else uses them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
from eventsourcing.application import Application
from postgres_samples import admin, failed, schema_of
from psycopg.conninfo import conninfo_to_dict
from store_samples import move, open_case, open_in

from service_flow.engine.store import Store, open_store
from service_flow.engine.store.postgres.store import READERS
from service_flow.errors import StoreError
from stores import Server


def test_all_is_there_when_it_is_opened_again(url: str, pg_store: Store) -> None:
    case = open_case(pg_store, command="web-1")
    with open_store(url) as again:
        assert again.row(case.case_id) == case
        assert open_case(again).number == 2


def test_tables_that_are_there_are_not_made_again(url: str, pg_store: Store, postgres_server: Server) -> None:
    """A lock that any statement which changes a table would wait for."""
    with admin(postgres_server) as other, other.transaction():
        for table in ("stored_events", "service_flow_cases", "service_flow_schema"):
            other.execute(f"LOCK TABLE {schema_of(url)}.{table} IN SHARE MODE")
        open_store(url).close()


def test_many_transactions_with_a_number_may_read_while_others_wait(url: str) -> None:
    """More threads than connections for reading: those that wait for the lock must not hold them all."""
    with open_store(url.replace("timeout=0.5", "timeout=20")) as store:
        case = open_case(store)
        errors: list[BaseException] = []

        def work() -> None:
            try:
                with store.transaction() as transaction:
                    open_in(transaction)
                    assert store.row(case.case_id) == case
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(READERS + 8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert store.count()["open request"] == READERS + 9


def test_a_text_that_postgres_cannot_hold_is_refused_whole(pg_store: Store) -> None:
    with pytest.raises(StoreError, match="NUL"):
        open_case(pg_store, command="a\x00b")
    assert pg_store.log() == []
    assert open_case(pg_store).number == 1


def test_the_log_of_another_application_is_left_alone(url: str, postgres_server: Server) -> None:
    with admin(postgres_server) as connection:
        connection.execute(f"CREATE SCHEMA {schema_of(url)}")
        connection.execute(f"CREATE TABLE {schema_of(url)}.stored_events (x int)")
    assert "log of another eventsourcing application" in failed(url)


def test_tables_of_the_host_and_types_of_the_library_in_the_schema_do_not_matter(
    url: str, postgres_server: Server
) -> None:
    schema = schema_of(url)
    with admin(postgres_server) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE TABLE {schema}.invoices (x int)")
        connection.execute(f"CREATE TYPE {schema}.stored_event_uuid AS (originator_id uuid, x int)")
    with open_store(url) as store:
        open_case(store)
    with admin(postgres_server) as connection:
        functions = connection.execute(
            "SELECT count(*) FROM pg_proc WHERE pronamespace = %s::regnamespace", (schema,)
        ).fetchone()
    assert functions == (0,)  # the library's own, which inserts without the lock


def test_tables_of_a_newer_release_are_left_alone(url: str, pg_store: Store, postgres_server: Server) -> None:
    with admin(postgres_server) as connection:
        connection.execute(f"UPDATE {schema_of(url)}.service_flow_schema SET version = 99")
    assert "version 99" in failed(url)


def test_stores_in_two_schemas_of_a_database_know_nothing_of_each_other(
    postgres_database: Callable[[], str],
) -> None:
    with open_store(postgres_database()) as one, open_store(postgres_database()) as other:
        open_case(one, command="web-1")
        assert other.log() == []
        assert open_case(other, command="web-1").number == 1


def test_a_table_that_somebody_dropped_is_missed(url: str, pg_store: Store, postgres_server: Server) -> None:
    with admin(postgres_server) as connection:
        connection.execute(f"DROP TABLE {schema_of(url)}.service_flow_receipts")
    with pytest.raises(StoreError, match="tables is missing"):
        open_case(pg_store, command="web-1")
    assert pg_store.log() == []


PROGRAM = """
import sys
sys.path[:0] = [{tests!r}]
from store_samples import open_case
from service_flow.engine.store import open_store
with open_store(sys.argv[1]) as store:
    for _ in range(3):
        open_case(store)
"""


def test_processes_that_start_together_share_a_new_database(postgres_database: Callable[[], str]) -> None:
    url = postgres_database() + "&timeout=30"
    program = PROGRAM.format(tests=str(Path(__file__).parent))
    processes = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE, text=True) for _ in range(12)
    ]
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 12
    with open_store(url) as store:
        assert [case.number for case in store.cases(limit=99)] == list(range(1, 37))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_process_opens_connections_of_its_own(pg_store: Store) -> None:
    case = open_case(pg_store)
    assert pg_store.row(case.case_id) == case
    child = os.fork()
    if child == 0:
        try:
            move(pg_store, case)
            pg_store.close()
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    after = pg_store.row(case.case_id)
    assert after is not None
    assert move(pg_store, after).version == 3


def test_an_application_of_the_library_reads_the_log(url: str, pg_store: Store) -> None:
    class Reader(Application[UUID]):
        name: ClassVar[str] = "stored"  # which the library turns into the name of the table

    case = open_case(pg_store)
    move(pg_store, case)
    place = conninfo_to_dict(url.partition("&schema")[0])
    reader = Reader(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(place["dbname"]),
            "POSTGRES_HOST": str(place["host"]),
            "POSTGRES_USER": str(place["user"]),
            "POSTGRES_PASSWORD": "",
            "POSTGRES_SCHEMA": schema_of(url),
            "CREATE_TABLE": "no",
            "MAPPER_TOPIC": "service_flow.engine.store.mapper:EventMapper",
        }
    )
    assert [item.id for item in reader.notification_log["1,10"].items] == [1, 2]
    assert list(reader.events.get(case.case_id)) == pg_store.events(case.case_id)
    seen = threading.Event()

    def go_on() -> None:
        """The library may begin to listen only after the first of these; what follows tells it of that one too."""
        latest = case._replace(version=2)
        while not seen.wait(0.2):
            latest = move(pg_store, latest)

    with reader.recorder.subscribe(gt=1) as subscription:
        assert next(subscription).originator_version == 2
        moving = threading.Thread(target=go_on)
        moving.start()
        try:
            assert next(subscription).originator_version == 3
        finally:
            seen.set()
            moving.join()
    reader.close()


def test_places_in_the_log_are_given_in_the_order_of_commits(url: str) -> None:
    """Ids of a sequence given without the lock would be seen out of order by some of these readers."""
    stop = threading.Event()
    wrong: list[list[int]] = []

    def watch() -> None:
        seen: list[int] = []
        while not stop.is_set():
            places = [position.position for position in patient.log(limit=10_000)]
            if places[: len(seen)] != seen:
                wrong.append(places)
            seen = places

    def write() -> None:
        case = open_case(patient)
        for _ in range(20):
            case = move(patient, case)

    with open_store(url.replace("timeout=0.5", "timeout=20")) as patient:
        watchers = [threading.Thread(target=watch) for _ in range(2)]
        writers = [threading.Thread(target=write) for _ in range(6)]
        for thread in itertools.chain(watchers, writers):
            thread.start()
        for thread in writers:
            thread.join()
        stop.set()
        for thread in watchers:
            thread.join()
        assert wrong == []
        assert len(patient.log(limit=10_000)) == 126
