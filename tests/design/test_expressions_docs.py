"""Every example of docs/reference/guards.md does what the page says.

Before each ```cel block stand comments of one line, one for each run:

    guard: fields NAME=TYPE ... optional NAME ... values NAME=VALUE ... gives VALUE

`gives error WORDS` expects no value, with the missing name or words of the reason; `refused WORDS` in its
place expects that the guard is not even read. `NAME=` with nothing behind it is an empty record.
"""

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest

from service_flow.design.language import values
from service_flow.design.language.expressions import (
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
    EvaluationError,
    Expression,
    ExpressionError,
    ListOf,
    Record,
    tree,
)
from service_flow.design.language.expressions.words import FUNCTIONS, METHODS, QUANTIFIERS, RESERVED

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "guards.md"
_BLOCK = re.compile(r"((?:^<!-- guard:[^\n]*-->\n)*)^```cel\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TYPES = {
    "boolean": (BOOL, lambda text: {"true": True, "false": False}[text]),
    "integer": (INT, int),
    "decimal": (DECIMAL, values.read_decimal),
    "text": (TEXT, str),
    "money": (MONEY, values.read_money),
    "date": (DATE, values.read_date),
    "instant": (INSTANT, values.read_instant),
    "duration": (DURATION, values.read_duration),
    "reference": (REFERENCE, values.read_reference),
}


def blocks():
    return [(runs, guard.strip()) for runs, guard in _BLOCK.findall(PAGE.read_text("utf-8"))]


def examples():
    for runs, guard in blocks():
        for run in runs.splitlines():
            yield pytest.param(
                guard, run.removeprefix("<!-- guard:").removesuffix("-->").strip(), id=f"{guard} | {run}"
            )


def type_of(text):
    if text.startswith("choice("):
        return Choice(tuple(text[7:-1].split(",")))
    if text.startswith("list("):
        return ListOf(type_of(text[5:-1]))
    if text.startswith("record("):
        return Record({name: type_of(form) for name, form in re.findall(r"(\w+)=(\w+(?:\([^)]*\))?)", text[7:-1])})
    return _TYPES[text][0]


def value_of(text, type_):
    if isinstance(type_, ListOf):
        return [value_of(part, type_.element) for part in text.split(",")]
    if isinstance(type_, Choice):
        return text
    if isinstance(type_, Record):
        return {}
    return next(read for known, read in _TYPES.values() if known == type_)(text)


def sections(run):
    found, section = {}, None
    for word in shlex.split(run):
        if word in ("fields", "optional", "values", "gives", "refused"):
            section = found.setdefault(word, [])
        else:
            section.append(word)
    return found


def data_of(assignments, names):
    data = {}
    for assignment in assignments:
        name, _, text = assignment.partition("=")
        top, _, field = name.partition(".")
        if field:
            data.setdefault(top, {})[field] = value_of(text, names[top].fields[field])
        else:
            data[top] = value_of(text, names[top])
    return data


@pytest.mark.parametrize(("guard", "run"), list(examples()))
def test_an_example_of_the_page_does_what_it_says(guard, run):
    told = sections(run)
    names = {name: type_of(form) for name, _, form in (word.partition("=") for word in told.get("fields", []))}
    if "refused" in told:
        with pytest.raises(ExpressionError, match=re.escape(told["refused"][0])):
            Expression.read(guard, names, told.get("optional", ()))
        return
    expression = Expression.read(guard, names)
    data = data_of(told.get("values", []), names)
    if told["gives"][0] == "error":
        with pytest.raises(EvaluationError) as caught:
            expression(data)
        assert told["gives"][1] == caught.value.missing or told["gives"][1] in caught.value.because
    else:
        assert expression(data) is (told["gives"][0] == "true")
        assert told["gives"][0] in ("true", "false")


def test_every_example_of_the_page_is_run():
    assert len(blocks()) == PAGE.read_text("utf-8").count("```cel") > 20
    assert all(runs for runs, _ in blocks())


def test_every_word_of_the_language_has_an_example():
    text = " ".join(guard for runs, guard in blocks() if "refused" not in runs)
    operators = [
        *get_args(tree.LogicWord),
        *get_args(tree.ComparisonWord),
        *get_args(tree.ArithmeticWord),
        "!",
        "?",
    ]
    calls = [*(f"{name}(" for name in FUNCTIONS), *(f".{name}(" for name in (*METHODS, *QUANTIFIERS))]
    wanted = [
        *(f" {word} " for word in operators if word not in "!"),
        "!",
        *calls,
        "[0]",
        ".amount",
        ".currency",
    ]
    assert [word for word in wanted if word not in text] == []


def test_every_type_and_every_reserved_word_is_named():
    text = PAGE.read_text("utf-8")
    assert [word for word in (*_TYPES, "choice", "list", "record") if f"\n| {word} |" not in text] == []
    assert [word for word in RESERVED if f"`{word}`" not in text.rpartition("CEL's reserved words")[2]] == []
