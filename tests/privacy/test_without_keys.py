"""A store without keys is what it was, byte by byte, and a blueprint without the feature behaves the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from forgotten_shop import SECRETS, keys, live

from service_flow import Blueprint, ManualClock, ServiceDesk, ServiceFlowError
from service_flow.engine.store.codec import SEALED, dump
from service_flow.features import DEFAULT, erasure

ROWS = "SELECT originator_version, topic, state FROM stored_events ORDER BY rowid"


def test_without_keys_every_event_is_stored_as_it_is_written_without_the_feature(
    blueprint: Blueprint, clock: ManualClock
) -> None:
    with ServiceDesk(blueprint, clock=clock) as desk:
        cases = live(desk, clock)
        stored = desk.store._fetch(ROWS)  # type: ignore[attr-defined]
        for case in cases.values():
            for event in case.events:
                assert (event.originator_version, *dump(event)) in stored
        assert not any(SEALED in form for _, _, form in stored)
        assert desk.store.masters() == {}
        assert not desk.store.seals


def test_with_keys_an_event_without_personal_data_is_stored_the_same(blueprint: Blueprint, clock: ManualClock) -> None:
    with ServiceDesk(blueprint, clock=clock, keys=keys()) as desk:
        live(desk, clock)
        for position, (version, topic, form) in zip(
            desk.store.log(limit=999),
            desk.store._fetch(ROWS),  # type: ignore[attr-defined]
            strict=True,
        ):
            event = position.event
            held = any(event.__dict__.get(part) for part in ("facts", "personal"))
            assert (SEALED in form) is held
            assert held or json.loads(form) == json.loads(dump(event)[1])
            assert (version, topic) == (event.originator_version, event.TOPIC)


def test_what_is_sealed_stays_otherwise_readable(blueprint: Blueprint, clock: ManualClock) -> None:
    """With a text that looks like the mark of what is sealed, too."""
    trap = f'{SECRETS["need"]} ,"~sealed":"AAAA", {{"~erased":true}}'
    with ServiceDesk(blueprint, clock=clock, keys=keys()) as desk:
        anna = desk.customers.register(name=trap, by="tom", channel="phone")
        ((_, _, form),) = desk.store._fetch(ROWS)  # type: ignore[attr-defined]
        for readable in (
            b'"by":"tom"',
            b'"channel":"phone"',
            b'"entered":["known"]',
            b'"facts":{"name":{"~erased":true}',
        ):
            assert readable in form
        assert desk.customers.get(anna).facts == {"name": trap}
    with ServiceDesk(blueprint, clock=clock) as desk:
        anna = desk.customers.register(name=trap, by="tom")
        assert desk.customers.get(anna).facts == {"name": trap}


def test_a_blueprint_without_the_feature_behaves_the_same(
    blueprint: Blueprint, clock: ManualClock, tmp_path: Path
) -> None:
    without = Blueprint(
        replace(blueprint.source, places=()), [feature for feature in DEFAULT if feature is not erasure.FEATURE]
    )
    stories = []
    for one in (blueprint, without):
        clock.set(clock())
        with ServiceDesk(one, clock=ManualClock(clock()), keys=keys()) as desk:
            own = ManualClock(clock())
            desk.commands.clock = own
            live(desk, own)
            stories.append([(position.event.TOPIC, position.event.at) for position in desk.store.log(limit=999)])
            if one is without:
                assert not hasattr(desk, "erasure")
                with pytest.raises(ServiceFlowError, match="does not use the feature 'erasure'"):
                    desk.customers.erase("CU-1", reason="asked", by="tom")
    assert stories[0] == stories[1]
