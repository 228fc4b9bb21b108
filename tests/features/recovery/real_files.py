"""Files of real records, which are no part of this project, brought into a store as a user does it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from service_flow.cli import main

HERE = Path(__file__).parent


def real_file(name: str) -> Path:
    """The path of a file of real records; the test is skipped, with the reason, where it is not there."""
    folder = os.environ.get("SERVICE_FLOW_DATA")
    if folder is None:
        pytest.skip("SERVICE_FLOW_DATA names no folder of real logs")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{name} is not in the folder that SERVICE_FLOW_DATA names")
    return path


def imported(log: Path, name: str, store: str) -> None:
    """As a user does it: service-flow import LOG --blueprint ... --mapping ... --store ..."""
    words = ["import", str(log), "--blueprint", str(HERE / name), "--mapping", str(HERE / f"{name}_mapping.yaml")]
    result = CliRunner().invoke(main, [*words, "--store", store])
    assert result.exit_code == 0, result.output
