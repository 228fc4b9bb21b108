"""The words of the guard language: what may be called, what is kept, and how deep quantifiers may stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from service_flow.design.language.expressions.tree import QuantifierWord
from service_flow.design.language.expressions.types import DECIMAL, TEXT, Type

FUNCTIONS = ("has", "size", "date", "timestamp", "duration")
"""Called with their argument: `size(tags)`."""
METHODS = ("startsWith", "endsWith", "contains")
"""Called behind a text: `name.contains("x")`."""
QUANTIFIERS: tuple[str, ...] = get_args(QuantifierWord)
"""Called behind a list: `tags.exists(t, t == "x")`."""
DEEPEST_QUANTIFIER = 3
"""Quantifiers inside each other, at most: each multiplies the work by the length of a list."""
MONEY_FIELDS: Mapping[str, Type] = {"amount": DECIMAL, "currency": TEXT}
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"}
    | {"namespace", "null", "package", "return", "var", "void", "while"}
)
"""Words that CEL keeps for itself, and null, which this language does without."""
