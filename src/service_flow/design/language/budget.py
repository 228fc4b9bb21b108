"""What a blueprint may take in all, whatever its files are made of."""

from __future__ import annotations

from dataclasses import dataclass

MOST_FILES = 1_000
"""YAML files in one folder of a blueprint, at most."""
MOST_BYTES_IN_ALL = 8_000_000
"""Bytes of all files of a blueprint together, at most."""
MOST_VALUES_IN_ALL = 500_000
"""Values in all files of a blueprint together, at most, each counted where it is written."""
MOST_REPEATED_IN_ALL = 200_000
"""Values that aliases and included fragments stand for in all files together, at most; each counts every time."""


@dataclass(slots=True)
class Budget:
    """What was read of a blueprint so far. A blueprint and those that it extends have one together."""

    bytes: int = 0
    values: int = 0
    repeated: int = 0

    def spend(self, *, bytes: int = 0, values: int = 0, repeated: int = 0) -> str | None:
        """Counts it in. Says what is too much by now, or None."""
        self.bytes += bytes
        self.values += values
        self.repeated += repeated
        if self.bytes > MOST_BYTES_IN_ALL:
            return f"{MOST_BYTES_IN_ALL // 1_000_000} MB"
        if self.values > MOST_VALUES_IN_ALL:
            return f"{MOST_VALUES_IN_ALL:,} values"
        if self.repeated > MOST_REPEATED_IN_ALL:
            return f"{MOST_REPEATED_IN_ALL:,} values that aliases and fragments stand for"
        return None
