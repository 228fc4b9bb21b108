"""The SQL of our own tables and of the log, said once for all databases."""

# ruff: noqa: S608 -- these texts are put together from the constants here, never from what is stored or asked for.

from __future__ import annotations

LOG = "stored_events"
CASES = "service_flow_cases"
RECEIPTS = "service_flow_receipts"
NUMBERS = "service_flow_numbers"
REVISIONS = "service_flow_revisions"
SCHEMA = "service_flow_schema"
EFFECTS = "service_flow_effects"

NAMES = (
    "case_id", "subject", "number", "flow", "revision", "version", "configuration", "owner", "owners",
    "outcome", "clock", "customer", "about", "opened_at", "entered_at", "changed_at", "next_due", "promised",
)  # fmt: skip
COLUMNS = ", ".join(NAMES)
EFFECT_NAMES = (
    "case_id", "version", "effect", "event_id", "call", "at", "state", "attempts", "next_try", "because",
)  # fmt: skip
EFFECT_COLUMNS = ", ".join(EFFECT_NAMES)
WAITING = ("pending", "parked")
"""The states of effects that somebody asks for."""
MOVING = (
    "flow", "revision", "version", "configuration", "owner", "owners", "outcome", "clock",
    "entered_at", "changed_at", "next_due", "promised",
)  # fmt: skip
"""The columns that an event may change after the opening; few change the last two."""


class Statements:
    """Constant texts, so that every connection prepares each of them once.

    `mark` is the database's placeholder, `position` the log's column of places, `prefix` stands before
    tables.
    """

    def __init__(self, *, mark: str, position: str, prefix: str = "") -> None:
        log, cases, receipts = prefix + LOG, prefix + CASES, prefix + RECEIPTS
        numbers, revisions = prefix + NUMBERS, prefix + REVISIONS

        def values(count: int) -> str:
            return ", ".join([mark] * count)

        self.insert_event = f"INSERT INTO {log} (originator_id, originator_version, topic, state) VALUES ({values(4)})"
        self.insert_case = f"INSERT INTO {cases} ({COLUMNS}) VALUES ({values(len(NAMES))})"
        moving = ", ".join(f"{column} = {mark}" for column in MOVING)
        self.update_case = f"UPDATE {cases} SET {moving} WHERE case_id = {mark}"
        standing = ", ".join(f"{column} = {mark}" for column in MOVING[:-2])
        self.update_standing = f"UPDATE {cases} SET {standing} WHERE case_id = {mark}"
        self.insert_receipt = f"INSERT INTO {receipts} (command_id, case_id, first, last) VALUES ({values(4)})"
        self.raise_number = (
            f"INSERT INTO {numbers} AS n (subject, last) VALUES ({values(2)}) "
            "ON CONFLICT (subject) DO UPDATE SET last = excluded.last WHERE excluded.last > n.last"
        )
        self.insert_revision = (
            f"INSERT INTO {revisions} (revision, flow, form) VALUES ({values(3)}) ON CONFLICT (revision) DO NOTHING"
        )

        self.events = (
            f"SELECT originator_version, topic, state FROM {log} WHERE originator_id = {mark} "
            f"AND originator_version > {mark} AND originator_version <= {mark} ORDER BY originator_version"
        )
        self.version_from = f"SELECT 1 FROM {log} WHERE originator_id = {mark} AND originator_version >= {mark} LIMIT 1"
        select = f"SELECT {COLUMNS} FROM {cases} WHERE"
        self.row = f"{select} case_id = {mark}"
        self.numbered = f"{select} subject = {mark} AND number = {mark}"
        self.receipt = f"SELECT command_id, case_id, first, last FROM {receipts} WHERE command_id = {mark}"
        self.last_number = f"SELECT last FROM {numbers} WHERE subject = {mark}"
        self.revision = f"SELECT form FROM {revisions} WHERE revision = {mark}"
        self.revisions = f"SELECT revision FROM {revisions} ORDER BY flow, revision"

        # Subject and owner come first and equal, so each of these is a walk along one index, as long as its
        # page. Several subjects or owners are several walks, merged by the caller.
        self.subjects = f"SELECT subject FROM {numbers} ORDER BY subject"
        waiting = f"(entered_at, case_id) > ({values(2)}) ORDER BY entered_at, case_id LIMIT {mark}"
        open_of = f"{select} outcome IS NULL AND subject = {mark}"
        self.waiting = f"{open_of} AND {waiting}"
        self.waiting_for_owner = f"{open_of} AND owner = {mark} AND {waiting}"
        # `owners` is filled only where there are several, and few cases stand so: its index holds only those.
        # LIKE would tell upper from lower case on one database and not on the other.
        self.waiting_for_one_of_several = (
            f"{open_of} AND owners IS NOT NULL AND replace(owners, {mark}, '') <> owners AND {waiting}"
        )

        self.due = (
            f"{select} next_due <= {mark} AND (next_due, case_id) > ({values(2)}) "
            f"ORDER BY next_due, case_id LIMIT {mark}"
        )
        by_promise = f"(promised, case_id) > ({values(2)}) ORDER BY promised, case_id LIMIT {mark}"
        promised_of = f"{select} promised IS NOT NULL AND subject = {mark}"
        self.promised = f"{promised_of} AND {by_promise}"
        self.promised_for_owner = f"{promised_of} AND owner = {mark} AND {by_promise}"
        self.promised_for_one_of_several = (
            f"{promised_of} AND owners IS NOT NULL AND replace(owners, {mark}, '') <> owners AND {by_promise}"
        )

        effects = prefix + EFFECTS
        self.insert_effect = f"INSERT INTO {effects} ({EFFECT_COLUMNS}) VALUES ({values(len(EFFECT_NAMES))})"
        one_effect = f"case_id = {mark} AND version = {mark} AND effect = {mark}"
        self.change_effect = (
            f"UPDATE {effects} SET state = {mark}, attempts = {mark}, next_try = {mark}, because = {mark} "
            f"WHERE {one_effect} AND state = {mark} AND attempts = {mark} AND next_try = {mark}"
        )
        select_effects = f"SELECT {EFFECT_COLUMNS} FROM {effects} WHERE"
        self.effect = f"{select_effects} {one_effect}"
        # The states are said as texts, not marked: so the index that holds only such rows is found to fit.
        in_turn = (
            f"next_try <= {mark} AND (next_try, case_id, version, effect) > ({values(4)}) "
            f"ORDER BY next_try, case_id, version, effect LIMIT {mark}"
        )
        self.effects = {state: f"{select_effects} state = '{state}' AND {in_turn}" for state in WAITING}
        self.effect_counts = tuple(
            f"SELECT '{state}', count(*) FROM {effects} WHERE state = '{state}'" for state in WAITING
        )

        self.log = (
            f"SELECT {position}, originator_id, originator_version, topic, state FROM {log} "
            f"WHERE {position} > {mark} ORDER BY {position} LIMIT {mark}"
        )

        self.counts = (
            f"SELECT subject, outcome IS NULL, count(*) FROM {cases} GROUP BY subject, outcome IS NULL",
            f"SELECT 'events', 1, count(*) FROM {log}",
            f"SELECT 'receipts', 1, count(*) FROM {receipts}",
            f"SELECT 'revisions', 1, count(*) FROM {revisions}",
        )
        self.clear = tuple(f"DELETE FROM {table}" for table in (receipts, cases, numbers))

        self._mark, self._select = mark, select

    def listing(self, *, subject: bool, customer: bool, about: bool, open_only: bool) -> str:
        """A page of cases by subject and number. It marks the flags in this order, the last number (without
        `subject`: the last subject and number), the limit.
        """
        mark = self._mark
        conditions = [
            f"{column} = {mark}"
            for column, asked in (("subject", subject), ("customer", customer), ("about", about))
            if asked
        ]
        if open_only:
            conditions.append("outcome IS NULL")
        # Said by the pair as well, SQLite would walk through all numbers of the subject that were seen
        # before.
        conditions.append(f"number > {mark}" if subject else f"(subject, number) > ({mark}, {mark})")
        return f"{self._select} {' AND '.join(conditions)} ORDER BY subject, number LIMIT {mark}"
