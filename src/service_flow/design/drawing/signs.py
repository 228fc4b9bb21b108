"""Small signs on the corners of what a check found fault with, or what changed: each with its own shape and colour."""

from __future__ import annotations

from service_flow.design.drawing.changes import Fate
from service_flow.design.drawing.layout import Box
from service_flow.design.drawing.markup import number, rect, tag, words

SIGN = 18.0
_LETTERS = {"error": "!", "warning": "!", "info": "i", "added": "+", "removed": "−", "changed": "≠"}


def found_sign(severity: str, x: float, y: float) -> str:
    """An octagon for an error, a triangle for a warning, a circle for a note, around a point."""
    if severity == "warning":
        shape = tag("path", d=f"M{_at(x, y - 9)}L{_at(x + 10, y + 8)}H{number(x - 10)}Z", class_="sf-found-shape")
        letter_at = y + 6
    elif severity == "error":
        corners = "".join(f"L{_at(x + dx, y + dy)}" for dx, dy in _OCTAGON)
        shape = tag("path", d=f"M{corners[1:]}Z", class_="sf-found-shape")
        letter_at = y + 4.5
    else:
        shape = rect(Box(x - 8, y - 8, 16, 16), "sf-found-shape", 8)
        letter_at = y + 4.5
    return _sign(f"sf-found sf-found-{severity}", shape, _LETTERS.get(severity, "!"), x, letter_at)


def fate_sign(fate: Fate, x: float, y: float) -> str:
    """A circle with a plus, a square with a minus, or a diamond with an unequal sign, around a point."""
    if fate == "changed":
        corners = f"M{_at(x, y - 11)}L{_at(x + 11, y)}L{_at(x, y + 11)}L{_at(x - 11, y)}Z"
        shape = tag("path", d=corners, class_="sf-fate-shape")
    else:
        shape = rect(Box(x - 8, y - 8, 16, 16), "sf-fate-shape", 8 if fate == "added" else 2)
    return _sign(f"sf-fate sf-fate-{fate}", shape, _LETTERS[fate], x, y + 4.5)


_OCTAGON = [(-3.8, -9.0), (3.8, -9.0), (9.0, -3.8), (9.0, 3.8), (3.8, 9.0), (-3.8, 9.0), (-9.0, 3.8), (-9.0, -3.8)]


def _sign(class_: str, shape: str, letter: str, x: float, y: float) -> str:
    return tag("g", shape, words(letter, x, y, "sf-sign", "middle"), class_=class_)


def _at(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"
