"""Files that commands write: complete or not there. Those with personal data are for their owner's eyes only."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def file_to_write(output: str, *, private: bool = True) -> Iterator[TextIO]:
    """The file to write to; `-` is standard output. A regular one is written beside and renamed, so that half of it is
    never seen, also if the disk is full or the program is killed. Only its owner may read it if it is `private`.

    Raises OSError with the name of the file.
    """
    if output == "-":
        yield sys.stdout
        return
    with named_in_errors(output):
        place = Path(output).resolve()
        if place.exists() and not place.is_file():
            # A pipe or a device is written to where it stands; renaming over it would put a file in its place.
            with place.open("w", encoding="utf-8", newline="\n") as out:
                yield out
            return
        beside = place.with_name(f".{secrets.token_hex(8)}.part")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as out:  # noqa: PTH123 - of the descriptor
                yield out
                out.flush()
                os.fsync(out.fileno())
            beside.replace(place)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise


@contextmanager
def named_in_errors(output: str) -> Iterator[None]:
    """OSErrors of the block name this file or folder: what writes does not know it, and nobody knows the one beside."""
    try:
        yield
    except BrokenPipeError:  # whoever reads has stopped, which is no fault of the file
        raise
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), output) from None
