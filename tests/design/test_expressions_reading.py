"""What is refused when a guard is read: the place, the reason and the way out."""

import subprocess
import sys
import time

import pytest
from guard_texts import WHOLE, WHOLE_NAMES
from hypothesis import example, given, settings
from hypothesis import strategies as st

from draws import draws
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
    Expression,
    ExpressionError,
    ListOf,
    Record,
)
from service_flow.errors import ServiceFlowError

NAMES = {
    "urgent": BOOL,
    "visits": INT,
    "rate": DECIMAL,
    "reason": TEXT,
    "price": MONEY,
    "bought": DATE,
    "opened": INSTANT,
    "wait": DURATION,
    "kind": Choice(("product", "service")),
    "level": Choice(("low", "high")),
    "kinds": ListOf(Choice(("product", "service"))),
    "tags": ListOf(TEXT),
    "scores": ListOf(INT),
    "about": REFERENCE,
    "customer": Record({"tier": Choice(("gold", "vip"))}),
}


def refusal(text, **options):
    with pytest.raises(ExpressionError) as caught:
        Expression.read(text, NAMES, **options)
    error = caught.value
    return text[error.offset : error.offset + error.length], error.message


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        # names
        ("visit > 5", "visit", "unknown name 'visit'; did you mean 'visits'?"),
        ("zz > 5", "zz", "names known here: urgent, visits"),
        ("kind == product", "product", "as a word of the choice 'kind' it stands in quotes"),
        ('customer.teir == "vip"', "teir", "record has no field 'teir'; did you mean 'tier'?"),
        ("price.value > 5", "value", "money has no field 'value'; its fields: amount, currency"),
        ("visits.amount > 5", "amount", "integer has no fields"),
        ("null == visits", "null", "ask has(name)"),
        ("package == 5", "package", "give the field another name"),
        ("tags.all(if, true)", "if", "a name for the element"),
        ("tags.all(t, true) && t == urgent", "t", "unknown name 't'"),
        # choices
        ('kind == "prodct"', '"prodct"', "none of the choices; did you mean 'product'?"),
        ('"zzz" != kind', '"zzz"', "they are: product, service"),
        ('kind in ["product", "servce"]', '"servce"', "did you mean 'service'?"),
        ('kind == (urgent ? "product" : "servce")', '"servce"', "did you mean 'service'?"),
        ('"gol" in [customer.tier]', '"gol"', "did you mean 'gold'?"),
        ('kinds.exists(k, k == "prod")', '"prod"', "did you mean 'product'?"),
        ('kinds == ["servce"]', '"servce"', "did you mean 'service'?"),
        ("kind == level", "kind == level", "no word in common"),
        ('kind < "service"', 'kind < "service"', "they have no order; use ==, != or in"),
        ('kind.contains("x")', "kind", "must be of type text, not choice"),
        # unlike types
        ('visits > "5"', 'visits > "5"', "between integer and text; write a number, without quotes"),
        ('urgent == "true"', 'urgent == "true"', "write true or false, without quotes"),
        ('bought > "2026-01-31"', 'bought > "2026-01-31"', 'write date("2026-01-31")'),
        ('opened > "2026-01-31"', 'opened > "2026-01-31"', "write timestamp("),
        ("wait > 3", "wait > 3", 'write duration("3h")'),
        ("reason == 5", "reason == 5", "write a text in quotes"),
        ('price == "10 EUR"', 'price == "10 EUR"', "compare money with a number"),
        ("opened > bought", "opened > bought", "a date is a whole day"),
        ("visits == reason", "visits == reason", "compare values of one type"),
        ("urgent < urgent", "urgent < urgent", "they have no order"),
        ("about < about", "about < about", "they have no order"),
        ("customer == customer", "customer == customer", "compare their fields"),
        ("1 < visits < 5", "1 < visits < 5", "join two comparisons with &&"),
        ('"new" == tags', '"new" == tags', "write in to look into a list"),
        ("visits in tags", "visits in tags", "between integer and list of text"),
        ('"a" in reason', "reason", "write b.contains(a)"),
        ("visits in 5", "5", "write a list"),
        ('[1, "a"] == []', '"a"', "a list is of one type"),
        ('urgent ? 1 : "a"', '"a"', "both sides of : must be of one type"),
        ("visits ? 1 : 2", "visits", "what stands before ? must be of type boolean"),
        ("urgent && kind", "kind", 'compare it, as in == "..."'),
        ("urgent || visits", "visits", "each side of || must be of type boolean, not integer"),
        ("!visits", "visits", "what follows ! must be of type boolean"),
        ("-reason == 5", "reason", "- goes before a number"),
        # arithmetic
        ("reason + 5 == 5", "reason + 5", "+ does not go between text and integer"),
        ("price * price > 5", "price * price", "take the number with .amount"),
        ("price + 5 > 5", "price + 5", "take the number with .amount"),
        ("rate % 2 == 0", "rate % 2", "between integers only"),
        ("bought + wait > bought", "bought + wait", "compare the difference of two dates"),
        ("wait * 2 > wait", "wait * 2", "write the whole span"),
        # functions
        ("len(tags) == 5", "len", "unknown function 'len'; functions: has, size"),
        ("sizes(tags) == 5", "sizes", "did you mean 'size'?"),
        ("tags.size() == 5", "size", "size() stands before its argument"),
        ("exists(tags, true)", "exists", "exists() stands behind a dot"),
        ('reason.startWith("a")', "startWith", "did you mean 'startsWith'?"),
        ('reason.matches("a.*")', "matches", "there are no regular expressions"),
        ("size(visits) == 5", "visits", "size() takes a list or a text"),
        ("size() == 5", "size()", "write size(...); the number of arguments here is 0"),
        ("has(urgent, visits)", "has(urgent, visits)", "the number of arguments here is 2"),
        ("tags.all(true)", "tags.all(true)", "write a.all(element, test)"),
        ('tags.all("t", true)', '"t"', "a name for the element"),
        ("tags.all(t, t)", "t", "what all() tests must be of type boolean"),
        ("reason.all(t, true)", "reason", "tests the elements of a list"),
        ("[].all(t, true)", "[]", "tests the elements of a list"),
        ("reason[0] == 5", "reason", "takes an element of a list"),
        ('tags["a"] == reason', '"a"', "the place in a list must be of type integer"),
        ("has(5)", "5", "has() asks for a name or a field"),
        ("has(price.amount)", "price.amount", "has() asks for a name or a field"),
        ("tags.all(t, has(t))", "t", "has() asks for a name or a field"),
        ("has(custmer.tier)", "custmer", "did you mean 'customer'?"),
        # literals
        ('date("2026-02-30") == bought', '"2026-02-30"', "is not in the calendar"),
        ('date("31.1.2026") == bought', '"31.1.2026"', 'write date("2026-01-31")'),
        ("date(reason) == bought", "reason", "a text in quotes"),
        ('timestamp("2026-01-31T09:00") == opened', '"2026-01-31T09:00"', "is not an instant"),
        ('timestamp("2026-01-32T09:00:00Z") == opened', '"2026-01-32T09:00:00Z"', "is not in the calendar"),
        (
            'timestamp("0001-01-01T00:00:00+01:00") == opened',
            '"0001-01-01T00:00:00+01:00"',
            "not in the calendar",
        ),
        ('duration("3 days") == wait', '"3 days"', "the units are d h m s ms us"),
        ('duration("0.5us") == wait', '"0.5us"', "finer than a microsecond"),
        ('duration("1000000000d") == wait', '"1000000000d"', "too long"),
        ("visits == 9223372036854775808", "9223372036854775808", "outside the 64-bit whole numbers"),
        ("visits == -9223372036854775809", "-9223372036854775809", "outside the 64-bit whole numbers"),
        ("rate == 0." + 34 * "1" + "1", "0." + 34 * "1" + "1", "more than 34 significant digits"),
        (r'reason == "a\qb"', r'"a\qb"', "a backslash before something other"),
        (r'reason == "\ud800"', r'"\ud800"', "the number of no character"),
        # syntax
        ("visits = 5", "=", "write == to compare"),
        ("visits => 5", "=>", "write >="),
        ("visits =< 5", "=<", "write <="),
        ("visits <> 5", "<>", "write !="),
        ("visits ** 2 > 5", "**", "write a * a"),
        ("urgent // why", "//", "in YAML"),
        ("urgent & urgent", "&", "write &&"),
        ("urgent | urgent", "|", "write ||"),
        ("{} == {}", "{", "there are no maps"),
        ("urgent and visits > 5", "and", "write &&"),
        ("urgent OR visits > 5", "OR", "write ||"),
        ("not urgent", "not", "write !"),
        ("visits not in [5]", "not", "write !"),
        ("kind is kind", "is", "write =="),
        ("(urgent && visits > 5", "", "a ')' is missing"),
        ("visits in [1, 2", "", "a ']' is missing"),
        ("visits >", "", "something is missing at its end"),
        ("urgent ? 1", "", "something is missing at its end"),
        ("visits > 5)", ")", "closes nothing"),
        ("visits >> 5", ">", "a value is missing before it"),
        ("visits 5", "5", "an operator is missing before it"),
        ("visits == 1e5", "e5", "an operator is missing before it"),
        ("visits == 5u", "u", "an operator is missing before it"),
        ('reason == "abc', '"', "a text that is not closed on its line"),
        ("visits # 5", "#", "has no meaning in an expression"),
        ("!-5", "-", "a value is missing before it"),
        ("", "", "the expression is empty"),
        (" \n ", " \n ", "the expression is empty"),
    ],
)
def test_a_wrong_guard_is_refused_at_its_place_with_a_way_out(text, where, says):
    place, message = refusal(text)
    assert place == where
    assert says in message


def test_the_error_says_where_in_its_text_and_belongs_to_the_tree():
    with pytest.raises(ServiceFlowError) as caught:
        Expression.read("urgent && visit > 5", NAMES)
    assert str(caught.value) == "character 11: unknown name 'visit'; did you mean 'visits'?"


def test_offsets_count_characters_also_beyond_ascii_and_over_lines():
    assert refusal('reason == "é💙" &&\n  visit > 5')[0] == "visit"


def test_a_guard_must_give_the_type_that_is_asked_for():
    assert refusal("visits + 1", gives=BOOL) == (
        "visits + 1",
        "a value of type boolean is wanted here; this gives integer",
    )
    assert Expression.read("visits > 1", NAMES, gives=BOOL).type == BOOL


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("visits / 2", INT),
        ("visits / 2.0", DECIMAL),
        ("urgent ? 1 : 1.5", DECIMAL),
        ("price * rate", MONEY),
        ("opened - opened", DURATION),
        ("bought - bought", DURATION),
        ("opened + wait", INSTANT),
        ("[1, 1.5]", ListOf(DECIMAL)),
        ("urgent ? kind : level", Choice(("product", "service", "low", "high"))),
        ("urgent ? kind : reason", TEXT),
        ("customer.tier", Choice(("gold", "vip"))),
        ("customer", Record({"tier": Choice(("gold", "vip"))})),
        ("price.currency", TEXT),
        ("has(price)", BOOL),
        ("tags[0]", TEXT),
    ],
)
def test_the_type_of_an_expression_is_known_when_it_is_read(text, type_):
    assert Expression.read(text, NAMES).type == type_


def test_expressions_are_values():
    one, other = Expression.read("visits>1", NAMES), Expression.read("visits>1", NAMES)
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == "Expression(text='visits>1')"
    with pytest.raises(AttributeError):
        one.text = "false"


# --- limits ---


def test_ten_thousand_characters_are_read_and_one_more_is_refused():
    longest = " || ".join(["urgent"] * 999)
    longest += " " * (10_000 - len(longest))
    assert Expression.read(longest, NAMES).holds({"urgent": True})
    place, message = refusal(longest + " ")
    assert (place, "at most 10000" in message) == (" ", True)


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("(", "urgent", ")"),
        ("!", "urgent", ""),
        ("urgent ? urgent : ", "urgent", ""),
        ("[", "urgent", "]"),
        ("urgent == (", "urgent", ")"),
        ("", "visits", " + 1"),
        ("size([", "0", "])"),
    ],
)
def test_nesting_deeper_than_a_hundred_is_refused_and_a_little_less_is_read(opening, middle, closing):
    _place, message = refusal(opening * 101 + middle + closing * 101)
    assert "more than 100 deep" in message
    read = Expression.read(opening * 25 + middle + closing * 25, NAMES)
    read({"urgent": True, "visits": 1})


def test_exactly_a_hundred_parts_may_stand_inside_each_other():
    assert Expression.read("(" * 99 + "urgent" + ")" * 99, NAMES).holds({"urgent": True})
    assert "more than 100 deep" in refusal("(" * 100 + "urgent" + ")" * 100)[1]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 4_999 + "1" + ")" * 4_999,
        "(" * 10_000 + "1" + ")" * 10_000,
        "!" * 9_999 + "p",
        "-(" * 4_999 + "1",
        "[" * 9_999,
        "f(" * 4_999,
        "a." * 4_999 + "a",
        "p?" * 4_999 + "p",
        "p?p:" * 2_499 + "p",
        "1+" * 4_999 + "1",
        "a" * 9_999 + "!",
        '"' + "\\" * 9_998,
        "1" * 9_999,
        "1." + "1" * 9_990,
        'duration("' + "1" * 9_980 + 'h")',
        'duration("' + "1h" * 4_900 + '!")',
        "a[" * 3_000 + "0" + "]" * 3_000,
    ],
)
def test_monstrous_guards_are_refused_soon(text):
    started = time.perf_counter()
    with pytest.raises(ExpressionError):
        Expression.read(text, {"a": INT, "p": INT})
    assert time.perf_counter() - started < 2


def test_a_chain_of_and_is_no_nesting():
    guard = Expression.read(" && ".join(["visits > 1"] * 700), NAMES)
    assert guard.holds({"visits": 2})


def test_quantifiers_stand_at_most_three_deep():
    three = "scores.all(a, scores.all(b, scores.all(c, {})))"
    assert Expression.read(three.format("a + b + c > 0"), NAMES).holds({"scores": [1, 2]})
    place, message = refusal(three.format("scores.exists(d, d > a)"))
    assert place == "scores.exists(d, d > a)"
    assert "at most 3 deep" in message


# --- anything at all ---

_PIECES = sorted(
    {piece for templates in WHOLE.values() for text in templates for piece in text.split()} | set(WHOLE_NAMES)
)
_SOUP = st.lists(
    st.sampled_from(
        [*_PIECES, *"()[]{}.,?:!&|=<>+-*/%'\"\\ \n", "&&", "||", "==", "in", "all", "1.5", "date", "price."]
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=draws(500), deadline=None)
@given(_SOUP | st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
@example("\ud800")
@example('"\ud800" == s')
@example("\x00")
@example("٣ > i")
@example("ｉ > 1")
def test_any_text_is_read_or_refused_with_its_place(text):
    try:
        Expression.read(text, WHOLE_NAMES)
    except ExpressionError as error:
        assert 0 <= error.offset <= error.offset + error.length <= len(text)
        assert error.message


def test_importing_the_language_does_not_import_the_grammar_tool():
    program = "import sys, service_flow.design.language.expressions; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
