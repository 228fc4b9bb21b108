"""Keys, sealing, erasing and handing out at the command line; master keys come from the environment."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from forgotten_shop import OF_ANNA, SECRETS, as_text, keys, live, master, secrets_in_files, shop

from service_flow import ManualClock, ServiceDesk
from service_flow.cli import main, privacy

OLD, NEW = master("old", 1), master("new", 2)


@pytest.fixture
def place(tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `shop`, and `shop.db` in which nothing is sealed yet."""
    with ServiceDesk(shop(tmp_path / "shop"), f"sqlite:///{tmp_path / 'shop.db'}", clock=clock) as desk:
        live(desk, clock)
    monkeypatch.setenv("SERVICE_FLOW_STORE", f"sqlite:///{tmp_path / 'shop.db'}")
    monkeypatch.setenv("SERVICE_FLOW_BLUEPRINT", str(tmp_path / "shop"))
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", as_text(OLD))
    return tmp_path


def said(*arguments: str, code: int = 0) -> str:
    result: Result = CliRunner().invoke(main, arguments, standalone_mode=True)
    assert result.exit_code == code, result.output
    return result.output


def databases(place: Path) -> list[Path]:
    return list(place.glob("shop.db*"))


def test_from_a_store_without_keys_to_an_erased_person(place: Path) -> None:
    assert "the store has no keys" in said("keys", "list")
    assert "sealed 12 events" in said("seal")
    assert "sealed 0 events" in said("seal")
    said("vacuum")
    assert secrets_in_files(databases(place), SECRETS.values()) == set()
    assert "personal data is sealed; 3 keys wrapped by 'old'" in said("doctor", "--deep")
    assert json.loads(said("keys", "list", "--format", "json")) == {"old": 3}
    assert SECRETS["name"] in said("show", "CU-1")
    assert "erased CU-1" in said("erase", "CU-1", "--reason", "asked", "--by", "tom", "--yes")
    assert "[erased]" in said("show", "CU-1")
    assert "[已删除]" in said("--lang", "zh", "show", "CU-1")
    assert "已删除个人数据" in said("--lang", "zh", "history", "CU-1")
    said("--lang", "zh", "history", "CU-1", "--html", str(place / "page.html"))
    assert "[已删除]" in (place / "page.html").read_text("utf-8")
    assert secrets_in_files([place / "page.html"]) == set()
    assert "nothing left to erase" in said("erase", "CU-1", "--reason", "asked", "--by", "tom", "--yes", code=2)


def test_an_erasure_is_asked_about_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("seal")
    wanted = ("erase", "CU-1", "--reason", "asked", "--by", "tom")
    assert "nobody can be asked here" in said(*wanted, code=2)
    monkeypatch.setattr(privacy, "can_be_asked", lambda: True)
    refused = CliRunner().invoke(main, wanted, input="n\n")
    assert (refused.exit_code, "nothing was erased" in refused.output) == (1, True)
    assert SECRETS["name"] in said("show", "CU-1")


def test_the_master_key_is_changed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("seal")
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", as_text({**NEW, **OLD}))
    assert "rewrapped 3 keys" in said("keys", "rotate")
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", as_text(NEW))
    assert SECRETS["name"] in said("show", "CU-1")
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", as_text(OLD))
    assert "wrapped by the master key 'new', which was not handed in" in said("show", "CU-1", code=2)
    monkeypatch.delenv("SERVICE_FLOW_MASTER_KEYS")
    assert "hand that in" in said("show", "CU-1", code=2)
    assert "holds no master key" in said("keys", "rotate", code=2)


def test_a_persons_data_is_exported_for_its_owner_alone(place: Path) -> None:
    said("seal")
    for name in ("anna.json", "anna.html"):
        assert "exported CU-1" in said("export", "--customer", "CU-1", "-o", str(place / name))
        assert secrets_in_files([place / name]) == set(OF_ANNA)
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o600
    assert json.loads((place / "anna.json").read_text("utf-8"))["customer"] == "CU-1"
    said("erase", "CU-1", "--reason", "asked", "--by", "tom", "--yes")
    assert "(erased: what is left holds nothing personal)" in said(
        "--lang", "zh", "export", "--customer", "CU-1", "-o", str(place / "anna.html")
    )
    assert "该客户的个人数据已删除" in (place / "anna.html").read_text("utf-8")
    assert "no case CU-9" in said("export", "--customer", "CU-9", "-o", str(place / "nobody.json"), code=2)
    assert not (place / "nobody.json").exists()


def test_a_new_master_key_is_printed_and_works(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = said("keys", "new", "winter-2")
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", made)
    said("seal")
    assert "winter-2" in said("keys", "list")
    assert "is named by letters" in said("keys", "new", "a b", code=2)


def test_keys_that_are_gone_without_an_erasure_are_found(place: Path) -> None:
    """As where the log was restored from one backup, and the table of keys from an older one."""
    said("seal")
    said("erase", "CU-1", "--reason", "asked", "--by", "tom", "--yes")
    assert "lost keys" not in said("doctor", "--deep")
    with closing(sqlite3.connect(place / "shop.db")) as database, database:
        database.execute("DELETE FROM service_flow_keys WHERE owner IN (SELECT case_id FROM service_flow_cases)")
    told = said("doctor", "--deep", code=1)
    assert "nobody erased CU-2: put back the table service_flow_keys that belongs to this log" in told


def test_what_a_desk_sealed_is_read_by_every_command_that_has_the_keys(place: Path, clock: ManualClock) -> None:
    url = f"sqlite:///{place / 'other.db'}"
    with ServiceDesk(shop(place / "shop"), url, clock=clock, keys=keys(OLD)) as desk:
        live(desk, clock)
    assert SECRETS["need"] in said("show", "R-1", "--store", url)
    said("run-due", "--store", url)
    said("export", "--store", url, "-o", str(place / "all.jsonl"))
    assert secrets_in_files([place / "all.jsonl"]) == set(OF_ANNA)


def test_sealing_knows_the_events_of_all_features_whatever_was_loaded_before(place: Path) -> None:
    """In a process of its own: it had failed on a store that had keys already."""
    with ServiceDesk(shop(place / "shop"), f"sqlite:///{place / 'shop.db'}") as desk:
        desk.customers.give_consent("CU-1", "news", source=SECRETS["why"], by="tom")
    assert "sealed 13 events" in said("seal")
    command = [sys.executable, "-m", "service_flow.cli", "seal"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "sealed 0 events\n"), done.stderr
