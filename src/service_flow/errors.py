"""The one tree of errors. Each error carries its fields; its text says what was wrong, where, and what to do.

No text of this tree holds personal data: field names may stand in it, field values may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from itertools import accumulate
from typing import ClassVar


class ServiceFlowError(Exception):
    """The root of everything this library raises on purpose."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a blueprint, at one place.

    `file` is a path as the user would write it, `line` and `column` count from 1. Of a blueprint that was made in
    Python, `file` names the place in its models instead, and line and column are 0.
    """

    code: str
    message: str
    file: str
    line: int
    column: int
    severity: str = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return visible(f"{place}: {self.code} {self.message}")


class BlueprintError(ServiceFlowError):
    """A blueprint cannot be read, or a migration of it would strand a case. `findings` lists all that was found, in
    order of place; the fields are the first one's.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        self.file, self.line, self.column, self.code = first.file, first.line, first.column, first.code
        super().__init__("\n".join(str(finding) for finding in self.findings))


class InputError(ServiceFlowError):
    """A file other than a blueprint (mapping, log, history, scenario) cannot be read. Lines, columns count from 1."""

    def __init__(self, message: str, file: str, line: int = 1, column: int = 1) -> None:
        self.message, self.file, self.line, self.column = message, file, line, column
        super().__init__("\n".join(map(visible, f"{visible(file)}:{line}:{column}: {message}".split("\n"))))


class Refused(ServiceFlowError):
    """A command was refused and nothing was appended. `because` says why, `case` is the short number."""

    def __init__(self, because: str, *, case: str | None = None, transition: str | None = None) -> None:
        self.because, self.case, self.transition = because, case, transition
        super().__init__(because)


class NotFromHere(Refused):
    """The transition does not leave the state the case stands in, or the flow has no such transition."""


class GuardSaidNo(Refused):
    """The guard (`when`) was false, or could not be evaluated."""


class NotAllowed(Refused):
    """The actor is unknown, or holds none of the posts that may do this."""


class DataMissing(Refused):
    """The form asks for fields that were not given; `fields` names them."""

    def __init__(
        self, because: str, *, fields: Iterable[str], case: str | None = None, transition: str | None = None
    ) -> None:
        self.fields = tuple(fields)
        super().__init__(because, case=case, transition=transition)


class DataInvalid(Refused):
    """A field has a value of another type, or is not asked for here; `fields` names them."""

    def __init__(
        self, because: str, *, fields: Iterable[str], case: str | None = None, transition: str | None = None
    ) -> None:
        self.fields = tuple(fields)
        super().__init__(because, case=case, transition=transition)


class CommandReused(Refused):
    """A command id that stands for another command already."""


class NotFound(ServiceFlowError):
    """No case, customer or revision of that name."""


class ConcurrentChange(ServiceFlowError):
    """Others kept changing the case while this command was tried. Nothing was appended; try again."""


class HistoryDiverged(ServiceFlowError):
    """A history does not lead to the state that was stored for it."""


class CalendarError(ServiceFlowError):
    """A calendar cannot answer: it is never open, what is asked lies too far away, or an argument is none it takes."""


class StoreError(ServiceFlowError):
    """The store cannot be reached, opened, read or written. The text names the store without its password.

    Nothing was appended, unless `outcome_unknown`: then the command may have been accepted or not, and only one with a
    command id may be sent again without a look at what happened.
    """

    outcome_unknown: ClassVar[bool] = False


class EffectFailed(ServiceFlowError):
    """What a function of the host raises to say why an effect failed, and whether and when to try it again.

    `because` is kept and shown to whoever looks after the service, so no personal data may stand in it. With `retry`
    False the effect is parked at once; `after` is the time to wait at least.
    """

    def __init__(self, because: str, *, retry: bool = True, after: timedelta | None = None) -> None:
        self.because, self.retry, self.after = because, retry, after
        super().__init__(because)


MOST_COMPARED = 10_000
"""Characters of known words, at most, that are compared for a hint: it must not cost more than what was asked."""
_LONGEST_MEANT = 100


def visible(text: str) -> str:
    """The text on one line: what a terminal or a log would obey, or could not take, is replaced."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in "\xa0\u3000" else "\ufffd" for char in text)


def printable(named: object) -> str:
    """What was handed in as a name, safe to show: a text without control or broken characters, shortened."""
    if not isinstance(named, str):
        return f"<{type(named).__name__}>"
    text = visible(str.__str__(named)[:80])
    return text if len(named) <= 80 else f"{text}..."


def meant(word: str, known: Iterable[str]) -> str:
    """The hint `; did you mean 'x'?`, or nothing when no known word is near.

    Of very many known words, those are compared that are about as long.
    """
    word = str.__str__(word) if isinstance(word, str) else str(word)
    if len(word) > _LONGEST_MEANT:
        return ""
    near = get_close_matches(word, _comparable(word, list(known)), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def _comparable(word: str, known: list[str]) -> list[str]:
    if sum(map(len, known)) <= MOST_COMPARED:
        return known
    ordered = sorted(known, key=lambda name: abs(len(name) - len(word)))
    lengths = accumulate(map(len, ordered))
    return [name for name, length in zip(ordered, lengths, strict=True) if length <= MOST_COMPARED]
