"""Where a store is, as a URL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from store_samples import open_case

from service_flow.engine.store import open_store
from service_flow.engine.store.urls import split_postgres
from service_flow.errors import StoreError


@pytest.mark.parametrize(
    "url", ["memory", "memory:", "memory://", "sqlite://", "sqlite://:memory:", "sqlite:///:memory:"]
)
def test_a_store_in_memory(url: str) -> None:
    with open_store(url) as store, open_store(url) as other:
        assert store.url == "memory"
        open_case(store)
        assert other.log() == []


def test_a_relative_and_an_absolute_path_name_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store("sqlite:///a b.db") as store:
        assert store.url == "sqlite:///a b.db"
        case = open_case(store)
    monkeypatch.chdir("/")
    with open_store(f"sqlite:///{tmp_path}/a b.db?timeout=1.5&durability=normal") as store:
        assert store.row(case.case_id) == case


@pytest.mark.parametrize("name", ["50%.db", "a#b.db", "a&b.db", "桌.db", "%20.db"])
def test_a_path_is_taken_as_it_stands(tmp_path: Path, name: str) -> None:
    with open_store(f"sqlite:///{tmp_path}/{name}") as store:
        open_case(store)
    assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlit:///desk.db", "did you mean 'sqlite'"),
        ("postgres+psycopg://u:s3cret@h/db", "did you mean 'postgres'"),
        ("postgresq://u:s3cret@h/db", "did you mean 'postgresql'"),
        ("mysql://u:s3cret@h/db", "'mysql' is none of them"),
        ("desk.db", "by its URL: sqlite:///desk.db"),
        ("memry", "did you mean 'memory'"),
        ("", "memory, sqlite:///file.db"),
        ("host=h password=s3cret", "memory, sqlite:///file.db"),
        ("u:s3cret@h", "memory, sqlite:///file.db"),
        ("memory:x", "takes nothing"),
        ("sqlite:desk.db", "sqlite:///file.db"),
        ("sqlite://desk.db", "sqlite:///file.db"),
        ("sqlite:///", "sqlite:///file.db"),
        ("sqlite:///desk.db?durabilty=normal", "did you mean 'durability'"),
        ("sqlite:///desk.db?durability=norml", "did you mean 'normal'"),
        ("sqlite:///desk.db?timeout=soon", "number of seconds"),
        ("sqlite:///desk.db?timeout=-1", "number of seconds"),
        ("sqlite:///desk.db?timeout=nan", "number of seconds"),
        ("postgresql://u:s3cret@h/db?timeout=0", "number of seconds"),
        ("postgresql://u:s3cret@h/db?schema=a;drop", "schema is a name"),
        ("postgresql://u:s3cret@h/db?sslmod=require", "did you mean 'sslmode'"),
        ("postgresql://u:s3cret@h/db?schemas=x", "did you mean 'schema'"),
        ("postgresql://u:s3cret@h:12x/db", "host and port"),
        ("postgresql://u:s3%zzcret@h/db", "cannot be read"),
        ("postgresql://u:s3cr@et@127.0.0.1:1/db", "reached"),
        ("postgresql://127.0.0.1:1/db?user=u&password=s3cret", "reached"),
        ("postgresql://127.0.0.1:1/db?user=u&p%61ssword=s3cret", "reached"),
        ("postgresql://u:s3?cret@127.0.0.1:1/db", "reached"),
        ("postgresql://u:s3/cr?et@127.0.0.1:1/db", "postgresql://u@127.0.0.1:1/db"),
        ("postgresql://u:s3cret", "postgresql://..."),
    ],
)
def test_a_wrong_url_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)
    text = f"{caught.value}{caught.value!r}"
    assert not any(part in text for part in ("s3c", "cret", "cr@", "zz"))


def test_a_postgres_url_is_split_into_what_is_shown_what_libpq_reads_and_ours() -> None:
    shown, conninfo, ours, others = split_postgres(
        "postgres://anna:p%40ss+w@[::1]:5433/desk?sslmode=require&schema=a_b&options=-c+x&sslpassword=k&timeout=9"
    )
    assert shown == "postgresql://anna@[::1]:5433/desk?sslmode=require&schema=a_b&options=-c+x&timeout=9"
    assert conninfo == "postgres://anna:p%40ss+w@[::1]:5433/desk?sslmode=require&options=-c+x&sslpassword=k"
    assert ours == {"schema": "a_b", "timeout": "9"}
    assert others == ["sslmode", "options", "sslpassword"]
    several = "postgresql://anna@a:1,b:2/desk?target_session_attrs=read-write"
    assert split_postgres(several)[:3] == (several, several, {})
    assert split_postgres("postgresql:///desk")[:3] == ("postgresql:///desk", "postgresql:///desk", {})


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "service_flow.engine.store.postgres.store", raising=False)
    with pytest.raises(StoreError, match=r"service-flow\[postgres\]") as caught:
        open_store("postgresql://u:s3cret@h/db")
    assert "s3cret" not in str(caught.value)


def test_only_what_a_store_needs_is_imported() -> None:
    program = """
import sys
import service_flow.engine.store as store
def loaded():
    return {name.partition(".")[0] for name in sys.modules} & {"sqlite3", "eventsourcing", "psycopg",
    "pydantic"}
assert not loaded(), loaded()
store.open_store("memory").close()
assert "psycopg" not in loaded(), loaded()
assert "eventsourcing.postgres" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
