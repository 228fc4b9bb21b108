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
KEYS = "service_flow_keys"
ERASURES = "service_flow_erasures"
ENTRIES = "service_flow_entries"
COUNTS = "service_flow_entry_counts"
OUTDATED = "store:outdated"
"""The kind under which it is noted in the counts that the entries are those of an older release."""

TABLES = (LOG, CASES, RECEIPTS, NUMBERS, REVISIONS, EFFECTS, ENTRIES, COUNTS, KEYS, ERASURES)

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
        numbers, revisions, effects = prefix + NUMBERS, prefix + REVISIONS, prefix + EFFECTS

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

        self._say_waiting(cases, numbers, select, mark)

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

        self._say_entries(prefix + ENTRIES, mark)
        self._say_counts(prefix + COUNTS, prefix + ENTRIES, mark)

        self.recent, self.touched, self.events_backwards = _newest_first(cases, log, mark)
        self.log = (
            f"SELECT {position}, originator_id, originator_version, topic, state FROM {log} "
            f"WHERE {position} > {mark} ORDER BY {position} LIMIT {mark}"
        )

        self._say_keys(prefix, mark)

        self.counts = (
            f"SELECT subject, outcome IS NULL, count(*) FROM {cases} GROUP BY subject, outcome IS NULL",
            f"SELECT 'events', 1, count(*) FROM {log}",
            f"SELECT 'receipts', 1, count(*) FROM {receipts}",
            f"SELECT 'revisions', 1, count(*) FROM {revisions}",
        )
        cleared = (receipts, cases, numbers, prefix + ENTRIES, prefix + COUNTS)
        self.clear = tuple(f"DELETE FROM {table}" for table in cleared)

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

    def _say_keys(self, prefix: str, mark: str) -> None:
        keys, erasures, log, effects = prefix + KEYS, prefix + ERASURES, prefix + LOG, prefix + EFFECTS
        # The log read with how many persons were erased so far, in one look.
        self.sealed_events = self.events.replace(" FROM", f", (SELECT done FROM {erasures}) FROM", 1)
        self.sealed_log = self.log.replace(" FROM", f", (SELECT done FROM {erasures}) FROM", 1)
        self.rewrite_event = (
            f"UPDATE {log} SET topic = {mark}, state = {mark} "
            f"WHERE originator_id = {mark} AND originator_version = {mark}"
        )
        key_columns = "key_id, owner, master, wrapped"
        self.insert_key = f"INSERT INTO {keys} ({key_columns}) VALUES ({mark}, {mark}, {mark}, {mark})"
        select_key = f"SELECT {key_columns}, done FROM {erasures} LEFT JOIN {keys} ON"
        self.key_of = f"{select_key} owner = {mark}"
        self.key_row = f"{select_key} key_id = {mark}"
        self.keys = f"SELECT {key_columns} FROM {keys} WHERE key_id > {mark} ORDER BY key_id LIMIT {mark}"
        self.any_key = f"SELECT 1 FROM {keys} LIMIT 1"
        self.masters = f"SELECT master, count(*) FROM {keys} GROUP BY master ORDER BY master"
        self.rewrap_key = (
            f"UPDATE {keys} SET master = {mark}, wrapped = {mark} WHERE key_id = {mark} AND wrapped = {mark}"
        )
        self.destroy_key = f"DELETE FROM {keys} WHERE owner = {mark}"
        self.erasures = f"SELECT done FROM {erasures}"
        self.count_erasure = f"UPDATE {erasures} SET done = done + 1"
        self.drop_effects = (
            f"UPDATE {effects} SET because = NULL, "
            f"state = CASE WHEN state IN ('pending', 'parked') THEN 'dropped' ELSE state END WHERE case_id = {mark}"
        )
        cases = prefix + CASES
        self.silent_customers = (
            f"SELECT {COLUMNS} FROM {cases} AS c WHERE subject = 'customer' AND number > {mark} "
            f"AND opened_at <= {mark} AND (outcome IS NULL OR outcome <> 'merged') "
            f"AND (outcome IS NULL OR outcome <> 'erased' OR EXISTS (SELECT 1 FROM {keys} WHERE owner = c.case_id)) "
            f"AND NOT EXISTS (SELECT 1 FROM {cases} AS k WHERE k.customer = c.case_id "
            f"AND (k.outcome IS NULL OR k.entered_at > {mark})) ORDER BY number LIMIT {mark}"
        )
        self.any_entry = f"SELECT 1 FROM {prefix + ENTRIES} LIMIT 1"
        self.drop_all_entries = f"DELETE FROM {prefix + ENTRIES}"
        self.drop_entries = f"DELETE FROM {prefix + ENTRIES} WHERE case_id = {mark}"

    def _say_waiting(self, cases: str, numbers: str, select: str, mark: str) -> None:
        """What waits, and for whom."""
        # Subject and owner come first and equal, so each of these is a walk along one index, as long as its
        # page. Several subjects or owners are several walks, merged by the caller.
        self.subjects = f"SELECT subject FROM {numbers} ORDER BY subject"
        waiting = f"(entered_at, case_id) > ({mark}, {mark}) ORDER BY entered_at, case_id LIMIT {mark}"
        open_of = f"{select} outcome IS NULL AND subject = {mark}"
        # Ordered by the owner, too, who is nobody: else Postgres would sort all of them.
        self.waiting_for_nobody = f"{open_of} AND owner IS NULL AND {waiting}".replace("ORDER BY", "ORDER BY owner,")
        self.waiting_for_owner = f"{open_of} AND owner = {mark} AND {waiting}"
        owners = _owners(cases, mark)
        own = f"outcome IS NULL AND subject = {mark} AND owner = o.owner AND {waiting}"
        named = ", ".join(f"c.{column}" for column in COLUMNS.split(", "))
        in_order = f"ORDER BY c.entered_at, c.case_id LIMIT {mark}"
        self.waiting_for_somebody = (
            f"{owners} SELECT {named} FROM o JOIN {cases} AS c "
            f"ON c.case_id IN (SELECT case_id FROM {cases} WHERE {own}) {in_order}"
        )
        self.waiting_for_somebody_laterally = (
            f"{owners} SELECT {named} FROM o CROSS JOIN LATERAL ({select} {own}) AS c {in_order}"
        )
        # `owners` is filled only where there are several, and few cases stand so: its index holds only those.
        # LIKE would tell upper from lower case on one database and not on the other.
        self.waiting_for_one_of_several = (
            f"{open_of} AND owners IS NOT NULL AND replace(owners, {mark}, '') <> owners AND {waiting}"
        )

    def _say_entries(self, entries: str, mark: str) -> None:
        self.insert_entry = f"INSERT INTO {entries} (kind, key, sort, case_id, value) VALUES ({', '.join([mark] * 5)})"
        self.delete_entry = (
            f"DELETE FROM {entries} WHERE kind = {mark} AND key = {mark} AND sort = {mark} AND case_id = {mark}"
        )
        select_entries = f"SELECT kind, key, sort, case_id, value FROM {entries} WHERE"
        place = f"{select_entries} kind = {mark} AND key = {mark} AND sort >= {mark} AND sort < {mark} AND"
        self.entries = f"{place} (sort, case_id) > ({mark}, {mark}) ORDER BY sort, case_id LIMIT {mark}"
        self.entries_backwards = (
            f"{place} (sort, case_id) < ({mark}, {mark}) ORDER BY sort DESC, case_id DESC LIMIT {mark}"
        )
        self.entries_of_case = f"{select_entries} case_id = {mark} ORDER BY kind, key, sort"
        counted = f"SELECT key, count(*) FROM {entries} WHERE kind = {mark} AND key"
        self.count_entries = f"{counted} IN (SELECT value FROM json_each({mark})) GROUP BY key"
        self.count_entries_of_list = f"{counted} = ANY({mark}) GROUP BY key"

    def _say_counts(self, counts: str, entries: str, mark: str) -> None:
        """How many entries there are, where that is kept."""
        self.change_count = (
            f"INSERT INTO {counts} AS c (kind, key, number) VALUES ({mark}, {mark}, {mark}) "
            f"ON CONFLICT (kind, key) DO UPDATE SET number = c.number + excluded.number"
        )
        self.uncount_case = (
            f"UPDATE {counts} AS c SET number = number - (SELECT count(*) FROM {entries} AS e WHERE e.case_id = {mark} "
            f"AND e.kind = c.kind AND e.key = c.key) "
            f"WHERE (kind, key) IN (SELECT kind, key FROM {entries} WHERE case_id = {mark})"
        )
        self.recount = (
            f"INSERT INTO {counts} (kind, key, number) "
            f"SELECT kind, key, count(*) FROM {entries} WHERE kind = {mark} GROUP BY kind, key"
        )
        self.kept_counts = f"SELECT key, number FROM {counts} WHERE kind = {mark} AND number > 0"
        self.kept_count = f"{self.kept_counts} AND key = {mark}"


def _newest_first(cases: str, log: str, mark: str) -> tuple[str, str, str]:
    """A customer's own case and those of his that were changed last, with the last events of each, in one walk along an
    index; how far these cases have come, from the index alone; and the events of a case from the last."""
    columns = "case_id, subject, number, revision, version, opened_at, changed_at"
    recent = ", ".join(f"c.{column}" for column in columns.split(", "))
    last = (
        f"SELECT {columns} FROM {cases} WHERE customer = {mark} AND (changed_at, case_id) < ({mark}, {mark}) "
        f"ORDER BY changed_at DESC, case_id DESC LIMIT {mark}"
    )
    return (
        f"SELECT {recent}, e.originator_version, e.topic, e.state FROM (SELECT * FROM ({last}) AS his "
        f"UNION ALL SELECT {columns} FROM {cases} WHERE case_id = {mark}) AS c "
        f"JOIN {log} AS e ON e.originator_id = c.case_id AND e.originator_version > c.version - {mark} "
        "ORDER BY c.changed_at DESC, c.case_id DESC, e.originator_version DESC",
        f"SELECT case_id, version FROM {cases} WHERE case_id = {mark} UNION ALL SELECT * FROM (SELECT case_id, version "
        f"FROM {cases} WHERE customer = {mark} ORDER BY changed_at DESC, case_id DESC LIMIT {mark}) AS his",
        f"SELECT originator_version, topic, state FROM {log} WHERE originator_id = {mark} "
        f"AND originator_version < {mark} ORDER BY originator_version DESC LIMIT {mark}",
    )


def _owners(cases: str, mark: str) -> str:
    """The owners `o` for whom cases of a subject wait: in the index from each straight to the next."""
    following = f"SELECT min(owner) FROM {cases} WHERE outcome IS NULL AND subject = {mark}"
    return (
        f"WITH RECURSIVE o(owner) AS ({following} UNION ALL SELECT ({following} AND owner > o.owner) FROM o "
        "WHERE o.owner IS NOT NULL)"
    )
