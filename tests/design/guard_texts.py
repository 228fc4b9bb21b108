"""Random guards and data for the tests of expressions: well-typed, and bracketed at every operator.

`SHARED` is the part of the language that CEL has too; `WHOLE` adds decimals, money, dates, choices and bare
has(). In a template `{int}` is any integer expression; `@int` is a quantifier's variable, known to its right.
"""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

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
    ListOf,
    Record,
)
from service_flow.design.language.values import Money, Reference

TIER = Choice(("plain", "gold", "vip"))
SHARED_NAMES = {
    "p": BOOL,
    "q": BOOL,
    "i": INT,
    "j": INT,
    "s": TEXT,
    "t": TEXT,
    "li": ListOf(INT),
    "ls": ListOf(TEXT),
    "u": INSTANT,
    "v": INSTANT,
    "d": DURATION,
    "e": DURATION,
    "m": Record({"a": INT, "b": TEXT}),
}
WHOLE_NAMES = SHARED_NAMES | {
    "x": DECIMAL,
    "y": DECIMAL,
    "price": MONEY,
    "paid": MONEY,
    "on": DATE,
    "till": DATE,
    "tier": TIER,
    "tiers": ListOf(TIER),
    "prices": ListOf(MONEY),
    "about": REFERENCE,
    "customer": Record({"tier": TIER, "since": DATE, "owes": MONEY, "home": Record({"zip": TEXT})}),
}

SHARED = {
    "bool": (
        *("p", "q", "true", "false", "has(m.a)", "has(m.b)"),
        *("({bool} && {bool})", "({bool} || {bool})", "({bool} && {bool} && {bool})", "(!{bool})"),
        *("({bool} || {bool} || {bool})", "({bool} ? {bool} : {bool})", "({bool} == {bool})"),
        *("({int} == {int})", "({int} != {int})", "({int} < {int})", "({int} >= {int})", "({int} in {ints})"),
        *("({text} == {text})", "({text} < {text})", "({text} > {text})", "({text} in {texts})"),
        *("{text}.contains({text})", "{text}.startsWith({text})", "{text}.endsWith({text})"),
        *("({instant} < {instant})", "({instant} == {instant})", "({duration} <= {duration})"),
        *("({duration} != {duration})", "({ints} == {ints})", "({texts} != {texts})"),
        *("({ints} == [])", "({int} in [])", "([] != [])"),
        *("{ints}.all(@int, {bool})", "{ints}.exists(@int, {bool})", "{ints}.exists_one(@int, {bool})"),
        *("{texts}.all(@text, {bool})", "{texts}.exists(@text, {bool})"),
    ),
    "int": (
        *("i", "j", "m.a", "0", "1", "-3", "7", "9223372036854775807", "(-9223372036854775808)"),
        *("({int} + {int})", "({int} - {int})", "({int} * {int})", "({int} / {int})", "({int} % {int})"),
        *("(-{int})", "({bool} ? {int} : {int})", "size({text})", "size({ints})", "{ints}[{int}]"),
    ),
    "text": (
        *("s", "t", "m.b", '""', '"a"', "'b\"'", '"\\u00e9\\n"', "({text} + {text})"),
        *("({bool} ? {text} : {text})", "{texts}[{int}]"),
    ),
    "ints": ("li", "[{int}]", "[{int}, {int}]", "({bool} ? {ints} : {ints})", "({bool} ? [] : {ints})"),
    "texts": ("ls", "[{text}]", "[{text}, {text}]"),
    "instant": (
        *("u", "v", 'timestamp("2026-01-31T09:00:00Z")', 'timestamp("2026-01-31T09:00:00.25+01:00")'),
        *("({instant} + {duration})", "({duration} + {instant})", "({instant} - {duration})"),
    ),
    "duration": (
        *("d", "e", 'duration("1h30m")', 'duration("-0.5s")', 'duration("1ms2us")'),
        *("({duration} + {duration})", "({duration} - {duration})", "({instant} - {instant})"),
    ),
}
_MORE = {
    "bool": (
        *("has(j)", "has(paid)", "has(customer.tier)", "has(customer.home.zip)"),
        *("({decimal} < {decimal})", "({decimal} == {int})", "({int} >= {decimal})", "({decimal} in {ints})"),
        *("({money} == {money})", "({money} > {decimal})", "({int} <= {money})", "({money} in {moneys})"),
        *("({moneys} == {moneys})", "({moneys} != {ints})", "({int} in {moneys})", "(about == about)"),
        *("({date} < {date})", "({date} == {date})", '({choice} == "gold")', '("vip" != {choice})'),
        *('({choice} in ["gold", "vip"])', "({choice} == (s + t))", "({choice} in tiers)"),
        *("tiers.exists(@choice, {bool})", "{moneys}.all(@money, {bool})"),
    ),
    "decimal": (
        *("x", "y", "0.1", "-2.50", "{money}.amount", "({bool} ? {decimal} : {int})"),
        *("({decimal} + {decimal})", "({decimal} - {int})", "({int} * {decimal})", "({decimal} / {decimal})"),
        "(-{decimal})",
    ),
    "money": (
        *("price", "paid", "customer.owes", "({money} + {money})", "({money} - {money})"),
        *("({money} * {int})", "({decimal} * {money})", "{moneys}[{int}]"),
    ),
    "moneys": ("prices", "[{money}]", "[{money}, {money}]", "({bool} ? {moneys} : [])"),
    "text": ("{money}.currency", "customer.home.zip"),
    "date": ("on", "till", "customer.since", 'date("2026-01-31")'),
    "duration": ("({date} - {date})", 'duration("2d")'),
    "choice": ("tier", "customer.tier", "({bool} ? {choice} : {choice})"),
}
WHOLE = {kind: (*SHARED.get(kind, ()), *_MORE.get(kind, ())) for kind in SHARED.keys() | _MORE.keys()}
_NAMES_TO_SHADOW = {"int": "i", "text": "s", "choice": "tier", "money": "price"}
_PIECE = re.compile(r"\{(\w+)\}|@(\w+)")


@st.composite
def guard_texts(draw, kind="bool", language=SHARED, depth=4):
    """A well-typed expression of this kind."""
    return _fill(draw, kind, language, depth, ())


def _fill(draw, kind, language, depth, scope):
    bound = tuple(name for name, its_kind in scope if its_kind == kind)
    templates = language[kind] + 3 * bound
    if depth == 0 or depth > 2:  # small parts inside, and no trivial guards
        templates = [template for template in templates if ("{" in template) is (depth > 2)] or templates
    if len(scope) == 3:
        templates = [template for template in templates if "@" not in template]
    template, text, end = draw(st.sampled_from(templates)), "", 0
    for piece in _PIECE.finditer(template):
        text += template[end : piece.start()]
        end = piece.end()
        if piece[2]:
            variable = draw(st.sampled_from([f"each_{len(scope)}", _NAMES_TO_SHADOW[piece[2]]]))
            scope = (*scope, (variable, piece[2]))
            text += variable
        else:
            text += _fill(draw, piece[1], language, depth - 1, scope)
    return text + template[end:]


_ints = st.integers(-5, 5) | st.sampled_from([2**63 - 1, -(2**63), 10**10]) | st.integers(-(2**63), 2**63 - 1)
_texts = st.text('ab"é\n💙', max_size=3)
_instants = st.datetimes(  # Hypothesis wants its bounds without a zone
    datetime(1990, 1, 1),
    datetime(2060, 1, 1),
    timezones=st.just(UTC),
)
_durations = st.timedeltas(timedelta(days=-1000), timedelta(days=1000))
_decimals = st.decimals(-100, 100, places=2) | st.sampled_from([Decimal("1E+40"), Decimal("1E-40"), Decimal(0)])
_moneys = st.builds(Money, _decimals, st.sampled_from(["EUR", "CHF"]))
_dates = st.dates(date(2000, 1, 1), date(2030, 1, 1))
_tiers = st.sampled_from(TIER.words)


def _some(**fields):
    return st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields)


_SHARED_VALUES = {
    "p": st.booleans(),
    "q": st.booleans(),
    "i": _ints,
    "j": _ints,
    "s": _texts,
    "t": _texts,
    "li": st.lists(_ints, max_size=3),
    "ls": st.lists(_texts, max_size=3),
    "u": _instants,
    "v": _instants,
    "d": _durations,
    "e": _durations,
    "m": _some(a=_ints, b=_texts),
}
shared_data = _some(**_SHARED_VALUES)
"""Values of SHARED_NAMES, any of which may be missing."""
whole_data = _some(
    **_SHARED_VALUES,
    x=_decimals,
    y=_decimals,
    price=_moneys,
    paid=_moneys,
    on=_dates,
    till=_dates,
    tier=_tiers,
    tiers=st.lists(_tiers, max_size=3).map(tuple),
    prices=st.lists(_moneys, max_size=3),
    about=st.builds(Reference, st.just("request"), st.just(uuid.UUID(int=7))),
    customer=_some(tier=_tiers, since=_dates, owes=_moneys, home=_some(zip=_texts)),
)
"""Values of WHOLE_NAMES, any of which may be missing."""
