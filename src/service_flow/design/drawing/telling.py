"""A drawing in words: what a pointer resting on a part shows, and what is read out instead of the picture."""

from __future__ import annotations

from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.wording import Wording, cleaned


def told_state(figure: Figure, path: str, wording: Wording) -> str:
    """A state with everything that is known of it, one fact a line."""
    state = figure.flow.states[path]
    facts = [figure.title(path, wording), path]
    if state.owner:
        facts.append(wording("owner") + wording.colon + wording.post(state.owner))
    if state.outcome is not None:
        facts.append(wording("final", wording.outcome(state.outcome)))
    else:
        facts.append(wording(state.value))
        if state.clock != "running":
            facts.append(wording(state.clock))
    return "\n".join(facts)


def told_step(figure: Figure, step: Step, wording: Wording) -> str:
    """A transition with everything that is known of it, one fact a line."""
    transition = step.transition
    facts = [
        wording.title(transition.title, transition.name),
        figure.sources_in_words(step, wording),
        _aim(figure, step, wording),
        wording("by") + wording.colon + wording.posts(step.by),
    ]
    if transition.guard is not None:
        facts.append(wording("when", cleaned(transition.guard.text)))
    for way in transition.ways:
        if way.guard is not None:
            aim = wording("back") if way.target is None else figure.title(way.target, wording)
            facts.append(aim + wording.colon + wording("when", cleaned(way.guard.text)))
    asked = [wording.title(field.title, name) for name, field in transition.form.fields.items()]
    if asked:
        facts.append(wording("asks") + wording.colon + wording.comma.join(asked))
    return "\n".join(facts)


def description(figure: Figure, wording: Wording) -> str:
    """The whole flow as text, for those who cannot see it."""
    flow = figure.flow
    told = [wording("begins", figure.title(flow.initial[0], wording))]
    for step in figure.steps.values():
        transition = step.transition
        ways = f"{figure.sources_in_words(step, wording)} {_aim(figure, step, wording)}"
        told.append(wording.title(transition.title, transition.name) + wording.colon + ways)
    for path, state in flow.states.items():
        if state.outcome is not None:
            told.append(figure.title(path, wording) + wording.colon + wording("final", wording.outcome(state.outcome)))
    return wording.stop.join(told) + wording.stop.rstrip()


def _aim(figure: Figure, step: Step, wording: Wording) -> str:
    aims = [figure.title(way.target, wording) for way in step.transition.ways if way.target is not None]
    told = [wording("to", wording.either.join(dict.fromkeys(aims)))] if aims else []
    if step.returns:
        told.append(wording("back"))
    return wording.either.join(told) or wording("stays")
