"""What a command reads of another case is still so when it is committed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.store import Store
from service_flow.errors import DataInvalid, GuardSaidNo, NotFromHere

FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n",
    "flows/customer.yaml": """\
flow: customer
subject: customer
initial: active
data: {tier: {type: choice, choices: [standard, vip]}}
states: {active: {owner: clerk}}
transitions: {rate: {from: active, collect: [tier]}}
""",
    "flows/order.yaml": """\
flow: order
subject: request
initial: asked
states: {asked: {owner: clerk}, given: {final: completed}}
transitions:
  give: {from: asked, to: given, when: 'has(customer.tier) && customer.tier == "vip"'}
""",
}


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    folder = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Blueprint.load(folder)


@pytest.fixture
def desk(blueprint: Blueprint, store: Store) -> Iterator[ServiceDesk]:
    with ServiceDesk(blueprint, store) as made:
        yield made


def test_a_guard_reads_the_customers_file_as_it_is_stored(desk: ServiceDesk) -> None:
    anna = desk.customers.register(name="Anna", by="tom")
    order = desk.requests.open(customer=anna, need="x", by="tom")
    assert not desk.requests.may(order, "give", by="tom")
    with pytest.raises(GuardSaidNo):
        desk.requests.perform(order, "give", by="tom")
    desk.customers.perform(anna, "rate", by="tom", data={"tier": "vip"})
    assert desk.requests.may(order, "give", by="tom")
    assert desk.requests.perform(order, "give", by="tom")


def test_a_customer_who_changes_while_the_command_is_decided_is_looked_at_again(
    desk: ServiceDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a customer who loses her tier after the guard has read it and before the commit; then the command is decided
    anew, and refused."""
    anna = desk.customers.register(name="Anna", by="tom")
    desk.customers.perform(anna, "rate", by="tom", data={"tier": "vip"})
    order = desk.requests.open(customer=anna, need="x", by="tom")
    from service_flow.engine.commands import deciding

    decided = deciding.judge
    lost = threading.Event()

    def judged(*arguments: object) -> object:
        move = decided(*arguments)  # type: ignore[arg-type]
        if not lost.is_set():
            lost.set()
            rival = threading.Thread(
                target=lambda: desk.customers.perform(anna, "rate", by="tom", data={"tier": "standard"})
            )
            rival.start()
            rival.join(30)
            assert not rival.is_alive()
        return move

    monkeypatch.setattr(deciding, "judge", judged)
    with pytest.raises(GuardSaidNo):
        desk.requests.perform(order, "give", by="tom")
    assert desk.requests.get(order).outcome is None


def test_what_another_process_has_changed_is_noticed_too(blueprint: Blueprint, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    with ServiceDesk(blueprint, url) as one, ServiceDesk(blueprint, url) as other:
        anna = one.customers.register(name="Anna", by="tom")
        one.customers.perform(anna, "rate", by="tom", data={"tier": "vip"})
        order = one.requests.open(customer=anna, need="x", by="tom")
        assert one.requests.may(order, "give", by="tom")  # the customer's state is in the cache of this desk now
        other.customers.perform(anna.reference, "rate", by="tom", data={"tier": "standard"})
        with pytest.raises(GuardSaidNo):
            one.requests.perform(order, "give", by="tom")
        other.customers.perform(anna.reference, "rate", by="tom", data={"tier": "vip"})
        assert one.requests.perform(order, "give", by="tom")  # nor is it refused by what is no longer so


@pytest.fixture
def two(blueprint: Blueprint, tmp_path: Path) -> Iterator[tuple[ServiceDesk, ServiceDesk]]:
    """Two desks, as of two processes, on one file with an order of each of two customers. Both know all of it."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with ServiceDesk(blueprint, url) as one, ServiceDesk(blueprint, url) as other:
        for name in ("Anna", "Anna W."):
            one.requests.open(customer=one.customers.register(name=name, by="tom"), need="x", by="tom")
        for case in ("CU-1", "CU-2", "R-1", "R-2"):
            other.get(case)
        yield one, other


def test_nothing_is_opened_for_a_customer_whom_another_process_has_merged(two: tuple[ServiceDesk, ServiceDesk]) -> None:
    one, other = two
    one.customers.merge("CU-2", into="CU-1", reason="one person", by="tom")
    before = one.store.count()
    with pytest.raises(NotFromHere, match="CU-2 was merged into CU-1; go on there"):
        other.requests.open(customer="CU-2", need="y", by="tom")
    assert one.store.count() == before
    assert other.requests.open(customer="CU-1", need="y", by="tom").number == "R-3"


def test_an_opening_that_was_refused_only_by_what_was_known_is_decided_again(
    two: tuple[ServiceDesk, ServiceDesk],
) -> None:
    one, other = two
    with pytest.raises(DataInvalid, match="R-2 is not a case of the same customer"):
        other.requests.open(customer="CU-1", need="y", parent="R-2", by="tom")
    one.customers.merge("CU-2", into="CU-1", reason="one person", by="tom")
    assert other.requests.open(customer="CU-1", need="y", parent="R-2", by="tom").number == "R-3"
