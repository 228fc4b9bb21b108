"""Small flows for tests: one to read, and a Hypothesis strategy that draws random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from service_flow.design.language.model import FlowModel

REPAIR: dict[str, Any] = {
    "flow": "repair",
    "subject": "request",
    "title": {"en": "Repair", "zh": "维修"},
    "initial": "intake",
    "opening": {"by": ["clerk", "customer"], "collect": {"optional": ["fault"]}},
    "data": {
        "fault": {"type": "choice", "choices": ["broken", "worn", "unknown"]},
        "price": {"type": "money"},
        "note": {"type": "text"},
        "hours": {"type": "integer"},
    },
    "states": {
        "intake": {
            "initial": "received",
            "owner": "clerk",
            "states": {"received": {}, "checked": {"owner": "technician"}},
        },
        "at_work": {"owner": "technician", "value": "adding"},
        "on_hold": {"owner": "clerk", "clock": "paused"},
        "waiting": {"owner": "clerk", "clock": "paused"},
        "returned": {"final": "completed"},
        "scrapped": {"final": "rejected"},
    },
    "transitions": {
        "inspect": {
            "from": "intake.received",
            "to": "intake.checked",
            "by": "technician",
            "collect": ["fault"],
        },
        "quote": {
            "from": "intake.checked",
            "by": "technician",
            "collect": ["price"],
            "when": 'fault != "unknown" && price > 0',
            "to": [{"when": "price > 1000", "state": "waiting"}, {"state": "at_work"}],
        },
        "note": {"from": "any", "collect": ["note"]},
        "hold": {"from": "any", "to": "on_hold", "by": ["clerk"]},
        "resume": {"from": ["on_hold", "waiting"], "to": "history"},
        "finish": {
            "from": "at_work",
            "to": "returned",
            "by": ["technician"],
            "collect": {"optional": ["hours"]},
        },
        "scrap": {"from": "intake", "to": "scrapped", "by": ["technician", "timer"]},
        "reopen": {"from": "returned", "to": "intake"},
    },
}


def repair() -> FlowModel:
    """A repair: two phases, a guard, two ways, holding and resuming, a note, a reopening."""
    return FlowModel.model_validate(REPAIR)


@st.composite
def flows(draw: st.DrawFn) -> FlowModel:
    """Random flows that are well formed: nested states, several targets, stays, history, any."""
    leaves: list[str] = []
    anywhere: list[str] = []

    def states(depth: int, prefix: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for index in range(draw(st.integers(1, 3))):
            name, path = f"s{index}", f"{prefix}s{index}"
            anywhere.append(path)
            if depth < 2 and draw(st.integers(0, 3)) == 0:
                inner = states(depth + 1, path + ".")
                made[name] = {"states": inner, "initial": draw(st.sampled_from(sorted(inner)))}
            else:
                leaves.append(path)
                made[name] = {"final": "done"} if depth == 0 and index and draw(st.booleans()) else {}
        return made

    top = states(0, "")
    transitions: dict[str, Any] = {}
    for index in range(draw(st.integers(1, 6))):
        sources = draw(
            st.one_of(st.just("any"), st.lists(st.sampled_from(anywhere), min_size=1, max_size=3, unique=True))
        )
        transition: dict[str, Any] = {"from": sources}
        target = draw(st.one_of(st.none(), st.just("history"), st.sampled_from(anywhere)))
        if target is not None:
            transition["to"] = target
        transitions[f"t{index}"] = transition
    return FlowModel.model_validate(
        {"flow": "random", "subject": "request", "initial": "s0", "states": top, "transitions": transitions}
    )
