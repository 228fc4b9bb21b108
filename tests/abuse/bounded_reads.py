"""Blueprints, scenarios and mappings, each read in a process of its own that may not take more than is allowed.

A reading room is a process that has loaded the library once. For every file it is asked to read it makes a copy of
itself (fork), limits the copy's memory and processor time, reads the file through the library and through the command
line, and tells what came of it and what it took. Run as a program, this file is that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CAN_FORK = hasattr(os, "fork")
MEASURES_MEMORY = Path("/proc/self/status").exists()
"""Whether the system tells the most memory that a process ever held."""
ADDRESSES = 1_000_000_000
"""Bytes of address space of a copy: beyond them it gets no more memory."""
SECONDS = 20
"""Seconds of processor time that a reading may take. The system ends a copy after twice as many, for both readings."""
NOBODY = 65534
MEGABYTES = 200
"""Memory that a copy may have held at once. The library itself takes about 60."""
BLUEPRINT = 'blueprint: shop\nversion: "1"\n'
FLOW = "flow: repair\nsubject: request\ninitial: open\nstates:\n  open: {}\n"


@dataclass(frozen=True)
class Read:
    """What came of a file: the error of the library (its class, code and place), what the command said, and what
    they took: the seconds of the longer of both. `died` says how the process ended if it told nothing."""

    error: str = ""
    code: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    found: int = 0
    exit_code: int = -1
    stdout: str = ""
    stderr: str = ""
    internal: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    died: str = ""

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column


class ReadingRoom:
    """Asks the process to read; a file that ends the copy does not end the room."""

    def __init__(self, ask: IO[str], told: IO[str]) -> None:
        self._ask, self._told = ask, told

    def read(self, kind: str, path: str | os.PathLike[str], *arguments: str, nobody: bool = False) -> Read:
        """Read a file or folder of this kind; `arguments` are those of the command. As `nobody`, root's rights are
        laid down before: root could read what others may not."""
        self._ask.write(json.dumps([kind, os.fspath(path), nobody, *arguments]) + "\n")
        self._ask.flush()
        return Read(**json.loads(self._told.readline()))


@contextmanager
def reading_room() -> Iterator[ReadingRoom]:
    """A room that is closed at the end."""
    hidden = ("SERVICE_FLOW_STORE", "SERVICE_FLOW_BLUEPRINT", "SERVICE_FLOW_DEBUG", "FORCE_COLOR")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environment
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        yield ReadingRoom(process.stdin, process.stdout)
        process.stdin.close()


def everything_in(folder: Path) -> set[tuple[bytes, int, int]]:
    """What stands in a folder: names, sizes and when each was written."""
    found = folder.rglob("*") if folder.is_dir() else ()
    return {(os.fsencode(each), each.lstat().st_size, each.lstat().st_mtime_ns) for each in found}


def harmless(
    room: ReadingRoom, path: Path, kind: str = "blueprint", *arguments: str, megabytes: int = MEGABYTES
) -> Read:
    """What came of a file or folder, once it was neither slow nor large, and nothing was written beside it."""
    folder = path if path.is_dir() else path.parent
    before = everything_in(folder)
    read = room.read(kind, path, *arguments)
    assert not read.died
    assert not read.internal
    assert "Traceback" not in read.stdout + read.stderr
    assert "internal error" not in read.stderr
    assert read.seconds < SECONDS
    assert not MEASURES_MEMORY or 20 < read.megabytes < megabytes
    assert everything_in(folder) == before
    return read


def refused(room: ReadingRoom, folder: Path, code: str, line: int, column: int, file: str = "flows/repair.yaml") -> Read:
    """What came of a blueprint, once the first finding of both readings was this code at this place."""
    read = harmless(room, folder)
    assert (read.error, read.code, read.place) == ("BlueprintError", code, (line, column)), read.text
    assert read.file == str(folder / file)
    assert read.exit_code == 1
    assert f"{file}:{line}:{column}: {code} " in read.stdout
    assert read.stderr == ""
    return read


def clean(room: ReadingRoom, folder: Path, *, megabytes: int = MEGABYTES) -> None:
    """Both readings of a blueprint found nothing in its text; what is proved of the flow is another question."""
    read = harmless(
        room, folder, "blueprint", "check", str(folder), "--select", "SF1,SF2", megabytes=megabytes
    )
    assert (read.error, read.exit_code, read.stdout) == ("", 0, "no findings\n"), read.text


def _serve() -> None:
    from service_flow import Blueprint
    from service_flow.insight.histories.mapping import read_mapping
    from service_flow.testing import read_scenario

    readers = {"blueprint": Blueprint.load, "scenario": read_scenario, "mapping": lambda path: read_mapping(Path(path))}
    Blueprint.load("full_process")  # what is imported late is imported now, and counts to none of the copies
    _call(["check", "full_process"])
    _call(["check", "no/such/folder"])
    for line in sys.stdin:
        kind, path, nobody, *arguments = json.loads(line)
        ear, mouth = os.pipe()
        child = os.fork()
        if not child:
            os.close(ear)
            _limit()
            if nobody and not os.geteuid():
                os.setegid(NOBODY)
                os.seteuid(NOBODY)
            with os.fdopen(mouth, "w", encoding="utf-8") as out:
                json.dump(_taken(readers[kind], path, arguments), out)
            os._exit(0)
        os.close(mouth)
        with os.fdopen(ear, encoding="utf-8") as heard:
            told = heard.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(told if told and not status else json.dumps({"died": f"it ended with {status}"}), flush=True)


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))


def _taken(reader: Any, path: str, arguments: list[str]) -> dict[str, Any]:
    import time

    from service_flow.errors import BlueprintError, InputError

    told: dict[str, Any] = {}
    began = time.process_time()
    try:
        reader(path)
    except (BlueprintError, InputError) as error:
        told = {"error": type(error).__name__, "file": os.fsencode(error.file).decode("utf-8", "backslashreplace")}
        told |= {"line": error.line, "column": error.column, "text": str(error)[:2_000]}
        told |= {"code": getattr(error, "code", ""), "found": len(getattr(error, "findings", "x"))}
    except BaseException as error:
        told = {"error": f"{type(error).__name__}: {error}"[:500]}
    between = time.process_time()
    told |= _call(arguments or ["check", path])
    told["seconds"] = max(between - began, time.process_time() - between)
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    told["megabytes"] = sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return told


def _call(arguments: list[str]) -> dict[str, Any]:
    from click.testing import CliRunner

    from service_flow.cli import main

    result = CliRunner().invoke(main, arguments)
    alien = result.exception is not None and not isinstance(result.exception, SystemExit)
    return {
        "exit_code": result.exit_code,
        "stdout": result.stdout[:20_000],
        "stderr": result.stderr[:20_000],
        "internal": repr(result.exception)[:500] if alien else "",
    }


if __name__ == "__main__":
    _serve()
