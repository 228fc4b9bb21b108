"""Random guards: each is read, or refused at a place inside it; what is read gives a value, or an error of evaluation.

The long form takes 20,000 guards from a grammar, half of them with noise, and 3,000 mappings of values to what was read;
every test takes 2,000 and 300, the same each time. Each is also read back from its own written form.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fuzzing import fuzz, seeded_and_whole
from hypothesis import strategies as st

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
    unparse,
)
from service_flow.design.language.values import Money

NAMES = {
    "yes": BOOL, "count": INT, "share": DECIMAL, "price": MONEY, "note": TEXT, "due": DATE, "seen": INSTANT, "span": DURATION,
    "kind": Choice(("new", "old", "own")), "tags": ListOf(TEXT), "counts": ListOf(INT), "prices": ListOf(MONEY), "other": REFERENCE,
    "customer": Record({"tier": Choice(("vip", "own")), "since": DATE, "tags": ListOf(TEXT)}),
}  # fmt: skip
ATOMS = [
    *NAMES, "true", "false", "0", "1", "-1", "9223372036854775807", "9223372036854775808", "0.1", "1.50", "1e3", "0x1", '"new"',
    "'old'", '""', '"\\n"', '"\\u0041"', '"客"', "[]", "[1, 2]", '["new"]', 'date("2026-02-28")', 'date("2026-02-30")',
    'timestamp("2026-01-31T09:00:00Z")', 'duration("1h")', 'duration("99999999999d")', "null", "customer.tier", "customer.tags",
    "customer.nothing", "price.amount", "price.currency", "nothing", "kind", "size(tags)", "size(note)", "has(price)",
    "has(customer.since)", "tags[0]", "counts[-1]", "x", "any", "for",
]  # fmt: skip
BINARY = ["&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%", "and", "=", "&"]
NOISE = [
    "(", ")", "[", "]", "{", "}", ",", ".", "?", ":", "!", "-", '"', "'", "\\", "//", "/*", "#", "\n", "\t", " ", "\x00", "\u2028",
    "\ud800", "é", "😀", "==", "===", "=>", "<>", "**", "&", "|", "9" * 50, "a" * 200, "__class__", "import os", "lambda: 0",
    "{{", "${x}", "%s", "tags.map(t, t)", "matches", "9.9" * 30,
]  # fmt: skip


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(BINARY), inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(BINARY[:14]), inner),
        st.builds("{}{}".format, st.sampled_from(["!", "-", "!!", "- "]), inner),
        st.builds("{} ? {} : {}".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["size", "has", "date", "duration", "timestamp", "int", "eval"]), inner),
        st.builds("{}.{}({})".format, inner, st.sampled_from(["contains", "startsWith", "endsWith", "matches", "size"]), inner),
        st.builds("{}.{}({}, {})".format, inner, st.sampled_from(["all", "exists", "exists_one", "map"]), st.sampled_from("txy"), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}.{}".format, inner, st.sampled_from(["amount", "currency", "tier", "tags", "x"])),
    )


TYPED = [
    "price * share > 0", "count + count > 0", "count * count == count", "seen + span > seen", "seen - seen > span", "due - due < span",
    "note + note == note", "prices.exists(p, p > price)", "counts.all(c, c / count > 0)", "share / share < share", "-count < count",
    "tags[count] == note", "size(tags) > count && tags.exists(t, t.contains(note))", "price - price == price", "count % count == 0",
    "customer.tier == kind", "kind in ['new', 'old'] ? share > count : price.amount > share", "customer.tags.exists_one(t, t in tags)",
    "share * share * share > share", "prices == prices", "span + span > span", 'price.currency == "EUR" || price > 0',
]  # fmt: skip


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||", "=="]), inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    )


WELL_TYPED = st.recursive(st.sampled_from(TYPED), _joined, max_leaves=6)
GUARDS = st.recursive(st.sampled_from(ATOMS), _grown, max_leaves=12) | WELL_TYPED


@st.composite
def noisy(draw: st.DrawFn) -> str:
    text = draw(GUARDS)
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        text = text[:begin] + draw(st.sampled_from(NOISE) | st.text(max_size=3)) + text[begin + draw(st.integers(0, 3)) :]
    return text


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False) | st.integers().map(Decimal)
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "yes": st.booleans(), "count": st.integers(-(2**63), 2**63 - 1), "share": AMOUNTS,
    "price": st.builds(Money, AMOUNTS, st.sampled_from(["EUR", "CNY"])), "note": st.text(), "due": st.dates(),
    "seen": st.datetimes(timezones=st.just(UTC)), "span": st.timedeltas(), "kind": st.sampled_from(["new", "old", "own"]),
    "tags": st.lists(st.text(max_size=3), max_size=3), "counts": st.lists(st.integers(-(2**63), 2**63 - 1), max_size=3),
    "prices": st.lists(st.builds(Money, AMOUNTS, st.sampled_from(["EUR", "CNY"])), max_size=3),
    "customer": st.fixed_dictionaries({}, optional={"tier": st.just("vip"), "since": st.dates(), "tags": st.lists(st.text())}),
}  # fmt: skip
WRONG: list[Any] = [
    None, True, 2**70, float("nan"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e999999"), "", b"x", [], [None],
    {}, object(), date.min, date.max, datetime.min, datetime.max, datetime.max.replace(tzinfo=UTC), timedelta.max, timedelta.min,
    Money("1", "EUR"), Money(None, None), Money(Decimal("NaN"), "EUR"), type, int, "\ud800",  # type: ignore[arg-type]
]  # fmt: skip
VALUES = st.fixed_dictionaries({}, optional={name: good | st.sampled_from(WRONG) for name, good in GOOD.items()})


def take_guard(text: str, seen: Counter[str]) -> None:
    try:
        read = Expression.read(text, NAMES)
    except ExpressionError as error:
        seen["refused"] += 1
        assert 0 <= error.offset <= len(text)
        assert 0 <= error.length <= len(text) - error.offset
        assert error.message.isprintable(), error.message
        return
    seen["read"] += 1
    assert 0 <= read.tree.offset < len(text)
    assert Expression.read(unparse(read.tree), NAMES).tree == read.tree
    evaluated(read, {}, seen)


def evaluated(read: Expression, values: dict[str, Any], seen: Counter[str]) -> None:
    try:
        read(values)
        seen["gave a value"] += 1
    except EvaluationError as error:
        seen["gave none"] += 1
        assert error.because.isprintable()


def take_values(case: tuple[str, dict[str, Any]], seen: Counter[str]) -> None:
    text, values = case
    try:
        read = Expression.read(text, NAMES)
    except ExpressionError:
        seen["refused"] += 1
        return
    seen["read"] += 1
    evaluated(read, values, seen)


INPUTS = {
    "grammar": (GUARDS, take_guard, 10_000), "noise": (noisy(), take_guard, 10_000),
    "values": (st.tuples(WELL_TYPED, VALUES), take_values, 3_000),
}  # fmt: skip


@seeded_and_whole(*INPUTS)
def test_a_random_guard_is_read_or_refused_and_gives_a_value_or_none(name: str, long: bool) -> None:
    inputs, take, whole = INPUTS[name]
    seen: Counter[str] = Counter()
    fuzz(lambda case: take(case, seen), inputs, whole=whole, long=long)
    assert seen["read"] > whole / 500
    assert seen["refused"] > whole / 200
    assert name != "values" or min(seen["gave a value"], seen["gave none"]) > whole / 200
