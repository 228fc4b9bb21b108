"""Several desks, threads and processes on one store; forks; two blueprints on one store."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import engine_load
import pytest
from attack_desks import NOW, ORGANISATION, REQUEST, a_request, load, make_desk, raised, write

from service_flow import Blueprint, NotFromHere, Refused, ServiceDesk, StoreError
from service_flow.engine.commands import Outcome, Perform
from service_flow.engine.store import open_store
from service_flow.engine.store.index import rebuilt


def test_threads_of_two_desks_with_mixed_commands_and_batches_lose_and_double_nothing(
    store: Any, attacked: Blueprint
) -> None:
    desks = [make_desk(attacked, store) for _ in range(2)]
    cases = [a_request(desks[0]).reference for _ in range(3)]
    accepted: list[tuple[str, Any]] = []
    broken: list[BaseException] = []

    def work(number: int) -> None:
        chance, desk = random.Random(number), desks[number % 2]
        try:
            for turn in range(12):
                orders = [
                    Perform(
                        case=chance.choice(cases), subject=None, transition=chance.choice(["tell", "hold", "resume"]),
                        by="tom", command_id=f"{number}-{turn}-{part}" if part else f"shared-{turn}",
                    )
                    for part in range(chance.randint(1, 4))
                ]  # fmt: skip
                for order, answer in zip(orders, desk.commands.run_together(orders), strict=True):
                    if isinstance(answer, Outcome) and not answer.repeated:
                        accepted.append((order.command_id or "", answer.events[0].id))
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken
    log = [place.event for place in store.log(limit=100_000)]
    kept = Counter(event.command_id for event in log if event.command_id)
    assert set(kept.values()) <= {1}
    assert Counter(dict(accepted).keys()) == kept
    assert {command: event.id for event in log if (command := event.command_id)} == dict(accepted)
    for row, receipts, _ in rebuilt(log):
        assert store.row(row.case_id) == row
        assert [store.receipt(receipt.command_id) for receipt in receipts] == receipts
        for desk in desks:
            assert desk.get(row.case_id).version == row.version


def test_a_refusal_is_never_given_from_a_stale_state_while_others_write(store: Any, attacked: Blueprint) -> None:
    """One desk holds and resumes; the other asks for what is possible only while the case is held, or only while not."""
    one, two = make_desk(attacked, store), make_desk(attacked, store)
    request = a_request(one)
    for _ in range(20):
        one.requests.perform(request, "hold", by="tom")
        assert two.requests.may(request, "resume", by="tom")
        two.requests.perform(request, "resume", by="tom")
        assert isinstance(raised(lambda: one.requests.perform(request, "resume", by="tom")), NotFromHere)


def test_processes_share_a_file_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    folder, url, record = write(tmp_path / "b"), f"sqlite:///{tmp_path / 'desk.db'}", tmp_path / "record"
    loads = [
        subprocess.Popen([sys.executable, engine_load.__file__, str(folder), url, str(record), name],
                         stderr=subprocess.PIPE)
        for name in "abc"
    ]  # fmt: skip
    from test_engine_kill import _check, _wait_for

    _wait_for(record, *(f'"{name}-' for name in "abc"))
    time.sleep(1)
    dead = [load.poll() for load in loads]
    for load_ in loads:
        load_.kill()
        load_.wait()
        load_.stderr.close()
    assert dead == [None, None, None]
    with ServiceDesk(Blueprint.load(folder), url) as desk:
        _check(desk, record)


def _in_child(work: Any, seconds: float = 10) -> int:
    """The exit code of a forked child that does the work; -1 when it hangs."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


pytestmark = pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_desk_works_on_in_a_forked_process_and_in_its_parent(
    kind: str, attacked: Blueprint, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'd.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_database")()
    with make_desk(attacked, url) as desk:
        case = a_request(desk)
        for turn in range(3):
            assert (
                _in_child(lambda turn=turn: desk.requests.perform(case, "tell", by="tom", command_id=f"c{turn}")) == 0
            )
            desk.requests.perform(case, "tell", by="tom", command_id=f"p{turn}")
        assert [event.command_id for event in desk.store.events(case.reference.id)[1:]] == [
            "c0", "p0", "c1", "p1", "c2", "p2",
        ]  # fmt: skip


def test_a_store_in_memory_says_in_a_forked_process_what_to_do(attacked: Blueprint) -> None:
    desk = make_desk(attacked)
    case = a_request(desk)

    def work() -> None:
        assert isinstance(raised(lambda: desk.get(case)), StoreError)

    assert _in_child(work) == 0


def test_a_fork_while_another_thread_reads_does_not_hang(attacked: Blueprint, tmp_path: Path) -> None:
    """A pre-forking server forks whenever it wants: a lock that a thread holds then is never released in the child."""
    with make_desk(attacked, f"sqlite:///{tmp_path / 'd.db'}") as desk:
        case, done = a_request(desk), threading.Event()

        def read() -> None:
            while not done.is_set():
                desk.commands.cache.evict(case.reference.id)
                desk.get(case)

        thread = threading.Thread(target=read)
        thread.start()
        codes = [_in_child(lambda: desk.requests.perform(case, "tell", by="tom")) for _ in range(5)]
        done.set()
        thread.join()
        assert codes == [0] * 5
        assert len(desk.history(case)) == 6


def test_two_blueprints_on_one_store_judge_each_case_by_its_own_revision(
    attacked: Blueprint, store: Any, tmp_path: Path
) -> None:
    changed = load(tmp_path / "changed", request=REQUEST.replace("by: [technician]", "by: [clerk], collect: [count]"))
    old, new = make_desk(attacked, store), make_desk(changed, store)
    first, second = a_request(old), a_request(new)
    assert old.get(first).revision != new.get(second).revision
    assert new.requests.perform(first, "start", by="tom").events[0].revision == old.get(first).revision
    assert isinstance(raised(lambda: old.requests.perform(second, "start", by="tom")), Refused)
    old.requests.perform(second, "start", by="tom", data={"count": 1})
    for desk in (old, new):
        assert {desk.get(case).state for case in (first, second)} == {"at_work"}
        assert {item.number for item in desk.worklist()} == {"R-1", "R-2"}
        assert desk.history(second).entries[1].what == "start"


def test_a_case_keeps_its_flow_when_the_blueprint_has_none_for_its_subject_any_more(
    attacked: Blueprint, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'd.db'}"
    with make_desk(attacked, url) as desk:
        request = a_request(desk)
    without = load(
        tmp_path / "without", request="", blueprint='blueprint: less\nversion: "1"\nfeatures: [requests, customers]\n'
    )
    with make_desk(without, url) as desk:
        assert not hasattr(desk, "complaints")
        assert "start" in {option.transition for option in desk.requests.options(request, by="tom")}
        desk.requests.perform(request, "start", by="tom")
        assert desk.get(request).state == "at_work"
        assert [item.number for item in desk.worklist(post="technician")] == ["R-1"]


def test_a_flow_may_not_lose_the_post_that_a_standing_case_waits_for(attacked: Blueprint, tmp_path: Path) -> None:
    """The worklist of a post that only an old revision knows can still be asked for."""
    url = f"sqlite:///{tmp_path / 'd.db'}"
    with make_desk(attacked, url) as desk:
        request = a_request(desk)
        desk.requests.perform(request, "start", by="tom")
    less = load(
        tmp_path / "less",
        organisation=ORGANISATION.replace(", technician: {}", "").replace("[clerk, technician]", "[clerk]"),
        request=REQUEST.replace("technician", "clerk"),
    )
    with make_desk(less, url) as desk:
        assert [item.number for item in desk.worklist()] == ["R-1"]
        assert [item.number for item in desk.worklist(post="technician")] == ["R-1"]


def test_a_store_opened_twice_by_its_url_is_one_store(attacked: Blueprint, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'd.db'}"
    with make_desk(attacked, url) as one, make_desk(attacked, url) as two, open_store(url) as third:
        request = a_request(one)
        two.requests.perform(request, "start", by="tom", at=NOW)
        assert one.get(request).state == "at_work"
        assert len(third.events(request.reference.id)) == 2
