"""How much room a text takes. The reader's fonts are unknown, so widths are those of a wide sans-serif face."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

_EMS = {
    **dict.fromkeys("ijlI|!.,:;'`()[]{}·° ", 0.33),
    **dict.fromkeys('frt-/\\"*', 0.41),
    **dict.fromkeys("mwMW@%&+=<>~#—…", 0.9),
}
"""Widths in font sizes of what is narrower or wider than most letters."""
_WIDE, _BOLD = 1.05, 1.13
"""The width of a wide character, and how much wider than others bold letters are."""
_JOINED = re.compile("\u200d[\U00010000-\U0010ffff]")
"""An emoji that is one with the one before."""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in pixels at a font size in pixels; East Asian wide characters take an em, bold or not."""
    ems = [_em(char) for char in _JOINED.sub("", text)]
    if bold:
        return sum(em if em == _WIDE else em * _BOLD for em in ems) * size
    return sum(ems) * size


def _em(char: str) -> float:
    if char in _EMS:
        return _EMS[char]
    if not char.isascii():
        if _adds_to_the_one_before(char) or char == "\u200c":
            return 0.0
        if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF:
            return _WIDE
    return 0.68 if char.isupper() else 0.58


def wrapped(text: str, size: float, room: float, lines: int, *, bold: bool = False) -> list[str]:
    """The text broken into at most that many lines of that width; what does not fit ends in an ellipsis."""
    broken: list[str] = []
    line = ""
    for piece in _pieces(text):
        if len(broken) > lines:
            break
        if width((line + piece).rstrip(), size, bold=bold) <= room:
            line += piece
            continue
        if line.strip():
            broken.append(line.rstrip())
        line = piece.lstrip()
        while len(broken) <= lines and width(line.rstrip(), size, bold=bold) > room:
            fits = _fitting(line, size, room, bold)
            broken.append(line[:fits])
            line = line[fits:]
    if line.strip():
        broken.append(line.rstrip())
    if len(broken) > lines:
        last = broken[lines - 1]
        while last and width(last + "…", size, bold=bold) > room:
            last = last[:-1]
        broken = [*broken[: lines - 1], last.rstrip(" ,、·") + "…"]
    return broken


def listed(names: Sequence[str], comma: str, size: float, room: float) -> str:
    """As many of the names as one line has room for, and how many there are more: "clerk, manager +2"."""
    for shown in range(len(names), 1, -1):
        more = f" +{len(names) - shown}" if shown < len(names) else ""
        line = comma.join(names[:shown]) + more
        if width(line, size) <= room:
            return line
    return names[0] + (f" +{len(names) - 1}" if len(names) > 1 else "")


def _fitting(text: str, size: float, room: float, bold: bool) -> int:
    """How many characters of the text have room, at least one, and not a part of what is seen as one."""
    count = 0
    for one in _seen_as_one(text):
        if width(text[: count + len(one)], size, bold=bold) > room:
            break
        count += len(one)
    return count or 1


def _seen_as_one(text: str) -> Iterator[str]:
    """The text cut between what is seen: letters with their marks, emoji of several, flags of two."""
    one = ""
    for char in text:
        if one and not _joins(char, one):
            yield one
            one = ""
        one += char
    if one:
        yield one


def _joins(char: str, one: str) -> bool:
    if _is_half_a_flag(char):
        return len(one) == 1 and _is_half_a_flag(one)
    return one.endswith("\u200d") or unicodedata.category(char) == "Mc" or _adds_to_the_one_before(char)


def _adds_to_the_one_before(char: str) -> bool:
    """Marks, joiners, variants, colours of skin, and the tags that make a flag another one."""
    return not char.isascii() and (
        unicodedata.category(char) in ("Mn", "Me")
        or char == "\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_half_a_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


_CLINGS_LEFT = frozenset("，。、；：？！）」』》】〉”’…,.;:?!)")
_CLINGS_RIGHT = frozenset("（「『《【〈“‘(")


def _pieces(text: str) -> Iterator[str]:
    """The text cut where a line may end: after spaces, and between East Asian characters but not before a comma."""
    piece = ""
    for one, following in pairwise([*_seen_as_one(text), " "]):
        piece += one
        breaks = one == " " and following != " "
        if _is_wide(one) or _is_wide(following):
            breaks = breaks or (following not in _CLINGS_LEFT and following != " " and one not in _CLINGS_RIGHT)
        if breaks:
            yield piece
            piece = ""
    if piece:
        yield piece


def _is_wide(one: str) -> bool:
    return unicodedata.east_asian_width(one[0]) in "WF"
