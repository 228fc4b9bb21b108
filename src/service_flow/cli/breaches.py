"""How a case broke a property, as people say it, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from service_flow.cli.labels import titled, word
from service_flow.design.properties import form_of

if TYPE_CHECKING:
    from service_flow.design.flow import Flow
    from service_flow.insight.histories import Breach, PropertyVerdict

_SAID = {
    "every": ("ended as {end} without having been at {visits}", "以{end}结束，却未经过{visits}"),
    "before": ("came to {place} without having been at {visits}", "到{place}之前未经过{visits}"),
    "after": ("ended without coming to {eventually} after {place}", "经过{place}之后，未到{eventually}便已结束"),
    "never": ("came to {place}", "到了{place}"),
    "at_once": ("stood in {both} at once", "同时处于{both}"),
    "at_most": ("came to {place} {times} times, {most} at most", "到{place}共{times}次，至多{most}次"),
    "always": ("stood in {stands}, for which no post is accountable", "处于{stands}，该处没有负责岗位"),
    "while": ("{what} while {guard}", "{what}，而当时 {guard}"),
}


def because(verdict: PropertyVerdict, breach: Breach, lang: str) -> str:
    """What the case did, against the property."""
    flow, model = verdict.revisions[breach.revision], verdict.model
    form = form_of(model) or ""
    never = model.never or []
    said = _said("at_once" if len(never) > 1 else form, lang).format(
        end=_quoted(_end(model.every or "", flow, lang), lang),
        place=_place(model.before or model.after or model.times or next(iter(never), ""), flow, lang),
        visits=_either(model.visits or (), flow, lang),
        eventually=_either(model.eventually or (), flow, lang),
        both=_joined((_place(place, flow, lang) for place in never), "and", lang),
        stands=_joined((_place(path, flow, lang) for path in _without_owner(breach, flow)), "and", lang),
        times=(model.at_most or 0) + 1,
        most=model.at_most or 0,
    )
    return said if model.when is None else _said("while", lang).format(what=said, guard=model.when)


def event_label(verdict: PropertyVerdict, breach: Breach, lang: str) -> str:
    """The event by which it was broken: the title of a transition, or that the case was opened or migrated."""
    if breach.did != "performed":
        return word(breach.did, lang)
    step = verdict.revisions[breach.revision].transitions.get(breach.transition)
    return titled(step.title, lang, breach.transition) if step is not None else breach.transition


def _end(name: str, flow: Flow, lang: str) -> str:
    return _title(name, flow, lang) if name in flow.tree.nodes else word(name, lang)


def _place(name: str, flow: Flow, lang: str) -> str:
    return _quoted(_title(name, flow, lang), lang)


def _title(name: str, flow: Flow, lang: str) -> str:
    """The title of a state, a phase or a transition; a name that is both means the state."""
    node, step = flow.tree.nodes.get(name), flow.transitions.get(name)
    if node is not None and node.model is not None:
        return titled(node.model.title, lang, name)
    return titled(step.title, lang, name) if step is not None else name


def _without_owner(breach: Breach, flow: Flow) -> list[str]:
    states = (flow.states[path] for path in breach.stands if path in flow.states)
    return [state.path for state in states if state.owner is None and state.outcome is None]


def _either(names: Iterable[str], flow: Flow, lang: str) -> str:
    return _joined((_place(name, flow, lang) for name in names), "or", lang)


def _joined(parts: Iterable[str], conjunction: str, lang: str) -> str:
    *others, last = [*parts] or [""]
    if not others:
        return last
    if lang == "zh":
        return "、".join(others) + {"or": "或", "and": "和"}[conjunction] + last
    return f"{', '.join(others)} {conjunction} {last}"


def _quoted(text: str, lang: str) -> str:
    return f"“{text}”" if lang == "zh" else f"'{text}'"


def _said(form: str, lang: str) -> str:
    english, chinese = _SAID[form]
    return chinese if lang == "zh" else english
