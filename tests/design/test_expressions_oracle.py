"""Random guards agree with Google's CEL, on the value and on whether there is one."""

import pytest
from cel_expr_python import cel
from guard_texts import SHARED_NAMES, guard_texts, shared_data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service_flow.design.language.expressions import EvaluationError, Expression, unparse

EXAMPLES = 160
EXAMPLES_IN_A_LONG_RUN = 10_000
ERROR = "an error"

_TYPES = {
    "p": cel.Type.BOOL,
    "q": cel.Type.BOOL,
    "i": cel.Type.INT,
    "j": cel.Type.INT,
    "s": cel.Type.STRING,
    "t": cel.Type.STRING,
    "li": cel.Type.List(cel.Type.INT),
    "ls": cel.Type.List(cel.Type.STRING),
    "u": cel.Type.TIMESTAMP,
    "v": cel.Type.TIMESTAMP,
    "d": cel.Type.DURATION,
    "e": cel.Type.DURATION,
    "m": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
_ENVIRONMENT = cel.NewEnv(variables=_TYPES)
_ARE_HEAVY = [HealthCheck.too_slow, HealthCheck.data_too_large]
_cases = st.tuples(
    st.sampled_from(["bool", "bool", "bool", "int", "text", "instant", "duration"]).flatmap(guard_texts),
    st.lists(shared_data, min_size=1, max_size=4),
)


def by_cel(text, data):
    found = _ENVIRONMENT.compile(text).eval(data=data)
    return ERROR if found.type() == cel.Type.ERROR else found.plain_value()


def by_us(expression, data):
    try:
        return expression(data)
    except EvaluationError:
        return ERROR


def agree(case):
    text, data_sets = case
    expression = Expression.read(text, SHARED_NAMES)
    short = unparse(expression.tree)
    for data in data_sets:
        expected = by_cel(text, data)
        found = by_us(expression, data)
        assert found == expected
        assert type(found) is type(expected)
        assert by_cel(short, data) == expected


def test_both_sides_know_the_same_names():
    assert _TYPES.keys() == SHARED_NAMES.keys()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=_ARE_HEAVY)
@given(_cases)
def test_random_guards_agree_with_cel_also_when_written_with_few_brackets(case):
    agree(case)


@pytest.mark.long
@settings(max_examples=EXAMPLES_IN_A_LONG_RUN, deadline=None, suppress_health_check=_ARE_HEAVY)
@given(_cases)
def test_very_many_random_guards_agree_with_cel(case):
    agree(case)


@pytest.mark.parametrize(
    "text",
    [
        "p || true",
        "true || p",
        "p && false",
        "false && p",
        "p && true",
        "p || false",
        "!(p || true)",
        "i / 0 == 1 || true",
        "(p ? true : true) || true",
        "[1, 0].exists(n, 1 / n == 1)",
        "[0, 1].exists(n, 1 / n == 1)",
        "[0, 2].all(n, 1 / n == 1)",
        "[0, 1].all(n, 1 / n == 1)",
        "[0, 1].exists_one(n, 1 / n == 1)",
        "li.all(n, n > 0)",
        "has(m.a) || true",
        "has(m.a) && false",
        "i in [1, 1 / 0]",
        "-9223372036854775808 / -1 == 0",
        "-9223372036854775808 % -1 == 0",
        "-(-9223372036854775808) > 0",
        "-7 / 2 == -3 && -7 % 2 == -1 && 7 / -2 == -3 && 7 % -2 == 1",
        "1 + 2 * 3 == 7 && 8 - 2 - 1 == 5 && 2 * 6 / 4 % 2 == 1",
        "true || false && false",
        "1 < 2 == true",
        "true ? false : true ? false : true",
        "size('a\\u00e9\\U0001F499') == 3",
        "!!true && - -1 == --1",
    ],
)
def test_cel_and_this_language_agree_where_it_is_delicate(text):
    assert by_us(Expression.read(text, SHARED_NAMES), {}) == by_cel(text, {})
