"""SVG text: elements, numbers, texts in boxes, rounded lines, icons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from service_flow.design.drawing.boxes import ICON, SIZES, Content, Icon, Line
from service_flow.design.drawing.layout import Box, Point

_ROUND = 7.0


@dataclass(frozen=True, slots=True)
class About:
    """What is shown with a line that tells of a transition: what the pointer shows, its class, and a sign beside it."""

    tip: str
    look: str
    sign: Callable[[float, float], str] | None = None


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def tag(name: str, *inside: str, **attributes: str | float | None) -> str:
    """An element. `class_` and `data_name` stand for class and data-name; text inside must be escaped already."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, int | float) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def escaped(text: str) -> str:
    """Text as it stands between two tags."""
    return escape(text)


def moved(x: float, y: float) -> str:
    return f"translate({number(x)} {number(y)})"


def tip(text: str) -> str:
    """What a pointer resting on the element shows."""
    return tag("title", escape(text))


def rect(box: Box, class_: str, corner: float) -> str:
    return tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=corner, class_=class_)


def words(text: str, x: float, y: float, class_: str, anchor: str | None = None) -> str:
    """One line of text; y is its base line."""
    return tag("text", escape(text), x=x, y=y, class_=class_, text_anchor=anchor)


def lines(content: Content, box: Box, *, class_: str | None = None, about: Mapping[str, About] | None = None) -> str:
    """The lines of a box, one under the other, each in the middle. `about` has what is shown with the lines that tell
    of a transition, by its name."""
    y = box.y + (box.height - sum(line.height for line in content.lines)) / 2
    drawn = []
    for line in content.lines:
        middle = box.x + box.width / 2 + (ICON / 2 if line.icon else 0.0)
        left = middle - line.width / 2 - 2
        parts = [icon(line.icon, left, y + line.height / 2)] if line.icon else []
        parts.append(words(line.text, middle, y + base_line(line), class_ or f"sf-{line.style}", "middle"))
        known = about.get(line.about) if about is not None and line.about is not None else None
        if known is not None:
            if known.sign is not None and line.icon == "again":
                parts.append(known.sign(left - 18, y + line.height / 2))
            parts = [tag("g", tip(known.tip), *parts, class_=known.look, data_transition=line.about)]
        drawn += parts
        y += line.height
    return "".join(drawn)


def base_line(line: Line) -> float:
    """How far under the top of its line a text stands."""
    return line.height / 2 + SIZES[line.style] * 0.35


def icon(kind: Icon, x: float, y: float) -> str:
    """A small sign around a point."""
    if kind == "paused":
        bars = (Box(x - 4.5, y - 5, 3, 10), Box(x + 1.5, y - 5, 3, 10))
        return "".join(rect(bar, "sf-solid", 1) for bar in bars)
    if kind == "stopped":
        return rect(Box(x - 4.5, y - 4.5, 9, 9), "sf-solid", 1)
    return tag("path", d=_STROKES[kind](x, y), class_="sf-icon")


def _again(x: float, y: float) -> str:
    return f"M{_at((x + 3.5, y - 2.5))}a4.3 4.3 0 1 0 .8 3.6M{_at((x + 4.6, y - 5))}v3.4h-3.4"


def _back(x: float, y: float) -> str:
    return f"M{_at((x - 4.5, y - 1.5))}h5.5a3 3 0 0 1 0 6h-3.5M{_at((x - 1.8, y - 4.4))}l-2.9 2.9 2.9 2.9"


def _done(x: float, y: float) -> str:
    return f"M{_at((x - 5, y))}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0M{_at((x - 2.4, y))}l1.8 2 3.2 -3.8"


def _automatic(x: float, y: float) -> str:
    return f"M{_at((x + 1.6, y - 5.2))}l-4.4 5.9h4.2l-1.6 4.5 4.6 -5.9h-4.2z"


def _timer(x: float, y: float) -> str:
    face = f"M{_at((x - 4.8, y + 0.4))}a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0 -9.6 0"
    return f"{face}M{_at((x, y - 2.2))}v2.8l2 1.3M{_at((x - 1.4, y - 6.2))}h2.8"


def _pointer(x: float, y: float) -> str:
    return f"M{_at((x - 5, y))}h9M{_at((x + 0.6, y - 3.4))}l3.6 3.4 -3.6 3.4"


_STROKES = {
    "again": _again, "back": _back, "done": _done, "automatic": _automatic, "timer": _timer, "pointer": _pointer,
}  # fmt: skip


def curve(points: Sequence[Point]) -> str:
    """A line with rounded corners, as path data."""
    parts = ["M" + _at(points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(_ROUND, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _towards(corner, before, room), _towards(corner, after, room)
        parts.append(f"L{_at(start)}Q{_at(corner)} {_at(end)}")
    return "".join([*parts, "L" + _at(points[-1])])


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def arrow_tip(points: Sequence[Point]) -> str:
    """The arrow head at the end of a line."""
    (x0, y0), (x, y) = points[-2], points[-1]
    size = max(_length((x0, y0), (x, y)), 0.01)
    along, down = (x - x0) / size, (y - y0) / size
    wings = [(x - 8 * along - 4 * down * side, y - 8 * down + 4 * along * side) for side in (1, -1)]
    path = "".join(f"L{number(px)} {number(py)}" for px, py in wings)
    return tag("path", d=f"M{number(x)} {number(y)}{path}Z", class_="sf-tip")


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, distance: float) -> Point:
    length = max(_length(start, end), 0.01)
    return (start[0] + (end[0] - start[0]) * distance / length, start[1] + (end[1] - start[1]) * distance / length)
