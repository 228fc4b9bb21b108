"""A historical log goes through the same commands, so what was promised in it is judged at the instants of the log."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from timed_desks import DAY, MONDAY, at, blueprint, flow, promise

from service_flow import ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.promise_events import PromiseBroken, PromiseKept
from service_flow.engine.store.index import rebuilt
from service_flow.insight.histories import import_log

MAPPING = """\
log: {name: shop}
flow: job
case: job
activity: step
instant: {column: time, zone: Europe/Berlin}
person: who
post: {column: role, map: {C: clerk}}
customer: client
opening: {need: {value: Old work}, channel: {value: phone}}
transitions: {They write: they_write, We write: we_write, Done: finish}
"""
ROWS = """\
job,step,time,who,role,client
J-1,They write,2026-03-02 09:00,ida,C,Anna
J-2,They write,2026-03-02 10:00,ida,C,Ben
J-1,We write,2026-03-02 16:00,ida,C,Anna
J-2,We write,2026-03-02 11:00,ida,C,Ben
J-2,Done,2026-03-02 12:00,ida,C,Ben
J-1,They write,2026-03-02 16:30,ida,C,Anna
J-1,Done,2026-03-06 09:00,ida,C,Anna
J-3,They write,2026-03-03 09:00,ida,C,Anna
"""


def test_promises_of_a_log_are_kept_and_broken_when_they_were(tmp_path: Path) -> None:
    promises = {
        "answer": promise(**{"from": "they_write", "until": "we_write"}),
        "end": promise(within="2 working days"),
    }
    log, mapping = tmp_path / "shop.csv", tmp_path / "mapping.yaml"
    log.write_text(ROWS)
    mapping.write_text(MAPPING)
    clock = ManualClock(MONDAY + 90 * DAY)
    with ServiceDesk(blueprint(flow(promises=promises)), clock=clock) as desk:
        summary = import_log(desk.commands, log, mapping)
        assert summary.refused_rows == []
        by_case: dict[str, list[Event]] = {}
        events = [place.event for place in desk.store.log()]
        for event in events:
            if isinstance(event, PromiseBroken | PromiseKept):
                by_case.setdefault(desk.get(event.originator_id).number, []).append(event)
        known = {
            number: [(type(event).__name__, event.promise, event.at) for event in found]  # type: ignore[attr-defined]
            for number, found in by_case.items()
        }
        one, two = known["R-1"], known["R-2"]
        assert one == [
            ("PromiseBroken", "answer", at(4)), ("PromiseKept", "answer", at(7)),
            ("PromiseBroken", "answer", at(3.5, day=1)), ("PromiseBroken", "end", at(0, day=2)),
            ("PromiseKept", "end", at(0, day=4)),
        ]  # fmt: skip
        assert two == [("PromiseKept", "answer", at(2)), ("PromiseKept", "end", at(3))]
        assert "R-3" not in known  # nothing happened on it since: the next run tells
        assert desk.run_due().counts == {"broken": 2}
        for case in desk.store.cases(subject="request", limit=9):
            times = [event.at for event in desk.store.events(case.case_id)]
            assert times == sorted(times)
        assert all(event.recorded_at == clock() for event in events if isinstance(event, Moved | PromiseBroken))
        for row, *_ in rebuilt(place.event for place in desk.store.log()):
            assert desk.store.row(row.case_id) == row
        clock.advance(timedelta(days=1))
        assert import_log(desk.commands, log, mapping).refused_rows == []
        assert desk.run_due().events == 0
