"""The demo does what the README says, in an empty folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from service_flow import Blueprint, ServiceDesk

DEMO = Path(__file__).parents[2] / "examples" / "whole_life" / "demo.py"


def test_the_demo_carries_services_through_their_lives_and_shows_them(tmp_path: Path) -> None:
    for _ in range(2):  # the second time over what the first left behind
        run = subprocess.run([sys.executable, str(DEMO)], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, "")
    for shown in ("Worklist", "History of R-1, completed", "order.changing", "won_back", "demo/service_request.svg"):
        assert shown in run.stdout
    assert "First response" in run.stdout and "4 working hours" in run.stdout and "late" in run.stdout
    flows = [flow for flow in Blueprint.load("full_process").flows.values() if flow.subject != "staff"]  # no such case
    asked = sum(len(flow.model.properties) for flow in flows)
    assert f"Of the {asked} properties that the flows promise, {asked} were kept by all of the 10 cases." in run.stdout
    assert ElementTree.parse(tmp_path / "demo" / "service_request.svg").getroot().tag.endswith("svg")
    with ServiceDesk(Blueprint.load("full_process"), f"sqlite:///{tmp_path / 'demo' / 'desk.db'}") as desk:
        assert desk.requests.get("R-1").outcome == "completed"
        assert desk.complaints.get("C-1").outcome == "completed"
        assert desk.complaints.get("C-1").about == desk.requests.get("R-1").reference.id
        assert desk.get("CU-1").state == "won_back"
        assert [item.number for item in desk.worklist()] == ["R-3", "R-4", "R-5"]
