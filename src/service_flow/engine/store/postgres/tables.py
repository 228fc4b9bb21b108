"""Our tables and the log's in a Postgres schema: made once, by the first of all processes that start
together.
"""

from __future__ import annotations

from psycopg import sql

from service_flow.engine.store.postgres.connections import Connection
from service_flow.engine.store.statements import LOG, SCHEMA
from service_flow.engine.store.tables import VERSION, check_version, steps_from
from service_flow.errors import StoreError

WAIT = "60s"
"""For another process that is making the tables at this moment."""


def prepare(connection: Connection, url: str, schema: str) -> None:
    """Bring the tables to this release's version. When they have it already, nothing is locked and nothing
    written.
    """
    if _version(connection, url, schema) == VERSION:
        return
    from service_flow.engine.store.postgres.recorder import log_tables  # noqa: PLC0415 -- slow, and rarely needed

    log = log_tables(schema)
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (WAIT,))
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"service_flow:{schema}",)
        )
        # Another process may have done it while this one waited.
        version = _version(connection, url, schema)
        if version == VERSION:
            return
        if _one(connection, "SELECT to_regnamespace(%s)::text", sql.Identifier(schema).as_string()) is None:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        prefix = f"{sql.Identifier(schema).as_string()}."
        made = [statement.as_string() for statement in log] if version == 0 else []
        for statement in [*made, *steps_from(version, uuid="uuid", prefix=prefix)]:
            # Another application of the library in this schema has made the same type; there is no IF NOT
            # EXISTS for it.
            if "CREATE TYPE" in statement and _one(
                connection, "SELECT to_regtype(%s)::text", f"{prefix}stored_event_uuid"
            ):
                continue
            connection.execute(statement)


def _version(connection: Connection, url: str, schema: str) -> int:
    """The version of our tables; 0 when there are none. Raises StoreError when the log is not ours."""
    prefix = f"{sql.Identifier(schema).as_string()}."
    if _one(connection, "SELECT to_regclass(%s)::text", prefix + SCHEMA) is not None:
        statement = sql.SQL("SELECT version FROM {}.{}").format(
            sql.Identifier(schema), sql.Identifier(SCHEMA)
        )
        row = connection.execute(statement).fetchone()
        version = int(row[0]) if row else 0
        check_version(url, version)
        return version
    if _one(connection, "SELECT to_regclass(%s)::text", prefix + LOG) is not None:
        raise StoreError(
            f"{url}: its schema holds the log of another eventsourcing application; name another, ?schema="
        )
    return 0


def _one(connection: Connection, statement: str, name: str) -> str | None:
    row = connection.execute(statement, (name,)).fetchone()
    return row[0] if row else None
