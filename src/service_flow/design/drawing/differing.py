"""How a state or a transition differs from what it was, fact by fact, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from service_flow.design.drawing.changes import tables_of
from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.page_words import said
from service_flow.design.drawing.wording import Wording, cleaned
from service_flow.design.flow import Flow, State
from service_flow.design.language.model import FlowModel, StateModel, TimerModel


class Difference(NamedTuple):
    """One fact, by its word on the page, as it was and as it is; empty where there is none."""

    word: str
    before: str
    after: str


def state_differences(figure: Figure, path: str, wording: Wording) -> list[Difference]:
    """How a state, or a frame, differs."""
    if figure.former is None:
        return []
    facts = [_state_facts(flow, path, wording) for flow in (figure.former, figure.flow)]
    return _differences(*facts)


def step_differences(figure: Figure, name: str, wording: Wording) -> list[Difference]:
    """How a transition differs."""
    if figure.former is None:
        return []
    flows = [flow for flow in (figure.former, figure.flow) if name in flow.transitions]
    return _differences(*(_step_facts(flow, name, wording) for flow in flows)) if len(flows) > 1 else []


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    rows = (Difference(word, before.get(word, ""), after.get(word, "")) for word in {**before, **after})
    return [row for row in rows if row.before != row.after]


def _state_facts(flow: Flow, path: str, wording: Wording) -> dict[str, str]:
    state = flow.states.get(path)
    if state is not None:
        return _leaf_facts(state, wording)
    node = flow.tree.nodes.get(path)
    return _frame_facts(node.model, wording) if node is not None and node.model is not None else {}


def _leaf_facts(state: State, wording: Wording) -> dict[str, str]:
    return {
        "title": _titles(state.title),
        "owner": wording.post(state.owner) if state.owner else "",
        "value": wording(state.value),
        "clock": wording("running") if state.clock == "running" else wording(state.clock),
        "ends": wording.outcome(state.outcome) if state.outcome is not None else "",
        "done": wording("done") if state.done else "",
    }


def _frame_facts(model: StateModel, wording: Wording) -> dict[str, str]:
    return {
        "title": _titles(model.title),
        "owner": wording.post(model.owner) if model.owner else "",
        "value": wording(model.value) if model.value else "",
        "clock": wording(model.clock) if model.clock else "",
        "begins": model.initial or "",
        "regions": wording.comma.join(model.regions),
    }


def _step_facts(flow: Flow, name: str, wording: Wording) -> dict[str, str]:
    model, move = flow.model, flow.model.transitions[name]
    ways = [f"{way.state} ({cleaned(way.when)})" if way.when is not None else way.state for way in move.to]
    fields = dict.fromkeys(move.collect.required, "required")
    fields |= dict.fromkeys(move.collect.optional, "optional")
    return {
        "title": _titles(move.title),
        "from": wording.comma.join(move.sources),
        "except": wording.comma.join(move.exceptions),
        "to": wording.comma.join(ways),
        "by": wording("automatic") if move.automatic else wording.posts(move.by),
        "guard": cleaned(move.when or ""),
        "form": wording.comma.join(_field(model, field, need, wording) for field, need in fields.items()),
        "sets": wording.comma.join(f"{field} ← {table}" for field, table in move.sets.items()),
        "decisions": "; ".join(_table(model, table.name) for table in tables_of(flow.transitions[name])),
        "timers": "; ".join(_timer(timer, wording) for timer in model.timers.values() if timer.perform == name),
        "joins": wording("join") if move.join else "",
    }


def _field(flow: FlowModel, name: str, need: str, wording: Wording) -> str:
    field = flow.data.get(name)
    type_ = [field.type, " | ".join(map(cleaned, field.choices))] if field is not None else []
    return f"{name} ({', '.join(filter(None, (*type_, said(wording.lang, need))))})"


def _timer(timer: TimerModel, wording: Wording) -> str:
    """A timer in a line: while the case stands where, and when."""
    when = [wording.span(text) for text in (timer.after, timer.every) if text is not None]
    return f"{wording.comma.join(timer.during)}{wording.colon}{wording.comma.join([*when, timer.at or ''])}".rstrip(
        ", 、"
    )


def _table(flow: FlowModel, name: str) -> str:
    """A decision table in a line."""
    rows = []
    for row in flow.decisions[name].rows:
        holds = [f"{key}={'|'.join(map(str, cells))}" for key, cells in row.match.items()]
        holds += [row.when] if row.when is not None else []
        rows.append(f"{' & '.join(holds)} → {row.then}".strip())
    return cleaned(f"{name}: {'; '.join(rows)}")


def _titles(titles: Mapping[str, str]) -> str:
    return " / ".join(cleaned(title) for title in titles.values())
