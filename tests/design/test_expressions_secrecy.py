"""An error tells the names of fields and never what stands in them."""

import traceback
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from guard_texts import WHOLE, WHOLE_NAMES, guard_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.design.language.expressions import EvaluationError, Expression
from service_flow.design.language.values import Money

SECRETS = ("Geheimrat", "8675309", "7654", "1999", "XTS")
_DATA = {
    "p": True,
    "i": 8675309,
    "j": 0,
    "s": "Geheimrat",
    "t": "Geheimrat",
    "li": [8675309, 2**63 - 1],
    "ls": ["Geheimrat"],
    "u": datetime(1999, 9, 9, tzinfo=UTC),
    "v": datetime(9999, 12, 31, tzinfo=UTC),
    "d": timedelta(days=7654),
    "m": {"a": 8675309, "b": "Geheimrat"},
    "x": Decimal("8675309.8675309"),
    "y": Decimal(0),
    "price": Money(Decimal("8675309E+30"), "XTS"),
    "paid": Money(Decimal("8675309.0000001"), "EUR"),
    "tier": "Geheimrat",
    "prices": [Money(Decimal(7654), "XTS"), Money(Decimal(7654), "EUR")],
    "customer": {"owes": Money(Decimal(7654), "CHF"), "home": {"zip": "7654"}},
}
_WRONG = ["Geheimrat", 8675309, ["Geheimrat"], {"Geheimrat": 8675309}, Money(Decimal(7654), "XTS"), 8675309.5]


_READING = {"customer": "customer.owes > 1", "m": "m.a > 1"}


def tells_nothing(text, data):
    try:
        Expression.read(text, WHOLE_NAMES)(data)
    except EvaluationError as error:
        told = f"{error} {error!r} {error.because} {error.missing} {traceback.format_exception(error)}"
        assert not [secret for secret in SECRETS if secret in told]


@settings(max_examples=draws(400), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(WHOLE)).flatmap(lambda kind: guard_texts(kind, WHOLE)))
def test_no_error_of_any_guard_holds_a_value(text):
    tells_nothing(text, _DATA)


@settings(max_examples=draws(200), deadline=None)
@given(st.sampled_from(sorted(WHOLE_NAMES)), st.sampled_from(_WRONG))
def test_no_error_about_a_value_of_another_type_holds_the_value(name, value):
    tells_nothing(_READING.get(name, f"{name} == {name}"), {name: value})


@pytest.mark.parametrize(
    "text",
    [
        "i * i * i > 1",
        "i / j > 1",
        "li[i] > 1",
        "x / y > 1.0",
        "price == paid",
        "price * x * x > 1",
        "x * x * x > 1",
        "v + d > u",
        "customer.tier == tier",
        "prices[0] + prices[1] > 1",
    ],
)
def test_each_way_to_fail_tells_no_value(text):
    with pytest.raises(EvaluationError):
        Expression.read(text, WHOLE_NAMES)(_DATA)
    tells_nothing(text, _DATA)
