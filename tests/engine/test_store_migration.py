"""A database of an older release is brought forward when it is opened, wholly or not at all."""

from __future__ import annotations

import pytest
from store_samples import everything, open_case

from service_flow.engine.store import open_store, tables
from service_flow.engine.store.postgres import tables as postgres_tables
from service_flow.engine.store.sqlite import file
from service_flow.errors import StoreError

COUNTED = "CREATE TABLE {prefix}service_flow_counted (cases bigint NOT NULL)"
COUNT = "INSERT INTO {prefix}service_flow_counted SELECT count(*) FROM {prefix}{cases}"


@pytest.fixture
def kept_url(store_url: str) -> str:
    if store_url == "memory":
        pytest.skip("what is in memory never gets older than its release")
    return store_url


def release(monkeypatch: pytest.MonkeyPatch, *steps: str) -> None:
    """Become a release with one step more."""
    monkeypatch.setattr(tables, "STEPS", (*tables.STEPS, steps))
    for module in (tables, file, postgres_tables):
        monkeypatch.setattr(module, "VERSION", len(tables.STEPS))


def test_an_older_database_is_brought_forward_once(kept_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(kept_url) as store:
        open_case(store, command="web-1")
        before = everything(store)
    release(monkeypatch, COUNTED, COUNT)
    for _ in range(2):  # the statement that makes the table would fail a second time
        with open_store(kept_url) as store:
            assert everything(store) == before
    with open_store(kept_url) as store:
        assert open_case(store).number == 2


def test_a_step_that_fails_leaves_the_database_as_it_was(kept_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(kept_url) as store:
        open_case(store)
        before = everything(store)
    with monkeypatch.context() as newer:
        release(newer, COUNTED, "INSERT INTO {prefix}service_flow_counted VALUES (NULL)")
        with pytest.raises(StoreError):
            open_store(kept_url)
    with open_store(kept_url) as store:
        assert everything(store) == before
    release(monkeypatch, COUNTED, COUNT)  # nothing of the failed step is in its way
    with open_store(kept_url) as store:
        assert everything(store) == before


def test_an_older_release_does_not_touch_a_newer_database(kept_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        release(newer, COUNTED)
        open_store(kept_url).close()
    with pytest.raises(StoreError, match=f"version {tables.VERSION + 1} and this release knows {tables.VERSION}"):
        open_store(kept_url)
