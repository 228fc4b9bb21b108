"""A flow as Mermaid text, for pages and editors that draw it themselves."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.drawing.figure import Figure, Path, Step
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow
from service_flow.design.language.model import StateModel


def mermaid(flow: Flow, *, lang: str = "en") -> str:
    """The flow as a Mermaid `stateDiagram-v2`: the same text for the same arguments.

    Titles are in `lang` (en or zh) where they have it. Phases are composite states. A transition from more states
    than one would follow with the eye starts at a box that says which; one that goes back to where the case came from
    ends at a box that says so.
    """
    figure, wording = Figure(flow), Wording(lang, {})
    ids = _identifiers(figure)
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += _states(figure, wording, ids, flow.model.states, (), "    ")
    lines.append(f"    [*] --> {ids[flow.initial[0]]}")
    for number, step in enumerate(figure.steps.values(), start=1):
        lines += ["    " + line for line in _step(figure, step, wording, ids, number)]
    return "\n".join(lines) + "\n"


def _identifiers(figure: Figure) -> dict[str, str]:
    """An identifier for each state and phase: its path, so changed that Mermaid has no such word or name of its own."""
    ids: dict[str, str] = {}
    for path in (*map(".".join, figure.phases), *figure.flow.states):
        wanted = base = f"s_{path.replace('.', '_')}"
        number = 1
        while wanted in ids.values() or wanted.endswith(("_start", "_end")):
            number += 1
            wanted = f"{base}_{number}"
        ids[path] = wanted
    return ids


def _states(
    figure: Figure, wording: Wording, ids: Mapping[str, str], states: Mapping[str, StateModel], above: Path, indent: str
) -> list[str]:
    lines = []
    for name, state in states.items():
        path = ".".join((*above, name))
        declared = f'{indent}state "{_label(wording.title(state.title, name))}" as {ids[path]}'
        if state.states:
            lines.append(declared + " {")
            lines += _states(figure, wording, ids, state.states, (*above, name), indent + "    ")
            lines.append(indent + "}")
        else:
            lines.append(declared)
            if state.final:
                lines.append(f"{indent}{ids[path]} --> [*]")
    return lines


def _step(figure: Figure, step: Step, wording: Wording, ids: Mapping[str, str], number: int) -> list[str]:
    lines = []
    sources = [ids[path] for path in step.sources]
    targets = [ids[path] for path in step.targets]
    if step.spread or not step.transition.sources:
        sources = [f"from_{number}"]
        lines.append(f'state "{_label(figure.sources_in_words(step, wording))}" as {sources[0]}')
    if step.returns:
        targets.append(f"back_{number}")
        lines.append(f'state "{_label(wording("back"))}" as {targets[-1]}')
    label = _label(wording.title(step.transition.title, step.transition.name))
    lines += [f"{source} --> {target} : {label}" for source in sources for target in targets or [source]]
    lines += [f"{ids[path]} --> {ids[path]} : {label}" for path in step.again]
    return lines


def _label(text: str) -> str:
    """The text with everything that could mean something to Mermaid or HTML written as a character's number."""
    return "".join(
        char if char.isalnum() or char in " ,-()/" or ord(char) > 0x2FF else f"#{ord(char)};" for char in text
    )
