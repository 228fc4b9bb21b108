"""A blueprint that does not use a feature is the same without the feature's folder on the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from served_shop import FILES, MONDAY, blueprint, folder
from service_flow import Blueprint, BlueprintError, ManualClock, NotFound, ServiceDesk
from service_flow.engine.case.events import Event
from service_flow.features import DEFAULT

SERVED = ("catalogue", "knowledge", "appointments", "attachments")
UNUSED: dict[str, Any] = {
    "catalogue": None, "knowledge": None, "appointments": None,
    "flows__repair": FILES["flows/repair.yaml"].partition("rules:")[0],
}  # fmt: skip


def story(trade: Blueprint) -> list[Any]:
    """What is recorded of a case, without the ids that are new each time."""
    with ServiceDesk(trade, clock=ManualClock(MONDAY)) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        request = desk.requests.open(customer=anna, need="The boiler hums", flow="repair", by="tom")
        desk.requests.perform(request, "book", by="tom", data={"visit": MONDAY})
        desk.requests.perform(request, "start", by="mia")
        told = [*desk.history(anna).events, *desk.history(request).events]
        return [type(event).__name__ for event in told] + [_without_ids(event) for event in told]


def _without_ids(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.model_dump().items() if name not in ("id", "customer")}


@pytest.mark.parametrize("name", SERVED)
def test_a_blueprint_that_does_not_use_a_feature_is_the_same_without_it(name: str, tmp_path: Path) -> None:
    where = folder(tmp_path / "shop", **UNUSED)
    rest = tuple(feature for feature in DEFAULT if feature.name != name)
    with_it, without = Blueprint.load(where), Blueprint.load(where, features=rest)
    assert story(with_it) == story(without)
    assert {flow: one.revision for flow, one in with_it.flows.items()} == {
        flow: one.revision for flow, one in without.flows.items()
    }
    with ServiceDesk(without, clock=ManualClock(MONDAY)) as desk:
        assert not hasattr(desk, name)


def test_without_its_file_a_feature_has_nothing_and_says_so(tmp_path: Path) -> None:
    with ServiceDesk(blueprint(tmp_path, **UNUSED), clock=ManualClock(MONDAY)) as desk:
        assert dict(desk.catalogue.items) == {}
        assert desk.knowledge.figures() == ()
        assert desk.knowledge.search("boiler") == ()
        with pytest.raises(NotFound, match=r"appointments\.yaml has no kind 'visit'"):
            desk.appointments.free("visit")


def test_the_file_of_a_feature_that_is_left_out_is_one_that_nobody_reads(tmp_path: Path) -> None:
    where = folder(tmp_path / "shop", flows__repair=UNUSED["flows__repair"])
    with pytest.raises(BlueprintError, match=r"appointments\.yaml:1:1: SF102"):
        Blueprint.load(where, features=tuple(feature for feature in DEFAULT if feature.name != "appointments"))


def test_what_is_read_is_written_and_read_the_same(tmp_path: Path) -> None:
    shop = blueprint(tmp_path)
    shop.save(tmp_path / "copy")
    again = Blueprint.load(tmp_path / "copy")
    assert again.source.sections == shop.source.sections
    assert set(again.source.sections) >= {"catalogue", "knowledge", "appointments"}
