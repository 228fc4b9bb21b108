"""What an error of Postgres means to the people who run the store.

Texts of the server and of libpq are read but never handed on: they quote rows, parameters and connection
strings.
"""

from __future__ import annotations

import psycopg

from service_flow.errors import StoreError

GONE = "the connection was lost; is the server running? The next call connects again"
LOST_IN_COMMIT = (
    "the connection was lost while committing, so the command may have been accepted or not; send it again "
    "with the same command id, which settles what happened"
)
FORKED = "this process was forked inside of this transaction, which is its parent's; begin another one"
DOWN = "the server cannot be reached; is it running, and are host and port right?"
_DENIED = "the server does not let this user in; check the user, the password and pg_hba.conf"

_MEANINGS = {
    "08": GONE,
    "28": _DENIED,
    "3D000": "there is no such database; make it with CREATE DATABASE",
    "3F000": "there is no such schema",
    # A division by zero: the guard of an update raises it.
    "22012": "its case index has lost a case; rebuild it from the events",
    "22": "a text cannot be stored there: Postgres takes no NUL character",
    "23": "its case index does not match its events; rebuild it from the events",
    "25006": "it is read-only; connect to the primary, e.g. with ?target_session_attrs=read-write",
    "42501": "this user needs SELECT, INSERT, UPDATE and DELETE, and CREATE at the first start",
    "42P01": "one of its tables is missing; restore the database from a copy",
    "53100": "the disk of the server is full; nothing was written, make room and try again",
    "53300": "the server has no connection left; raise max_connections, or close other programs",
    "55P03": "another process has been writing for {timeout:g} s; try again, or raise ?timeout=",
    "57014": "the server gave up on a statement that took too long (statement_timeout)",
    "57P": "the server was stopped or is starting; the next call connects again",
}
_WORDS = {
    "database system": _MEANINGS["57P"],  # it is starting up, is shutting down, is in recovery mode, ...
    "password": _DENIED,
    "authentication": _DENIED,
    "pg_hba.conf": _DENIED,
    "role ": _DENIED,
    "database ": _MEANINGS["3D000"],
    "too many": _MEANINGS["53300"],
}
"""Words of connection errors, which carry no code; the first that is found counts. Where none is (another language) the
server counts as down.
"""


def failure(url: str, error: psycopg.Error, timeout: float) -> StoreError:
    """The StoreError to raise (from None) for an error on an open connection."""
    code = error.sqlstate or ""
    meaning = _MEANINGS.get(code) or _MEANINGS.get(code[:3]) or _MEANINGS.get(code[:2])
    if meaning is None and isinstance(error, psycopg.OperationalError) and not code:
        meaning = GONE
    if meaning is None and isinstance(error, psycopg.DataError):  # found by the driver, which gives no code
        meaning = _MEANINGS["22"]
    meaning = meaning or f"Postgres failed with {type(error).__name__} {code}".rstrip()
    return StoreError(f"{url}: {meaning.format(timeout=timeout)}")


def may_have_committed(error: psycopg.Error) -> bool:
    """Whether a transaction whose COMMIT was sent may have been committed in spite of this error.

    An ordinary error of the server ends the transaction, and one of the driver is found before anything is sent. Of a
    connection that is lost, or that the server gives up, nothing is known: also behind the answer to a COMMIT the
    server may say that it is stopping.
    """
    return isinstance(error, psycopg.OperationalError) and error.diag.severity_nonlocalized != "ERROR"


def no_connection(url: str, error: psycopg.Error) -> StoreError:
    """The StoreError to raise (from None) when no connection could be made."""
    text = str(error).lower()
    if "fatal" in text or "password" in text:
        for word, meaning in _WORDS.items():
            if word in text:
                return StoreError(f"{url}: {meaning}")
    return StoreError(f"{url}: {DOWN}")
