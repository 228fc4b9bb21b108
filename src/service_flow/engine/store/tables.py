"""Our own tables beside the log, by version. A store brings a database to `VERSION` once, under a lock.

A released step is never edited: a change of the tables is a new step at the end.
"""

from __future__ import annotations

from service_flow.engine.store.statements import (
    CASES,
    COUNTS,
    EFFECTS,
    ENTRIES,
    ERASURES,
    KEYS,
    NUMBERS,
    OUTDATED,
    RECEIPTS,
    REVISIONS,
    SCHEMA,
)
from service_flow.errors import StoreError

_FIRST = (
    "CREATE TABLE {prefix}{cases} ("
    "case_id {uuid} NOT NULL PRIMARY KEY, subject text NOT NULL, number bigint NOT NULL, flow text NOT NULL, "
    "revision text NOT NULL, version bigint NOT NULL, configuration text NOT NULL, owner text, owners text, "
    "outcome text, clock text NOT NULL, customer {uuid}, about {uuid}, opened_at bigint NOT NULL, "
    "entered_at bigint NOT NULL, changed_at bigint NOT NULL){clustered}",
    "CREATE UNIQUE INDEX {cases}_number ON {prefix}{cases} (subject, number)",
    # A worklist page is a walk along one of these, so it costs the same however many cases there are.
    "CREATE INDEX {cases}_waiting ON {prefix}{cases} (subject, entered_at, case_id) WHERE outcome IS NULL",
    "CREATE INDEX {cases}_owner ON {prefix}{cases} (subject, owner, entered_at, case_id) WHERE outcome IS NULL",
    "CREATE INDEX {cases}_owners ON {prefix}{cases} (subject, entered_at, case_id) "
    "WHERE outcome IS NULL AND owners IS NOT NULL",
    "CREATE INDEX {cases}_customer ON {prefix}{cases} (customer, subject, number) WHERE customer IS NOT NULL",
    "CREATE INDEX {cases}_about ON {prefix}{cases} (about, subject, number) WHERE about IS NOT NULL",
    "CREATE TABLE {prefix}{receipts} ("
    "command_id text NOT NULL PRIMARY KEY, case_id {uuid} NOT NULL, first bigint NOT NULL, "
    "last bigint NOT NULL){clustered}",
    "CREATE TABLE {prefix}{numbers} (subject text NOT NULL PRIMARY KEY, last bigint NOT NULL){clustered}",
    "CREATE TABLE {prefix}{revisions} (revision text NOT NULL PRIMARY KEY, flow text NOT NULL, form text NOT NULL)",
    "CREATE TABLE {prefix}{schema} (version bigint NOT NULL)",
    "INSERT INTO {prefix}{schema} (version) VALUES (0)",
)
_DUES = (
    "ALTER TABLE {prefix}{cases} ADD COLUMN next_due bigint",
    "ALTER TABLE {prefix}{cases} ADD COLUMN promised bigint",
    # Cases on which nothing falls due are in neither, and cost nothing.
    "CREATE INDEX {cases}_next_due ON {prefix}{cases} (next_due, case_id) WHERE next_due IS NOT NULL",
    "CREATE INDEX {cases}_promised ON {prefix}{cases} (subject, promised, case_id) WHERE promised IS NOT NULL",
)
_EFFECTS = (
    "CREATE TABLE {prefix}{effects} ("
    "case_id {uuid} NOT NULL, version bigint NOT NULL, effect text NOT NULL, event_id {uuid} NOT NULL, "
    "call text NOT NULL, at bigint NOT NULL, state text NOT NULL, attempts bigint NOT NULL, next_try bigint NOT NULL, "
    "because text, PRIMARY KEY (case_id, version, effect)){clustered}",
    # Those that are done are in neither, so what is still to be done is found at the same cost however many there were.
    "CREATE INDEX {effects}_pending ON {prefix}{effects} (next_try, case_id, version, effect) WHERE state = 'pending'",
    "CREATE INDEX {effects}_parked ON {prefix}{effects} (next_try, case_id, version, effect) WHERE state = 'parked'",
)
_ENTRIES = (
    # What features find cases by. Order and equality are those of the bytes, on every database.
    "CREATE TABLE {prefix}{entries} ("
    "kind text{bytewise} NOT NULL, key text{bytewise} NOT NULL, sort text{bytewise} NOT NULL, case_id {uuid} NOT NULL, "
    "value text NOT NULL, PRIMARY KEY (kind, key, sort, case_id)){clustered}",
    "CREATE INDEX {entries}_case ON {prefix}{entries} (case_id)",
)
_KEYS = (
    # The keys that personal data is sealed under, each wrapped by a master key; and how many persons were erased.
    "CREATE TABLE {prefix}{keys} (key_id {uuid} NOT NULL PRIMARY KEY, owner {uuid} NOT NULL, master text NOT NULL, "
    "wrapped text NOT NULL){clustered}",
    "CREATE UNIQUE INDEX {keys}_owner ON {prefix}{keys} (owner)",
    "CREATE TABLE {prefix}{erasures} (done bigint NOT NULL)",
    "INSERT INTO {prefix}{erasures} (done) VALUES (0)",
)
_COUNTS = (
    # How many entries of some kinds there are under each key: counting a thousand keys takes longer than it may.
    "CREATE TABLE {prefix}{counts} (kind text{bytewise} NOT NULL, key text{bytewise} NOT NULL, number bigint NOT NULL, "
    "PRIMARY KEY (kind, key)){clustered}",
)
_TOUCHED = (
    # The cases of a customer by their last change, and how far each has come, which is read from the index alone. The
    # index of all that wait goes for it: what waits is walked owner by owner, and a command changes as many as before.
    "CREATE INDEX {cases}_touched ON {prefix}{cases} (customer, changed_at, case_id, version) "
    "WHERE customer IS NOT NULL",
    "DROP INDEX IF EXISTS {prefix}{cases}_waiting",
    # Features find cases by other entries than before: a desk makes those of a database that has cases anew.
    "INSERT INTO {prefix}{counts} (kind, key, number) "
    "SELECT '{outdated}', '', 1 WHERE EXISTS (SELECT 1 FROM {prefix}{cases})",
)
STEPS: tuple[tuple[str, ...], ...] = (_FIRST, _DUES, _EFFECTS, _ENTRIES, _KEYS, _COUNTS, _TOUCHED)
"""The first makes a new database; each later one brings it from its own place in the row to the next."""
VERSION = len(STEPS)


def steps_from(
    version: int, *, uuid: str, clustered: str = "", prefix: str = "", bytewise: str = ""
) -> list[str]:  # fmt: skip
    """The statements that bring our tables from a version to `VERSION`. The log itself is not among them.

    `clustered` ends the tables that are read by their key alone, `bytewise` the columns of texts that are ordered by
    their bytes.
    """
    words = {
        "cases": CASES,
        "receipts": RECEIPTS,
        "numbers": NUMBERS,
        "revisions": REVISIONS,
        "schema": SCHEMA,
        "effects": EFFECTS,
        "entries": ENTRIES,
        "counts": COUNTS,
        "outdated": OUTDATED,
        "keys": KEYS,
        "erasures": ERASURES,
        "uuid": uuid,
        "clustered": clustered,
        "prefix": prefix,
        "bytewise": bytewise,
    }
    statements = [text.format(**words) for step in STEPS[version:] for text in step]
    return [*statements, f"UPDATE {prefix}{SCHEMA} SET version = {VERSION}"]  # noqa: S608 -- constants only


def check_there(url: str, version: int) -> None:
    """Raises StoreError unless the tables are there in this release's version: for whoever may not make them."""
    if version == 0:
        raise StoreError(f"{url}: there is no store here yet; a desk makes its tables when it is first opened")
    if version < VERSION:
        raise StoreError(
            f"{url}: its tables have version {version} and this release needs {VERSION}; "
            "open it once with a desk, which brings them forward"
        )


def check_version(url: str, version: int) -> None:
    """Raises StoreError for tables that a newer release has made."""
    if version > VERSION:
        raise StoreError(
            f"{url}: its tables have version {version} and this release knows {VERSION}; "
            "install a newer release of service-flow"
        )
