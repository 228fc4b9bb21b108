"""A store that must be there already: opened without making anything, on each kind of store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from store_samples import everything, open_case

from service_flow.engine.store import open_store, tables
from service_flow.engine.store.postgres import tables as postgres_tables
from service_flow.engine.store.sqlite import file
from service_flow.errors import StoreError


def made(url: str) -> Any:
    """What stands where the store would be: the names of files with their sizes, or of Postgres' schemas and tables."""
    if url.startswith("sqlite:"):
        return {found.name: found.stat().st_size for found in Path(url.removeprefix("sqlite:///")).parent.iterdir()}
    if url == "memory":
        return None
    with psycopg.connect(url.partition("&schema=")[0]) as connection:
        return connection.execute(
            "SELECT relnamespace::regnamespace::text, relname FROM pg_class ORDER BY 1, 2"
        ).fetchall()


@pytest.fixture
def kept_url(store_url: str) -> str:
    if store_url == "memory":
        pytest.skip("nothing is kept in memory")
    return store_url


def test_a_store_that_is_not_there_is_not_made(store_url: str) -> None:
    before = made(store_url)
    with pytest.raises(StoreError, match=r"there is no store here yet|empty when it is opened"):
        open_store(store_url, create=False)
    assert made(store_url) == before


def test_a_store_that_is_there_is_opened_to_read_and_to_write(kept_url: str) -> None:
    with open_store(kept_url) as store:
        open_case(store)
        before = everything(store)
    with open_store(kept_url, create=False) as store:
        assert everything(store) == before
        assert open_case(store).number == 2


def test_a_store_of_an_older_release_is_not_brought_forward(kept_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(kept_url) as store:
        open_case(store)
    older = tables.VERSION
    step = ("CREATE TABLE {prefix}service_flow_counted (cases bigint NOT NULL)",)
    monkeypatch.setattr(tables, "STEPS", (*tables.STEPS, step))
    for module in (tables, file, postgres_tables):
        monkeypatch.setattr(module, "VERSION", len(tables.STEPS))
    before = made(kept_url)
    with pytest.raises(StoreError, match=f"have version {older} and this release needs {older + 1}; open it once with a desk"):
        open_store(kept_url, create=False)
    assert made(kept_url) == before


def test_an_empty_file_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="there is no store here yet"):
        open_store(f"sqlite:///{tmp_path}/empty.db", create=False)
    assert made(f"sqlite:///{tmp_path}/empty.db") == {"empty.db": 0}


def test_a_file_of_something_else_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text("this is no database, and long enough to be looked at as one\n" * 20)
    with pytest.raises(StoreError, match="not an SQLite database"):
        open_store(f"sqlite:///{tmp_path}/other.db", create=False)
