"""A flow as Mermaid text, for pages and editors that draw it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.parts import Frame, Path
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow


def mermaid(flow: Flow, *, lang: str = "en") -> str:
    """The flow as a Mermaid `stateDiagram-v2`: the same text for the same arguments.

    Titles are in `lang` (en or zh) where they have it. Phases are composite states; regions are those that Mermaid
    draws side by side, each with its beginning and its ends. A transition from more states than one would follow with
    the eye starts at a box that says which; one that goes back to where the case came from ends at a box that says so.
    """
    return "\n".join(_Diagram(Figure(flow), Wording(lang, {})).lines()) + "\n"


class _Diagram:
    def __init__(self, figure: Figure, wording: Wording) -> None:
        self._figure, self._wording = figure, wording
        self._ids = _identifiers(figure)
        self._joins: dict[Path, list[str]] = {}
        for number, step in enumerate(figure.steps.values(), start=1):
            if self._waits(step):
                self._joins.setdefault(figure.group(step.sources[0]), []).append(f"join_{number}")

    def lines(self) -> Iterator[str]:
        yield "stateDiagram-v2"
        yield "    direction TB"
        yield from self._inside((), "    ")
        for number, step in enumerate(self._figure.steps.values(), start=1):
            yield from ("    " + line for line in self._notes(step, number))
        model = self._figure.flow.model
        yield f"    [*] --> {self._entered(model.initial)}"
        for name, entry in model.entries.items():
            yield f"    [*] --> {self._entered(entry.to)} : {_label(self._wording.title(entry.title, name))}"
        for number, step in enumerate(self._figure.steps.values(), start=1):
            yield from ("    " + line for line in self._step(step, number))

    # --- states

    def _inside(self, above: Path, indent: str) -> Iterator[str]:
        for at, path in enumerate(self._figure.inside.get(above, ())):
            frame = self._figure.frames.get(path)
            if frame is not None and frame.is_region and at:
                yield indent + "--"
            yield from self._state(path, indent) if frame is None else self._frame(frame, indent)
        yield from (f"{indent}state {bar} <<join>>" for bar in self._joins.get(above, ()))

    def _state(self, path: Path, indent: str) -> Iterator[str]:
        name = ".".join(path)
        state = self._figure.states[name]
        yield f"{indent}{self._declared(name, self._figure.title(name, self._wording))}"
        if state.outcome is not None or state.done:
            yield f"{indent}{self._ids[name]} --> [*]"

    def _frame(self, frame: Frame, indent: str) -> Iterator[str]:
        name = ".".join(frame.path)
        yield f"{indent}{self._declared(name, self._figure.title(name, self._wording))} {{"
        yield from self._inside(frame.path, indent + "    ")
        for key, title in self._histories(name):
            yield f"{indent}    {self._declared(key, title)}"
        if frame.is_region and not frame.is_whole:
            yield f"{indent}    [*] --> {self._entered(name)}"
        yield indent + "}"

    def _histories(self, phase: str) -> list[tuple[str, str]]:
        recalls = {recall for step in self._figure.steps.values() if step.is_label for recall in step.recalls}
        signs = {recall.deep: "H*" if recall.deep else "H" for recall in recalls if recall.phase == phase}
        return [(_history(phase, deep=deep), sign) for deep, sign in sorted(signs.items())]

    # --- transitions

    def _waits(self, step: Step) -> bool:
        """Whether a step begins at the bar that joins regions."""
        return bool(step.sources) and step.transition.join in self._figure.wholes

    def _notes(self, step: Step, number: int) -> Iterator[str]:
        """The boxes that say what has no state to stand for it."""
        if step.spread or not step.transition.sources:
            yield f'state "{_label(self._figure.sources_in_words(step, self._wording))}" as from_{number}'
        if step.returns:
            yield f'state "{_label(self._wording("back"))}" as back_{number}'

    def _step(self, step: Step, number: int) -> Iterator[str]:
        sources = [self._ids[path] for path in step.sources]
        targets = [self._ids[path] for path in step.targets]
        targets += [self._ids[_history(recall.phase, deep=recall.deep)] for recall in step.recalls if step.is_label]
        if self._waits(step):
            yield f"{sources[0]} --> join_{number}"
            sources = [f"join_{number}"]
        elif step.spread or not step.transition.sources:
            sources = [f"from_{number}"]
        if step.returns:
            targets.append(f"back_{number}")
        label = self._said(step)
        yield from (f"{source} --> {target} : {label}" for source in sources for target in targets or [source])
        yield from (f"{self._ids[path]} --> {self._ids[path]} : {label}" for path in step.again)

    def _said(self, step: Step) -> str:
        title = self._wording.title(step.transition.title, step.name)
        return _label(f"{title} ({self._wording('automatic')})" if step.transition.automatic else title)

    def _entered(self, path: str) -> str:
        return self._ids[self._figure.begun(path)]

    def _declared(self, key: str, title: str) -> str:
        return f'state "{_label(title)}" as {self._ids[key]}'


def _history(phase: str, *, deep: bool) -> str:
    """The key of a phase's history: no path looks like it."""
    return f"{phase} {'deep' if deep else 'history'}"


def _identifiers(figure: Figure) -> dict[str, str]:
    """An identifier for each state and frame: its path, so changed that Mermaid has no such word or name of its own."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    frames = [".".join(path) for path in figure.frames]
    histories = [_history(path, deep=deep) for path in frames for deep in (False, True)]
    for path in (*frames, *figure.states, *histories):
        wanted = base = f"s_{path.replace('.', '_').replace(' ', '_')}"
        number = 1
        while wanted in taken or wanted.endswith(("_start", "_end")):
            number += 1
            wanted = f"{base}_{number}"
        ids[path] = wanted
        taken.add(wanted)
    return ids


def _label(text: str) -> str:
    """The text with everything that could mean something to Mermaid or HTML written as a character's number."""
    return "".join(
        char if char.isalnum() or char in " ,-()/" or ord(char) > 0x2FF else f"#{ord(char)};" for char in text
    )
