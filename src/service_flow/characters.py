"""Characters that act instead of being seen: they move a cursor, turn letters round, hide, or pile up.

The ranges stand between the brackets of a regular expression. What is shown instead is the affair of whoever shows.
The joiners U+200C and U+200D are none of them: words of many languages and families of emoji are made with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

CONTROLS: Final = "\x00-\x1f\x7f-\x9f"
TURNING: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What turns the direction of the text around it."""
BREAKING: Final = "\u2028\u2029"
UNSEEN: Final = "\xad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
NO_TEXT: Final = "\ud800-\udfff\ufffe\uffff"
"""Halves of characters, and what no file of XML may hold."""

MOST_MARKS: Final = 8
"""Marks on one letter. No writing needs so many; more of them paint over the lines around."""

_HIDDEN = re.compile(f"[{CONTROLS}{TURNING}{BREAKING}{UNSEEN}{NO_TEXT}]")
_ESCAPED_IN_JSON = re.compile(f"[\x7f-\x9f{TURNING}{BREAKING}]")
_PILE = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")
_JOINERS = "\u200c\u200d"


def safe(text: str) -> str:
    """The text on one line. What could move the cursor, colour, ring, hide or turn letters round can be seen."""
    return _HIDDEN.sub(lambda found: _visible(found[0]), unpiled(text, _visible))


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def escaped_json(text: str) -> str:
    """The JSON with escapes for what a terminal would obey and JSON itself lets through: the same values."""
    return _ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def unpiled(text: str, instead: Callable[[str], str]) -> str:
    """The text with something instead of each mark that is one too many on its letter."""
    return text if text.isascii() else _PILE.sub(lambda found: _unpiled(found[0], instead), text)


def _unpiled(pile: str, instead: Callable[[str], str]) -> str:
    kept, marks = [], 0
    for char in pile:
        if unicodedata.category(char) in ("Mn", "Me"):
            marks += 1
        elif char not in _JOINERS:
            marks = 0
        kept.append(instead(char) if marks > MOST_MARKS else char)
    return "".join(kept)
