"""Files that logs and histories are read from: plain, or compressed where the name ends in .gz."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from service_flow.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HARMLESS_BYTES = 64_000_000
"""How much any file may unpack to."""

MOST_FOLD = 200
"""How many times its size a larger one may unpack to. Real logs reach 20 to 60; the format could 1,032."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, decompressed. Raises InputError, also for what is wrong further on in it.

    A compressed file is unpacked piece by piece, so any size of it needs the same memory. A file that is
    made to unpack without end would still fill the disk and take days: it is refused where it has become more
    than HARMLESS_BYTES, and more than MOST_FOLD times its own size.
    """
    try:
        # A pipe or device has no end to wait for.
        if not path.is_file():
            raise InputError(
                "there is no such file" if not path.exists() else "this is not an ordinary file", str(path)
            )
        with path.open("rb") as plain:
            if path.suffix.lower() == ".gz":
                with gzip.GzipFile(fileobj=plain) as packed:
                    yield cast(BinaryIO, io.BufferedReader(_Unpacked(packed, path), 1 << 16))
            else:
                yield plain
    except gzip.BadGzipFile:
        raise InputError("the name ends in .gz, but this is not a gzip file, or a damaged one", str(path)) from None
    except (EOFError, zlib.error):
        raise InputError("the gzip file is cut off or damaged", str(path)) from None
    except OSError as error:
        raise InputError(
            f"the file cannot be read: {error.strerror or 'its name is not possible'}", str(path)
        ) from None


def uncompressed_name(path: Path) -> str:
    """The file's name without its folders and without .gz."""
    return path.name[:-3] if path.suffix.lower() == ".gz" else path.name


class _Unpacked(io.RawIOBase):
    """What a gzip file unpacks to, counted."""

    def __init__(self, packed: gzip.GzipFile, path: Path) -> None:
        self._packed, self._path = packed, path
        self._most = max(HARMLESS_BYTES, MOST_FOLD * path.stat().st_size)
        self._bytes = self._lines = self._column = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        with memoryview(buffer) as view:
            piece = self._packed.read(len(view))
            view[: len(piece)] = piece
        self._bytes += len(piece)
        lines = piece.count(b"\n")
        self._lines += lines
        self._column = len(piece) - piece.rfind(b"\n") - 1 + (0 if lines else self._column)
        if self._bytes > self._most:
            message = (
                f"the file unpacks to more than {MOST_FOLD} times its size, as no log does; "
                "if it is right, unpack it and import that file"
            )
            raise InputError(message, str(self._path), self._lines + 1, self._column + 1)
        return len(piece)
