"""A database in which an older release entered what cases are found by: the first desk makes it anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from service_flow import Blueprint, ServiceDesk
from service_flow.engine.store import open_store
from service_flow.engine.store.audit import index_differences
from service_flow.engine.store.tables import VERSION

BLUEPRINT = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n",
    "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n",
}


def shop(folder: Path) -> Blueprint:
    for name, text in BLUEPRINT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Blueprint.load(folder)


def made_old(file: Path) -> None:
    """As a release with tables of version 6 leaves it, that entered something else."""
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM service_flow_entries")
        database.execute("DROP INDEX service_flow_cases_touched")
        database.execute(
            "CREATE INDEX service_flow_cases_waiting ON service_flow_cases (subject, entered_at, case_id) "
            "WHERE outcome IS NULL"
        )
        database.execute("UPDATE service_flow_schema SET version = 6")
    database.close()


def test_the_first_desk_makes_the_entries_of_an_older_database_anew_and_no_other_does(tmp_path: Path) -> None:
    blueprint, file = shop(tmp_path / "shop"), tmp_path / "old.db"
    url = f"sqlite:///{file}"
    with ServiceDesk(blueprint, url) as desk:
        for number in range(3):
            desk.customers.register(name=f"Dora {number}", by="tom")
        assert not desk.store.is_outdated()
    made_old(file)
    with open_store(url) as store:  # a tool without a blueprint only brings the tables forward
        assert store.is_outdated()
    with ServiceDesk(blueprint, url) as desk:
        assert not desk.store.is_outdated()
        assert [found.number for found in desk.customers.find("Dora")] == ["CU-1", "CU-2", "CU-3"]
        assert list(index_differences(desk.store)) == []
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT version FROM service_flow_schema").fetchone() == (VERSION,)
    database.close()


def test_a_new_database_is_not_outdated(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/new.db") as store:
        assert not store.is_outdated()
