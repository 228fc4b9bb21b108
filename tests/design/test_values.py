"""What each type of field takes, and what it refuses."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from service_flow.design.flow.fields import Form, compile_field
from service_flow.design.language import values
from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Money, Reference

CASE = UUID(int=3)


@pytest.mark.parametrize(
    ("read", "given", "expected"),
    [
        (values.read_text, "", ""),
        (values.read_integer, -(2**63), -(2**63)),
        (values.read_boolean, False, False),
        (values.read_decimal, "12.50", Decimal("12.50")),
        (values.read_decimal, 3, Decimal(3)),
        (values.read_money, "12.50 EUR", Money(Decimal("12.50"), "EUR")),
        (values.read_money, ("12.50", "EUR"), Money(Decimal("12.50"), "EUR")),
        (values.read_money, {"amount": 5, "currency": "CNY"}, Money(Decimal(5), "CNY")),
        (values.read_money, Money(Decimal(1), "EUR"), Money(Decimal(1), "EUR")),
        (values.read_date, "2026-03-31", date(2026, 3, 31)),
        (values.read_instant, "2026-03-31T14:00:00+02:00", datetime(2026, 3, 31, 12, tzinfo=UTC)),
        (values.read_duration, "3 days", timedelta(days=3)),
        (values.read_duration, "1h 30min", timedelta(minutes=90)),
        (values.read_duration, "1.5 hours", timedelta(minutes=90)),
        (values.read_duration, "2 Weeks", timedelta(weeks=2)),
        (values.read_duration, 90, timedelta(seconds=90)),
        (values.read_reference, f"request:{CASE}", Reference("request", CASE)),
    ],
)
def test_a_value_is_read_as_its_type(read, given, expected) -> None:
    assert read(given) == expected
    assert type(read(given)) is type(expected)


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (values.read_text, 5),
        (values.read_integer, True),
        (values.read_integer, 2**63),
        (values.read_integer, "5"),
        (values.read_boolean, 1),
        (values.read_decimal, 1.5),
        (values.read_decimal, "NaN"),
        (values.read_decimal, "Infinity"),
        (values.read_decimal, "1,5"),
        (values.read_money, "77.50"),
        (values.read_money, "77.50 Euro"),
        (values.read_money, "77.50 eur"),
        (values.read_money, {"amount": "1", "currency": "EUR", "x": 1}),
        (values.read_money, 12),
        (values.read_date, "31.03.2026"),
        (values.read_date, datetime(2026, 3, 31, tzinfo=UTC)),
        (values.read_instant, "2026-03-31T14:00:00"),
        (values.read_instant, datetime(2026, 3, 31)),
        (values.read_instant, "soon"),
        (values.read_instant, "0001-01-01T00:00:00+14:00"),
        (values.read_duration, "100ms"),
        (values.read_duration, "3"),
        (values.read_duration, ""),
        (values.read_duration, "3 fortnights"),
        (values.read_duration, "3 days and more"),
        (values.read_duration, 10**30),
        (values.read_duration, True),
        (values.read_reference, "R-1"),
        (values.read_reference, "request:1"),
    ],
)
def test_what_is_not_of_the_type_is_refused_without_quoting_it(read, given) -> None:
    with pytest.raises(ValueError) as caught:
        read(given)
    assert str(given) not in str(caught.value) or len(str(given)) < 3


@pytest.mark.parametrize("most", ["9" * 100, "1e100", "1e-100", "-0." + "1" * 100, 10**99])
def test_a_decimal_has_at_most_a_hundred_digits(most) -> None:
    assert values.read_decimal(most) == Decimal(most)
    for more in ("9" * 101, "1e101", "1e-101", "1e999999999", "1" * 10_000_000, 10**101, 10**100_000, Decimal("1e200")):
        with pytest.raises(ValueError, match="more than 100 digits"):
            values.read_decimal(more)


@pytest.mark.parametrize(
    ("field", "most", "more", "said"),
    [
        ({"type": "text"}, "x" * 100_000, "x" * 100_001, "has more than 100,000 characters"),
        ({"type": "list", "of": "integer"}, [1] * 1_000, [1] * 1_001, "has more than 1,000 elements"),
        ({"type": "choice", "choices": [f"w{n}" for n in range(25)]}, "w24", "x", "w18, w19 and 5 more"),
    ],
    ids=["text", "list", "choice"],
)
def test_texts_lists_and_what_is_said_of_choices_are_bounded(field, most, more, said) -> None:
    compiled = compile_field("field", FieldModel.model_validate(field))
    assert list(compiled.read(most)) == list(most)
    with pytest.raises(ValueError, match=said):
        compiled.read(more)


def test_of_a_form_with_very_many_fields_that_nobody_asked_for_the_first_twenty_are_told() -> None:
    field = compile_field("kind", FieldModel.model_validate({"type": "text"}))
    filled = Form({"kind": field}, ("kind",), ()).fill({f"kind{n}": n for n in range(100_000)})
    assert filled.wrong is not None
    assert list(filled.wrong) == [f"kind{n}" for n in range(20)]
    assert filled.wrong["kind0"] == "is not asked for; did you mean 'kind'?"


class Field(enum.StrEnum):
    KIND = "kind"


def test_a_field_named_by_a_member_of_an_enumeration_is_kept_under_its_plain_name() -> None:
    field = compile_field("kind", FieldModel.model_validate({"type": "text", "personal": False}))
    filled = Form({"kind": field}, ("kind",), ()).fill({Field.KIND: "x"})
    assert [type(name) for name in filled.data] == [str]
