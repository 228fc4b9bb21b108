"""How many examples a law is tried with: all of them by `make long`, four in ten by every other run."""

from __future__ import annotations

import os


def draws(whole: int) -> int:
    return whole if os.environ.get("SERVICE_FLOW_LONG") else max(10, whole * 2 // 5)
