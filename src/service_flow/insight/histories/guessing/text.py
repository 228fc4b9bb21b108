"""Lines of a mapping in YAML, with marks where something could not be known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from textwrap import wrap

from service_flow.characters import BREAKING, CONTROLS, NO_TEXT, TURNING, UNSEEN
from service_flow.design.language.scalars import resolve

ASK, LEFT_OUT = "Ask: ", "#? "
"""What a comment begins with that asks something, and a line that does not count until somebody says so."""

LONGEST = 200
"""Characters of a text of the log that can be written."""

_PLAIN = re.compile(r"[^\W\d_](?:[\w/.+()-]|:(?=\w)| (?=[\w(/+]))*")
_UNUSUAL = re.compile(f"[{CONTROLS}\xa0{TURNING}{BREAKING}{UNSEEN}{NO_TEXT}]")
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_WIDTH = 118


def can_be_written(text: str) -> bool:
    """Whether YAML has a way to write the text as a word that is read back the same."""
    return len(text) <= LONGEST and _NEVER.search(text) is None


def scalar(text: str) -> str:
    """A text as YAML reads it back: as it is where it can be, otherwise in quotes."""
    if _PLAIN.fullmatch(text) and not _UNUSUAL.search(text) and _is_text(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNUSUAL.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def braced(words: Mapping[str, str]) -> str:
    """Words with their values, written as YAML already, on one line."""
    return "{" + ", ".join(f"{word}: {value}" for word, value in words.items()) + "}"


def _is_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str)
    except ValueError:
        return False


class Page:
    """The lines of a mapping as they are written one after the other."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.questions = 0

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def holds(self, line: str, note: str = "") -> None:
        """A line that counts."""
        self._lines.append(f"{line}  # {_one_line(note)}" if note else line)

    def leaves_out(self, line: str, note: str = "") -> None:
        """A line that may be right; it counts when its mark is taken away."""
        bare = line.lstrip(" ")
        self.holds(f"{line[: len(line) - len(bare)]}{LEFT_OUT}{bare}", note)

    def asks(self, question: str, indent: str = "") -> None:
        """What could not be known of the lines that follow."""
        self.questions += 1
        self._comment(f"{ASK}{question[:1].upper()}{question[1:]}", indent)

    def remarks(self, text: str, indent: str = "") -> None:
        """What is good to know of the lines that follow."""
        self._comment(text, indent)

    def gap(self) -> None:
        self._lines.append("")

    def _comment(self, text: str, indent: str) -> None:
        self._lines += wrap(
            _one_line(text), _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _one_line(text: str) -> str:
    """The text as it can stand in a comment, whatever it quotes."""
    return _UNUSUAL.sub(" ", " ".join(text.split()))
