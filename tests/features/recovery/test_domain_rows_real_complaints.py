"""Real complaints about banks, through the import: what was disputed, by kind of remedy (F1)."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path

from real_files import HERE, imported, real_file

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.case.events import Moved


def unfolded(source: Path, target: Path) -> None:
    """A log of what happened, made of a table with a line for each complaint: received, answered, perhaps disputed."""
    with source.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as log:
        rows = csv.writer(log)
        rows.writerow(["complaint", "step", "day", "product", "issue", "answer", "in_time"])
        for line in csv.DictReader(file):
            days = [line["date_received"], line["date_sent_to_company"]]
            answered = max(days, key=lambda day: datetime.strptime(day, "%m/%d/%Y").date())
            steps = [("received", days[0]), ("answered", answered)]
            steps += [("disputed", answered)] * (line["consumer_disputed?"] == "Yes")
            said = [line[name] for name in ("product", "issue", "company_response_to_consumer", "timely_response")]
            rows.writerows([line["complaint_id"], step, day, *said] for step, day in steps)


def test_f1_real_explanations_are_disputed_more_than_relief_and_money_least(tmp_path: Path) -> None:
    unfolded(real_file("cfpb_2013.csv"), tmp_path / "log.csv")
    store = f"sqlite:///{tmp_path / 'desk.db'}"
    imported(tmp_path / "log.csv", "bureau", store)
    with ServiceDesk(Blueprint.load(HERE / "bureau"), store) as desk:
        answered, disputed, late = Counter[str](), Counter[str](), 0
        for item in desk.complaints.list(limit=1_000):
            case = desk.get(item.reference)
            remedy = str(case.data["remedy"])
            answered[remedy] += 1
            late += not case.data["in_time"]
            disputed[remedy] += case.state == "reopened"
        assert answered == {"explanation": 729, "non_monetary": 157, "money": 94, "nothing": 20}
        shares = {remedy: round(100 * disputed[remedy] / answered[remedy]) for remedy in answered}
        assert shares == {"explanation": 24, "non_monetary": 13, "money": 11, "nothing": 25}
        assert (disputed.total(), late) == (211, 16)
        assert desk.store.count()["open complaint"] == 211
        moves = [event for event in desk.history("C-1").events if isinstance(event, Moved)]
        assert [(move.transition, move.cause) for move in moves] == [("answer", "import"), ("dispute", "import")]
