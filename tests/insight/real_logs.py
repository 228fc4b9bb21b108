"""The folder of real logs, which are no part of this project: SERVICE_FLOW_DATA names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def real_log(name: str) -> Path:
    """The path of a real log; the test is skipped, with the reason, where it is not there."""
    folder = os.environ.get("SERVICE_FLOW_DATA")
    if folder is None:
        pytest.skip("SERVICE_FLOW_DATA names no folder of real logs")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{name} is not in the folder that SERVICE_FLOW_DATA names")
    return path
