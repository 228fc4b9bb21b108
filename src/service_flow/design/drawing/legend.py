"""What stands under the drawing: the transitions that have no place in it, and the key to its signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service_flow.design.drawing.boxes import Icon, Line, lines_of, mark
from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.layout import Box
from service_flow.design.drawing.markup import base_line, icon, rect, tag, tip, words
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.telling import told_step
from service_flow.design.drawing.wording import Wording

Sign = Literal["adding", "supporting", "none", "final", "spread"] | Icon

_LEAST = 620.0
_ROW, _SIGN, _SPACE, _ABOVE = 22.0, 30.0, 26.0, 34.0
_COLUMN = 300.0
_WORDS: Mapping[Sign, str] = {"final": "final_key", "spread": "spread_key", "again": "stays"}


@dataclass(frozen=True, slots=True)
class _Item:
    x: float
    y: float
    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class _Listed:
    x: float
    y: float
    step: Step
    lines: list[Line]


class Legend:
    """The legend of a figure, no wider than its drawing where that is wide enough to read."""

    def __init__(self, figure: Figure, wording: Wording, overlay: Overlay, room: float) -> None:
        self._figure, self._wording, self._overlay = figure, wording, overlay
        self.width = max(room, _LEAST)
        self._steps = [step for step in figure.steps.values() if step.is_at_any_time]
        self._listed, y = self._list()
        self._items, self.height = self._key(y)

    def drawn(self) -> list[str]:
        parts = []
        if self._listed:
            parts.append(words(self._wording("at_any_time"), 0, _ABOVE + 4, "sf-phase-title"))
        parts += [self._drawn_step(listed) for listed in self._listed]
        parts += [self._sign(item) + words(item.text, item.x + _SIGN, item.y + 4, "sf-small") for item in self._items]
        return parts

    def _drawn_step(self, listed: _Listed) -> str:
        step, y = listed.step, listed.y
        sign: Icon = "back" if step.returns else "again"
        parts = [tip(told_step(self._figure, step, self._wording)), icon(sign, listed.x + 6, y + 8)]
        for line in listed.lines:
            parts.append(words(line.text, listed.x + 18, y + base_line(line), f"sf-{line.style}"))
            y += line.height
        return tag("g", *parts, class_="sf-step", data_transition=step.transition.name)

    def _list(self) -> tuple[list[_Listed], float]:
        columns = max(1, int(self.width // _COLUMN))
        listed: list[_Listed] = []
        y = _ABOVE + (12 if self._steps else 0)
        for start in range(0, len(self._steps), columns):
            row = [
                _Listed(column * _COLUMN, y, step, self._told(step))
                for column, step in enumerate(self._steps[start : start + columns])
            ]
            listed += row
            y += max(sum(line.height for line in entry.lines) for entry in row) + 12
        return listed, y + (12 if self._steps else 0)

    def _told(self, step: Step) -> list[Line]:
        wording, transition = self._wording, step.transition
        room = _COLUMN - 40
        lines = lines_of(wording.title(transition.title, transition.name), "action", room, 2)
        lines += lines_of(self._figure.sources_in_words(step, wording), "from", room, 4)
        lines += lines_of(wording.posts(step.by), "small", room, 3)
        if step.returns:
            lines += lines_of(wording("back"), "small", room, 1)
        return lines + mark(self._overlay.transitions.get(transition.name), room)

    def _key(self, y: float) -> tuple[list[_Item], float]:
        items: list[_Item] = []
        x = 0.0
        for sign, text in self._signs():
            wide = _SIGN + Line(text, "small").width + _SPACE
            if x and x + wide > self.width:
                x, y = 0.0, y + _ROW
            items.append(_Item(x, y, sign, text))
            x += wide
        return items, y + _ROW

    def _signs(self) -> list[tuple[Sign, str]]:
        states, steps, wording = self._figure.flow.states.values(), self._figure.steps.values(), self._wording
        signs: list[tuple[Sign, bool]] = [
            ("adding", any(state.value == "adding" for state in states)),
            ("supporting", any(state.value == "supporting" for state in states)),
            ("none", any(state.value == "none" for state in states)),
            ("paused", any(state.clock == "paused" for state in states)),
            ("stopped", any(state.clock == "stopped" and state.outcome is None for state in states)),
            ("final", any(state.outcome is not None for state in states)),
            ("spread", any(step.spread and step.is_label for step in steps)),
            ("again", any(step.again for step in steps)),
            ("back", any(step.returns for step in steps)),
        ]
        return [(sign, wording(_WORDS.get(sign, sign))) for sign, used in signs if used]

    def _sign(self, item: _Item) -> str:
        box = Box(item.x, item.y - 8, 24, 16)
        match item.sign:
            case "adding" | "supporting" | "none" as value:
                bar = rect(Box(box.x, box.y + 4, 3, 8), f"sf-bar-{value}", 0)
                return rect(box, f"sf-state sf-{value}", 4) + bar
            case "final":
                return rect(box, "sf-state sf-none", 4) + rect(Box(box.x + 3, box.y + 3, 18, 10), "sf-inner", 2)
            case "spread":
                return rect(box, "sf-label sf-spread", 4)
            case kind:
                return icon(kind, item.x + 12, item.y)
