"""Text to syntax: the grammar, its limits, and what is said when a text does not follow it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

from service_flow.design.language.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

    Syntax: TypeAlias = Tree[Token]

LONGEST = 10_000
"""Characters of an expression, at most."""
DEEPEST = 100
"""Parts of an expression inside each other, at most."""

_WORDS = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "is": "==",
    "equals": "==",
    "mod": "%",
    "then": "?",
    "else": ":",
}
_SIGNS = {
    "=>": "write >= for 'at least'",
    "=<": "write <= for 'at most'",
    "<>": "write != for 'differs from'",
    "**": "there is no power; write a * a",
    "//": "comments stand beside the guard, in YAML",
    "=": "write == to compare",
    "&": "write && for 'and'",
    "|": "write || for 'or'",
    "{": "there are no maps; name the field, as in customer.tier",
}
_NO_LETTERS = re.compile(r"[^A-Za-z]+")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")


def parse(text: str) -> Syntax:
    """The syntax tree of an expression. Raises ExpressionError."""
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415  lark is slow to import; not all read guards

    if len(text) > LONGEST:
        raise ExpressionError(
            f"the expression has {len(text)} characters; at most {LONGEST} are read; split it up",
            LONGEST,
            len(text) - LONGEST,
        )
    if not text.strip():
        raise ExpressionError("the expression is empty; leave it out, or write true", 0, len(text))
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _misfit(text, error) from None
    _refuse_deep(tree)
    top = tree.children[0]
    assert not isinstance(top, str)  # noqa: S101  the grammar's start has one child, a tree
    return top


@cache
def _parser() -> Lark:
    from lark import Lark  # noqa: PLC0415  see parse

    grammar = files(__package__).joinpath("guards.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=False)


def _refuse_deep(tree: Syntax) -> None:
    level = [tree]  # the root, which is no part itself
    for _ in range(DEEPEST + 1):
        level = [part for each in level for part in each.children if not isinstance(part, str)]
        if not level:
            return
    raise ExpressionError(
        f"parts of the expression are more than {DEEPEST} deep inside each other; split it up",
        level[0].meta.start_pos,
        level[0].meta.end_pos - level[0].meta.start_pos,
    )


def _misfit(text: str, error: UnexpectedInput) -> ExpressionError:
    token: Token | None = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return _ends_early(text)
    offset = error.pos_in_stream or 0
    found = text[offset] if token is None else str(token)
    return (
        _foreign_word(text, offset)
        or _foreign_sign(text, offset)
        or ExpressionError(f"{_shown(found)} {_why(found, error)}", offset, len(found))
    )


def _foreign_word(text: str, offset: int) -> ExpressionError | None:
    """An operator of other languages, at this place or right before it."""
    head = text[:offset].rstrip()
    before, here = _NO_LETTERS.split(head)[-1], _NO_LETTERS.split(text[offset:])[0]
    for word, start in ((before, len(head) - len(before)), (here, offset)):
        if word.lower() in _WORDS:
            return ExpressionError(f"'{word}' is no operator; write {_WORDS[word.lower()]}", start, len(word))
    return None


def _foreign_sign(text: str, offset: int) -> ExpressionError | None:
    for start, end in ((offset, offset + 2), (max(offset - 1, 0), offset + 1), (offset, offset + 1)):
        sign = text[start:end]
        if sign in _SIGNS:
            return ExpressionError(f"'{sign}' has no meaning here; {_SIGNS[sign]}", start, len(sign))
    return None


def _why(found: str, error: UnexpectedInput) -> str:
    expected: set[str] | None = getattr(error, "expected", None)
    if expected is None:
        return "begins a text that is not closed on its line" if found in "\"'" else "has no meaning in an expression"
    if "NAME" in expected:
        return "does not fit here; a value is missing before it"
    return "closes nothing" if found in ")]" else "does not fit here; an operator is missing before it"


def _ends_early(text: str) -> ExpressionError:
    end, bare = len(text.rstrip()), _QUOTED.sub("", text)
    for opening, closing in ("()", "[]"):
        if bare.count(opening) > bare.count(closing):
            return ExpressionError(f"the expression ends too early; a '{closing}' is missing", end, 0)
    return ExpressionError("the expression ends too early; something is missing at its end", end, 0)


def _shown(found: str) -> str:
    return f"'{found}'" if found.isprintable() and len(found) <= 40 else "what stands here"
