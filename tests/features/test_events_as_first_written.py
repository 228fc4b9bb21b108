"""Events of features in the forms in which they were first written, before some of their fields moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from service_flow.engine.case.evolve import evolve
from service_flow.engine.store.codec import load
from service_flow.features.assignment.events import Assigned
from service_flow.features.assignment.kept import kept
from service_flow.features.attachments.events import FileAttached
from service_flow.features.customers.events import ConsentGiven, ConsentWithdrawn, CustomerRegistered, FileTakenOver
from service_flow.features.customers.file import file_of
from service_flow.features.requests.events import RequestOpened

CASE, NOW = uuid4(), datetime(2026, 3, 2, 9, tzinfo=UTC)


def stored(kind: Any, version: int, **fields: Any) -> Any:
    """What is read of an event of these fields."""
    form = {"id": str(uuid4()), "at": NOW.isoformat(), "by": "tom", **fields}
    return load(CASE, version, kind.TOPIC, json.dumps(form).encode())


def opened(kind: Any) -> Any:
    return evolve(None, kind(
        originator_id=CASE, originator_version=1, id=uuid4(), at=NOW, by="tom", number=1, flow="f", revision="r",
        entered=("known",), facts={},
    ))  # fmt: skip


@pytest.mark.parametrize("kind", [ConsentGiven, ConsentWithdrawn])
def test_a_consent_whose_source_stood_beside_what_is_personal(kind: Any) -> None:
    event = stored(kind, 2, purpose="letters", source="form 7")
    assert event.personal == {"source": "form 7"}
    consent = file_of(evolve(opened(CustomerRegistered), event)).consents["letters"]
    assert consent.source == "form 7"


def test_a_file_whose_hash_stood_beside_what_is_personal() -> None:
    event = stored(
        FileAttached, 2, number=1, size=9, media_type="text/plain", sha256="ab" * 32,
        personal={"name": "a.txt", "address": "s3://a"},
    )  # fmt: skip
    assert event.personal == {"name": "a.txt", "address": "s3://a", "sha256": "ab" * 32}


def test_a_file_taken_over_whose_consents_were_only_yes_or_no() -> None:
    event = stored(FileTakenOver, 2, other=str(UUID(int=7)), settled={"letters": False})
    consent = file_of(evolve(opened(CustomerRegistered), event)).consents["letters"]
    assert (consent.given, consent.at) == (False, NOW)


def test_a_turn_of_a_rule_that_was_one_queue() -> None:
    event = stored(Assigned, 2, person="tom", posts=["clerk"], chosen="round_robin", rule="round", turn=4)
    (turn,) = kept(evolve(opened(RequestOpened), event)).turns
    assert (turn.queue, turn.number, turn.person) == ("round", 4, "tom")
