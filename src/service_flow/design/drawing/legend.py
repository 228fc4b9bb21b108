"""What stands under the drawing: the transitions that have no place in it, and the key to its signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service_flow.design.drawing.boxes import Icon, Line
from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.layout import Box
from service_flow.design.drawing.lettering import wrapped
from service_flow.design.drawing.markup import icon, rect, tag, tip, words
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.telling import told_step
from service_flow.design.drawing.wording import Wording, cleaned

Sign = Literal["adding", "supporting", "none", "final", "spread"] | Icon

_LEAST = 620.0
_ROW, _SIGN, _SPACE, _ABOVE = 22.0, 30.0, 26.0, 34.0
_COLUMN = 300.0


@dataclass(frozen=True, slots=True)
class _Item:
    x: float
    y: float
    sign: Sign
    text: str


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
        for step, x, y, told in self._listed:
            lines = [words(text, x + 18, y + at * 15, style) for at, (text, style) in enumerate(told)]
            sign: Icon = "back" if step.returns else "again"
            parts.append(
                tag(
                    "g",
                    tip(told_step(self._figure, step, self._wording)),
                    icon(sign, x + 6, y - 4),
                    *lines,
                    class_="sf-step",
                    data_transition=step.transition.name,
                )
            )
        parts += [self._sign(item) + words(item.text, item.x + _SIGN, item.y + 4, "sf-small") for item in self._items]
        return parts

    def _list(self) -> tuple[list[tuple[Step, float, float, list[tuple[str, str]]]], float]:
        columns = max(1, int(self.width // _COLUMN))
        listed: list[tuple[Step, float, float, list[tuple[str, str]]]] = []
        y = _ABOVE
        if not self._steps:
            return listed, y
        y += 26
        for start in range(0, len(self._steps), columns):
            tallest = 0
            for column, step in enumerate(self._steps[start : start + columns]):
                told = self._told(step)
                listed.append((step, column * _COLUMN, y, told))
                tallest = max(tallest, len(told))
            y += tallest * 15 + 12
        return listed, y + 10

    def _told(self, step: Step) -> list[tuple[str, str]]:
        wording, transition = self._wording, step.transition
        room = _COLUMN - 40
        told = [
            (text, "sf-action")
            for text in wrapped(wording.title(transition.title, transition.name), 12.5, room, 2, bold=True)
        ]
        for text in (self._figure.sources_in_words(step, wording), wording.posts(step.by)):
            told += [(line, "sf-small") for line in wrapped(text, 11, room, 3)]
        if step.returns:
            told.append((wording("back"), "sf-small"))
        mark = cleaned(self._overlay.transitions.get(transition.name, ""))
        if mark:
            told += [(line, "sf-mark") for line in wrapped(mark, 12, room, 2, bold=True)]
        return told

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
        return [(sign, wording("key_" + sign)) for sign, used in signs if used]

    def _sign(self, item: _Item) -> str:
        box = Box(item.x, item.y - 8, 24, 16)
        if item.sign in ("adding", "supporting", "none"):
            return rect(box, f"sf-state sf-{item.sign}", 4) + rect(
                Box(box.x, box.y + 4, 3, 8), f"sf-bar-{item.sign}", 0
            )
        if item.sign == "final":
            return rect(box, "sf-state sf-none", 4) + rect(Box(box.x + 3, box.y + 3, 18, 10), "sf-inner", 2)
        if item.sign == "spread":
            return rect(box, "sf-label sf-spread", 4)
        return icon(item.sign, item.x + 12, item.y)
