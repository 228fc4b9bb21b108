"""Everything that can happen is told in both languages."""

from __future__ import annotations

import pytest

import service_flow.features  # noqa: F401  its events are among them
from service_flow.engine.case.events import TOPICS, Event, Migrated, Moved, Opened
from service_flow.engine.case.promise_events import PromiseEvent, TimerFired, TimerSet

OWN = [
    kind
    for topic, kind in sorted(TOPICS.items())
    if topic.startswith("service_flow:") and not issubclass(kind, Opened | Moved | Migrated | PromiseEvent)
    and kind not in (TimerSet, TimerFired)
]  # fmt: skip


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_what_a_feature_records_has_a_title_in_english_and_chinese(kind: type[Event]) -> None:
    assert set(kind.TITLE) == {"en", "zh"}
    assert kind.TITLE["en"] != kind.TITLE["zh"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in kind.TITLE["zh"])
