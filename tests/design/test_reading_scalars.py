"""A plain scalar means what the core schema of YAML 1.2 says."""

from decimal import Decimal

import pytest

from service_flow.design.language import read_data
from service_flow.errors import InputError

TEXTS = [
    "yes", "no", "on", "off", "y", "n", "tRUE", "nULL", "1:30", "09:00-18:30", "2026-12-24", "1_000", "0b11",
    "2026-12-24T10:00:00Z", "0o9", "0xg", "1.2.3", "+", ".", "e5", "1e", "-.nan", "=", "12 EUR",
]  # fmt: skip
VALUES = [
    ("true", True), ("True", True), ("TRUE", True), ("false", False),
    ("null", None), ("~", None), ("Null", None),
    ("0", 0), ("-17", -17), ("+4", 4), ("007", 7), ("0o17", 15), ("0x1F", 31),
    ("1.50", Decimal("1.50")), ("-.5", Decimal("-0.5")), ("3.", Decimal(3)),
    ("1e3", Decimal("1e3")), (".5e-2", Decimal("0.005")),
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_what_older_yaml_took_for_something_else_is_a_text(text):
    assert read_data(f"a: {text}\n").data == {"a": text}


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_plain_scalar_has_the_value_of_the_core_schema(text, value):
    found = read_data(f"a: {text}\n").data["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [text for text, _ in VALUES])
def test_whatever_is_quoted_is_a_text(text):
    assert read_data(f"- '{text}'\n- \"{text}\"\n- !!str {text}\n- ! {text}\n- >-\n  {text}\n").data == [text] * 5


def test_tags_of_the_core_schema_may_say_what_is_so_anyway():
    assert read_data("- !!int 3\n- !!bool true\n- !!null\n- !!float 1.5\n- !!map {}\n- !!seq []\n").data == [
        3, True, None, Decimal("1.5"), {}, [],
    ]  # fmt: skip


def test_a_fraction_is_exact():
    assert read_data("price: 0.1\n").data["price"] * 3 == Decimal("0.3")


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e101", "-1e-101", "1" * 101, "0x" + "f" * 99])
def test_a_number_that_nobody_can_use_is_refused(text):
    with pytest.raises(InputError, match="put it in quotes if it is a text"):
        read_data(f"a: {text}\n")


def test_line_breaks_of_unicode_are_kept_when_they_are_escaped():
    assert read_data(r'a: "x\N\L\P\u0085\u2028y"').data == {"a": "x\x85\u2028\u2029\x85\u2028y"}
