"""Files that logs and histories are read from: plain, or compressed where the name ends in .gz."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from service_flow.errors import InputError


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, decompressed. Raises InputError, also for what is wrong further on in it."""
    try:
        # A pipe or device has no end to wait for.
        if not path.is_file():
            raise InputError(
                "there is no such file" if not path.exists() else "this is not an ordinary file", str(path)
            )
        with path.open("rb") as plain:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=plain) as unpacked:
                    yield cast(BinaryIO, unpacked)
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
    return path.name.removesuffix(".gz")
