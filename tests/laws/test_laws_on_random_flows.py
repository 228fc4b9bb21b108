"""The laws of a desk on random flows with regions, joins, histories, automatic transitions, tables and entries."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_lives import Lives, lived

from random_flows import Dice
from random_guards import small_flow
from service_flow.errors import BlueprintError

SEEDS = range(80)
MANY = range(1_000, 4_000)


def what_happened(seeds: range, folder: Path, commands: int) -> tuple[int, int, int]:
    """How many flows were lived in, how many commands were accepted, how many refused."""
    flows = accepted = refused = 0

    def count(lives: Lives) -> None:
        nonlocal flows, accepted, refused
        flows, accepted, refused = flows + 1, accepted + lives.accepted, refused + lives.refused

    for seed in seeds:
        try:
            lived(small_flow(Dice(seed)), seed, folder, commands, count)
        except BlueprintError:
            continue  # a check refuses it
        except AssertionError as broken:
            raise AssertionError(f"small_flow(Dice({seed})) breaks a law: {broken}") from broken
    return flows, accepted, refused


def test_the_laws_hold_on_random_flows(tmp_path: Path) -> None:
    flows, accepted, refused = what_happened(SEEDS, tmp_path, commands=25)
    assert flows > 60
    assert accepted > 250
    assert refused > 300


@pytest.mark.long
def test_the_laws_hold_on_many_random_flows(tmp_path: Path) -> None:
    flows, _, _ = what_happened(MANY, tmp_path, commands=40)
    assert flows > 2_000
