"""The guard language: a subset of CEL, type-checked when it is read and compiled to a function.

`docs/reference/guards.md` describes the language.
"""

from service_flow.design.language.expressions.errors import EvaluationError, ExpressionError
from service_flow.design.language.expressions.expression import Expression
from service_flow.design.language.expressions.types import (
    BOOL,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    MONEY,
    REFERENCE,
    TEXT,
    Choice,
    ListOf,
    Record,
    Type,
)
from service_flow.design.language.expressions.unparsing import unparse

__all__ = [
    "BOOL",
    "DATE",
    "DECIMAL",
    "DURATION",
    "INSTANT",
    "INT",
    "MONEY",
    "REFERENCE",
    "TEXT",
    "Choice",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "ListOf",
    "Record",
    "Type",
    "unparse",
]
