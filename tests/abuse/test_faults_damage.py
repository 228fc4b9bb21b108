"""Files in which a disk has lost or changed something: whatever is asked of them ends with an answer or with an error of our
own, never with a traceback, a crash, an endless search or somebody's data in an error."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fault_desks import all_events, write

from service_flow import Blueprint, ServiceDesk, ServiceFlowError
from service_flow.cli import main
from service_flow.engine.store.audit import index_differences
from service_flow.engine.store.statements import NAMES

SECRET = "Anna Weber"
PAGE = 4096
COMMANDS = [
    ["show", "R-3"],
    ["worklist"],
    ["worklist", "--post", "clerk"],
    ["history", "R-3"],
    ["export", "-o", "{copy}.jsonl"],
    ["doctor", "--deep"],
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return Blueprint.load(write(tmp_path_factory.mktemp("damage") / "blueprint"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, workshop: Blueprint) -> bytes:
    """A file of some hundred pages."""
    path = tmp_path_factory.mktemp("sound") / "desk.db"
    with ServiceDesk(workshop, f"sqlite:///{path}?durability=normal") as desk:
        for number in range(12):
            anna = desk.customers.register(name=SECRET, by="tom", command_id=f"web-{number}")
            for _ in range(4):
                job = desk.requests.open(customer=anna, need=f"{SECRET} wants a pump", by="tom")
                for length in (10, 900, 2000):
                    desk.requests.perform(job, "tell", by="tom", data={"note": SECRET * (length // 10)})
                desk.requests.perform(job, "start", by="tom", command_id=f"{job.number}/start")
    return path.read_bytes()


def zeroed(content: bytearray, chance: random.Random) -> None:
    page = chance.randrange(len(content) // PAGE) * PAGE
    content[page : page + PAGE] = bytes(PAGE)


def noise(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    length = min(chance.choice([1, 8, 512, PAGE]), len(content) - start)
    content[start : start + length] = chance.randbytes(length)


def a_bit(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def bits(content: bytearray, chance: random.Random) -> None:
    for _ in range(300):
        a_bit(content, chance)


def swapped(content: bytearray, chance: random.Random) -> None:
    one, other = (page * PAGE for page in chance.sample(range(len(content) // PAGE), 2))
    content[one : one + PAGE], content[other : other + PAGE] = (
        content[other : other + PAGE], content[one : one + PAGE],
    )  # fmt: skip


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def letters(content: bytearray, chance: random.Random) -> None:
    """Some text of a row is another, of the same length: the file itself stays sound."""
    for word, other in (
        (b"request", b"requesX"),
        (b"clerk", b"cl\xffrk"),
        (b'"at":"2', b'"at":"X'),
        (b"tell", b'te"l'),
    ):
        places = [at for at in range(len(content)) if content.startswith(word, at)] if chance.random() < 0.5 else []
        for at in chance.sample(places, min(len(places), 3)):
            content[at : at + len(word)] = other


DAMAGES: list[Callable[[bytearray, random.Random], None]] = [zeroed, noise, a_bit, bits, swapped, cut, letters]


@pytest.mark.parametrize(
    ("seed", "turns"), [(1, 49), pytest.param(2, 1500, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_a_damaged_file_gives_answers_or_errors_of_our_own(
    seed: int, turns: int, sound: bytes, tmp_path: Path, workshop: Blueprint
) -> None:
    chance = random.Random(seed)
    ends: Counter[str] = Counter()
    for turn in range(turns):
        content, damage = bytearray(sound), DAMAGES[turn % len(DAMAGES)]
        damage(content, chance)
        copy = tmp_path / f"{turn}.db"
        copy.write_bytes(content)
        words = [word.format(copy=copy) for word in chance.choice(COMMANDS)]
        result = CliRunner().invoke(main, [*words, "--store", f"sqlite:///{copy}"])
        where = f"turn {turn}, {damage.__name__}, {words}: {result.output}"
        assert isinstance(result.exception, SystemExit | None), where
        assert "internal error" not in result.output, where
        assert result.exit_code in (0, 1, 2), where
        assert SECRET not in result.stderr, where
        ends[f"exit {result.exit_code}"] += 1
        ends[asked(workshop, f"sqlite:///{copy}", where)] += 1
        for left in tmp_path.iterdir():
            left.unlink()
    assert ends["exit 0"] > turns / 20, ends
    assert ends["exit 2"] > turns / 20, ends
    assert ends["StoreError"] > turns / 20, ends


def asked(workshop: Blueprint, url: str, where: str) -> str:
    """How a desk on the file ends that reads everything and then takes commands."""
    try:
        with ServiceDesk(workshop, url) as desk:
            for subject in (desk.customers, desk.requests):
                for item in subject.list(limit=1000):
                    subject.get(item.reference)
            desk.worklist(post="clerk", limit=1000)
            sum(1 for _ in all_events(desk.store))
            list(index_differences(desk.store))
            job = desk.requests.open(customer="CU-1", need=SECRET, by="tom", command_id="new")
            desk.requests.perform(job, "tell", by="tom", data={"note": SECRET * 900})
            desk.requests.perform("R-7", "hold", by="tom", command_id="R-7/hold")
            desk.requests.perform("R-7", "start", by="tom", command_id="R-7/start")
    except ServiceFlowError as error:
        assert SECRET not in f"{error} {error!r}", where
        return type(error).__name__
    return "went on"


ODD: list[object] = ["x", "", -1, 2**62, 1.5, b"\xff\x00", None]
TABLES = {
    "stored_events": ["originator_id", "originator_version", "topic", "state"],
    "service_flow_cases": list(NAMES),
    "service_flow_receipts": ["command_id", "case_id", "first", "last"],
    "service_flow_numbers": ["subject", "last"],
    "service_flow_revisions": ["revision", "flow", "form"],
    "service_flow_schema": ["version"],
}


@pytest.mark.parametrize("table", TABLES)
def test_a_value_of_another_kind_in_any_column_is_an_answer_or_an_error_of_our_own(
    table: str, tmp_path: Path, workshop: Blueprint
) -> None:
    path, other, chance = tmp_path / "desk.db", tmp_path / "changed.db", random.Random(table)
    with ServiceDesk(workshop, f"sqlite:///{path}") as desk:
        anna = desk.customers.register(name=SECRET, by="tom", command_id="web-1")
        for number in range(9):
            job = desk.requests.open(customer=anna, need=SECRET, by="tom", command_id=f"web-{number + 2}")
            desk.requests.perform(job, "tell", by="tom", data={"note": SECRET}, command_id=f"tell-{number}")
    sound = path.read_bytes()
    for column in TABLES[table]:
        for value in ODD:
            other.write_bytes(sound)
            with sqlite3.connect(other) as changing:
                # The newest event; of tables without places all rows, of which one is left where it is the key.
                where = f" WHERE rowid = (SELECT max(rowid) FROM {table})" if table == "stored_events" else ""
                try:
                    changing.execute(f"UPDATE OR REPLACE {table} SET {column} = ?{where}", (value,))
                except sqlite3.IntegrityError:  # the table itself does not take it
                    continue
                finally:
                    changing.commit()
            changing.close()
            told = f"{table}.{column} = {value!r}"
            for words in (COMMANDS[1], COMMANDS[4], chance.choice(COMMANDS)):
                arguments = [word.format(copy=other) for word in words]
                result = CliRunner().invoke(main, [*arguments, "--store", f"sqlite:///{other}"])
                assert isinstance(result.exception, SystemExit | None), (told, words)
                assert "internal error" not in result.output, (told, words, result.output)
                assert SECRET not in result.stderr, (told, words)
            asked(workshop, f"sqlite:///{other}", told)
