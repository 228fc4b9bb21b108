"""Blueprints of sizes, to be proved in a process of their own: what is found, and the processor time it took."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROGRAM = """
import json, sys, time
from pathlib import Path
from service_flow import Blueprint, BlueprintError
started = time.process_time()
told = {"loads": True, "findings": []}
try:
    blueprint = Blueprint.load(Path(sys.argv[1]))
    told["loading"] = time.process_time() - started
    findings = blueprint.check()
except BlueprintError as error:
    findings, told["loads"], told["loading"] = error.findings, False, time.process_time() - started
told["findings"] = [[finding.code, finding.line, finding.message[:300]] for finding in findings]
told["seconds"] = time.process_time() - started
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
told["megabytes"] = sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Proved:
    """Whether a blueprint loads, what is found in it (code, line, message), and what that took: seconds of the processor
    (of which some for loading), and the most memory in MB."""

    loads: bool
    findings: list[tuple[str, int, str]]
    loading: float
    seconds: float
    megabytes: float

    @property
    def codes(self) -> set[str]:
        return {code for code, _, _ in self.findings}


def proved(folder: Path, *flows: str, seconds: int = 100) -> Proved:
    """Write the flows into a blueprint, load and prove it. Fails after so many seconds on the clock."""
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "blueprint.yaml").write_text("blueprint: sized\nversion: '1'\n")
    (folder / "organisation.yaml").write_text("posts: {clerk: {}}\n")
    for number, flow in enumerate(flows):
        (folder / f"flows/sized{number}.yaml").write_text(f"flow: sized{number}\nsubject: request\n{flow}")
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)], capture_output=True, text=True, timeout=seconds, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    told: dict[str, Any] = json.loads(ran.stdout)
    told["findings"] = [tuple(finding) for finding in told["findings"]]
    return Proved(**told)
