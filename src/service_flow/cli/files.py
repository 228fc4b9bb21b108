"""Files that commands write personal data into: complete or not there, and for their owner's eyes only."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def file_to_write(output: str) -> Iterator[TextIO]:
    """The file to write to. A regular one is written beside and renamed, so that half of it is never seen."""
    if output == "-":
        yield sys.stdout
        return
    place = Path(output).resolve()
    if place.exists() and not place.is_file():
        # A pipe or a device is written to where it stands; renaming over it would put a file in its place.
        with place.open("w", encoding="utf-8", newline="\n") as out:
            yield out
        return
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as out:  # noqa: PTH123 - of the descriptor
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(place)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
