"""Blueprints as large as they may be, right and wrong: each is read or refused in 20 seconds and 300 MB.

Each is read by `Blueprint.load` and by `service-flow check`; `bounded_reads` has the bounds. The quick ones run in every
test, those that take seconds behind the mark `long`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bounded_reads import CAN_FORK, ReadingRoom, clean, harmless

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the readings are copies of one process")
MEGABYTES = 300
HEAD = "flow: repair\nsubject: request\ninitial: s0\n"
ONE = HEAD + "states:\n  s0: {}\n"
LONG_GUARD = " && ".join(["a > 1"] * 1_100)


def lines(count: int, line: Callable[[int], str]) -> str:
    return "".join(f"  {line(number)}\n" for number in range(count))


def states(count: int) -> str:
    return "states:\n" + lines(count, lambda n: f"s{n}: {{}}")


def fields(count: int) -> str:
    return "data:\n" + lines(count, lambda n: f"field_with_a_name_{n}: {{type: integer}}")


WRONG: dict[str, tuple[str, str, bool]] = {
    "49,000 unknown words": (ONE + "".join(f"k{n}: 1\n" for n in range(49_000)), "SF130", True),
    "49,000 states of a wrong type": (HEAD + "states:\n" + lines(49_000, lambda n: f"s{n}: 1"), "SF132", True),
    "49,000 words without a value": (ONE + "data:\n" + lines(49_000, lambda n: f"k{n}:"), "SF135", True),
    "60,000 times one word": (ONE + "title: x\n" * 60_000, "SF112", False),
    "20,000 unknown aliases of 20,000": (
        ONE + "a:\n" + lines(20_000, lambda n: f"a{n}: &anchor_{n} x") + "b:\n" + lines(20_000, lambda n: f"b{n}: *ancor_{n}"),
        "SF121", True,
    ),
    "9,000 unknown states of 9,000": (
        HEAD + states(9_000) + "transitions:\n" + lines(9_000, lambda n: f"t{n}: {{from: s{n}, to: x{n}}}"),
        "SF203", True,
    ),
    "20,000 unknown fields of 20,000": (
        ONE + fields(20_000) + "transitions:\n  t: {from: s0, collect: [" + ", ".join(f"feld_with_a_name_{n}" for n in range(19_000)) + "]}\n",
        "SF232", True,
    ),
    "5,000 wrong guards over 5,000 fields": (
        ONE + fields(5_000) + "transitions:\n" + lines(5_000, lambda n: f"t{n}: {{from: s0, when: 'feld_with_a_name_{n} > 1'}}"),
        "SF234", True,
    ),
    "1,000 wrong choices of 40,000": (
        ONE + "data:\n  a: {type: choice, choices: [" + ", ".join(f"word{n}" for n in range(40_000)) + "]}\ntransitions:\n"
        + lines(1_000, lambda n: f"t{n}: {{from: s0, when: 'a == \"word{n}x\"'}}"),
        "SF234", True,
    ),
    "200 guards of 9,900 characters": (
        ONE + "data:\n  a: {type: integer}\ntransitions:\n" + lines(200, lambda n: f"t{n}: {{from: s0, when: '{LONG_GUARD}'}}"),
        "SF261", True,
    ),
    "16,000 aliases of one guard": (
        ONE + f"data:\n  a: {{type: integer}}\ntransitions:\n  t: {{from: s0, when: &g '{LONG_GUARD}'}}\n"
        + lines(16_000, lambda n: f"t{n}: {{from: s0, when: *g}}"),
        "SF120", False,
    ),
    "a million moves": (
        HEAD + states(1_000) + "transitions:\n" + lines(1_000, lambda n: f"t{n}: {{from: any}}"), "SF260", False,
    ),
}  # fmt: skip
RIGHT: dict[str, tuple[str, bool]] = {
    "20,000 states": (HEAD + states(20_000), True),
    "10,000 transitions of 10,000 states": (
        HEAD + states(10_000) + "transitions:\n" + lines(10_000, lambda n: f"t{n}: {{from: s{n}, to: s{(n + 1) % 10_000}}}"),
        True,
    ),
    "3,000 states in 31 levels": (
        HEAD + "states:\n  s0: {}\n" + lines(100, lambda n: f"p{n}: " + "{initial: a, states: {a: " * 29 + "{}" + "}}" * 29),
        False,
    ),
    "90,000 words of one choice": (
        ONE + "data:\n  a: {type: choice, choices: [" + ", ".join(f"w{n}" for n in range(90_000)) + "]}\n", True,
    ),
    "16,000 guards": (
        ONE + "data:\n  a: {type: integer}\ntransitions:\n" + lines(16_000, lambda n: f"t{n}: {{from: s0, when: 'a > {n}'}}"),
        True,
    ),
    "20 guards of 9,900 characters": (
        ONE + "data:\n  a: {type: integer}\ntransitions:\n" + lines(20, lambda n: f"t{n}: {{from: s0, when: '{LONG_GUARD}'}}"),
        True,
    ),
    "4,000 titles of 400 letters": (HEAD + "states:\n" + lines(4_000, lambda n: f"s{n}: {{title: {'x' * 400}}}"), False),
    "100,000 moves": (
        HEAD + states(1_000) + "transitions:\n" + lines(100, lambda n: f"t{n}: {{from: any}}"), True,
    ),
}  # fmt: skip


def marked(rows: dict[str, tuple]) -> list:
    return [pytest.param(name, marks=[pytest.mark.long] if row[-1] else [], id=name) for name, row in rows.items()]


@pytest.mark.parametrize("name", marked(WRONG))
def test_of_very_many_faults_the_first_are_told_in_300_mb_and_20_seconds(
    room: ReadingRoom, shop: Path, name: str
) -> None:
    text, code, _ = WRONG[name]
    (shop / "flows/repair.yaml").write_text(text)
    read = harmless(room, shop, megabytes=MEGABYTES)
    assert (read.error, read.code, read.exit_code) == ("BlueprintError", code, 1)
    assert read.found in (1, 201)
    assert len(read.stdout) < 200_000


@pytest.mark.parametrize("name", marked(RIGHT))
def test_a_blueprint_as_large_as_it_may_be_is_read_in_300_mb_and_20_seconds(
    room: ReadingRoom, shop: Path, name: str
) -> None:
    (shop / "flows/repair.yaml").write_text(RIGHT[name][0])
    clean(room, shop, megabytes=MEGABYTES)
