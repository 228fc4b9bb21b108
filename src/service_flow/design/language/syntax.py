"""What the YAML parser complains of, said in words that an architect can act on."""

from __future__ import annotations

from typing import NamedTuple

from service_flow.design.language.tree import Position


class Complaint(NamedTuple):
    """A code, a message and the place it is about."""

    code: str
    message: str
    position: Position


_DIRECTIVE = "a line that begins with % is a directive; take it out"
_IN_QUOTES = "; put a text that begins with it in quotes"
_MISPLACED = "this does not belong to what stands above it; check its indentation and the quotes before it"
# A part of the parser's problem or context, and what to say.
_PROBLEMS = {
    "character '\\t'": "a tab stands where only spaces may; use spaces",
    "cannot start any token": "a text cannot begin with this character; put the text in quotes",
    "mapping keys are not allowed": "a '? ' cannot stand here; put the text in quotes",
    "sequence entries are not allowed": "a list item ('- ') cannot begin here; give it a line of its own",
    "could not find expected ':'": "the ':' behind this word is missing",
    "unexpected end of stream": "the quote opened here is never closed",
    "unexpected document separator": "the quote opened here is not closed before the document ends",
    "unknown escape": r"unknown escape in double quotes; write \\ for a backslash or use single quotes",
    "escape sequence of": "the escape here has too few hexadecimal digits",
    "expected <block end>": _MISPLACED,
    "expected '<document start>'": _MISPLACED,
    "after document end marker": "nothing may follow the end of the document ('...')",
    "YAML directive": _DIRECTIVE,
    "incompatible YAML document": _DIRECTIVE,
    "tag handle": "a tag ('!') cannot be used here" + _IN_QUOTES,
}
_CONTEXTS = {
    "an anchor": "an anchor ('&') needs a name of letters and digits" + _IN_QUOTES,
    "an alias": "an alias ('*') needs a name of letters and digits" + _IN_QUOTES,
    "directive": _DIRECTIVE,
    "block scalar": "only '+', '-', a digit or a comment may follow '|' or '>'; begin the text below",
    "tag": "a tag ('!') cannot be used here" + _IN_QUOTES,
}
_CODES = {
    "character '\\t'": "SF111",
    "after document end marker": "SF116",
    "YAML directive": "SF123",
    "incompatible YAML document": "SF123",
    "directive": "SF123",
    "tag handle": "SF114",
    "tag": "SF114",
}
# Where the parser's context, not its problem, marks the place to be mended.
_AT_CONTEXT = {
    "could not find expected ':'",
    "unexpected end of stream",
    "unexpected document separator",
    "an anchor",
    "an alias",
    "directive",
    "tag",
}


def complaint(problem: str, context: str, there: Position, start: Position, text: str) -> Complaint:
    """Says in our words what the parser met in a text, at the place where it is to be mended.

    `problem` is what it met `there`, `context` what it was busy with since `start`.
    """
    if problem.startswith("mapping values"):
        return Complaint("SF110", _second_colon(text, there), there)
    for bracket in ("]", "}"):
        if problem.startswith(f"expected ',' or '{bracket}'"):
            return _open_bracket("[" if bracket == "]" else "{", bracket, problem, start, there)
    if problem.startswith("expected the node content"):
        found = problem.rpartition("found ")[2].strip("'")
        message = "a value is missing here" if found.startswith("<") else f"a value is missing before this '{found}'"
        return Complaint("SF110", message, there)
    for where, table in ((problem, _PROBLEMS), (context, _CONTEXTS)):
        for part, message in table.items():
            if part in where:
                return Complaint(_CODES.get(part, "SF110"), message, start if part in _AT_CONTEXT else there)
    return Complaint("SF110", "this is not YAML; check the indentation and the quotes here and above", there)


def _second_colon(text: str, position: Position) -> str:
    line = text.split("\n")[position.line - 1][: position.column - 1]
    if ": " in line or line.rstrip().endswith(":"):
        return "a second ':' in one line; put the text in quotes if the ':' belongs to it"
    return "this line goes on from the one above; check its indentation, and whether a ':' is missing above"


def _open_bracket(opening: str, closing: str, problem: str, start: Position, there: Position) -> Complaint:
    if "<stream end>" in problem:
        return Complaint("SF110", f"the '{opening}' opened here is never closed", start)
    if start.line != there.line:
        message = f"the '{opening}' opened here is not closed, or a ',' is missing, before line {there.line}"
        return Complaint("SF110", message, start)
    if problem.endswith("got ':'"):
        message = "this ':' does not belong here; put the text in quotes if the ':' belongs to it"
        return Complaint("SF110", message, there)
    return Complaint("SF110", f"a ',' or '{closing}' is missing before this", there)
