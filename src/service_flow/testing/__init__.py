"""Tests of flows: given, when, then; scenarios; Hypothesis machines. Fixtures come from the pytest plugin.

Names are imported when they are first used: pytest loads the plugin of every installed package at its start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service_flow.testing.machine import DeskMachine, desk_machine
    from service_flow.testing.scenarios import read_scenario, run_scenario
    from service_flow.testing.steps import (
        Expected,
        Step,
        Told,
        extend_promise,
        moved,
        open_request,
        opened,
        pass_time,
        pause_promise,
        perform,
        promise,
        receive_complaint,
        register,
        resume_promise,
        timer,
    )

__all__ = [
    "DeskMachine", "Expected", "Step", "Told", "desk_machine", "extend_promise", "moved", "open_request", "opened",
    "pass_time", "pause_promise", "perform", "promise", "read_scenario", "receive_complaint", "register",
    "resume_promise", "run_scenario", "timer",
]  # fmt: skip

_ELSEWHERE = {
    "DeskMachine": "machine", "desk_machine": "machine", "read_scenario": "scenarios", "run_scenario": "scenarios",
}  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'service_flow.testing' has no attribute '{name}'")
    return getattr(import_module(f"service_flow.testing.{_ELSEWHERE.get(name, 'steps')}"), name)
