"""A store in an SQLite file: what goes wrong with files, and who else may use it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from eventsourcing.application import Application
from store_samples import SampleOpened, move, moved, open_case, versions

from service_flow.engine.store import Store, open_store
from service_flow.engine.store.sqlite import recorder
from service_flow.engine.store.sqlite.store import SqliteStore
from service_flow.engine.store.tables import VERSION
from service_flow.errors import StoreError

SECRET = "Anna Weber"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest.fixture
def file_store(path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{path}?timeout=0.2") as store:
        yield store


def failed(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    return str(caught.value)


def test_all_is_there_when_the_file_is_opened_again(path: Path, file_store: Store) -> None:
    case = open_case(file_store, command="web-1")
    file_store.close()
    with open_store(f"sqlite:///{path}") as again:
        assert again.row(case.case_id) == case
        assert open_case(again).number == 2


@pytest.mark.parametrize(("choice", "level"), [("", 2), ("?durability=full", 2), ("?durability=normal", 1)])
def test_the_durability_is_really_set(path: Path, choice: str, level: int) -> None:
    with open_store(f"sqlite:///{path}{choice}") as store:
        writer = cast(SqliteStore, store).writer
        assert writer.execute("PRAGMA synchronous").fetchone() == (level,)
        assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_another_process_that_keeps_writing_is_waited_for_and_then_named(path: Path, file_store: Store) -> None:
    case = open_case(file_store)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"another process has been writing for 0\.2 s"):
        move(file_store, case)
    assert 0.15 < time.monotonic() - started < 3
    assert file_store.row(case.case_id) == case  # readers do not wait
    other.execute("ROLLBACK")
    other.close()
    assert move(file_store, case).version == 2


def test_another_thread_that_keeps_writing_is_named(file_store: Store) -> None:
    numbered, done = threading.Event(), threading.Event()

    def hold() -> None:
        with file_store.transaction() as transaction:
            transaction.number("request")
            numbered.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    numbered.wait(10)
    with pytest.raises(StoreError, match="another thread"):
        open_case(file_store)
    done.set()
    thread.join()
    assert open_case(file_store).number == 1


def test_a_transaction_inside_of_another_is_refused_and_both_end(file_store: Store) -> None:
    with pytest.raises(StoreError, match="inside of another"), file_store.transaction() as outer:
        outer.number("request")
        open_case(file_store)
    assert open_case(file_store).number == 1


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "missing does not exist; make it first" in failed(f"sqlite:///{tmp_path}/missing/desk.db")
    assert "is a folder" in failed(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("invoice of Anna Weber " * 100)
    assert "not an SQLite database" in failed(f"sqlite:///{path}")
    assert path.read_text() == "invoice of Anna Weber " * 100


@pytest.mark.parametrize(
    ("table", "said"),
    [("invoices", "another application"), ("stored_events", "log of another eventsourcing application")],
)
def test_a_database_of_another_application_is_left_alone(path: Path, table: str, said: str) -> None:
    with sqlite3.connect(path) as other:
        other.execute(f"CREATE TABLE {table} (x)")
    other.close()
    before = path.read_bytes()
    assert said in failed(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_tables_of_a_newer_release_are_left_alone(path: Path, file_store: Store) -> None:
    file_store.close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE service_flow_schema SET version = 99")
    other.close()
    assert f"version 99 and this release knows {VERSION}" in failed(f"sqlite:///{path}")


def test_opening_again_writes_nothing(path: Path, file_store: Store) -> None:
    open_case(file_store)
    file_store.close()
    before = path.read_bytes()
    open_store(f"sqlite:///{path}").close()
    assert path.read_bytes() == before


def test_a_damaged_file_is_called_damaged(path: Path, file_store: Store) -> None:
    for _ in range(50):
        open_case(file_store)
    file_store.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"Anna Weber" * ((len(content) - 8192) // 10)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as caught, open_store(f"sqlite:///{path}") as store:
        store.cases(limit=99)
    assert SECRET not in str(caught.value)


def test_a_full_disk_is_called_full_and_nothing_is_half_written(file_store: Store) -> None:
    case = open_case(file_store)
    writer = cast(SqliteStore, file_store).writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="disk is full"), file_store.transaction() as transaction:
        events = [moved(case.case_id, version, personal={"name": SECRET * 99}) for version in range(2, 60)]
        transaction.append(events, case._replace(version=59), opened=False)
    assert versions(file_store.events(case.case_id)) == [1]
    writer.execute("PRAGMA max_page_count = 100000")
    assert move(file_store, case).version == 2


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may enter, which they may not enter pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize(
    ("existing", "mode", "said"),
    [
        (True, 0o555, "it is read-only"),
        (False, 0o555, "it is read-only"),
        (True, 0o000, "may not enter the folder"),
    ],
)
def test_a_place_that_may_not_be_written_is_named(open_folder: Path, existing: bool, mode: int, said: str) -> None:
    path = open_folder / "desk.db"
    if existing:
        open_store(f"sqlite:///{path}").close()
        path.chmod(0o444)
    open_folder.chmod(mode)

    def as_somebody() -> str:
        if os.getuid() == 0:  # root may write anything
            os.setuid(65534)
        return failed(f"sqlite:///{path}")

    assert said in in_a_fork(as_somebody)


def in_a_fork(work: Any) -> str:
    """What `work` returns in a forked process, or the text of its error."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = str(work())
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_process_opens_connections_of_its_own(file_store: Store) -> None:
    case = open_case(file_store)
    assert file_store.row(case.case_id) == case  # so there is a connection for reading, too
    parent = cast(SqliteStore, file_store).writer

    def work() -> str:
        assert file_store.row(case.case_id) == case
        move(file_store, case)
        return str(cast(SqliteStore, file_store).writer is parent)

    assert in_a_fork(work) == "False"
    after = file_store.row(case.case_id)
    assert after is not None
    assert move(file_store, after).version == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_store_in_memory_is_not_continued_in_a_forked_process() -> None:
    with open_store("memory") as store:
        case = open_case(store)
        answer = in_a_fork(lambda: move(store, case))
        assert "StoreError: a store in memory belongs to the process that opened it" in answer
        assert move(store, case).version == 2


PROGRAM = """
import sys
sys.path[:0] = [{tests!r}]
from store_samples import open_case, move
from service_flow.engine.store import open_store
with open_store("sqlite:///" + sys.argv[1]) as store:
    for turn in range(15):
        move(store, open_case(store, command=sys.argv[2] + str(turn)))
"""


def test_processes_that_start_together_share_a_new_file(path: Path) -> None:
    program = PROGRAM.format(tests=str(Path(__file__).parent))
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(path), f"p{number}-"], stderr=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 4
    with open_store(f"sqlite:///{path}") as store:
        assert store.count() == {"events": 120, "receipts": 60, "revisions": 0, "open request": 60}
        assert [case.number for case in store.cases(limit=99)] == list(range(1, 61))


def test_a_copy_of_the_file_is_a_copy_of_the_store(path: Path, file_store: Store, tmp_path: Path) -> None:
    case = open_case(file_store)
    file_store.close()
    shutil.copy(path, tmp_path / "copy.db")
    with open_store(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert copy.row(case.case_id) == case


def test_a_subscription_turns_its_pages(file_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "PAGE", 3)
    case = open_case(file_store)
    for _ in range(9):
        open_case(file_store)
        case = move(file_store, case)
    with file_store.recorder().subscribe(topics=["service_flow:moved"]) as subscription:
        assert [next(subscription).originator_version for _ in range(9)] == list(range(2, 11))
    with file_store.recorder().subscribe() as subscription:
        assert [next(subscription).id for _ in range(19)] == list(range(1, 20))


def test_an_application_of_the_library_reads_the_file(path: Path, file_store: Store) -> None:
    class Reader(Application[UUID]):
        pass

    case = open_case(file_store)
    move(file_store, case)
    reader = Reader(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
            "MAPPER_TOPIC": "service_flow.engine.store.mapper:EventMapper",
            "APPLICATION_RECORDER_TOPIC": "service_flow.engine.store.sqlite.recorder:LogRecorder",
        }
    )
    assert [item.id for item in reader.notification_log["1,10"].items] == [1, 2]
    assert list(reader.events.get(case.case_id)) == file_store.events(case.case_id)
    with reader.recorder.subscribe(topics=[SampleOpened.TOPIC]) as subscription:
        assert reader.mapper.to_domain_event(next(subscription)) == file_store.events(case.case_id)[0]
    reader.close()
