"""Our tables and the log's in a Postgres schema: made by the first of all processes that start together."""

from __future__ import annotations

from psycopg import sql

from service_flow.engine.store.postgres.connections import Connection
from service_flow.engine.store.statements import LOG, SCHEMA
from service_flow.engine.store.tables import VERSION, check_there, check_version, steps_from
from service_flow.errors import StoreError

WAIT = "60s"
"""For another process that is making the tables at this moment."""


def prepare(connection: Connection, url: str, schema: str, *, create: bool = True) -> None:
    """Bring the tables to this release's version. Where they have it, nothing is locked or written.

    Without `create` they must have it; StoreError is raised otherwise.
    """
    found = _version(connection, url, schema)
    if not create:
        check_there(url, found)
    if found == VERSION:
        return
    from service_flow.engine.store.postgres.recorder import log_tables  # noqa: PLC0415 -- slow, rarely needed

    made = [statement.as_string() for statement in log_tables(schema)]
    name = sql.Identifier(schema).as_string()
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (WAIT,))
        key = f"service_flow:{schema}"
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
        # Another process may have done it while this one waited.
        version = _version(connection, url, schema)
        if version == VERSION:
            return
        if not _names(connection, "SELECT nspname FROM pg_namespace WHERE nspname = %s", schema):
            connection.execute(f"CREATE SCHEMA {name}")
        types = _names(connection, _TYPES, schema)
        if version == 0:
            for statement in made:
                # For types there is no IF NOT EXISTS; another application of the library may have made this
                # one.
                if "CREATE TYPE" not in statement or "stored_event_uuid" not in types:
                    connection.execute(statement)
        for statement in steps_from(version, uuid="uuid", prefix=f"{name}.", bytewise=' COLLATE "C"'):
            connection.execute(statement)


# The catalogue is asked as any table is, and for all tables at once: what functions such as to_regclass
# remember can be older than the lock that was waited for.
_TABLES = "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = %s"
_TYPES = "SELECT typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE nspname = %s"


def _version(connection: Connection, url: str, schema: str) -> int:
    """The version of our tables; 0 when there are none. Raises StoreError when the log is not ours."""
    tables = _names(connection, _TABLES, schema)
    if SCHEMA in tables:
        statement = sql.SQL("SELECT version FROM {}").format(sql.Identifier(schema, SCHEMA))
        row = connection.execute(statement).fetchone()
        version = int(row[0]) if row else 0
        check_version(url, version)
        return version
    if LOG in tables:
        raise StoreError(
            f"{url}: its schema holds the log of another eventsourcing application; name another, ?schema="
        )
    return 0


def _names(connection: Connection, statement: str, schema: str) -> set[str]:
    return {name for (name,) in connection.execute(statement, (schema,))}
