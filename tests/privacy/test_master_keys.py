"""Master keys: where they come from, what happens with a wrong one, and how they are changed."""

from __future__ import annotations

import pickle
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from forgotten_shop import SECRETS, as_text, keys, live, master

from service_flow import Blueprint, Keys, ManualClock, ServiceDesk, StoreError
from service_flow.engine.store import open_store
from service_flow.engine.store.sealing import keyring
from service_flow.engine.store.sealing.keys import keys_of_environment, new_key

OLD, NEW = master("old", 1), master("new", 2)


@pytest.fixture
def url(blueprint: Blueprint, clock: ManualClock, sqlite_file: Path) -> str:
    """A store that was written with the old master key."""
    where = f"sqlite:///{sqlite_file}"
    with ServiceDesk(blueprint, where, clock=clock, keys=keys(OLD)) as desk:
        live(desk, clock)
    return where


def test_keys_come_from_the_environment_a_file_or_a_function(
    blueprint: Blueprint, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", as_text(OLD))
    file = tmp_path / "keys"
    file.write_text(f"# kept by operations\n{as_text(OLD)}\n", "utf-8")
    for given in (Keys.from_env(), Keys.from_file(file), Keys("old", OLD.__getitem__), keys_of_environment()):
        with ServiceDesk(blueprint, url, keys=given) as desk:
            assert desk.customers.get("CU-1").facts["name"] == SECRETS["name"]


def test_a_new_key_is_read_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", f"{new_key('b')}, {new_key('a')}")
    found = Keys.from_env()
    assert (found.current, len(found.get("a")), len(found.get("b"))) == ("b", 32, 32)
    monkeypatch.delenv("SERVICE_FLOW_MASTER_KEYS")
    assert keys_of_environment() is None


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "holds no master key"),
        ("AAAA", "master key 1 cannot be read"),
        ("a b:AAAA", "master key 1 cannot be read"),
        ("a:AAAA", "has 3 bytes, not 32"),
        ("a:not+base64!", "is not base64"),
        (f"{as_text(OLD)} {as_text(OLD)}", "two master keys named old"),
    ],
)
def test_master_keys_that_cannot_be_read_say_so_and_show_nothing(
    monkeypatch: pytest.MonkeyPatch, text: str, because: str
) -> None:
    monkeypatch.setenv("SERVICE_FLOW_MASTER_KEYS", text)
    with pytest.raises(StoreError, match=because) as refused:
        Keys.from_env()
    assert "SERVICE_FLOW_MASTER_KEYS" in str(refused.value)
    secret = text.rsplit(":", maxsplit=1)[-1]
    assert not secret or secret not in str(refused.value)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Keys.from_file(tmp_path / "none")
    (tmp_path / "empty").write_text("# nothing\n", "utf-8")
    with pytest.raises(StoreError, match="holds no master key"):
        Keys.from_file(tmp_path / "empty")


def test_a_file_of_keys_may_begin_as_some_editors_write_it(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{as_text(NEW)}\r\n{as_text(OLD)}\r\n", "utf-8-sig")
    found = Keys.from_file(file)
    assert (found.current, found.get("old")) == ("new", OLD["old"])


@pytest.mark.parametrize("wrong", [None, 12_345, "a\0b"], ids=ascii)
def test_what_names_no_file_or_variable_is_refused_as_an_error_of_ours(wrong: Any) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Keys.from_file(wrong)
    if not isinstance(wrong, str):
        with pytest.raises(StoreError, match="takes the name of a variable"):
            Keys.from_env(wrong)


def test_a_present_key_that_is_not_at_hand_is_called_so(blueprint: Blueprint) -> None:
    with pytest.raises(StoreError, match="the present master key, other, is not among those that were handed in"):
        ServiceDesk(blueprint, keys=Keys("other", OLD.__getitem__))


def test_keys_show_their_names_only_and_cannot_be_pickled() -> None:
    given = keys(OLD)
    assert repr(given) == "<Keys, at present old>"
    with pytest.raises(TypeError):
        pickle.dumps(given)


def test_a_store_with_sealed_data_does_not_open_without_keys(blueprint: Blueprint, url: str) -> None:
    with pytest.raises(StoreError, match="wrapped by the master key 'old'; hand that in: keys="):
        ServiceDesk(blueprint, url)
    with pytest.raises(StoreError, match="SERVICE_FLOW_MASTER_KEYS"):
        open_store(url, create=False)


def test_a_wrong_or_missing_master_key_is_found_when_the_store_is_opened_and_nothing_is_changed(
    blueprint: Blueprint, url: str, sqlite_file: Path
) -> None:
    before = sqlite_file.read_bytes()
    with pytest.raises(StoreError, match="the master key old is not the one that wrapped this store's keys"):
        ServiceDesk(blueprint, url, keys=keys(master("old", 3)))
    with pytest.raises(StoreError, match="wrapped by the master key 'old', which was not handed in"):
        ServiceDesk(blueprint, url, keys=keys(NEW))
    with pytest.raises(StoreError, match="is not 32 bytes"):
        ServiceDesk(blueprint, url, keys=Keys("old", lambda _: b"short"))
    assert sqlite_file.read_bytes() == before


def test_keys_that_are_none_are_refused(blueprint: Blueprint) -> None:
    with pytest.raises(StoreError, match=r"made by Keys\.from_env"):
        ServiceDesk(blueprint, keys="secret")  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=r"made by Keys\.from_env"):
        open_store("memory", keys="secret")  # type: ignore[arg-type]
    with open_store("memory") as store, pytest.raises(StoreError, match="open Store has its own keys"):
        ServiceDesk(blueprint, store, keys=keys())


def test_a_master_key_is_changed_without_touching_an_event(blueprint: Blueprint, url: str) -> None:
    """Both are known while it is going on; the old one may go when all keys are wrapped by the new one."""
    with open_store(url, keys=keys(OLD)) as store:
        before = store._fetch("SELECT * FROM stored_events")  # type: ignore[attr-defined]
    with ServiceDesk(blueprint, url, keys=keys({**NEW, **OLD})) as desk:
        late = desk.customers.register(name="Late", by="tom")
        assert desk.store.masters() == {"new": 1, "old": 3}
        assert desk.store.rotate_keys() == 3
        assert desk.store.rotate_keys() == 0
        assert desk.store.masters() == {"new": 4}
    with ServiceDesk(blueprint, url, keys=keys(NEW)) as desk:
        assert desk.customers.get("CU-1").facts["name"] == SECRETS["name"]
        assert desk.customers.get(late).facts["name"] == "Late"
        assert desk.store._fetch("SELECT * FROM stored_events")[: len(before)] == before  # type: ignore[attr-defined]


def test_changing_a_master_key_begins_only_if_every_key_can_be_opened(blueprint: Blueprint, url: str) -> None:
    with ServiceDesk(blueprint, url, keys=keys(OLD)) as desk:
        change = "UPDATE service_flow_keys SET master = 'lost' WHERE owner = (SELECT max(owner) FROM service_flow_keys)"
        desk.store.writer.execute(change)  # type: ignore[attr-defined]
    with open_store(url, keys=keys({**NEW, **OLD})) as store:
        with pytest.raises(StoreError, match="wrapped by the master key 'lost', which was not handed in"):
            store.rotate_keys()
        assert store.masters() == {"lost": 1, "old": 2}


def test_sealed_parts_cannot_be_swapped_between_events(blueprint: Blueprint, url: str) -> None:
    """What is sealed is bound to its case, version and topic, also under the same key."""
    with ServiceDesk(blueprint, url, keys=keys(OLD)) as desk:
        anna = desk.customers.get("CU-1").reference.id.hex
        desk.customers.perform("CU-1", "note", by="tom", data={"remark": "Other"})
        desk.store.writer.execute(  # type: ignore[attr-defined]
            "UPDATE stored_events SET state = (SELECT state FROM stored_events WHERE originator_id = ?1 "
            "AND originator_version = 2) WHERE originator_id = ?1 AND originator_version = 3", (anna,),
        )  # fmt: skip
    with (
        ServiceDesk(blueprint, url, keys=keys(OLD)) as desk,
        pytest.raises(StoreError, match=r"the sealed part of event 3 of case .* belongs to another event"),
    ):
        desk.customers.get("CU-1")


def test_a_damaged_sealed_part_says_so(blueprint: Blueprint, url: str) -> None:
    with ServiceDesk(blueprint, url, keys=keys(OLD)) as desk:
        anna = desk.customers.get("CU-1").reference.id.hex
        desk.store.writer.execute(  # type: ignore[attr-defined]
            "UPDATE stored_events SET state = CAST(replace(state, '\"~sealed\":\"', '\"~sealed\":\"AAAA') AS BLOB) "
            "WHERE originator_id = ?", (anna,),
        )  # fmt: skip
    with ServiceDesk(blueprint, url, keys=keys(OLD)) as desk, pytest.raises(StoreError, match="cannot be opened"):
        desk.customers.get("CU-1")


def test_a_log_whose_table_of_keys_is_gone_is_not_begun_anew(blueprint: Blueprint, url: str, sqlite_file: Path) -> None:
    """Everybody in it would be shown as erased, and be mixed with those who come."""
    with closing(sqlite3.connect(sqlite_file)) as database, database:
        for table in ("service_flow_keys", "service_flow_entries"):
            database.execute(f"DELETE FROM {table}")
    with pytest.raises(StoreError, match="its keys are gone: put back the table service_flow_keys"):
        ServiceDesk(blueprint, url, keys=keys(OLD))
    with closing(sqlite3.connect(sqlite_file)) as database:
        assert database.execute("SELECT count(*) FROM service_flow_keys").fetchone() == (0,)


def test_two_desks_begin_to_use_keys_at_once(blueprint: Blueprint, sqlite_file: Path) -> None:
    where = f"sqlite:///{sqlite_file}"
    with ServiceDesk(blueprint, where, keys=keys()) as one, ServiceDesk(blueprint, where, keys=keys()) as two:
        anna = one.customers.register(name="Anna", by="tom")
        request = two.requests.open(customer=anna, need="A bell", by="tom")
        assert one.requests.get(request).facts == {"need": "A bell"}
        assert one.store.masters() == {"first": 2}


def test_two_desks_give_a_customer_of_before_his_key_at_once(blueprint: Blueprint, sqlite_file: Path) -> None:
    """Both have looked and found none: the second finds the first one's at its commit, and takes it."""
    where = f"sqlite:///{sqlite_file}"
    with ServiceDesk(blueprint, where) as before:
        anna = before.customers.register(name="Anna", by="tom")
        first = before.requests.open(customer=anna, need="A bell", by="tom")
        second = before.requests.open(customer=anna, need="A lamp", by="tom")
    with ServiceDesk(blueprint, where, keys=keys()) as one, ServiceDesk(blueprint, where, keys=keys()) as two:
        ring = two.store.keyring  # type: ignore[attr-defined]
        key_for = ring.key_for

        def overtaken(owner: object, *, is_new: bool) -> object:
            found = key_for(owner, is_new=is_new)
            ring.key_for = key_for
            one.requests.perform(first, "visit", by="tom", data={"address": "Here"})
            return found

        ring.key_for = overtaken
        two.requests.perform(second, "visit", by="tom", data={"address": "There"})
        assert one.requests.get(second).data == {"address": "There"}
        assert two.requests.get(first).data == {"address": "Here"}
        assert one.store.masters() == {"first": 2}


def test_without_the_extra_it_is_said_what_to_install(blueprint: Blueprint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "AESGCM", None)
    with pytest.raises(StoreError, match=r"pip install 'service-flow\[privacy\]'"):
        ServiceDesk(blueprint, keys=keys())


def test_a_function_of_the_host_that_fails_is_told_by_its_kind_alone(blueprint: Blueprint) -> None:
    def down(_: str) -> bytes:
        raise ConnectionError("https://user:secret@vault")

    with pytest.raises(StoreError, match="the function that finds master keys raised ConnectionError") as failed:
        ServiceDesk(blueprint, keys=Keys("first", down))
    assert "secret" not in str(failed.value)
