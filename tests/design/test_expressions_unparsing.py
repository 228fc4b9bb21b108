"""The canonical text of a guard means the same guard."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from guard_texts import WHOLE, WHOLE_NAMES, guard_texts
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.design.language.expressions import Expression, literals, unparse

EXAMPLES = 500
EXAMPLES_IN_A_LONG_RUN = 10_000
_ARE_HEAVY = [HealthCheck.too_slow, HealthCheck.data_too_large]
_texts = st.sampled_from(sorted(WHOLE)).flatmap(lambda kind: guard_texts(kind, WHOLE))


def comes_back(text):
    tree = Expression.read(text, WHOLE_NAMES).tree
    canonical = unparse(tree)
    again = Expression.read(canonical, WHOLE_NAMES).tree
    assert again == tree
    assert unparse(again) == canonical


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=_ARE_HEAVY)
@given(_texts)
@example("-(5) + -(-5) - --5 - -(-(i))")
@example("-(1.5) * -(-1.5)")
@example("(p && q) && (p || (q || p)) && !(!p)")
@example("(p ? p : q) ? (q ? p : q) : (p ? q : p)")
@example("i - (j - (i - j)) - i")
@example("(p == q) == (q == p) == p")
def test_reading_the_canonical_text_gives_the_same_tree(text):
    comes_back(text)


@pytest.mark.long
@settings(max_examples=EXAMPLES_IN_A_LONG_RUN, deadline=None, suppress_health_check=_ARE_HEAVY)
@given(_texts)
def test_reading_very_many_canonical_texts_gives_the_same_trees(text):
    comes_back(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("(((p)))&&(q||p)", "p && (q || p)"),
        ("(p&&q)||p", "p && q || p"),
        ("(i+(j*2))==(i-(j-1))", "i + j * 2 == i - (j - 1)"),
        ("!(p)  &&\n!(p==q)", "!p && !(p == q)"),
        ("'a\"b' in [s,'\\n']", '"a\\"b" in [s, "\\n"]'),
        ("li.exists( n,n>i )", "li.exists(n, n > i)"),
        ("(s+t).contains(s)", "(s + t).contains(s)"),
        ("(ls)[(0)]==s", "ls[0] == s"),
        ("- -i == -(-i)", "i == -(-i)"),
        ('u<timestamp("2026-01-31T10:00:00.50+01:00")', 'u < timestamp("2026-01-31T09:00:00.500000Z")'),
        ('d>duration("90m")', 'd > duration("1h30m")'),
        ("p?q:p?q:p", "p ? q : p ? q : p"),
    ],
)
def test_the_canonical_text_has_few_brackets_and_even_blanks(text, canonical):
    assert unparse(Expression.read(text, WHOLE_NAMES).tree) == canonical


def test_trees_are_equal_wherever_their_parts_stood():
    one, other = (
        Expression.read("p&&i>1", WHOLE_NAMES).tree,
        Expression.read("(p)  &&  i > 1", WHOLE_NAMES).tree,
    )
    assert one == other
    assert hash(one) == hash(other)
    assert [part.offset for part in one.operands] == [0, 3]
    assert [part.offset for part in other.operands] == [1, 9]


@settings(max_examples=draws(300), deadline=None)
@given(st.text())
def test_every_text_survives_writing_and_reading(text):
    assert literals.read_text(literals.write(text)) == text


@settings(max_examples=draws(300), deadline=None)
@given(
    st.timedeltas(),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.integers(-(2**63), 2**63 - 1),
    st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**20), max_value=10**20),
)
@example(timedelta.max, datetime.max.replace(tzinfo=UTC), date.max, 0, Decimal("0.0"))
@example(timedelta.min, datetime.min.replace(tzinfo=UTC), date.min, 0, Decimal(5))
def test_every_other_literal_survives_writing_and_reading(duration, instant, day, integer, decimal):
    def inside(text):
        return text.split('"')[1]

    assert literals.read_duration(inside(literals.write(duration))) == duration
    assert literals.read_instant(inside(literals.write(instant))) == instant
    assert literals.read_date(inside(literals.write(day))) == day
    assert literals.read_integer(literals.write(integer)) == integer
    assert literals.read_decimal(literals.write(decimal)) == decimal
    assert "." in literals.write(decimal)
