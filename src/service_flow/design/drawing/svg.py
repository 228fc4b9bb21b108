"""A flow as one SVG picture that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.drawing.boxes import label_content, lines_of, phase_title, start_content, state_content
from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.layout import PORT_GAP, Box, Link, Node, Plan, arranged
from service_flow.design.drawing.legend import Legend
from service_flow.design.drawing.markup import (
    arrow_tip,
    base_line,
    curve,
    escaped,
    icon,
    lines,
    moved,
    rect,
    tag,
    tip,
    words,
)
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.reading import in_reading_order, main_line
from service_flow.design.drawing.style import style_sheet
from service_flow.design.drawing.telling import description, told_state, told_step
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow, State

_MARGIN = 36.0
_HEADING = 60.0
_START = "start"
_CORNER, _LABEL_CORNER, _PHASE_CORNER = 8.0, 6.0, 12.0


def svg(
    flow: Flow,
    *,
    lang: str = "en",
    overlay: Overlay | None = None,
    posts: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """The flow as an SVG document: the same text for the same arguments.

    Titles are in `lang` (en or zh) where they have it. `overlay` adds a short text to states and transitions.
    `posts` gives the titles of posts by name; without it their names are shown.
    """
    return _Picture(Figure(flow), Wording(lang, posts or {}), overlay or Overlay()).text()


class _Picture:
    def __init__(self, figure: Figure, wording: Wording, overlay: Overlay) -> None:
        self.figure, self.wording = figure, wording
        self.labels = [step for step in figure.steps.values() if step.is_label]
        self.states = {path: state_content(figure, path, wording, overlay) for path in figure.flow.states}
        self.texts = {step.transition.name: label_content(figure, step, wording, overlay) for step in self.labels}
        self.tips = {name: told_step(figure, step, wording) for name, step in figure.steps.items()}
        self.heads = {path: phase_title(wording.title(phase.title, path[-1])) for path, phase in figure.phases.items()}
        self.start = start_content(wording)
        self.links: list[Link] = [Link(_START, "s:" + figure.flow.initial[0], _START, main=True)]
        main = main_line(figure)
        for step in self.labels:
            name = "t:" + step.transition.name
            for source in step.sources:
                on_main = (source, step.transition.name) in main
                self.links.append(Link("s:" + source, name, name, weight=2, main=on_main))
            for target in step.targets:
                on_main = (step.transition.name, target) in main
                self.links.append(Link(name, "s:" + target, name, main=on_main))
        self.plan = self._arranged()
        self.legend = Legend(figure, wording, overlay, self.plan.width)

    def _arranged(self) -> Plan:
        figure = self.figure
        ends: dict[str, int] = {}
        for link in self.links:
            for end in (link.tail, link.head):
                ends[end] = ends.get(end, 0) + 1
        nodes = [Node(_START, self.start.width, self.start.height)]
        for thing, group in in_reading_order(figure, self.labels):
            if isinstance(thing, State):
                key, content = "s:" + thing.path, self.states[thing.path]
            else:
                key, content = "t:" + thing.transition.name, self.texts[thing.transition.name]
            nodes.append(Node(key, max(content.width, PORT_GAP * (ends.get(key, 0) + 1)), content.height, group))
        return arranged(nodes, self.links, {path: (line.width, line.height) for path, line in self.heads.items()})

    def text(self) -> str:
        flow, wording = self.figure.flow, self.wording
        width = max(self.plan.width, self.legend.width) + 2 * _MARGIN
        top = _MARGIN + _HEADING
        height = top + self.plan.height + self.legend.height + _MARGIN
        title = wording.title(flow.title, flow.name)
        heading = lines_of(title, "heading", width - 2 * _MARGIN, 1)
        count = wording("sum", len(flow.states), len(flow.transitions))
        facts = (wording("flow", wording(flow.subject)), count, wording("revision", flow.revision))
        name = f"sf-{flow.name}-{flow.revision}-{wording.lang}"
        parts = [
            tag("title", escaped(title), id=f"{name}-title"),
            tag("desc", escaped(description(self.figure, wording)), id=f"{name}-desc"),
            tag("style", style_sheet()),
            tag("rect", width="100%", height="100%", class_="sf-page"),
            *(words(line.text, _MARGIN, _MARGIN + 20, "sf-heading") for line in heading),
            words(" · ".join(facts), _MARGIN, _MARGIN + 40, "sf-small"),
            tag(
                "g",
                *(*self._phases(), *self._lines(), *self._states()),
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

    def _phases(self) -> list[str]:
        drawn = []
        for path, phase in self.figure.phases.items():
            box, head = self.plan.groups[path], self.heads[path]
            title = words(head.text, box.x + 14, box.y + 7 + base_line(head), "sf-phase-title")
            parts = (tip(self.wording.title(phase.title, path[-1])), rect(box, "sf-group", _PHASE_CORNER), title)
            drawn.append("\n" + tag("g", *parts, data_phase=".".join(path)))
        return drawn

    def _lines(self) -> list[str]:
        """Each transition with its lines, so that all of it lights up under the pointer."""
        ways: dict[str, str] = {}  # one path for all lines of a transition: where they run together they are one
        tips: dict[str, list[str]] = {}
        for number, link in enumerate(self.links):
            points = self.plan.lines[number]
            ways[link.net] = ways.get(link.net, "") + curve(points)
            if link.head != link.net:
                tips.setdefault(link.net, []).append(arrow_tip(points))

        def drawn(net: str) -> list[str]:
            return [tag("path", d=ways[net], class_="sf-line"), *tips.get(net, ())]

        groups = [tag("g", *drawn(_START), *self._start(), class_="sf-step")]
        for step in self.labels:
            name = step.transition.name
            box = self.plan.nodes["t:" + name]
            style = "sf-label sf-spread" if step.spread else "sf-label"
            parts = (*drawn("t:" + name), rect(box, style, _LABEL_CORNER), lines(self.texts[name], box))
            groups.append(tag("g", tip(self.tips[name]), *parts, class_="sf-step", data_transition=name))
        return ["\n" + group for group in groups]

    def _start(self) -> list[str]:
        box, wording = self.plan.nodes[_START], self.wording
        by = wording("by") + wording.colon + wording.posts(self.figure.flow.model.opening.by)
        pill = rect(box, "sf-start", box.height / 2)
        return [tip(f"{wording('opened')}\n{by}"), pill, lines(self.start, box, class_="sf-action sf-on-start")]

    def _states(self) -> list[str]:
        return ["\n" + self._state(path) for path in self.figure.flow.states]

    def _state(self, path: str) -> str:
        state, box, content = self.figure.flow.states[path], self.plan.nodes["s:" + path], self.states[path]
        parts = [tip(told_state(self.figure, path, self.wording)), rect(box, f"sf-state sf-{state.value}", _CORNER)]
        if state.outcome is None:
            parts.append(rect(Box(box.x, box.y + _CORNER, 4, box.height - 2 * _CORNER), f"sf-bar-{state.value}", 0))
            if state.clock in ("paused", "stopped"):
                parts.append(icon("paused" if state.clock == "paused" else "stopped", box.right - 12, box.y + 13))
        else:
            inner = Box(box.x + 3.5, box.y + 3.5, box.width - 7, box.height - 7)
            parts.append(rect(inner, "sf-inner", _CORNER - 3))
        return tag("g", *parts, lines(content, box, tips=self.tips), data_state=path)
