"""What guards give: every operator and function, missing values, money, decimals, dates, choices, records."""

from collections import ChainMap
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

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
    ListOf,
    Record,
)
from service_flow.design.language.values import Money, Reference
from service_flow.errors import ServiceFlowError

KIND = Choice(("product", "service", "repair"))
NAMES = {
    "urgent": BOOL,
    "visits": INT,
    "rate": DECIMAL,
    "reason": TEXT,
    "price": MONEY,
    "paid": MONEY,
    "bought": DATE,
    "opened": INSTANT,
    "closed": INSTANT,
    "wait": DURATION,
    "kind": KIND,
    "kinds": ListOf(KIND),
    "tags": ListOf(TEXT),
    "scores": ListOf(INT),
    "prices": ListOf(MONEY),
    "nested": ListOf(ListOf(INT)),
    "about": REFERENCE,
    "other": REFERENCE,
    "customer": Record({"tier": Choice(("gold", "vip")), "home": Record({"city": TEXT}), "owes": MONEY}),
    "items": ListOf(Record({"name": TEXT, "price": MONEY})),
}
EUR_10, EUR_20, CHF_10 = Money(Decimal(10), "EUR"), Money(Decimal(20), "EUR"), Money(Decimal(10), "CHF")
DATA = {
    "urgent": True,
    "visits": 3,
    "rate": Decimal("0.10"),
    "reason": "noisy pump",
    "price": EUR_10,
    "paid": EUR_20,
    "bought": date(2026, 1, 31),
    "opened": datetime(2026, 1, 31, 9, tzinfo=UTC),
    "closed": datetime(2026, 1, 31, 12, 30, tzinfo=UTC),
    "wait": timedelta(hours=3),
    "kind": "repair",
    "kinds": ["repair", "service"],
    "tags": ["new", "loud"],
    "scores": (4, 5, 6),
    "prices": [EUR_10, EUR_20],
    "nested": [[1], [2, 3]],
    "about": Reference("request", UUID(int=1)),
    "other": Reference("request", UUID(int=1)),
    "customer": {"tier": "gold", "home": {"city": "Ulm"}, "owes": EUR_20},
    "items": [{"name": "pump", "price": EUR_10}, {"name": "pipe", "price": EUR_20}],
}


def give(text, **changes):
    return Expression.read(text, NAMES)(DATA | changes)


def error_of(text, **changes):
    with pytest.raises(EvaluationError) as caught:
        give(text, **changes)
    return caught.value


@pytest.mark.parametrize(
    "guard",
    [
        'urgent && visits > 2 || kind == "product"',
        "!(visits == 4) && visits != 4 && visits < 4 && visits <= 3 && visits >= 3",
        'kind in ["repair", "product"] && !(kind in ["product"]) && kind in kinds',
        '"new" in tags && !("old" in tags) && visits in scores == false',
        "visits + 1 == 4 && visits - 5 == -2 && visits * 2 == 6 && visits / 2 == 1 && visits % 2 == 1",
        '(urgent ? "a" : "b") == "a" && (visits > 5 ? 1 : 2) == 2',
        'reason.startsWith("noisy") && reason.endsWith("pump") && reason.contains("y p")',
        '!reason.startsWith("x") && !reason.endsWith("x") && !reason.contains("x") && reason.contains("")',
        "size(tags) == 2 && size(reason) == 10 && size([]) == 0",
        'tags.all(t, size(t) > 2) && tags.exists(t, t == "new") && tags.exists_one(t, t == "loud")',
        "!scores.exists_one(s, s > 4) && !scores.all(s, s > 4) && !scores.exists(s, s > 6)",
        "nested.exists(list, list.all(n, n > 1)) && nested[1][0] == 2 && nested == [[1], [2, 3]]",
        'reason > "noisy" && "a" < "b" && "Z" < "a" && reason + "!" == "noisy pump!"',
        'opened < closed && opened == timestamp("2026-01-31T10:00:00+01:00")',
        'closed - opened == duration("3h30m") && opened + wait < closed && wait + opened < closed',
        'closed - wait > opened && wait - duration("1h") == duration("2h") && wait < duration("1d")',
        'bought < date("2026-02-01") && bought - date("2026-01-01") == duration("30d")',
        "about == other && !(about != other)",
        'customer.tier == "gold" && customer.home.city == "Ulm" && has(customer.tier)',
        'items.exists(item, item.name == "pipe" && item.price > 15) && items[0].name == "pump"',
        '\'say "yes"\' == "say \\"yes\\""',
        "\"\\u00e9\\U0001F499\\n\\t\\r\\\\\\'\" == 'é💙\\n\\t\\r\\\\\\''",
        "true || false && false",
        "[] == [] && !(tags == []) && !(visits in [])",
    ],
)
def test_a_guard_holds(guard):
    assert Expression.read(guard, NAMES).holds(DATA) is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 % 2", -1),
        ("7 % -2", 1),
        ("1 + 2 * 3 - 4", 3),
        ("-visits", -3),
        ("-rate", Decimal("-0.10")),
        ("rate + 1", Decimal("1.10")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("3 * rate", Decimal("0.30")),
        ("1 - rate", Decimal("0.90")),
        ("visits / 2.0", Decimal("1.5")),
        ("1 / 3.0", Decimal("0." + 34 * "3")),
        ("2 / 3.0", Decimal("0." + 33 * "6" + "7")),
        ("price + paid", Money(Decimal(30), "EUR")),
        ("price - paid", Money(Decimal(-10), "EUR")),
        ("price * 2", EUR_20),
        ("0.5 * paid", EUR_10),
        ("price.amount", Decimal(10)),
        ("price.currency", "EUR"),
        ("prices[1].amount / 3", Decimal("6." + 32 * "6" + "7")),
        ("scores", (4, 5, 6)),
        ("closed - opened", timedelta(hours=3, minutes=30)),
    ],
)
def test_an_expression_gives_a_value_of_its_type(text, value):
    found = give(text)
    assert found == value
    assert type(found) is type(value)


def test_integers_and_decimals_compare_and_mix_freely():
    assert give("visits == 3.0 && 2.5 < visits && rate < 1 && 1.0 == 1 && visits in [1.5, 3.0] && !(3.0 in scores)")
    assert give("[1, 2] == [1.0, 2.0] && [1, 2.5][0] == 1")


def test_money_compares_with_money_of_its_currency_and_with_numbers():
    assert give("price < paid && price == price && price != paid && price <= 10 && 10.5 > price && 10 == price")
    assert give("price in [5, 10] && price in prices && 20 in prices && [10, 20] == prices && prices == [price, paid]")
    for guard in (
        "price == paid",
        "price != paid",
        "price < paid",
        "price + paid == price",
        "price - paid == price",
    ):
        assert "currencies" in error_of(guard, paid=CHF_10).because


def test_a_list_of_money_holds_an_equal_amount_although_another_currency_stands_in_it():
    assert give("price in prices", prices=[CHF_10, EUR_10])
    assert "currencies" in error_of("price in prices", prices=[CHF_10, EUR_20]).because
    assert not give("prices == [price, paid]", prices=[CHF_10, EUR_10])


@pytest.mark.parametrize(
    "text",
    [
        "9223372036854775807 + 1",
        "-9223372036854775808 - 1",
        "3037000500 * 3037000500",
        "-9223372036854775808 / -1",
        "-9223372036854775808 % -1",
        "-(-9223372036854775808)",
    ],
)
def test_leaving_64_bits_is_an_error(text):
    assert "64-bit" in error_of(text).because


@pytest.mark.parametrize("text", ["1 / 0", "1 % 0", "1 / 0.0", "1.5 / 0", "0.0 / 0", "rate / (rate - rate)"])
def test_dividing_by_zero_is_an_error(text):
    assert error_of(text).because == "a division by zero"


def test_a_decimal_sum_that_34_digits_cannot_hold_is_an_error_not_rounded():
    long = Decimal("1" + 32 * "0" + "1")
    assert give("rate + 1", rate=long) == Decimal("1" + 32 * "0" + "2")
    for text in ("rate + 0.1", "rate - 0.1", "rate * 1.01", "price * 1.01"):
        assert "34 digits" in error_of(text, rate=long, price=Money(long, "EUR")).because


def test_times_outside_the_calendar_are_errors():
    for text in ('opened + duration("9000000d")', 'opened - duration("999999d")'):
        assert "calendar" in error_of(text).because


def test_an_index_outside_the_list_is_an_error():
    for text in ("scores[3]", "scores[-1]", "scores[visits]"):
        assert "no element" in error_of(text).because


# --- missing values ---


@pytest.mark.parametrize("data", [{}, {"price": None}])
def test_a_name_without_a_value_is_an_error_that_names_it_and_never_false(data):
    for text in ("price > 5", "price == 5", "!(price == 5)", "price in [5]", "price != 5"):
        with pytest.raises(EvaluationError) as caught:
            Expression.read(text, NAMES).holds(data)
        assert caught.value.missing == "price"
        assert caught.value.because == "'price' has no value" == str(caught.value)


def test_has_asks_whether_a_name_or_a_field_has_a_value():
    guard = Expression.read("has(price)", NAMES)
    assert (guard({}), guard({"price": None}), guard({"price": EUR_10})) == (False, False, True)
    guard = Expression.read("has(customer.home.city)", NAMES)
    assert guard(DATA) is True
    assert guard({"customer": {"home": {}}}) is guard({"customer": {"home": {"city": None}}}) is False


def test_has_of_a_field_needs_the_record():
    assert error_of("has(customer.tier)", customer=None).missing == "customer"
    assert error_of("has(customer.home.city)", customer={"tier": "gold"}).missing == "customer.home"
    assert give("has(customer) && has(customer.tier)", customer=None) is False


def test_a_missing_field_is_named_with_its_path():
    assert error_of('customer.home.city == "Ulm"', customer={"home": {}}).missing == "customer.home.city"
    assert error_of('items.all(i, i.name == "x")', items=[{}]).missing is None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("visits > 1 || true", True),
        ("true || visits > 1", True),
        ("visits > 1 && false", False),
        ("false && visits > 1", False),
        ("has(visits) && visits > 1", False),
        ("visits > 1 && has(visits)", False),
        ("!has(visits) || visits > 1", True),
        ("visits > 1 || urgent || rate > 0.5", True),
        ("has(visits) ? visits > 1 : urgent", True),
        ("scores.exists(s, s > visits || s == 5)", True),
        ("scores.all(s, s > visits && s > 5)", False),
        ("scores.exists(s, s == 6 || 1 / (s - 4) > 100)", True),
    ],
)
def test_an_error_is_absorbed_where_it_cannot_change_the_answer(text, outcome):
    assert give(text, visits=None) is outcome


@pytest.mark.parametrize(
    "text",
    [
        "visits > 1 || false",
        "false || visits > 1",
        "visits > 1 && true",
        "true && visits > 1",
        "!(visits > 1)",
        "visits > 1 ? true : true",
        "scores.exists(s, s > visits)",
        "scores.all(s, s > visits)",
        "scores.exists_one(s, s == 4 || s > visits)",
        "[visits] == []",
        "size([visits]) == 1",
    ],
)
def test_an_error_that_can_change_the_answer_is_an_error(text):
    assert error_of(text, visits=None).missing == "visits"


def test_of_two_errors_the_missing_value_is_told_on_whichever_side_it_stands():
    for text in (
        "1 / 0 > 1 && visits > 1",
        "visits > 1 && 1 / 0 > 1",
        "scores.all(s, 1 / 0 > s || visits > 1)",
    ):
        assert error_of(text, visits=None).missing == "visits"


# --- values from outside ---


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("visits", "3", "visits == 3"),
        ("visits", True, "visits == 1"),
        ("visits", 3.0, "visits == 3"),
        ("urgent", 1, "urgent"),
        ("urgent", "true", "!urgent"),
        ("rate", 0.1, "rate == 0.1"),
        ("rate", Decimal("NaN"), "rate == 0.1"),
        ("rate", Decimal("Infinity"), "rate > 0.1"),
        ("rate", False, "rate == 0"),
        ("reason", 5, 'reason == "5"'),
        ("kind", 5, 'kind == "product"'),
        ("price", 10, "price == 10"),
        ("price", Money(Decimal("NaN"), "EUR"), "price == 10"),
        ("bought", datetime(2026, 1, 31, tzinfo=UTC), 'bought == date("2026-01-31")'),
        ("opened", date(2026, 1, 31), "opened == opened"),
        ("opened", datetime(2026, 1, 31), "opened == opened"),
        ("wait", 3, "wait == wait"),
        ("about", "request:1", "about == other"),
        ("tags", "new", '"n" in tags'),
        ("tags", ["new", None], '"old" in tags'),
        ("tags", ["new", 5], '"old" in tags'),
        ("tags", Reference("a", UUID(int=1)), "size(tags) == 2"),
        ("prices", [10], "10 in prices"),
        ("customer", "anna", "has(customer.tier)"),
        ("customer", {"tier": 5}, 'customer.tier == "gold"'),
    ],
)
def test_a_value_of_another_type_is_an_error_and_never_false(name, value, text):
    error = error_of(text, **{name: value})
    assert f"'{name}" in error.because
    assert error.missing is None


def test_an_instant_in_a_local_zone_is_compared_by_the_time_that_passes():
    berlin = ZoneInfo("Europe/Berlin")  # its clocks go back at 01:00 UTC on 2026-10-25
    before, after = (
        datetime(2026, 10, 25, 2, 30, tzinfo=berlin),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin),
    )
    assert give('closed - opened == duration("1h") && opened < closed', opened=before, closed=after)
    assert give('opened + duration("24h") == closed', opened=before, closed=before.astimezone(UTC) + timedelta(1))
    assert give("opened == closed", opened=before.astimezone(timezone(timedelta(hours=5))), closed=before)


def test_values_come_from_any_mapping_and_subclasses_of_their_types():
    class Word(str):
        __slots__ = ()

    data = MappingProxyType({"reason": Word("noisy"), "customer": ChainMap({"tier": "gold"}), "rate": 1})
    assert Expression.read('reason == "noisy" && customer.tier == "gold" && rate < 1.5', NAMES).holds(data)


def test_the_variable_of_a_quantifier_hides_a_name_and_each_other():
    assert give("scores.all(visits, visits > 3) && visits == 3")
    assert give("nested.exists(n, n.exists(n, n == 3))")
    assert give("scores.exists(a, [a + 1].exists(b, [b].all(c, a + b + c == 17)))", scores=[5])


def test_an_expression_can_be_called_again_and_keeps_nothing():
    guard = Expression.read("visits > 1 && tags.exists(t, t == reason)", NAMES)
    assert [guard(DATA), guard(DATA | {"reason": "new"}), guard(DATA)] == [False, True, False]


def test_holds_is_for_guards_only():
    with pytest.raises(EvaluationError, match="gives integer"):
        Expression.read("visits", NAMES).holds(DATA)


def test_errors_are_of_the_librarys_tree():
    assert issubclass(EvaluationError, ServiceFlowError)
