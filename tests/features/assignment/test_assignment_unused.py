"""A blueprint that does not use assignments behaves the same without the feature."""

from __future__ import annotations

from typing import Any

from features.assignment.assigned_desks import Shop, blueprint
from service_flow.features import DEFAULT

OTHERS = tuple(feature for feature in DEFAULT if feature.name != "assignment")


def life(shop: Shop) -> list[Any]:
    """What a life of a case writes, but for what is new each time."""
    case = shop.repair(shop.customer(tier="vip"), kind="heating")
    for transition in ("ask", "send", "bring", "close", "reopen"):
        shop.move(case, transition)
    new = {"id", "originator_id", "customer", "caused_by", "written_at"}
    events = [event.model_dump(exclude=new) for event in shop.desk.history(case).events]
    return [events, shop.desk.store.count(), len(shop.desk.store.entries_of(shop.desk.get(case).reference.id))]


class Bare(Shop):
    """A desk without the feature."""

    def __init__(self) -> None:
        from features.assignment.assigned_desks import START
        from service_flow import ServiceDesk
        from service_flow.clock import ManualClock

        self.clock = ManualClock(START)
        self.desk = ServiceDesk(blueprint(features=OTHERS), clock=self.clock)


def test_the_same_life_writes_the_same_without_the_feature():
    with Shop() as with_it, Bare() as without:
        assert life(with_it) == life(without)
        assert not hasattr(without.desk, "assignment")


def test_the_revisions_of_flows_are_the_same_without_the_feature():
    whole, bare = blueprint(), blueprint(features=OTHERS)
    assert {name: flow.revision for name, flow in whole.flows.items()} == {
        name: flow.revision for name, flow in bare.flows.items()
    }


def test_without_the_staff_feature_everybody_is_there():
    features = tuple(feature for feature in DEFAULT if feature.name != "staff")
    with Shop(features=features) as shop:
        assert [shop.given(shop.repair()) for _ in range(3)] == ["ann", "ben", "cai"]
