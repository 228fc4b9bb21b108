"""What has a greatest length has just that: so long is taken, and one character more is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bounded_reads import FLOW

from service_flow import Blueprint, BlueprintError, DataInvalid, ServiceDesk

IN_A_FLOW: dict[str, tuple[int, Callable[[str], str]]] = {
    "a name": (63, lambda text: f"data: {{{text}: {{type: text}}}}\n"),
    "the name of a state": (63, lambda text: f"  {text}: {{}}\n"),
    "a title": (500, lambda text: f"title: {text}\n"),
    "a word of a choice": (100, lambda text: f"data: {{kind: {{type: choice, choices: [{text}, other]}}}}\n"),
}


@pytest.mark.parametrize("what", IN_A_FLOW)
def test_names_titles_and_words_of_choices_have_a_greatest_length(shop: Path, what: str) -> None:
    most, written = IN_A_FLOW[what]
    (shop / "flows/repair.yaml").write_text(FLOW + written("x" * most))
    Blueprint.load(shop)
    (shop / "flows/repair.yaml").write_text(FLOW + written("x" * (most + 1)))
    with pytest.raises(BlueprintError, match="SF134"):
        Blueprint.load(shop)


@pytest.fixture
def desk() -> Iterator[ServiceDesk]:
    with ServiceDesk(Blueprint.load("full_process")) as opened:
        opened.customers.register(name="Anna", by="tom")
        yield opened


Call = Callable[[ServiceDesk, str], object]
ARGUMENTS: dict[str, tuple[int, Call]] = {
    "name": (100_000, lambda desk, text: desk.customers.register(name=text, by="tom")),
    "need": (100_000, lambda desk, text: desk.requests.open(customer="CU-1", need=text, by="tom")),
    "text": (100_000, lambda desk, text: desk.complaints.receive(customer="CU-1", text=text, by="tom")),
    "address": (100_000, lambda desk, text: desk.customers.register(name="A", by="tom", contact={"email": text})),
    "contact": (100, lambda desk, text: desk.customers.register(name="A", by="tom", contact={text: "x"})),
    "command_id": (200, lambda desk, text: desk.customers.register(name="A", by="tom", command_id=text)),
}


@pytest.mark.parametrize("what", ARGUMENTS)
def test_what_is_handed_in_has_a_greatest_length(desk: ServiceDesk, what: str) -> None:
    most, call = ARGUMENTS[what]
    call(desk, "x" * most)
    with pytest.raises(DataInvalid) as caught:
        call(desk, "x" * (most + 1))
    assert len(str(caught.value)) < 200


def test_a_page_has_at_most_a_thousand_lines(desk: ServiceDesk) -> None:
    for read in (desk.worklist, desk.customers.list, desk.requests.list, lambda limit: desk.history("CU-1", limit=limit)):
        assert len(read(limit=1_000)) <= 1
        for limit in (0, 1_001, -1, 10**30, True, 1.0):
            with pytest.raises(DataInvalid, match="limit must be a whole number from 1 to 1000"):
                read(limit=limit)
