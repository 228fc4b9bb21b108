"""What stands under the drawing: what has no place in it, and the key to its signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service_flow.design.drawing.boxes import Icon, Line, lines_of, mark
from service_flow.design.drawing.changes import Fate
from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.layout import Box
from service_flow.design.drawing.markup import base_line, icon, rect, tag, tip, words
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.promises import promise_in_words
from service_flow.design.drawing.signs import fate_sign
from service_flow.design.drawing.telling import told_step
from service_flow.design.drawing.wording import Wording

Sign = Literal["adding", "supporting", "none", "final", "spread", "region", "fork", "history", "deep"] | Icon | Fate

_LEAST = 620.0
_ROW, _SIGN, _SPACE, _ABOVE = 22.0, 30.0, 26.0, 34.0
_COLUMN = 300.0
_WORDS: Mapping[Sign, str] = {
    "final": "final_key", "spread": "spread_key", "again": "stays", "region": "region_key", "fork": "fork_key",
    "history": "history_key", "deep": "deep_key",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Item:
    x: float
    y: float
    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class _Listed:
    """Something told in a few lines: a transition, with its sign, or a promise."""

    lines: list[Line]
    step: Step | None = None
    x: float = 0.0
    y: float = 0.0


class Legend:
    """The legend of a figure, no wider than its drawing where that is wide enough to read."""

    def __init__(self, figure: Figure, wording: Wording, overlay: Overlay, room: float, *, points: bool) -> None:
        self._figure, self._wording, self._overlay = figure, wording, overlay
        self._points = points
        self.width = max(room, _LEAST)
        self._headings: list[tuple[float, str]] = []
        self._listed: list[_Listed] = []
        steps = [_Listed(self._told(step), step) for step in figure.steps.values() if step.is_at_any_time]
        y = self._list(wording("at_any_time"), steps, _ABOVE)
        y = self._list(wording("promises"), [_Listed(lines) for lines in self._promises()], y)
        self._items, self.height = self._key(y)

    def drawn(self) -> list[str]:
        parts = [words(text, 0, y, "sf-phase-title") for y, text in self._headings]
        parts += [self._drawn(listed) for listed in self._listed]
        parts += [self._sign(item) + words(item.text, item.x + _SIGN, item.y + 4, "sf-small") for item in self._items]
        return parts

    def _drawn(self, listed: _Listed) -> str:
        step, y, parts = listed.step, listed.y, list[str]()
        if step is not None:
            parts.append(tip(told_step(self._figure, step, self._wording)))
            parts.append(icon("back" if step.returns else "again", listed.x + 6, y + 8))
        for line in listed.lines:
            parts.append(words(line.text, listed.x + 18, y + base_line(line), f"sf-{line.style}"))
            y += line.height
        if step is None:
            return tag("g", *parts)
        return tag("g", *parts, class_="sf-step", data_transition=step.name)

    def _list(self, heading: str, entries: Sequence[_Listed], y: float) -> float:
        """Put the entries in columns under their heading; where that ends."""
        if not entries:
            return y
        self._headings.append((y + 4, heading))
        columns = max(1, int(self.width // _COLUMN))
        y += 12
        for start in range(0, len(entries), columns):
            row = entries[start : start + columns]
            self._listed += [_Listed(one.lines, one.step, at * _COLUMN, y) for at, one in enumerate(row)]
            y += max(sum(line.height for line in one.lines) for one in row) + 12
        return y + 16

    def _told(self, step: Step) -> list[Line]:
        wording, transition = self._wording, step.transition
        room = _COLUMN - 40
        lines = lines_of(wording.title(transition.title, step.name), "action", room, 2)
        lines += lines_of(self._figure.sources_in_words(step, wording), "from", room, 4)
        lines += lines_of(wording.posts(step.by), "small", room, 3)
        if step.returns:
            lines += lines_of(wording("back"), "small", room, 1)
        return lines + mark(self._overlay.transitions.get(step.name), room)

    def _promises(self) -> list[list[Line]]:
        room = _COLUMN - 40
        told = []
        for name, promise in self._figure.flow.model.promises.items():
            lines = lines_of(self._wording.title(promise.title, name), "action", room, 2)
            for text in promise_in_words(self._figure, promise, self._wording):
                lines += lines_of(text, "small", room, 3)
            told.append(lines)
        return told

    # --- the key

    def _key(self, y: float) -> tuple[list[_Item], float]:
        items: list[_Item] = []
        x = 0.0
        for sign in self._signs():
            text = self._wording(_WORDS.get(sign, sign))
            wide = _SIGN + Line(text, "small").width + _SPACE
            if x and x + wide > self.width:
                x, y = 0.0, y + _ROW
            items.append(_Item(x, y, sign, text))
            x += wide
        return items, y + _ROW

    def _signs(self) -> list[Sign]:
        figure = self._figure
        states, steps = figure.states.values(), figure.steps.values()
        recalls = [recall for step in steps for recall in step.recalls if step.is_label]
        signs: list[tuple[Sign, bool]] = [
            ("adding", any(state.value == "adding" for state in states)),
            ("supporting", any(state.value == "supporting" for state in states)),
            ("none", any(state.value == "none" for state in states)),
            ("paused", any(state.clock == "paused" for state in states)),
            ("stopped", any(state.clock == "stopped" and state.outcome is None for state in states)),
            ("final", any(state.outcome is not None for state in states)),
            ("region", bool(figure.wholes)),
            ("fork", bool(figure.wholes)),
            ("done", any(state.done for state in states)),
            ("spread", any(step.spread and step.is_label for step in steps)),
            ("automatic", any(step.transition.automatic for step in steps)),
            ("timer", any(figure.timers(step.name) for step in steps if step.is_label)),
            ("again", any(step.again for step in steps)),
            ("back", any(step.returns for step in steps)),
            ("history", any(not recall.deep for recall in recalls)),
            ("deep", any(recall.deep for recall in recalls)),
            ("pointer", self._points),
        ]
        if figure.changes is not None:
            signs += [(fate, bool(count)) for fate, count in figure.changes.counts.items()]
        return [sign for sign, used in signs if used]

    def _sign(self, item: _Item) -> str:
        box = Box(item.x, item.y - 8, 24, 16)
        match item.sign:
            case "adding" | "supporting" | "none" as value:
                bar = rect(Box(box.x, box.y + 4, 3, 8), f"sf-bar-{value}", 0)
                drawn = rect(box, f"sf-state sf-{value}", 4) + bar
            case "final":
                drawn = rect(box, "sf-state sf-none", 4) + rect(Box(box.x + 3, box.y + 3, 18, 10), "sf-inner", 2)
            case "spread":
                drawn = rect(box, "sf-label sf-spread", 4)
            case "region":
                line = tag("path", d=f"M{box.x + 12:.0f} {box.y:.1f}v16", class_="sf-divider")
                drawn = rect(box, "sf-group", 4) + line
            case "fork":
                drawn = rect(Box(box.x, item.y - 3, 24, 6), "sf-bar", 3)
            case "history" | "deep" as kind:
                sign = words("H" if kind == "history" else "H*", item.x + 12, item.y + 4, "sf-history", "middle")
                drawn = rect(Box(item.x + 1, item.y - 9, 22, 18), "sf-circle", 9) + sign
            case "automatic":
                line = tag("path", d=f"M{item.x + 13:.1f} {item.y:.1f}h11", class_="sf-line")
                drawn = icon("automatic", item.x + 5, item.y) + tag("g", line, class_="sf-automatic")
            case "added" | "removed" | "changed" as fate:
                line = tag("path", d=f"M{box.x:.1f} {item.y:.1f}h24", class_="sf-line")
                drawn = tag("g", line, class_=f"sf-{fate}") + fate_sign(fate, box.x + 12, item.y)
            case kind:
                drawn = icon(kind, item.x + 12, item.y)
        return drawn
