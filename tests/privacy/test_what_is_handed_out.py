"""Which fields of each event a person is handed out: a new one is there only when somebody has thought of whose it is."""

from __future__ import annotations

from pathlib import Path

import service_flow.features  # noqa: F401  its import brings all events
from service_flow.engine.case.events import TOPICS, Event, Placing
from service_flow.features.erasure.exporting import INNER

PINNED = Path(__file__).with_name("handed_out.txt")


def handed_out() -> list[str]:
    """A line for each event: the fields that say what it is about, and behind a bar those whose data is a person's."""
    lines = []
    for topic, kind in sorted(TOPICS.items()):
        if kind.__module__.startswith("service_flow.") and not issubclass(kind, Placing):
            said = [name for name in kind.model_fields if name not in {*INNER, *Event.model_fields, *kind.HOLDS}]
            lines.append(f"{topic}: {', '.join(sorted(said))} | {', '.join(sorted(kind.HOLDS))}")
    return lines


def test_what_is_handed_out_of_each_event_is_what_was_decided() -> None:
    """What tells of the staff, or of how the service keeps its time, belongs into INNER; all else into the file."""
    assert handed_out() == PINNED.read_text(encoding="utf-8").splitlines()
