"""A process that is killed while it erases leaves everything as it was, or everything erased."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from forgotten_shop import OF_ANNA, keys, live, secrets_in_tables, shop

from service_flow import ManualClock, ServiceDesk
from service_flow.engine.store.audit import index_differences

HERE = Path(__file__).parent


def killed_at(folder: Path, statements: Sequence[int], clock: ManualClock) -> list[str]:
    """How each erasure ended, and what was left: `killed whole`, `killed erased`, or `finished erased`."""
    blueprint = shop(folder / "shop")
    with ServiceDesk(blueprint, f"sqlite:///{folder / 'whole.db'}", clock=clock) as desk:
        live(desk, clock)  # unsealed at first: these events are written anew by the erasure
        before = desk.store.count()
    with ServiceDesk(blueprint, f"sqlite:///{folder / 'whole.db'}", clock=clock, keys=keys()) as desk:
        desk.customers.perform("CU-1", "note", by="tom", data={"remark": OF_ANNA[0]})
        desk.store.vacuum()
    command = [sys.executable, str(HERE / "killed_erasure.py"), str(folder), *map(str, statements)]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=100)
    ends = []
    for statement, end in zip(statements, ran.stdout.split(), strict=True):
        with ServiceDesk(blueprint, f"sqlite:///{folder / f'killed-{statement}.db'}", clock=clock, keys=keys()) as desk:
            assert list(index_differences(desk.store)) == []
            left = secrets_in_tables(desk.store)
            erased = desk.store.count()["events"] - before["events"] - 1
            if left:
                assert erased == 0
                assert desk.customers.get("CU-1").facts["name"] == OF_ANNA[0]
                desk.erasure.erase("CU-1", reason="asked", by="tom")  # it can be done again
                assert secrets_in_tables(desk.store) == set()
            else:
                assert erased == 4  # the file and three cases
            ends.append(f"{end} {'whole' if left else 'erased'}")
    return ends


def test_an_erasure_that_is_killed_is_done_whole_or_not_at_all(tmp_path: Path, clock: ManualClock) -> None:
    assert killed_at(tmp_path, [2, 9, 999], clock) == ["killed whole", "killed whole", "finished erased"]


@pytest.mark.long
def test_an_erasure_that_is_killed_anywhere_is_done_whole_or_not_at_all(tmp_path: Path, clock: ManualClock) -> None:
    ends = killed_at(tmp_path, range(1, 80), clock)
    assert ends == sorted(ends, key=["killed whole", "killed erased", "finished erased"].index)
    assert 20 < ends.count("killed whole") < 79
    assert ends[-1] == "finished erased"
