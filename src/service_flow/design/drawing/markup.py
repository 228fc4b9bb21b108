"""SVG text: elements, numbers, rounded lines, icons and the one style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from service_flow.design.drawing.boxes import ICON, SIZES, Content, Icon
from service_flow.design.drawing.layout import Box, Point

_ROUND = 7.0

_COLOURS: Mapping[str, tuple[str, str]] = {
    # selector {property: light, dark}
    ".sf-page{fill": ("#ffffff", "#10151c"),
    ".sf-group{fill": ("#f5f7fa", "#171e27"),
    ".sf-group{stroke": ("#cfd6df", "#334050"),
    ".sf-state{stroke": ("#45525f", "#a9b6c4"),
    ".sf-inner{stroke": ("#45525f", "#a9b6c4"),
    ".sf-adding{fill": ("#e6f4ea", "#17352a"),
    ".sf-supporting{fill": ("#e8effa", "#1b2c45"),
    ".sf-none{fill": ("#f1f1ef", "#2a2c30"),
    ".sf-bar-adding{fill": ("#2e8b57", "#55b584"),
    ".sf-bar-supporting{fill": ("#4a78b8", "#7aa7e6"),
    ".sf-bar-none{fill": ("#a3a39c", "#85878c"),
    ".sf-label{fill": ("#ffffff", "#10151c"),
    ".sf-label{stroke": ("#d5dbe2", "#36424f"),
    ".sf-spread{stroke": ("#98a4b1", "#64748b"),
    ".sf-line{stroke": ("#6b7a8a", "#8494a5"),
    ".sf-tip{fill": ("#6b7a8a", "#8494a5"),
    ".sf-start{fill": ("#2b3540", "#dfe6ee"),
    ".sf-icon{stroke": ("#5b6875", "#a9b6c4"),
    ".sf-solid{fill": ("#5b6875", "#a9b6c4"),
    "text{fill": ("#1d2731", "#e6ebf1"),
    ".sf-small,.sf-from,.sf-guard{fill": ("#56636f", "#a9b6c4"),
    ".sf-phase-title{fill": ("#45525f", "#b9c4d0"),
    ".sf-mark{fill": ("#b4480a", "#f0a35e"),
    ".sf-on-start{fill": ("#ffffff", "#10151c"),
    ".sf-step:hover .sf-line,.sf-step:hover .sf-label{stroke": ("#c2410c", "#fb923c"),
    ".sf-step:hover .sf-tip{fill": ("#c2410c", "#fb923c"),
}

_FACES = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif"
)


def style_sheet() -> str:
    """The styles of every drawing, dark where the reader prefers it."""
    sheet = [
        f"text{{font-family:{_FACES};font-size:{SIZES['small']}px;white-space:pre}}",
        ".sf-line,.sf-icon,.sf-inner{fill:none}",
        ".sf-state{stroke-width:1.4}.sf-inner{stroke-width:1}.sf-line{stroke-width:1.5}.sf-icon{stroke-width:1.6}",
        ".sf-spread{stroke-dasharray:4 3}.sf-step:hover .sf-line{stroke-width:2.5}",
    ]
    sheet += [f".sf-{style}{{font-size:{size}px}}" for style, size in SIZES.items()]
    sheet += [".sf-title,.sf-action,.sf-mark,.sf-phase-title,.sf-heading{font-weight:600}"]
    sheet += [".sf-guard,.sf-from{font-style:italic}"]
    sheet += [f"{rule}:{light}}}" for rule, (light, _) in _COLOURS.items()]
    dark = "".join(f"{rule}:{dark}}}" for rule, (_, dark) in _COLOURS.items())
    return "\n".join([*sheet, f"@media (prefers-color-scheme:dark){{{dark}}}"])


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


def lines(content: Content, box: Box, *, class_: str | None = None) -> str:
    """The lines of a box, one under the other, each in the middle."""
    y = box.y + (box.height - sum(line.height for line in content.lines)) / 2
    drawn = []
    for line in content.lines:
        base = y + line.height / 2 + SIZES[line.style] * 0.35
        middle = box.x + box.width / 2
        if line.icon:
            drawn.append(icon(line.icon, middle - line.width / 2 + ICON / 2 - 2, y + line.height / 2))
            middle += ICON / 2
        drawn.append(words(line.text, middle, base, class_ or f"sf-{line.style}", "middle"))
        y += line.height
    return "".join(drawn)


def icon(kind: Icon, x: float, y: float) -> str:
    """A small sign around a point."""
    if kind == "paused":
        bars = (Box(x - 4.5, y - 5, 3, 10), Box(x + 1.5, y - 5, 3, 10))
        return "".join(rect(bar, "sf-solid", 1) for bar in bars)
    if kind == "stopped":
        return rect(Box(x - 4.5, y - 4.5, 9, 9), "sf-solid", 1)
    if kind == "again":
        arc, head = (
            f"M{number(x + 3.5)} {number(y - 2.5)}a4.3 4.3 0 1 0 .8 3.6",
            f"M{number(x + 4.6)} {number(y - 5)}v3.4h-3.4",
        )
    else:
        arc, head = (
            f"M{number(x - 4.5)} {number(y - 1.5)}h5.5a3 3 0 0 1 0 6h-3.5",
            f"M{number(x - 1.8)} {number(y - 4.4)}l-2.9 2.9 2.9 2.9",
        )
    return tag("path", d=arc + head, class_="sf-icon")


def curve(points: Sequence[Point]) -> str:
    """A line with rounded corners, as path data."""
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(_ROUND, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _towards(corner, before, room), _towards(corner, after, room)
        parts.append(
            f"L{number(start[0])} {number(start[1])}Q{number(corner[0])} {number(corner[1])} {number(end[0])} {number(end[1])}"
        )
    parts.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
    return "".join(parts)


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
