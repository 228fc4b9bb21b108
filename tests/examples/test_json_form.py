"""Values are given as JSON in one form: by the command line and by the examples, as the reference has it, and taken back."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service_flow import Money, Reference
from service_flow.cli.labels import plain
from service_flow.design.flow.fields import compile_field
from service_flow.design.language.model import FieldModel
from service_flow.design.language.reference_examples import VALUES

EXAMPLES = Path(__file__).parents[2] / "examples"
OF = {"choice": {"choices": ["brakes"]}, "list": {"of": "text"}, "reference": {"to": "request"}}


def of_example(name: str) -> Callable[[Any], Any]:
    """The function `plain` of an example, without the framework around it."""
    tree = ast.parse((EXAMPLES / name).read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "plain"]
    known: dict[str, Any] = {
        "Any": Any, "Decimal": Decimal, "Mapping": Mapping, "Money": Money, "Reference": Reference, "date": date,
        "timedelta": timedelta,
    }  # fmt: skip
    exec(compile(ast.Module([found], []), name, "exec"), known)
    made: Callable[[Any], Any] = known["plain"]
    return made


WRITERS = {
    "command line": plain,
    "FastAPI": of_example("embed_fastapi/app.py"),
    "Django": of_example("embed_django/views.py"),
}


def read(kind: str, value: object) -> Any:
    return compile_field("field", FieldModel.model_validate({"type": kind, **OF.get(kind, {})})).read(value)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", VALUES)
def test_each_type_of_field_has_the_form_that_the_reference_shows_and_is_taken_back(kind: str, writer: str) -> None:
    _, instance, given = VALUES[kind]
    value = read(kind, json.loads(instance if kind != "reference" else given))
    written = WRITERS[writer]({"field": value})["field"]
    assert json.dumps(written) == given
    assert read(kind, json.loads(given)) == value


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("span", [timedelta(days=3), timedelta(0), timedelta(microseconds=1), timedelta(hours=1, milliseconds=500),
                                  timedelta(days=-1)], ids=str)  # fmt: skip
def test_a_duration_is_taken_back_to_the_microsecond(span: timedelta, writer: str) -> None:
    assert read("duration", json.loads(json.dumps(WRITERS[writer](span)))) == span


@pytest.mark.parametrize("writer", WRITERS)
def test_values_inside_of_others_are_written_so_too(writer: str) -> None:
    inside = {"prices": (Money(Decimal("5.00"), "EUR"),), "sure": True, "none": None, "count": 3}
    assert WRITERS[writer](inside) == {
        "prices": [{"amount": "5.00", "currency": "EUR"}], "sure": True, "none": None, "count": 3,
    }  # fmt: skip
