"""An embeddable engine for customer-service processes: flows in YAML, event-sourced cases, one desk.

The public names are imported when they are first used, so that `import service_flow` costs next to nothing
and the command line answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service_flow.async_desk import AsyncServiceDesk
    from service_flow.blueprint import Blueprint
    from service_flow.clock import ManualClock
    from service_flow.design.language.values import Money, Reference
    from service_flow.design.organisation import Person
    from service_flow.desk import ServiceDesk
    from service_flow.engine.case.foresee import Verdict
    from service_flow.engine.commands import Outcome
    from service_flow.engine.store.sealing.keys import Keys
    from service_flow.errors import (
        BlueprintError,
        CalendarError,
        CommandReused,
        ConcurrentChange,
        DataInvalid,
        DataMissing,
        GuardSaidNo,
        HistoryDiverged,
        InputError,
        NotAllowed,
        NotFound,
        NotFromHere,
        Refused,
        ServiceFlowError,
        StoreError,
    )

__version__ = "0.1.0"

__all__ = [
    "AsyncServiceDesk",
    "Blueprint",
    "BlueprintError",
    "CalendarError",
    "CommandReused",
    "ConcurrentChange",
    "DataInvalid",
    "DataMissing",
    "GuardSaidNo",
    "HistoryDiverged",
    "InputError",
    "Keys",
    "ManualClock",
    "Money",
    "NotAllowed",
    "NotFound",
    "NotFromHere",
    "Outcome",
    "Person",
    "Reference",
    "Refused",
    "ServiceDesk",
    "ServiceFlowError",
    "StoreError",
    "Verdict",
]

_HOMES = {
    "AsyncServiceDesk": "async_desk",
    "Blueprint": "blueprint",
    "Keys": "engine.store.sealing.keys",
    "ManualClock": "clock",
    "Money": "design.language.values",
    "Outcome": "engine.commands",
    "Person": "design.organisation",
    "Reference": "design.language.values",
    "ServiceDesk": "desk",
    "Verdict": "engine.case.foresee",
}
"""The module of each public name; those left out are errors."""


if not TYPE_CHECKING:  # a type checker knows the names from above, and must go on refusing all others

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
