"""A flow as one SVG picture that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

from service_flow.design.drawing.arrangement import START, Arrangement, Sizes
from service_flow.design.drawing.boxes import (
    Content,
    label_content,
    lines_of,
    phase_title,
    pointer_content,
    signs_of,
    start_content,
    state_content,
)
from service_flow.design.drawing.changes import Compared, Fate
from service_flow.design.drawing.figure import Figure, Recall, Step
from service_flow.design.drawing.layout import Box
from service_flow.design.drawing.legend import Legend
from service_flow.design.drawing.markup import (
    About,
    arrow_tip,
    base_line,
    curve,
    escaped,
    icon,
    lines,
    moved,
    number,
    rect,
    tag,
    tip,
    words,
)
from service_flow.design.drawing.overlay import Overlay, worst
from service_flow.design.drawing.parts import Frame, Path
from service_flow.design.drawing.signs import fate_sign, found_sign
from service_flow.design.drawing.style import style_sheet
from service_flow.design.drawing.telling import description, told_entry, told_frame, told_state, told_step
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow
from service_flow.errors import Finding, ServiceFlowError

_MARGIN = 36.0
_HEADING = 60.0
_MOST_BOXES = 4_000
"""States and transitions of a picture: more would take long, and nobody could look at it."""
_CORNER, _LABEL_CORNER, _PHASE_CORNER = 8.0, 6.0, 12.0


def svg(
    flow: Flow,
    *,
    lang: str = "en",
    overlay: Overlay | None = None,
    posts: Mapping[str, Mapping[str, str]] | None = None,
    compared: Compared | None = None,
) -> str:
    """The flow as an SVG document: the same text for the same arguments.

    Titles are in `lang` (en or zh) where they have it. `overlay` adds short texts, and signs for findings, to states
    and transitions. `posts` gives the titles of posts by name; without it their names are shown. `compared` says what
    the flow is compared with: what was added, removed and changed is told apart. Raises ServiceFlowError for a flow
    of more than 4,000 states and transitions.
    """
    return picture(Figure(flow, compared), Wording(lang, posts or {}), overlay or Overlay())


def picture(figure: Figure, wording: Wording, overlay: Overlay) -> str:
    """A figure as an SVG document. Raises ServiceFlowError if it is too large."""
    boxes = len(figure.states) + len(figure.steps)
    if boxes > _MOST_BOXES:
        raise ServiceFlowError(
            f"flow '{figure.flow.name}' has {boxes:,} states and transitions, and a picture has room for "
            f"{_MOST_BOXES:,}: draw it as Mermaid, or part the flow"
        )
    return Picture(figure, wording, overlay).text()


class Picture:
    def __init__(self, figure: Figure, wording: Wording, overlay: Overlay) -> None:
        self.figure, self.wording, self.overlay = figure, wording, overlay
        known = figure.changes
        self.fates = (known.states, known.transitions) if known is not None else ({}, {})
        self.labels = [step for step in figure.steps.values() if step.is_label]
        self.tips = {name: told_step(figure, step, wording) for name, step in figure.steps.items()}
        self.starts = {START: wording("opened")}
        for name, entry in figure.flow.model.entries.items():
            self.starts[f"e:{name}"] = wording.title(entry.title, name)
        self.sizes = Sizes(
            {path: state_content(figure, path, wording, overlay) for path in figure.states},
            {step.name: label_content(figure, step, wording, overlay) for step in self.labels},
            {key: start_content(title) for key, title in self.starts.items()},
            {path: phase_title(wording.title(frame.title, path[-1])) for path, frame in figure.frames.items()},
            self._pointer_content,
        )
        self.about = {name: self._about(name) for name in figure.steps}
        self.arrangement = Arrangement(figure, self.sizes)
        self.plan = self.arrangement.plan
        self.legend = Legend(figure, wording, overlay, self.plan.width, points=bool(self.arrangement.pointers))

    def text(self) -> str:
        flow, wording = self.figure.flow, self.wording
        width = max(self.plan.width, self.legend.width) + 2 * _MARGIN
        title = wording.title(flow.title, flow.name)
        heading = lines_of(title, "heading", width - 2 * _MARGIN, 1)
        facts = lines_of(" · ".join(self._facts()), "small", width - 2 * _MARGIN, 3)
        top = _MARGIN + _HEADING + sum(line.height for line in facts[1:])
        height = top + self.plan.height + self.legend.height + _MARGIN
        name = f"sf-{flow.name}-{flow.revision}-{wording.lang}"
        parts = [
            tag("title", escaped(title), id=f"{name}-title"),
            tag("desc", escaped(description(self.figure, wording)), id=f"{name}-desc"),
            tag("style", style_sheet()),
            tag("rect", width="100%", height="100%", class_="sf-page"),
            *(words(line.text, _MARGIN, _MARGIN + 20, "sf-heading") for line in heading),
            *(words(one.text, _MARGIN, _MARGIN + 40 + at * one.height, "sf-small") for at, one in enumerate(facts)),
            tag(
                "g",
                *(*self._frames(), *self._lines(), *self._states()),
                transform=moved((width - self.plan.width) / 2, top),
            ),
            tag("g", *self.legend.drawn(), transform=moved(_MARGIN, top + self.plan.height)),
        ]
        picture = tag(
            "svg",
            *(f"\n{part}" for part in parts),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width:.0f} {height:.0f}",
            width=round(width),
            height=round(height),
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
            lang=wording.lang,
        )
        return picture + "\n"

    def _facts(self) -> list[str]:
        """What is said under the title: the kind of flow, its size and revision, and how much changed."""
        flow, wording = self.figure.flow, self.wording
        count = wording("sum", len(flow.states), len(flow.transitions))
        facts = [wording("flow", wording(flow.subject)), count, wording("revision", self._revisions())]
        if self.figure.changes is not None:
            counts = self.figure.changes.counts.items()
            facts += [wording(f"number_{fate}", many) for fate, many in counts if many]
        return facts

    def _revisions(self) -> str:
        former, flow = self.figure.former, self.figure.flow
        return flow.revision if former is None else f"{former.revision} → {flow.revision}"

    def _state_signs(self, path: str, box: Box) -> list[str]:
        """The signs on a state or frame that changed, or that something was found in."""
        return _signs(self.fates[0].get(path), self.overlay.found_in_states.get(path, ()), box)

    def _step_signs(self, name: str, box: Box) -> list[str]:
        return _signs(self.fates[1].get(name), self.overlay.found_in_transitions.get(name, ()), box)

    def _about(self, name: str) -> About:
        severity = worst(self.overlay.found_in_transitions.get(name, ()))
        sign = None if severity is None else partial(found_sign, severity)
        return About(self.tips[name], _look("sf-step sf-told", self.fates[1].get(name)), sign)

    # --- frames

    def _frames(self) -> list[str]:
        return ["\n" + self._frame(path, frame) for path, frame in self.figure.frames.items()]

    def _frame(self, path: Path, frame: Frame) -> str:
        box, head = self.plan.groups[path], self.sizes.heads[path]
        style = "sf-region" if frame.is_region else "sf-group"
        title = words(head.text, box.x + 14, box.y + 7 + base_line(head), "sf-phase-title")
        parts = [tip(told_frame(self.figure, frame, self.wording)), rect(box, style, _PHASE_CORNER), title]
        if frame.is_whole:
            parts += self._dividers(path)
        name = ".".join(path)
        parts += self._state_signs(name, box)
        return tag("g", *parts, class_=_look("sf-frame", self.fates[0].get(name)), data_phase=name)

    def _dividers(self, whole: Path) -> list[str]:
        """Dashed lines between regions."""
        boxes = [self.plan.groups[region.path] for region in self.figure.regions(".".join(whole))]
        drawn = []
        for left, right in pairwise(boxes):
            x = number((left.right + right.x) / 2)
            foot = number(max(box.bottom for box in boxes))
            drawn.append(tag("path", d=f"M{x} {number(left.y)}V{foot}", class_="sf-divider"))
        return drawn

    # --- lines, with the labels and bars they belong to

    def _lines(self) -> list[str]:
        """Each transition with its lines, so that all of it lights up under the pointer."""
        ways: dict[str, str] = {}  # one path for all lines of a transition: where they run together they are one
        tips: dict[str, list[str]] = {}
        for at, link in enumerate(self.arrangement.links):
            points = self.plan.lines[at]
            ways[link.net] = ways.get(link.net, "") + curve(points)
            if not link.head.startswith("t:"):
                tips.setdefault(link.net, []).append(arrow_tip(points))

        def drawn(net: str) -> list[str]:
            return [tag("path", d=ways[net], class_="sf-line"), *tips.get(net, ())] if net in ways else []

        groups = [tag("g", *drawn(key), *self._bar(key), class_="sf-step sf-fork") for key in self.arrangement.bars]
        groups += [
            tag("g", *drawn(key), *self._start(key), class_="sf-step", data_opening="" if key == START else key[2:])
            for key in self.starts
        ]
        groups += [self._step(step, drawn("t:" + step.name)) for step in self.labels]
        groups += [self._circle(key, path) for key, path in self.arrangement.circles.items()]
        groups += [self._pointer(key, path, content) for key, (path, content) in self.arrangement.pointers.items()]
        return ["\n" + group for group in groups]

    def _step(self, step: Step, drawn: list[str]) -> str:
        box = self.plan.nodes["t:" + step.name]
        label = rect(box, "sf-label sf-spread" if step.spread else "sf-label", _LABEL_CORNER)
        parts = [tip(self.tips[step.name]), *drawn, label, lines(self.sizes.labels[step.name], box)]
        style = "sf-step sf-automatic" if step.transition.automatic else "sf-step"
        look = _look(style, self.fates[1].get(step.name))
        return tag("g", *parts, *self._step_signs(step.name, box), class_=look, data_transition=step.name)

    def _pointer_content(self, path: str, from_there: bool) -> Content:
        title = self.figure.title(path, self.wording)
        return pointer_content(self.wording("from", title)) if from_there else pointer_content(title, "pointer")

    def _pointer(self, key: str, path: str, content: Content) -> str:
        box = self.plan.nodes[key]
        told = tip(f"{self.figure.title(path, self.wording)}\n{path}")
        return tag("g", told, rect(box, "sf-pointer", box.height / 2), lines(content, box), data_pointer=path)

    def _bar(self, key: str) -> list[str]:
        return [rect(self.plan.nodes[key], "sf-bar", 3)]

    def _start(self, key: str) -> list[str]:
        box = self.plan.nodes[key]
        name = None if key == START else key[2:]
        style, text = ("sf-start", "sf-action sf-on-start") if name is None else ("sf-start sf-entry", "sf-action")
        told = told_entry(self.figure, name, self.wording)
        return [tip(told), rect(box, style, box.height / 2), lines(self.sizes.starts[key], box, class_=text)]

    def _circle(self, key: str, path: str) -> str:
        box = self.plan.nodes[key]
        deep = key.startswith("d:")
        told = self.wording("as_left_deep" if deep else "as_left", self.figure.title(path, self.wording))
        sign = words("H*" if deep else "H", box.x + box.width / 2, box.y + box.height / 2 + 4.5, "sf-history", "middle")
        leading = [step.name for step in self.labels if Recall(path, deep) in step.recalls]
        fates = {self.fates[1].get(name) for name in leading}
        look = _look("sf-recall", fates.pop() if len(fates) == 1 else None)
        return tag("g", tip(told), rect(box, "sf-circle", box.height / 2), sign, class_=look)

    # --- states

    def _states(self) -> list[str]:
        return ["\n" + self._state(path) for path in self.figure.states]

    def _state(self, path: str) -> str:
        state, box, content = self.figure.states[path], self.plan.nodes["s:" + path], self.sizes.states[path]
        parts = [tip(told_state(self.figure, path, self.wording)), rect(box, f"sf-state sf-{state.value}", _CORNER)]
        if state.outcome is None:
            parts.append(rect(Box(box.x, box.y + _CORNER, 4, box.height - 2 * _CORNER), f"sf-bar-{state.value}", 0))
        else:
            inner = Box(box.x + 3.5, box.y + 3.5, box.width - 7, box.height - 7)
            parts.append(rect(inner, "sf-inner", _CORNER - 3))
        parts += [icon(sign, box.right - 12 - 18 * at, box.y + 13) for at, sign in enumerate(signs_of(state))]
        parts += [lines(content, box, about=self.about), *self._state_signs(path, box)]
        return tag("g", *parts, class_=_look("", self.fates[0].get(path)) or None, data_state=path)


def _signs(fate: Fate | None, findings: Sequence[Finding], box: Box) -> list[str]:
    severity = worst(findings)
    signs = [] if fate is None else [fate_sign(fate, box.x, box.y)]
    return signs if severity is None else [*signs, found_sign(severity, box.right, box.y)]


def _look(style: str, fate: Fate | None) -> str:
    return style if fate is None else f"{style} sf-{fate}".strip()
