"""`service-flow migrate`, and what `check` proves of migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import answer, call

from migrated_desks import PLAN, blueprint, desk_of, reworked
from service_flow import Blueprint, ServiceDesk


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A newer shop with its migration, an older one, and a store with cases of the older one."""
    blueprint().save(tmp_path / "older")
    blueprint(reworked(), PLAN).save(tmp_path / "newer")
    with desk_of(f"sqlite:///{tmp_path / 'desk.db'}") as desk:
        anna = desk.customers.register(name="Anna Geheim", by="tom")
        for kind in ("big", "odd", None):
            case = desk.requests.open(customer=anna, need="Geheim", by="tom")
            if kind is not None:
                desk.requests.perform(case, "start", by="tom", data={"kind": kind})
    return tmp_path


def options(shop: Path) -> list[str]:
    return ["--blueprint", str(shop / "newer"), "--store", f"sqlite:///{shop / 'desk.db'}"]


def strand(shop: Path) -> None:
    """Let the newer flow lead nowhere on from where a case is moved to."""
    file = shop / "newer" / "flows" / "order.yaml"
    text = file.read_text()
    assert "  hold:\n    from:\n      - any\n" in text
    text = text.replace("  hold:\n    from:\n      - any\n", "  hold:\n    from:\n      - ready\n")
    text = text.replace(
        "  bill:\n    from:\n      - work.billing.open\n",
        "  bill:\n    when: urgent && !urgent\n    from:\n      - work.billing.open\n",
    )
    file.write_text(text)


def test_a_dry_run_lists_the_cases_and_moves_none(shop: Path) -> None:
    result = call("migrate", "rework", *options(shop), "--dry-run", "--lang", "zh")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["编号", "状态", "迁移后", "负责岗位", "计时", "数据"]
    assert lines[1].split()[0] == "R-1"
    assert "kind -> grade, +urgent" in lines[1]
    assert "kind -> grade, grade (other value), +urgent" in lines[2]
    assert lines[-1] == "rework: 3 would be moved"
    assert "Geheim" not in result.stdout
    assert answer("migrate", "rework", *options(shop), "--dry-run")["counts"] == {"moves": 3}


def test_cases_are_moved_once(shop: Path) -> None:
    assert call("migrate", "rework", *options(shop), "--by", "tom").stdout == "rework: 3 moved\n"
    assert call("migrate", "rework", *options(shop)).stdout == "rework: no case to move\n"
    store = options(shop)[2:]
    shown = call("history", "R-1", *store).stdout.splitlines()[-1].split("  ")
    assert [part.strip() for part in shown if part.strip()][2:] == [
        "Moved to another version", "work.making.scheduled + work.informing.due + work.billing.open", "tom",
    ]  # fmt: skip
    assert answer("show", "R-1", *store)["data"] == {"grade": "big", "urgent": False}
    assert call("export", *store, "-o", shop / "history.jsonl").exit_code == 0
    assert call("replay", shop / "history.jsonl").exit_code == 0
    assert call("doctor", *store, "--deep").exit_code == 0
    page = shop / "page.html"
    assert call("history", "R-2", *store, "--html", page, "--lang", "zh").exit_code == 0
    assert "迁移至流程新版本" in page.read_text(encoding="utf-8")


def test_json_tells_each_case(shop: Path) -> None:
    told = answer("migrate", "rework", *options(shop))
    assert (told["migration"], told["flow"], told["counts"], told["staying"], told["notes"]) == (
        "rework", "order", {"moved": 3}, {}, [],
    )  # fmt: skip
    first = told["cases"][1]
    assert (first["number"], first["fate"], first["renamed"], first["changed"], first["given"]) == (
        "R-2", "moved", {"kind": "grade"}, ["grade"], ["urgent"],
    )  # fmt: skip


def test_a_migration_that_would_strand_a_case_is_refused(shop: Path) -> None:
    strand(shop)
    before = call("show", "R-1", *options(shop)[2:]).stdout
    result = call("migrate", "rework", *options(shop))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "nothing was moved"
    assert f"{shop}/newer/migrations/rework.yaml:4:15: SF805 a case of revision" in result.stdout
    assert call("show", "R-1", *options(shop)[2:]).stdout == before
    assert {found["code"] for found in answer("migrate", "rework", *options(shop), exit_code=1)["findings"]} == {
        "SF805"
    }


def test_check_proves_migrations_for_a_store_and_for_an_older_blueprint(shop: Path) -> None:
    store = options(shop)[2:]
    for older in (["--older", str(shop / "older")], store):
        assert answer("check", shop / "newer", "--select", "SF8", *older) == []
    strand(shop)
    for older in (["--older", str(shop / "older")], store):
        found = answer("check", shop / "newer", "--select", "SF8", *older, exit_code=1)
        assert {finding["code"] for finding in found} == {"SF805"}
    assert answer("check", shop / "newer", "--select", "SF8") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rewrk"], "the blueprint has no migration 'rewrk'; did you mean 'rework'?"),
        (["rework", "--by", "eve"], "nobody named 'eve' is known"),
        ([], "Missing argument 'PLAN'"),
    ],
    ids=["no plan", "nobody", "nothing"],
)
def test_what_cannot_be_carried_out_is_said(shop: Path, arguments: list[str], said: str) -> None:
    result = call("migrate", *arguments, *options(shop))
    assert result.exit_code == 2
    assert said in result.stderr


CUSTOMERS = "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n"
PROMISED = """\
flow: order
subject: request
initial: open
states:
  open:   {owner: clerk}
  closed: {final: completed}
transitions:
  close: {from: open, to: closed}
promises:
  answered: {from: opened, until: close, within: %s}
"""


def test_what_a_migration_changes_of_promises_is_told(tmp_path: Path) -> None:
    for name, within in (("older", "3 days"), ("newer", "1 day")):
        write(tmp_path / name / "blueprint.yaml", "blueprint: shop\nversion: '1'\n")
        write(tmp_path / name / "organisation.yaml", "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n")
        write(tmp_path / name / "flows" / "order.yaml", PROMISED % within)
        write(tmp_path / name / "flows" / "customer.yaml", CUSTOMERS)
    write(tmp_path / "newer" / "migrations" / "sooner.yaml", "migration: sooner\nflow: order\n")
    with ServiceDesk(Blueprint.load(tmp_path / "older"), f"sqlite:///{tmp_path}/desk.db") as desk:
        desk.requests.open(customer=desk.customers.register(name="Anna", by="tom"), need="x", by="tom")
    where = ["--blueprint", str(tmp_path / "newer"), "--store", f"sqlite:///{tmp_path}/desk.db"]
    (case,) = answer("migrate", "sooner", *where, "--dry-run")["cases"]
    (promise,) = case["promises"]
    assert (promise["promise"], promise["before"]["within"], promise["after"]["within"]) == ("answered", "3 days", "1 day")
    assert promise["after"]["due"] < promise["before"]["due"]
    told = call("migrate", "sooner", *where, "--dry-run").stdout
    assert "answered: 3 days, due" in told and "-> 1 day, due" in told.replace("\n", " ").replace("  ", " ")
    assert call("migrate", "sooner", *where).stdout == "sooner: 1 moved\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
