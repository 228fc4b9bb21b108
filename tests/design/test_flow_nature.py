"""What kind of process a flow is: words that people and reports look at, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from service_flow.design.comparing.flows import compare_flows
from service_flow.design.drawing import html
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel
from service_flow.design.language.reading import read_data
from small_flows import REPAIR, repair


def flow(**nature: object) -> Flow:
    return Flow(FlowModel.model_validate({**REPAIR, **({"nature": nature} if nature else {})}))


def test_a_flow_that_says_nothing_of_it_keeps_the_revision_it_had() -> None:
    assert "nature" not in Flow(repair()).form
    assert flow().revision == Flow(repair()).revision != flow(made="custom").revision


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({}, {"made": "custom"}, "nature.made is new: 'custom'"),
        ({"made": "custom"}, {"made": "standard"}, "nature.made is 'standard' instead of 'custom'"),
        ({"works_on": ["goods"]}, {"works_on": ["goods", "people"]}, "nature.works_on has 'people' too"),
        ({"kind": "business"}, {}, "nature.kind is gone; it was 'business'"),
    ],
    ids=["added", "changed", "longer", "gone"],
)
def test_a_change_of_it_is_told_and_compatible(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    changes = compare_flows(flow(**old), flow(**new))
    assert [(change.text, change.compatible) for change in changes] == [(told, True)]


def test_the_page_of_a_flow_shows_what_it_says() -> None:
    shown = html([flow(works_on="goods", customer="absent", kind="information")])
    assert "works on goods · the customer takes no part · information flow" in shown
    assert "Nature" not in html([flow()])


def test_one_word_stands_for_a_list_of_one() -> None:
    words = read_data("nature: {works_on: goods}").data
    assert FlowModel.model_validate({**REPAIR, **words}).nature.works_on == ["goods"]  # type: ignore[dict-item, union-attr]
