"""Real requests of citizens to a city, each with the instant by which it had to be answered: promises by agency and kind
of complaint, as a decision table, come out to the second, and the share kept agrees with a recount in plain Python.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from real_logs import real_log

from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.insight.reports import PromiseFigures

CITY = ZoneInfo("America/New_York")
AFTERWARDS = datetime(2020, 1, 1, tzinfo=UTC)
POLICE = "NYPD"
Group = tuple[str, str]
"""An agency and a kind of complaint."""

FLOW = """
flow: request
subject: request
initial: open
opening: {{collect: [agency, complaint]}}
data:
  agency: {{type: text}}
  complaint: {{type: text}}
states:
  open: {{owner: clerk}}
  closed: {{final: completed}}
transitions:
  close: {{from: open, to: closed}}
decisions:
  how_soon:
    gives: span
    rows:
{rows}
promises:
  answer: {{from: opened, until: closed, within: {{decision: how_soon}}, calendar: city, clock_change: wall}}
"""
DAY = "00:00-24:00"
CALENDARS = f"""
calendars:
  city:
    zone: America/New_York
    weekly: {{monday: {DAY}, tuesday: {DAY}, wednesday: {DAY}, thursday: {DAY}, friday: {DAY}, saturday: {DAY}, sunday: {DAY}}}
"""


class Row(NamedTuple):
    """One line of the file, in the clock time of the city; without `closed` where it was not, or a date stands for that."""

    group: Group
    created: datetime
    due: datetime | None
    closed: datetime | None

    @property
    def delay(self) -> timedelta | None:
        """By the city's clocks, whatever changes they made in between."""
        return None if self.due is None else self.due - self.created


class City(NamedTuple):
    desk: ServiceDesk
    rules: dict[Group, timedelta]
    rows: list[Row]


def _read(text: str) -> datetime | None:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p") if text else None


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            created, closed = _read(line["Created Date"]), _read(line["Closed Date"])
            assert created is not None
            group = line["Agency"], line["Complaint Type"]
            yield Row(group, created, _read(line["Due Date"]), None if closed is None or closed < created else closed)


def _constant(rows: list[Row]) -> dict[Group, timedelta]:
    """The groups with several rows that all have one delay."""
    delays: dict[Group, list[timedelta]] = defaultdict(list)
    for row in rows:
        if row.delay is not None:
            delays[row.group].append(row.delay)
    return {group: each[0] for group, each in delays.items() if len(each) > 1 and len(set(each)) == 1}


def _table(rules: dict[Group, timedelta]) -> str:
    """One row for the police, whose promise does not depend on the complaint, and one for each other group."""
    police = {delay for (agency, _), delay in rules.items() if agency == POLICE}
    lines = [_line(f'agency == "{POLICE}"', delay) for delay in police]
    lines += [
        _line(f'agency == "{agency}" && complaint == "{complaint}"', delay)
        for (agency, complaint), delay in rules.items()
        if agency != POLICE
    ]
    return "\n".join(lines)


def _line(guard: str, delay: timedelta) -> str:
    span = f"{delay.days} working days" if delay.days else f"{delay // timedelta(hours=1)} working hours"
    quoted = guard.replace("'", "''")  # in YAML
    return f"      - {{when: '{quoted}', then: {span}}}"


def _instant(clock_time: datetime) -> datetime:
    return clock_time.replace(tzinfo=CITY).astimezone(UTC)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """All requests of the file, opened and closed when they were; R-1 is the first row."""
    rows = list(_rows(real_log("nyc311_2011.csv")))
    rules = _constant(rows)
    folder = tmp_path_factory.mktemp("city")
    (folder / "flows").mkdir()
    for name, text in (
        ("blueprint.yaml", 'blueprint: city\nversion: "1"\n'),
        ("organisation.yaml", "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: [clerk]}}\n"),
        ("calendars.yaml", CALENDARS),
        ("flows/request.yaml", FLOW.format(rows=_table(rules))),
        (
            "flows/customer.yaml",
            "flow: customer\nsubject: customer\ninitial: known\n"
            "states: {known: {owner: clerk}, gone: {final: gone}}\ntransitions: {leave: {from: known, to: gone}}\n",
        ),
    ):
        (folder / name).write_text(text, "utf-8")
    with ServiceDesk(Blueprint.load(folder), clock=ManualClock(AFTERWARDS)) as desk:
        citizen = desk.customers.register(name="A citizen", by="tom", at=datetime(2011, 1, 1, tzinfo=UTC))
        for row in rows:
            data = dict(zip(("agency", "complaint"), row.group, strict=True))
            request = desk.requests.open(customer=citizen, need="-", by="tom", at=_instant(row.created), data=data)
            if row.closed is not None:
                desk.requests.perform(request, "close", by="tom", at=_instant(row.closed))
        desk.run_due()
        yield City(desk, rules, rows)


def _promised(city: City) -> list[tuple[Row, datetime]]:
    """The rows whose rule is constant, and the instants that the desk worked out when they were opened."""
    return [
        (row, entry.event.due)
        for number, row in enumerate(city.rows, 1)
        for entry in city.desk.history(f"R-{number}")
        if entry.what == "promise_made"
    ]


def test_the_file_holds_the_rules_that_are_told_of_it(city: City) -> None:
    assert len(city.rules) == 38
    assert sum(row.group in city.rules for row in city.rows if row.due is not None) == 839
    police = [row.delay for row in city.rows if row.group[0] == POLICE]
    assert police == [timedelta(hours=8)] * 619


def test_each_due_instant_of_a_constant_rule_comes_out_to_the_second(city: City) -> None:
    promised = [(row, due) for row, due in _promised(city) if row.due is not None]
    assert [due.astimezone(CITY).replace(tzinfo=None) for _, due in promised] == [row.due for row, _ in promised]
    assert sum(row.group in city.rules for row, _ in promised) == 839
    assert sum(row.group[0] == POLICE for row, _ in promised) == 619


def test_days_keep_the_clock_time_where_clocks_change_in_between(city: City) -> None:
    moved = [row for row, due in _promised(city) if due - _instant(row.created) != row.delay]
    assert len(moved) > 50  # clocks went forward on 13 March 2011


def test_nothing_is_promised_where_no_rule_fits(city: City) -> None:
    promised = Counter(row.group for row, _ in _promised(city))
    assert set(promised) == {row.group for row in city.rows if row.group in city.rules or row.group[0] == POLICE}
    assert promised.total() < len(city.rows)


def _recount(rows: list[Row], rules: dict[Group, timedelta]) -> PromiseFigures:
    """What became of the promises, by clock times alone."""
    fates: Counter[str] = Counter()
    for row in rows:
        delay = timedelta(hours=8) if row.group[0] == POLICE else rules.get(row.group)
        if delay is None:
            continue
        if row.closed is None:
            fates["broken"] += 1
        else:
            fates["kept" if row.closed <= row.created + delay else "late"] += 1
    return PromiseFigures(**fates)


def test_the_share_kept_agrees_with_a_recount(city: City) -> None:
    expected = _recount(city.rows, city.rules)
    assert expected.kept and expected.late and expected.broken
    assert city.desk.promises.report().total == expected


def test_the_share_kept_in_each_month_agrees_with_a_recount(city: City) -> None:
    months = {row.key[0]: row.figures for row in
              city.desk.promises.report(by=("month",), zone="America/New_York").rows}  # fmt: skip
    expected: dict[str, list[Row]] = defaultdict(list)
    for row, due in _promised(city):
        local = due.astimezone(CITY).replace(tzinfo=None)
        settled = local if row.closed is None or row.closed > local else row.closed
        expected[f"{settled:%Y-%m}"].append(row)
    assert months == {month: _recount(rows, city.rules) for month, rows in expected.items()}
    assert [month for month in months if month is not None] == ["2011-03", "2011-04", "2011-05"]
