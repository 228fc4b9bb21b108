"""Tests of flows: given, when, then; scenarios; Hypothesis machines. Fixtures come from the pytest plugin.

Names are imported when they are first used: pytest loads the plugin of every installed package at its start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service_flow.testing.machine import DeskMachine, desk_machine
    from service_flow.testing.steps import (
        Expected,
        Step,
        Told,
        moved,
        open_request,
        opened,
        perform,
        receive_complaint,
        register,
    )

__all__ = [
    "DeskMachine", "Expected", "Step", "Told", "desk_machine", "moved", "open_request", "opened", "perform",
    "receive_complaint", "register",
]  # fmt: skip

_MACHINE = frozenset({"DeskMachine", "desk_machine"})


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'service_flow.testing' has no attribute '{name}'")
    module = import_module(f"service_flow.testing.{'machine' if name in _MACHINE else 'steps'}")
    return getattr(module, name)
