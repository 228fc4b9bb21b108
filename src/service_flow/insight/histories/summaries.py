"""What an import did."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from heapq import heappush, heappushpop
from typing import Any

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True, order=True)
class RefusedRow:
    """A row that was refused: the line it begins in (the header is line 1), what it says, and why."""

    line: int
    case: str
    activity: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a log. `events` are its rows, `repeated` those that an earlier import had performed.

    `left_out` are the rows whose lifecycle transition does not count; they are no part of `events`. A case is
    accepted when every row was performed and the last one led to a final state. `customers` were registered
    by this import. `refusals` counts the refused rows by reason, the most frequent first, and
    `first_lines` says in which line of the log each reason is met first; `refused_rows` lists the first 1,000 rows in
    the order of the file. `seconds` is how long it took.
    """

    cases: int
    events: int
    left_out: int
    customers: int
    accepted_cases: int
    repeated: int
    refused_moves: int
    refusals: dict[str, int]
    first_lines: dict[str, int]
    refused_rows: list[RefusedRow]
    refused_rows_left_out: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The summary as plain data for JSON."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """Counts while an import runs."""

    customers: int = 0
    accepted_cases: int = 0
    repeated: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    firsts: dict[str, int] = field(default_factory=dict)
    """The first line of each reason: a low one may be told late, because cases are imported one after the other."""
    refused_rows: list[tuple[int, RefusedRow]] = field(default_factory=list)
    """A heap, the highest line on top: which rows are kept does not depend on the order they came in."""

    def refuse(self, row: RefusedRow) -> None:
        self.reasons[row.reason] += 1
        self.firsts[row.reason] = min(row.line, self.firsts.get(row.reason, row.line))
        if len(self.refused_rows) < MOST_ROWS:
            heappush(self.refused_rows, (-row.line, row))
        else:
            heappushpop(self.refused_rows, (-row.line, row))

    def summary(self, *, cases: int, events: int, left_out: int, seconds: float) -> ImportSummary:
        refused = self.reasons.total()
        ranked = sorted(self.reasons.items(), key=lambda counted: (-counted[1], counted[0]))
        shown = [row for _, row in sorted(self.refused_rows, reverse=True)]
        return ImportSummary(
            cases, events, left_out, self.customers, self.accepted_cases, self.repeated, refused, dict(ranked),
            {reason: self.firsts[reason] for reason, _ in ranked}, shown, refused - len(shown), seconds,
        )  # fmt: skip
