"""A drawing in words: what a pointer resting on a part shows, and what is read out instead of the picture."""

from __future__ import annotations

from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.parts import Frame
from service_flow.design.drawing.wording import Wording, cleaned
from service_flow.design.flow import Decision


def told_state(figure: Figure, path: str, wording: Wording) -> str:
    """A state with everything that is known of it, one fact a line."""
    state = figure.states[path]
    facts = [figure.title(path, wording), path]
    if state.owner:
        facts.append(wording("owner") + wording.colon + wording.post(state.owner))
    if state.outcome is not None:
        facts.append(wording("final", wording.outcome(state.outcome)))
    else:
        facts.append(wording(state.value))
        if state.clock != "running":
            facts.append(wording(state.clock))
    if state.done:
        facts.append(wording("done"))
    return "\n".join(facts)


def told_frame(figure: Figure, frame: Frame, wording: Wording) -> str:
    """A phase, a region or a state with regions."""
    path = ".".join(frame.path)
    facts = [figure.title(path, wording), path]
    if frame.model.owner:
        facts.append(wording("owner") + wording.colon + wording.post(frame.model.owner))
    if frame.is_whole:
        named = [figure.title(".".join(region.path), wording) for region in figure.regions(path)]
        facts.append(wording("region_key") + wording.colon + wording.comma.join(named))
    return "\n".join(facts)


def told_entry(figure: Figure, name: str | None, wording: Wording) -> str:
    """A place where cases begin: the usual one, or an entry by its name."""
    flow = figure.flow
    model = flow.model.opening if name is None else flow.model.entries[name]
    title = wording("opened") if name is None else wording.title(flow.model.entries[name].title, name)
    return f"{title}\n{wording('by')}{wording.colon}{wording.posts(model.by)}"


def told_step(figure: Figure, step: Step, wording: Wording) -> str:
    """A transition with everything that is known of it, one fact a line."""
    transition = step.transition
    facts = [
        wording.title(transition.title, transition.name),
        figure.sources_in_words(step, wording),
        _aim(figure, step, wording),
    ]
    if transition.automatic:
        facts.append(wording("automatic"))
    else:
        facts.append(wording("by") + wording.colon + wording.posts(step.by))
    facts += [wording("timer") + wording.colon + figure.timing(timer, wording) for timer in figure.timers(step.name)]
    if transition.guard is not None:
        facts.append(wording("when", cleaned(transition.guard.text)))
    for way in transition.ways:
        if way.guard is not None:
            facts.append(figure.aim(way, wording) + wording.colon + wording("when", cleaned(way.guard.text)))
    asked = [wording.title(field.title, name) for name, field in transition.form.fields.items()]
    if asked:
        facts.append(wording("asks") + wording.colon + wording.comma.join(asked))
    facts += [sets_in_words(figure, name, table, wording) for name, table in transition.sets.items()]
    return "\n".join(facts)


def sets_in_words(figure: Figure, field: str, table: Decision, wording: Wording) -> str:
    """A field that gets its value from a decision table."""
    known = figure.flow.fields.get(field)
    named = wording.title(known.title if known is not None else {}, field)
    decided = wording("decided", wording.title(table.title, table.name))
    return wording("sets", named) + wording.colon + decided


def description(figure: Figure, wording: Wording) -> str:
    """The whole flow as text, for those who cannot see it."""
    flow = figure.flow
    told = [wording("begins", figure.named(flow.model.initial, wording))]
    for name, entry in flow.model.entries.items():
        begins = wording("begins", figure.named(entry.to, wording))
        told.append(wording.title(entry.title, name) + wording.colon + begins)
    for step in figure.steps.values():
        transition = step.transition
        ways = f"{figure.sources_in_words(step, wording)} {_aim(figure, step, wording)}"
        told.append(wording.title(transition.title, transition.name) + wording.colon + ways)
    for path, state in figure.states.items():
        if state.outcome is not None:
            told.append(figure.title(path, wording) + wording.colon + wording("final", wording.outcome(state.outcome)))
    return wording.stop.join(told) + wording.stop.rstrip()


def _aim(figure: Figure, step: Step, wording: Wording) -> str:
    ways = step.transition.ways
    entered = dict.fromkeys(figure.aim(way, wording) for way in ways if way.kind == "enter")
    told = [wording("to", wording.either.join(entered))] if entered else []
    told += dict.fromkeys(figure.aim(way, wording) for way in ways if way.kind != "enter")
    return wording.either.join(told)
