"""What stands in each box of a drawing, line by line, and how large that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.lettering import listed, width, wrapped
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.wording import Wording, cleaned
from service_flow.design.flow import State

Style = Literal["title", "small", "from", "action", "guard", "mark", "phase-title", "heading"]
Icon = Literal["again", "back", "paused", "stopped", "done", "automatic", "timer", "pointer"]

SIZES: dict[Style, float] = {
    "title": 13.5,
    "small": 11,
    "from": 11,
    "action": 12.5,
    "guard": 10.5,
    "mark": 12,
    "phase-title": 12.5,
    "heading": 22,
}
"""The font size of each style, in pixels."""
BOLD: frozenset[Style] = frozenset({"title", "phase-title", "mark", "heading", "action"})
LEADING = 1.32
"""The height of a line in font sizes."""
ICON = 15.0
"""The width kept for an icon before or behind a line."""

_STATE_ROOM, _LABEL_ROOM, _PHASE_ROOM = 168.0, 188.0, 240.0
_STATE_PADDING, _LABEL_PADDING = (14.0, 9.0), (9.0, 5.0)
_LEAST_STATE = 128.0
_MOST_TIMERS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, with an icon before it or none. `about` names the transition that only this line tells of."""

    text: str
    style: Style
    icon: Icon | None = None
    about: str | None = None

    @property
    def width(self) -> float:
        return width(self.text, SIZES[self.style], bold=self.style in BOLD) + (ICON if self.icon else 0.0)

    @property
    def height(self) -> float:
        return SIZES[self.style] * LEADING


@dataclass(frozen=True, slots=True)
class Content:
    """The lines of a box and the size they need."""

    lines: tuple[Line, ...]
    width: float
    height: float


def lines_of(
    text: str, style: Style, room: float, most: int, icon: Icon | None = None, about: str | None = None
) -> list[Line]:
    """The text as at most that many lines, no wider than `room`; the icon stands before the first."""
    broken = wrapped(text, SIZES[style], room - (ICON if icon else 0.0), most, bold=style in BOLD)
    return [Line(part, style, icon if not at else None, about) for at, part in enumerate(broken)]


def state_content(figure: Figure, path: str, wording: Wording, overlay: Overlay) -> Content:
    state = figure.states[path]
    signs = len(signs_of(state)) * (ICON + 4)
    lines = lines_of(figure.title(path, wording), "title", _STATE_ROOM - signs, 3)
    if state.owner:
        lines += lines_of(wording.post(state.owner), "small", _STATE_ROOM, 2)
    if state.outcome is not None:
        lines += lines_of(wording("final", wording.outcome(state.outcome)), "small", _STATE_ROOM, 2)
    for step in figure.again(path):
        lines += lines_of(wording.title(step.transition.title, step.name), "small", _STATE_ROOM, 2, "again", step.name)
        if not step.is_label:
            lines += timer_lines(figure, step, wording, _STATE_ROOM)
            lines += mark(overlay.transitions.get(step.name), _STATE_ROOM)
    lines += mark(overlay.states.get(path), _STATE_ROOM)
    content = _content(lines, _STATE_PADDING)
    beside = max((line.width for line in lines[:1]), default=0.0) + 2 * (signs + 8)
    return Content(content.lines, round(max(_LEAST_STATE, content.width, beside), 1), content.height)


def signs_of(state: State) -> list[Icon]:
    """The signs at the upper right of a state's box, from the right."""
    signs: list[Icon] = []
    if state.outcome is None and state.clock in ("paused", "stopped"):
        signs.append("paused" if state.clock == "paused" else "stopped")
    return [*signs, "done"] if state.done else signs


def label_content(figure: Figure, step: Step, wording: Wording, overlay: Overlay) -> Content:
    transition = step.transition
    lines: list[Line] = []
    if step.spread:
        lines += lines_of(figure.sources_in_words(step, wording), "from", _LABEL_ROOM, 4)
    lines += lines_of(wording.title(transition.title, step.name), "action", _LABEL_ROOM, 2)
    lines += doing_lines(figure, step, wording)
    if transition.guard is not None:
        lines += lines_of(wording("when", cleaned(transition.guard.text)), "guard", _LABEL_ROOM, 2)
    for way in transition.ways:
        if way.guard is not None:
            aim = figure.aim(way, wording)
            lines += lines_of(aim + wording.colon + cleaned(way.guard.text), "guard", _LABEL_ROOM, 2)
        elif way.kind == "stay":
            aim = wording("else") + wording.colon + wording("stays")
            lines += lines_of(aim, "small", _LABEL_ROOM, 2)
    if step.returns:
        lines += lines_of(wording("back"), "small", _LABEL_ROOM, 2, "back")
    lines += mark(overlay.transitions.get(step.name), _LABEL_ROOM)
    return _content(lines, _LABEL_PADDING)


def doing_lines(figure: Figure, step: Step, wording: Wording) -> list[Line]:
    """Who does it, or what makes it happen by itself."""
    if step.transition.automatic:
        return lines_of(wording("automatic"), "small", _LABEL_ROOM, 1, "automatic")
    posts = listed(wording.each_post(step.by), wording.comma, SIZES["small"], _LABEL_ROOM)
    lines = lines_of(posts, "small", _LABEL_ROOM, 2)
    return lines + timer_lines(figure, step, wording, _LABEL_ROOM)


def timer_lines(figure: Figure, step: Step, wording: Wording, room: float) -> list[Line]:
    """When timers do it."""
    timed = (figure.timing(timer, wording) for timer in figure.timers(step.name)[:_MOST_TIMERS])
    return [line for text in timed for line in lines_of(text, "small", room, 2, "timer", step.name)]


def start_content(title: str) -> Content:
    """What stands at a place where cases begin."""
    return _content(lines_of(title, "action", _LABEL_ROOM, 2), (14.0, 5.0))


def pointer_content(text: str, icon: Icon | None = None) -> Content:
    """What names a place far off."""
    return _content(lines_of(text, "small", _LABEL_ROOM, 2, icon), (10.0, 4.0))


def phase_title(text: str) -> Line:
    return next(iter(lines_of(text, "phase-title", _PHASE_ROOM, 1)), Line("", "phase-title"))


def mark(text: str | None, room: float) -> list[Line]:
    """What an overlay adds."""
    return lines_of(cleaned(text), "mark", room, 2) if text else []


def _content(lines: Sequence[Line], padding: tuple[float, float]) -> Content:
    across, down = padding
    return Content(
        tuple(lines),
        round(max((line.width for line in lines), default=0.0) + 2 * across, 1),
        round(sum(line.height for line in lines) + 2 * down, 1),
    )
