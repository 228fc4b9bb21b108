"""The eventsourcing library's own recorder over our log in Postgres, and how it makes the table of the log.

The library's module is slow to import and only needed here, so importing this one waits until it is asked
for.
"""

from __future__ import annotations

from typing import Any, cast

from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import Composed

POOL = 10
"""Connections the recorder may open, besides the store's; each subscription keeps one of them."""


def log_recorder(conninfo: str, schema: str, timeout: float) -> PostgresApplicationRecorder:
    """The recorder over the log in a schema. It connects when it is made."""
    given = conninfo_to_dict(conninfo)
    datastore = _datastore(PostgresDatastore, given, schema, timeout)
    # The datastore takes the five usual words of a connection string; the others (sslmode, say) are put where
    # its pool looks for them.
    cast(dict[str, Any], datastore.pool.kwargs).update(given)
    try:
        return PostgresApplicationRecorder(datastore)
    except BaseException:
        datastore.close()
        raise


def log_tables(schema: str) -> list[Composed]:
    """How the library makes the table of the log, its index and its type.

    The function that the library adds for its setting ENABLE_DB_FUNCTIONS is left out: it inserts without the
    lock, and it would replace that of another application in the schema.
    """
    recorder = PostgresApplicationRecorder(_datastore(_Unconnected, {}, schema, 5.0))
    return [text for text in recorder.sql_create_statements if "FUNCTION" not in text.as_string()]


class _Unconnected(PostgresDatastore):
    def register_type_adapters(self) -> None:
        """Nothing: this one is never asked to insert, so it need not connect to look up the type."""


def _datastore(kind: type[PostgresDatastore], given: dict[str, Any], schema: str, timeout: float) -> PostgresDatastore:
    return kind(
        given.get("dbname", ""),
        given.get("host", ""),
        given.get("port", ""),
        given.get("user", ""),
        given.get("password", ""),
        connect_timeout=timeout,
        pool_size=1,
        max_overflow=POOL - 1,
        lock_timeout=max(1, round(timeout)),
        schema=schema,
    )
