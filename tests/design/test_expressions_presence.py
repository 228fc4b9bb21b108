"""What a guard reads, asks for and needs, and that needs are told truly."""

import pytest
from guard_texts import WHOLE, WHOLE_NAMES, guard_texts, whole_data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.design.language.expressions import EvaluationError, Expression, ExpressionError


def read(text, **options):
    return Expression.read(text, WHOLE_NAMES, **options)


@pytest.mark.parametrize(
    ("text", "reads", "asks", "needs"),
    [
        ("i > 1", "i", "", "i"),
        ("i > j && s == t", "i j s t", "", "i j s t"),
        ("has(i)", "", "i", ""),
        ("has(i) && i > 1", "i", "i", ""),
        ("i > 1 && has(i)", "i", "i", ""),
        ("!has(i) || i > 1", "i", "i", ""),
        ("has(i) || i > 1", "i", "i", "i"),
        ("!has(i) && i > 1", "i", "i", "i"),
        ("has(i) ? i > 1 : p", "i p", "i", "p"),
        ("has(i) ? p : i > 1", "i p", "i", "i p"),
        ("!(has(i) && has(j)) || i > j", "i j", "i j", ""),
        ("!(!has(i) || !has(j)) && i > j", "i j", "i j", ""),
        ("(has(i) || has(j)) && i > j", "i j", "i j", "i j"),
        ("(has(i) && p || has(i) && q) && i > 1", "i p q", "i", "p q"),
        ("has(i) && (i > 1 || j > 1)", "i j", "i", "j"),
        ("has(i) && i > 1 || i == 0", "i", "i", "i"),
        ("has(i) && has(j) && li.exists(n, n > i)", "i li", "i j", "li"),
        ("li.exists(i, i > 1)", "li", "", "li"),
        ("has(i) == true && i > 1", "i", "i", "i"),
        ('customer.tier == "vip"', "customer", "", "customer customer.tier"),
        ('has(customer.tier) && customer.tier == "vip"', "customer", "customer.tier", "customer"),
        (
            'has(customer) && has(customer.tier) && customer.tier == "vip"',
            "customer",
            "customer customer.tier",
            "",
        ),
        ("has(price) && price.amount > 5", "price", "price", "price.amount"),
    ],
)
def test_a_guard_tells_what_it_reads_asks_for_and_needs(text, reads, asks, needs):
    guard = read(text)
    assert guard.reads == frozenset(reads.split())
    assert guard.asks == frozenset(asks.split())
    assert guard.needs == frozenset(needs.split())


def test_an_optional_name_may_not_be_needed():
    for text in ("i > 1", "has(i) || i > 1", "p && i > 1"):
        with pytest.raises(ExpressionError) as caught:
            read(text, optional=["i"])
        place = slice(caught.value.offset, caught.value.offset + caught.value.length)
        assert text[place] == "i"
        assert "write has(i) && ..." in caught.value.message
    assert read("has(i) && i > 1", optional={"i"}).holds({"i": 2})
    assert read("p && j > 1", optional={"i"}).holds({"p": True, "j": 2})


def test_a_field_of_a_record_may_be_optional_too():
    with pytest.raises(ExpressionError, match=r"has\(customer\.tier\)"):
        read('customer.tier == "vip"', optional=["customer.tier"])
    assert read('has(customer.tier) && customer.tier == "vip"', optional=["customer.tier"])


def _value(path, data):
    for name in path.split("."):
        data = data.get(name) if hasattr(data, "get") else getattr(data, name, None)
    return data


@settings(max_examples=draws(500), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(guard_texts("bool", WHOLE), st.lists(whole_data, min_size=1, max_size=3))
def test_with_all_it_needs_a_guard_never_misses_a_value(text, data_sets):
    guard = read(text)
    for data in data_sets:
        if all(_value(path, data) is not None for path in guard.needs):
            try:
                guard(data)
            except EvaluationError as error:
                assert error.missing is None


@settings(max_examples=draws(300), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(guard_texts("bool", WHOLE), whole_data)
def test_names_that_a_guard_neither_reads_nor_asks_for_do_not_matter(text, data):
    guard = read(text)
    known = guard.reads | {name.split(".")[0] for name in guard.asks}

    def outcome(values):
        try:
            return guard(values)
        except EvaluationError as error:
            return error.because

    assert outcome(data) == outcome({name: value for name, value in data.items() if name in known})
