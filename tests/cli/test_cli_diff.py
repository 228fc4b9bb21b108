"""`service-flow diff`: what changed, whether cases can take it, and how many are touched."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from cli_calls import answer, call

from migrated_desks import ORDER, PLAN, blueprint, desk_of, reworked


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """An older shop, a newer one, one that only wears other titles, and a store with cases of the older one."""
    blueprint().save(tmp_path / "older")
    blueprint(reworked(), PLAN).save(tmp_path / "newer")
    words = copy.deepcopy(ORDER)
    words["title"] = {"en": "Order", "zh": "订单"}
    words["states"]["agreed"]["title"] = {"en": "Agreed", "zh": "已约定"}
    blueprint(words).save(tmp_path / "titled")
    with desk_of(f"sqlite:///{tmp_path / 'desk.db'}") as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        for kind in ("big", "odd", None):
            case = desk.requests.open(customer=anna, need="x", by="tom")
            if kind is not None:
                desk.requests.perform(case, "start", by="tom", data={"kind": kind})
        desk.requests.perform(case, "cancel", by="tom")
    return tmp_path


def store(shops: Path) -> str:
    return f"sqlite:///{shops / 'desk.db'}"


def test_two_blueprints_that_say_the_same_have_no_changes(shops: Path) -> None:
    result = call("diff", shops / "older", shops / "older")
    assert (result.exit_code, result.stdout) == (0, "no changes\n")
    assert answer("diff", shops / "older", shops / "older")["changes"] == []


def test_changes_that_cases_can_take_exit_with_0_and_others_with_1(shops: Path) -> None:
    assert call("diff", shops / "older", shops / "titled").exit_code == 0
    assert call("diff", shops / "older", shops / "newer").exit_code == 1


def test_each_change_is_told_with_why_and_with_its_title(shops: Path) -> None:
    result = call("diff", shops / "older", shops / "titled", "--lang", "zh")
    assert result.stdout.splitlines() == [
        "flow order  订单",
        "  compatible      the flow: the title in en is new: 'Order'; in zh is new: '订单'  [订单]",
        "                  people read another text; nothing else changes",
        "  compatible      state 'agreed': the title in en is new: 'Agreed'; in zh is new: '已约定'  [已约定]",
        "                  people read another text; nothing else changes",
        "",
        "2 changes, 0 of them not compatible",
    ]


def test_cases_in_flight_are_counted(shops: Path) -> None:
    found = answer("diff", shops / "older", shops / "newer", "--store", store(shops), exit_code=1)
    revision = blueprint().flows["order"].revision
    assert found["cases"]["order"] == {"revision": revision, "open": 2, "touched": 2}
    counted = {(change["thing"], change["name"]): change["cases"] for change in found["changes"] if "cases" in change}
    assert counted["state", "production.packing.waiting"] == 2
    assert counted["state", "production.packing.packed"] == 0
    assert counted["state", "inspected"] == 0
    assert counted["field", "kind"] == 2
    assert counted["field", "soap"] == 0
    assert "(2 open cases)" in call("diff", shops / "older", shops / "newer", "--store", store(shops)).stdout


def test_without_a_store_nothing_is_counted(shops: Path) -> None:
    found = answer("diff", shops / "older", shops / "newer", exit_code=1)
    assert found["cases"] == {}
    assert all("cases" not in change for change in found["changes"])
    assert {"part", "thing", "name", "how", "text", "compatible", "because", "place", "title"} == found["changes"][
        0
    ].keys()


def test_the_older_side_may_be_a_revision_of_the_store(shops: Path) -> None:
    revision = blueprint().flows["order"].revision
    of_revision = answer("diff", revision, shops / "newer", "--store", store(shops), exit_code=1)
    of_folder = answer("diff", shops / "older", shops / "newer", "--store", store(shops), exit_code=1)
    assert of_revision["changes"] == [change for change in of_folder["changes"] if change["part"] == "flow:order"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["0123456789abcdef", "newer"], "name the store that keeps it with --store"),
        (["0123456789abcdef", "newer", "--store", "STORE"], "the store keeps no revision '0123456789abcdef'"),
        (["nowhere", "newer"], "no blueprint 'nowhere'"),
        (["older"], "Missing argument 'NEW'"),
        (["older", "newer", "--store", "sqlite:///no.db"], "there is no store here yet"),
    ],
    ids=["no store", "no revision", "no blueprint", "one side", "no database"],
)
def test_what_cannot_be_compared_is_said(
    shops: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(shops)
    result = call("diff", *(argument.replace("STORE", store(shops)) for argument in arguments))
    assert result.exit_code == 2
    assert said in result.stderr


def test_migrations_that_come_and_go_are_told(shops: Path) -> None:
    def told(old: str, new: str) -> list[str]:
        return [change["text"] for change in answer("diff", shops / old, shops / new, exit_code=None)["changes"]]

    blueprint(reworked(), {**PLAN, "gives": {"urgent": True}}).save(shops / "urgent")
    assert "migration 'rework' is new" in told("older", "newer")
    assert "migration 'rework' is gone" in told("newer", "older")
    assert told("newer", "urgent") == ["migration 'rework': gives.urgent is true instead of false"]


def test_blueprints_are_compared_with_all_that_is_in_them(tmp_path: Path) -> None:
    def write(name: str, **files: str) -> Path:
        folder = tmp_path / name
        for file, text in files.items():
            path = folder / f"{file.replace('__', '/')}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    flow = "flow: {0}\nsubject: request\ninitial: open\nstates: {{open: {{owner: clerk}}, closed: {{final: completed}}}}\ntransitions: {{close: {{from: open, to: closed}}}}\n"
    older = write(
        "older", blueprint="blueprint: shop\nversion: '1'\nchannels: [phone, mail]\n",
        organisation="posts: {clerk: {}, extra: {}}\npeople: {tom: {name: Tom, posts: [clerk]}}\n",
        calendars="calendars: {office: {zone: UTC, weekly: {monday: 09:00-17:00}}}\n",
        flows__order=flow.format("order"), flows__gone=flow.format("gone"),
    )  # fmt: skip
    newer = write(
        "newer", blueprint="blueprint: shop\nversion: '2'\nchannels: [phone]\n",
        organisation="posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: []}}\n",
        calendars="calendars: {office: {zone: UTC, weekly: {monday: 09:00-18:00}}}\n",
        flows__order=flow.format("order"), flows__come=flow.format("come"),
    )  # fmt: skip
    found: list[dict[str, Any]] = answer("diff", older, newer, exit_code=1)["changes"]
    assert [(change["part"], change["text"], change["compatible"]) for change in found] == [
        ("blueprint", "version is '2' instead of '1'", True),
        ("blueprint", "channels no longer has 'mail'", False),
        ("flow:gone", "flow 'gone' is gone", False),
        ("flow:come", "flow 'come' is new", True),
        ("organisation", "organisation.posts.extra is gone; it was {}", True),
        ("organisation", "organisation.people.tom.posts is gone; it was 'clerk'", True),
        ("calendars", "calendars.calendars.office.weekly.monday no longer has '09:00-17:00'", True),
        ("calendars", "calendars.calendars.office.weekly.monday has '09:00-18:00' too", True),
    ]
