"""How much room a text takes. The reader's fonts are unknown, so widths are those of a wide sans-serif face."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

_NARROW = frozenset("ijlI|!.,:;'`()[]{}·° ")
_SLIM = frozenset('frt-/\\"*')
_WIDE = frozenset("mwMW@%&+=<>~#—…")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in pixels at a font size in pixels; East Asian wide characters take a full em."""
    return sum(map(_em, text)) * size * (1.07 if bold else 1.0)


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.33
    if char in _SLIM:
        return 0.41
    if char in _WIDE:
        return 0.9
    if char.isascii():
        return 0.68 if char.isupper() else 0.58
    if _adds_to_the_one_before(char) or char == "\u200c":
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF:
        return 1.05
    return 0.68 if char.isupper() else 0.58


def wrapped(text: str, size: float, room: float, lines: int, *, bold: bool = False) -> list[str]:
    """The text broken into at most that many lines of that width; what does not fit ends in an ellipsis."""
    broken: list[str] = []
    line = ""
    for piece in _pieces(text):
        if width((line + piece).rstrip(), size, bold=bold) <= room:
            line += piece
            continue
        if line.strip():
            broken.append(line.rstrip())
        line = piece.lstrip()
        while width(line.rstrip(), size, bold=bold) > room:
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
    count = 1
    while count < len(text) and width(text[: count + 1], size, bold=bold) <= room:
        count += 1
    whole = count
    while whole and _is_one(text[whole - 1], text[whole : whole + 1]):
        whole -= 1
    return whole or count


def _is_one(char: str, following: str) -> bool:
    """Whether no line may end between the two, as they are seen as one: letters with marks, emoji made of several."""
    return bool(following) and (
        char == "\u200d" or _adds_to_the_one_before(following) or (_is_half_a_flag(char) and _is_half_a_flag(following))
    )


def _adds_to_the_one_before(char: str) -> bool:
    """Marks, joiners, variants, colours of skin, and the tags that make a flag another one."""
    return (
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
    for char, following in zip(text, f"{text} "[1:], strict=True):
        piece += char
        breaks = char == " " and following != " "
        if _is_wide(char) or _is_wide(following):
            breaks = breaks or (following not in _CLINGS_LEFT and following != " " and char not in _CLINGS_RIGHT)
        if breaks and not _is_one(char, following):
            yield piece
            piece = ""
    if piece:
        yield piece


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" and not unicodedata.combining(char)
