"""The ways through a flow, and stories that the tests of several domain rows begin with."""

from __future__ import annotations

from collections.abc import Callable, Collection

from service_flow.design.flow import Flow
from service_flow.testing import Step, Told, open_request, perform, receive_complaint, register

Given = Callable[..., Told]
Memory = frozenset[tuple[str, str]]
"""Where each state was entered from last."""
DUE = "2026-04-30"
INVOICE = {"invoice_number": "I-7", "amount": "4200.00 EUR"}


def reachable(
    flow: Flow, *, without: Collection[str] = (), only: Callable[[str], bool] = lambda transition: True
) -> set[str]:
    """The states that some path leads to from the initial one.

    Guards are taken to hold, states in `without` are closed, transitions that `only` says no to are never
    performed. Going back to history leads to where the state was entered from.
    """
    goes_back = {
        source
        for transition in flow.transitions.values()
        for source in transition.sources
        if any(way.returns for way in transition.ways)
    }
    (initial,) = flow.initial
    start: tuple[str, Memory] = (initial, frozenset())
    found, waiting = {start}, [start]
    while waiting:
        state, memory = waiting.pop()
        for name, transition in flow.exits((state,)).items():
            for way in transition.ways if only(name) else ():
                target = dict(memory)[state] if way.returns else way.target or state
                kept = memory
                if target in goes_back and target != state and not way.returns:
                    kept = frozenset({**dict(memory), target: state}.items())
                if target not in without and (target, kept) not in found:
                    found.add((target, kept))
                    waiting.append((target, kept))
    return {state for state, _ in found}


def ending(flow: Flow, outcome: str) -> set[str]:
    return {path for path, state in flow.states.items() if state.outcome == outcome}


def analysed(kind: str) -> list[Step]:
    return [
        register(),
        open_request(need="A quieter heat pump", as_="R"),
        perform("analyse", data={"kind": kind}),
    ]


def ordered(kind: str = "product", way: str = "installation") -> list[Step]:
    order = {"items": ["heat pump"], "price": "4200.00 EUR", "delivery_way": way, "due_date": DUE}
    return [*analysed(kind), perform("take_order", data=order)]


def made(kind: str = "product") -> list[Step]:
    return [
        *ordered(kind),
        perform("schedule", by="katrin", data={"planned_end": "2026-04-20"}),
        perform("start_production", by="wu_gang"),
        perform("finish_production", by="wu_gang", data={"quality_check": "passed"}),
    ]


def delivered(kind: str = "product") -> list[Step]:
    return [
        *made(kind),
        perform("dispatch", by="marek", data={"carrier": "Own lorry", "tracking_number": "T-1"}),
        perform("hand_over", by="marek"),
    ]


def invoiced() -> list[Step]:
    return [
        *delivered(),
        perform("invoice", by="paolo", data=INVOICE),
    ]


def surveyed_and_filed(result: str = "content") -> list[Step]:
    return [
        perform("record_answer", by="customer", data={"expected": 5, "perceived": 6}),
        perform("record_follow_up", by="liu_yang", data={"follow_up_result": result}),
    ]


def complained() -> list[Step]:
    return [*delivered(), receive_complaint(text="Still noisy", about="R", by="mei", as_="C")]


def answered(severity: str = "high", decision: str = "justified") -> list[Step]:
    return [
        *complained(),
        perform("acknowledge", by="mei"),
        perform("assess", by="ines", data={"severity": severity, "complexity": "simple", "impact": "one_customer"}),
        perform(
            "investigate",
            by="ines",
            data={"findings": "A loose fan", "cause": "product", "responsible": "production"},
        ),
        perform("answer", by="ines", data={"decision": decision, "explanation": "We are sorry"}),
    ]


AGREED = {"remedy": "repair", "recovery_plan": "Replace the fan on Friday", "remedy_due": "2026-03-06"}
