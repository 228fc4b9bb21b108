"""Mermaid flow charts as drawings. A Git host draws such a block itself; the site draws it while it is built, with the
layout of our own drawings, so that no page needs a script for it. What is no plain flow chart stays as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from service_flow.design.drawing.layout import PORT_GAP, Link, Node, Plan, arranged
from service_flow.design.drawing.lettering import width, wrapped
from service_flow.design.drawing.markup import arrow_tip, curve, escaped, moved, rect, tag, words

_SIZE, _LEADING, _ROOM, _LINES = 14.0, 19.0, 230.0, 4
_PADDING, _EDGE = (14.0, 9.0), (7.0, 3.0)
_MARGIN = 4.0
_SHAPES = (("([", "])", "round"), ("{", "}", "choice"), ("[", "]", "box"), ("(", ")", "round"))
_NAME = re.compile(r"\s*(\w+)")
_ARROW = re.compile(r"\s*(?:-->\s*(?:\|([^|]*)\|)?|--\s+(.*?)\s+-->)\s*")


@dataclass
class Chart:
    """A flow chart: what stands in each box, in reading order, and the arrows with their words."""

    texts: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    arrows: list[tuple[str, str, str]] = field(default_factory=list)
    """From, words, to."""


def read(text: str) -> Chart | None:
    """The chart that a block of Mermaid says, or None where it says more than boxes and arrows."""
    lines = (line.strip() for line in text.splitlines())
    statements = [line for line in lines if line and not line.startswith("%%")]
    if not statements or not re.fullmatch(r"(flowchart|graph) (TD|TB)", statements[0]):
        return None
    chart = Chart()
    for statement in statements[1:]:
        at = _box(chart, statement, 0)
        while at is not None and at[0] < len(statement):
            arrow = _ARROW.match(statement, at[0])
            tail, at = at[1], _box(chart, statement, arrow.end()) if arrow else None
            if arrow and at is not None and tail != at[1]:
                chart.arrows.append((tail, _plain(arrow[1] or arrow[2] or ""), at[1]))
            else:
                at = None
        if at is None:
            return None
    return chart


def _box(chart: Chart, statement: str, start: int) -> tuple[int, str] | None:
    """Read the name of a box, and its words if they stand there; where it ends, and the name."""
    named = _NAME.match(statement, start)
    if not named:
        return None
    name, end = named[1], named.end()
    for opening, closing, shape in _SHAPES:
        if statement.startswith(opening, end):
            stop = statement.find(closing, end)
            if stop < 0:
                return None
            chart.texts[name] = _plain(statement[end + len(opening) : stop])
            chart.shapes[name] = shape
            return stop + len(closing), name
    chart.texts.setdefault(name, name)
    chart.shapes.setdefault(name, "box")
    return end, name


def _plain(text: str) -> str:
    return re.sub(r"\s*<br\s*/?>\s*", "\n", text.strip().strip('"'))


def drawn(chart: Chart) -> str:
    """The chart as one SVG element, without colours: those are the page's (site.css)."""
    boxes = {name: _broken(text) for name, text in chart.texts.items()}
    labels = {f" {number}": _broken(said) for number, (_, said, _) in enumerate(chart.arrows) if said}
    plan, links = _laid_out(chart, boxes, labels)
    parts = []
    for number, link in enumerate(links):
        points = plan.lines[number]
        parts.append(tag("path", d=curve(points), class_="line"))
        if link.head not in labels:
            parts.append(arrow_tip(points).replace("sf-tip", "tip"))
    for name, lines in {**boxes, **labels}.items():
        box = plan.nodes[name]
        shape = chart.shapes.get(name, "label")
        corner = box.height / 2 if shape == "round" else 8.0
        middle = box.x + box.width / 2
        first = box.y + (box.height - _LEADING * (len(lines) - 1)) / 2 + _SIZE * 0.35
        written = (words(line, middle, first + _LEADING * at, shape, "middle") for at, line in enumerate(lines))
        parts += [rect(box, shape, corner), *written]
    inside = tag("g", *(f"\n{part}" for part in parts), transform=moved(_MARGIN, _MARGIN))
    wide, high = plan.width + 2 * _MARGIN, plan.height + 2 * _MARGIN
    told = tag("title", escaped(_told(chart)))
    return tag("svg", told, inside, viewBox=f"0 0 {wide:.0f} {high:.0f}", width=round(wide), height=round(high),
               class_="flow-chart", role="img")  # fmt: skip


def _laid_out(chart: Chart, boxes: dict[str, list[str]], labels: dict[str, list[str]]) -> tuple[Plan, list[Link]]:
    ends: dict[str, int] = {}
    links: list[Link] = []
    after: dict[str, list[str]] = {}
    for number, (tail, _, head) in enumerate(chart.arrows):
        label, net = f" {number}", str(number)
        steps = [Link(tail, label, net), Link(label, head, net)] if label in labels else [Link(tail, head, net)]
        links += steps
        after.setdefault(tail, []).extend(step.head for step in steps if step.head in labels)
        for name in (tail, head):
            ends[name] = ends.get(name, 0) + 1
    found: list[Node] = []
    for name, lines in boxes.items():
        size = _size(lines, _PADDING)
        found.append(Node(name, max(size[0], PORT_GAP * (ends.get(name, 0) + 1)), size[1]))
        found += [Node(label, *_size(labels[label], _EDGE)) for label in after.get(name, ())]
    return arranged(found, links, {}), links


def _broken(text: str) -> list[str]:
    return [line for part in text.split("\n") for line in wrapped(part, _SIZE, _ROOM, _LINES)]


def _size(lines: list[str], padding: tuple[float, float]) -> tuple[float, float]:
    widest = max((width(line, _SIZE) for line in lines), default=0.0)
    return round(widest + 2 * padding[0], 1), len(lines) * _LEADING + 2 * padding[1]


def _told(chart: Chart) -> str:
    """The chart for those who cannot see it."""
    flat = {name: text.replace("\n", " ") for name, text in chart.texts.items()}
    told = (f"{flat[tail]} → {f'({said}) ' if said else ''}{flat[head]}" for tail, said, head in chart.arrows)
    return "; ".join(told)


def _draw(_app: Sphinx, doctree: nodes.document) -> None:
    for block in list(doctree.findall(nodes.literal_block)):
        chart = read(block.astext()) if block.get("language") == "mermaid" else None
        if chart is not None:
            picture = nodes.raw("", drawn(chart), format="html")
            block.parent.replace(block, nodes.container("", picture, classes=["drawing"]))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.connect("doctree-read", _draw)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
