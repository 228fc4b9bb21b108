"""Arithmetic in guards, decided by z3: what samples leave open is asked of a solver.

z3 comes with the extra `proofs`. It is imported only when the first question was left open, and only from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from service_flow.design.checking.arithmetic.effort import MOST_OF_A_BLUEPRINT, Effort

if TYPE_CHECKING:
    from service_flow.design.checking.arithmetic.reasoner import Reasoner
    from service_flow.design.checking.sampling import Question

INSTALL = "pip install 'service-flow[proofs]'"


def reasoner_for(question: Question, effort: Effort) -> Reasoner | None:
    """Who answers a question about guards with z3, with as much effort as is left; None where z3 is not installed."""
    try:
        import_module("z3")
    except ImportError:
        return None
    made: Reasoner = import_module(f"{__name__}.reasoner").Reasoner(question, effort)
    return made


__all__ = ["INSTALL", "MOST_OF_A_BLUEPRINT", "Effort", "reasoner_for"]
