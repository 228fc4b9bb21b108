"""A small service for the tests of faults, and what must hold in its store whatever has happened to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from service_flow.engine.case.events import Event
from service_flow.engine.store import Store
from service_flow.engine.store.audit import index_differences

_PARTS = {
    "blueprint.yaml": 'blueprint: workshop\nversion: "1.0"\n',
    "organisation.yaml": "posts: {clerk: {}}\npeople:\n  tom: {name: Tom, posts: [clerk]}\n",
    "flows/customer.yaml": """
flow: customer
subject: customer
initial: active
states: {active: {}, gone: {final: gone}}
transitions: {leave: {from: active, to: gone}}
""",
    "flows/job.yaml": """
flow: job
subject: request
initial: received
data: {note: {type: text}}
states:
  received: {owner: clerk}
  at_work: {owner: clerk}
  on_hold: {owner: clerk, clock: paused}
  done: {final: completed}
transitions:
  tell: {from: any, collect: [note]}
  start: {from: received, to: at_work}
  hold: {from: [received, at_work], to: on_hold}
  resume: {from: on_hold, to: history}
  finish: {from: at_work, to: done}
""",
}
MAPPING = """
flow: job
case: job
activity: step
instant: {column: time, zone: UTC}
person: who
post: {value: clerk}
customer: client
opening: {need: {column: wish}}
transitions: {Begin: start, Say: tell, Hold: hold, Go on: resume, End: finish}
data: {note: {column: wish}}
"""
HEADER = "job,step,time,who,client,wish\n"


def write(folder: Path) -> Path:
    """The blueprint as a folder, with the mapping of its logs beside it."""
    (folder / "flows").mkdir(parents=True)
    for name, text in _PARTS.items():
        (folder / name).write_text(text)
    (folder.parent / "mapping.yaml").write_text(MAPPING)
    return folder


def all_events(store: Store) -> Iterator[Event]:
    """The whole log, page by page."""
    after = 0
    while page := store.log(after=after):
        yield from (place.event for place in page)
        after = page[-1].position


def check_whole(store: Store) -> Counter[str | None]:
    """Every case, row, receipt and number is what the log makes of it; how many events each command id has."""
    assert list(index_differences(store)) == []
    numbers: dict[str, list[int]] = {}
    cases = store.cases(limit=1_000_000)
    for case in cases:
        numbers.setdefault(case.subject, []).append(case.number)
    for given in numbers.values():
        assert sorted(given) == list(range(1, len(given) + 1)), "a short number is missing or double"
    events = list(all_events(store))
    count = store.count()
    assert count["events"] == len(events) == sum(case.version for case in cases)
    times = Counter(event.command_id for event in events)
    assert count["receipts"] == len(times.keys() - {None})
    return times
