"""An import in a process of its own, with what it took: time, and the most memory it ever held."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HELP_DESK = Path(__file__).parents[2] / "examples" / "help_desk"
HEADER = "case,activity,timestamp,resource,customer,product,service_level,workgroup,seriousness_2"
ROW = "Case {case},Assign seriousness,2026-03-02T09:00:00+00:00,Kim,Anna,Boiler,Gold,One,Low\n"
XES_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">\n'
XES_EVENT = (
    '<event><string key="concept:name" value="Assign seriousness"/><date key="time:timestamp" '
    'value="2026-03-02T09:00:00+00:00"/>'
    + "".join(
        f'<string key="{key}" value="x"/>'
        for key in ("org:resource", "customer", "product", "service_level", "workgroup", "seriousness_2")
    )
    + "</event>\n"
)
MEASURES_MEMORY = Path("/proc/self/status").exists()
"""Whether the system tells the most memory that a process ever held."""

_PROGRAM = """
import json, sys, time
from pathlib import Path
from service_flow import Blueprint, ServiceDesk
from service_flow.errors import InputError
from service_flow.insight.histories import import_log

log, mapping, blueprint, store = sys.argv[1:]
told = {"error": "", "file": "", "line": 0, "column": 0, "events": 0, "cases": 0}
with ServiceDesk(Blueprint.load(Path(blueprint)), store=store) as desk:
    started = time.perf_counter()
    try:
        summary = import_log(desk.commands, Path(log), Path(mapping))
        told |= {"events": summary.events, "cases": summary.cases}
    except InputError as error:
        told |= {"error": error.message, "file": error.file, "line": error.line, "column": error.column}
        assert desk.store.count()["events"] == 0
    told["seconds"] = time.perf_counter() - started
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
told["megabytes"] = sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Measured:
    """What became of an import: its error with the place, or what it imported; and what it took."""

    error: str
    file: str
    line: int
    column: int
    events: int
    cases: int
    seconds: float
    megabytes: float

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column


def measured(log: Path, mapping: Path | None = None, *, store: str = "memory", timeout: float = 120) -> Measured:
    """Import a log with the flow of the help desk. An error that is not the library's own fails the test."""
    words = mapping or HELP_DESK / ("mapping_xes.yaml" if ".xes" in log.name else "mapping.yaml")
    arguments = [str(log), str(words), str(HELP_DESK / "real"), store]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Measured(**json.loads(done.stdout))
