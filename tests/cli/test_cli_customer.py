"""`service-flow show --customer`: the customer's view at the command line, as text, as data and as a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_calls import answer, call

from html_trees import check_harmless
from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from view_shop import FILES, NOW, written


@pytest.fixture(scope="module")
def shown_shop(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return Blueprint.load(written(tmp_path_factory.mktemp("shown") / "shop"))


@pytest.fixture
def told(shown_shop: Blueprint, tmp_path: Path) -> str:
    """A store with a case that tells something and keeps something back."""
    url = f"sqlite:///{tmp_path}/desk.db?durability=normal"
    with ServiceDesk(shown_shop, url, clock=ManualClock(NOW)) as desk:
        anna = desk.customers.register(name="Anna", by="tom17")
        data = {"fault": "It hums", "inner": "sounds drunk", "kind": "pump"}
        case = desk.requests.open(customer=anna, need="Quiet", data=data, by="tom17")
        desk.requests.perform(case, "tell", data={"price": "12.50 EUR", "inner": "overpriced"}, by="tom17")
        desk.requests.note(case, text="The part has come", shown_to_customer=True, by="tom17")
    return url


def test_a_case_is_told_to_its_customer_in_text(told: str, shown_shop: Blueprint) -> None:
    result = call("show", "R-1", "--customer", "--store", told, "--blueprint", shown_shop.source.folder)
    assert result.exit_code == 0
    for said in ("Your request R-1", "It is with us", "It hums", "A pump", "12.50 EUR", "We told you", "The part has come",
                 "Overdue since", "Call it off"):  # fmt: skip
        assert said in result.stdout
    for kept in ("drunk", "overpriced", "tom17", "Quiet"):
        assert kept not in result.stdout
    chinese = call("show", "R-1", "--customer", "--store", told, "--lang", "zh").stdout
    assert "您的服务请求 R-1" in chinese and "正在处理" in chinese and "预计费用" in chinese


def test_a_case_is_told_to_its_customer_as_data_and_as_a_page(told: str, tmp_path: Path) -> None:
    view = answer("show", "R-1", "--customer", "--store", told)
    assert view["stands"] == ["It is with us"] and [one["name"] for one in view["fields"]] == ["fault", "price", "kind"]
    assert [step["text"] for step in view["steps"]] == [None, "The part has come"]
    assert [option["transition"] for option in view["options"]] == ["cancel"]
    page = tmp_path / "case.html"
    assert call("show", "R-1", "--customer", "--store", told, "--html", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    check_harmless(html)
    assert "It hums" in html and "drunk" not in html and "tom17" not in html


def test_a_case_that_is_not_there_is_said_so(told: str) -> None:
    result = call("show", "R-9", "--customer", "--store", told)
    assert result.exit_code != 0 and "no case R-9" in result.stderr


def test_what_customers_see_is_compared_between_revisions_and_strands_no_case(tmp_path: Path) -> None:
    less = re.sub(r", shown: customer|,? told: \{[^}]*\}", "", FILES["flows/repair.yaml"])
    less = "".join(line for line in less.splitlines(keepends=True) if line.strip())
    old, new = written(tmp_path / "old", repair=less), written(tmp_path / "new")
    result = call("diff", old, new)
    assert "12 changes, 0 of them not compatible" in result.stdout
    for said in (
        "field 'fault' is shown to the customer", "phase 'work' is told to the customer in words of its own",
        "transition 'ask' is shown to the customer",
    ):  # fmt: skip
        assert said in result.stdout
    assert "is no longer told to the customer" in call("diff", new, old).stdout
