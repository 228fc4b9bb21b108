"""Scenarios: stories of a blueprint in YAML, told step by step and checked. Writing one takes no Python."""

from service_flow.testing.scenarios.codes import CODES
from service_flow.testing.scenarios.reading import Scenario, Step, read_scenario, scenario_files
from service_flow.testing.scenarios.running import ScenarioResult, StepResult, run_scenario

__all__ = [
    "CODES",
    "Scenario",
    "ScenarioResult",
    "Step",
    "StepResult",
    "read_scenario",
    "run_scenario",
    "scenario_files",
]
