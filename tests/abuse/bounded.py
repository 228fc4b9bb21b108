"""An import, or a guess, in a process of its own: the processor time it took, and the most memory it ever held."""

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
from service_flow.insight.histories import guess_mapping, import_log

log, mapping, blueprint, store = sys.argv[1:]
flows = Blueprint.load(Path(blueprint))
told = {"error": "", "file": "", "line": 0, "column": 0, "events": 0, "cases": 0, "guess": ""}
with ServiceDesk(flows, store=store) as desk:
    started = time.process_time()
    try:
        if mapping:
            summary = import_log(desk.commands, Path(log), Path(mapping))
            told |= {"events": summary.events, "cases": summary.cases}
        else:
            told["guess"] = guess_mapping(Path(log), flows.flows.values()).text
    except InputError as error:
        told |= {"error": error.message, "file": error.file, "line": error.line, "column": error.column}
        assert desk.store.count()["events"] == 0
    told["seconds"] = time.process_time() - started
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
told["megabytes"] = sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Measured:
    """What became of an import or a guess: its error with the place, or what came of it; and what it took.

    `seconds` are those of the processor, which do not grow when the machine has other work to do.
    """

    error: str
    file: str
    line: int
    column: int
    events: int
    cases: int
    guess: str
    seconds: float
    megabytes: float

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column


def measured(log: Path, *, store: str = "memory", timeout: float = 120) -> Measured:
    """Import a log with the flow of the help desk. An error that is not the library's own fails the test."""
    return _measured(log, HELP_DESK / ("mapping_xes.yaml" if ".xes" in log.name else "mapping.yaml"), store, timeout)


def guessed(log: Path) -> Measured:
    """Guess a mapping of a log for the flow of the help desk."""
    return _measured(log, "", "memory", 120)


def _measured(log: Path, mapping: Path | str, store: str, timeout: float) -> Measured:
    arguments = [str(log), str(mapping), str(HELP_DESK / "real"), store]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Measured(**json.loads(done.stdout))
