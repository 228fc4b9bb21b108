"""Hypothesis strategies made from a flow: values for its fields, filled-in forms."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from service_flow.design.flow import Field, Form
from service_flow.design.language.values import Money

_WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
_AMOUNTS = st.decimals(Decimal(0), Decimal(100_000), places=2)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": _WORDS,
    "integer": st.integers(-1_000, 1_000),
    "decimal": _AMOUNTS,
    "money": st.builds(Money, _AMOUNTS, st.sampled_from(["EUR", "CNY"])),
    "date": st.dates(datetime(2020, 1, 1).date(), datetime(2030, 1, 1).date()),  # noqa: DTZ001  only its date is used
    "instant": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "duration": st.timedeltas(),
    "boolean": st.booleans(),
}


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Values that the field takes. A reference has none of its own: it needs a case to point to."""
    if field.type == "choice":
        return st.sampled_from(sorted(field.choices))
    if field.type == "list":
        element = st.sampled_from(sorted(field.choices)) if field.of == "choice" else _VALUES[field.of or "text"]
        return st.lists(element, max_size=4)
    return _VALUES.get(field.type, st.nothing())


def forms_of(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Well filled-in forms: every required field, some of the optional ones."""
    required = {name: values_of(form.fields[name]) for name in form.required}
    optional = {name: values_of(form.fields[name]) for name in form.optional if form.fields[name].type != "reference"}
    return st.fixed_dictionaries(required, optional=optional)


def spoiled(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Forms with something wrong: a field left out, a value of another type, a field nobody asked for."""

    def spoil(filled: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        ways = [{**filled, "nobody_asked": 1}]
        ways += [{key: value for key, value in filled.items() if key != name} for name in form.required]
        ways += [{**filled, name: value} for name in form.fields for value in (object(), 1.5, b"bytes", {"a": 1})]
        return st.sampled_from(ways)

    return forms_of(form).flatmap(spoil)
