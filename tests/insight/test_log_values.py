"""Numbers, amounts, dates and instants as other countries write them, named in the mapping."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from small_logs import MAPPING, commands_on, flow, write_log

from service_flow.design.language.values import Money
from service_flow.engine.store import open_store
from service_flow.errors import InputError
from service_flow.insight.histories import import_log

TYPES = {"count": "integer", "rate": "decimal", "price": "money", "day": "date", "when": "instant"}
FLOW = flow(
    data={name: {"type": kind} for name, kind in TYPES.items()} | {"parts": {"type": "list", "of": "decimal"}},
    states={"open": {}},
    initial="open",
    opening={"collect": {"optional": [*TYPES, "parts"]}},
    transitions={"inspect": {"from": "open"}},
)
REFUSED = "refused"


def value_of(folder: Path, field: str, cell: str, *, log: str = "name: shop", words: str = "column: wish") -> object:
    """What a cell becomes as the value of a field, or REFUSED."""
    mapping = MAPPING[: MAPPING.index("opening")].replace("name: shop", log)
    mapping += f"transitions: {{Look at it: inspect}}\ndata: {{{field}: {{{words}}}}}\n"
    quoted = cell.replace('"', '""')
    row = f'J-1,Look at it,2026-03-02 09:00,tom,T,,"{quoted}",,,,\n'
    with open_store("memory") as store:
        summary = import_log(commands_on(store, FLOW), *write_log(folder, row, mapping))
        if summary.refused_moves:
            assert summary.refusals == {f"DataInvalid: opening, field '{field}'": 1}
            return REFUSED
        row_of_case = store.numbered("request", 1)
        assert row_of_case is not None
        return store.events(row_of_case.case_id)[0].data[field]  # type: ignore[union-attr]


COMMA, BOTH, SPACES = "decimal: ','", "decimal: ',', thousands: '.'", "decimal: ',', thousands: ' '"


@pytest.mark.parametrize(
    ("marks", "cell", "number"),
    [
        ("", "1234.50", "1234.50"),
        ("", "1,50", REFUSED),
        ("", "1e3", "1E+3"),
        (COMMA, "1,50", "1.50"),
        (COMMA, "-0,5", "-0.5"),
        (COMMA, "\u22123", "-3"),
        (COMMA, "1234", "1234"),
        (COMMA, "1.50", REFUSED),  # taken for a number it would be a hundred times too small
        (COMMA, "1,2,3", REFUSED),
        (COMMA, ",5", REFUSED),
        (BOTH, "1.234.567,89", "1234567.89"),
        (BOTH, "1234567,89", "1234567.89"),
        (BOTH, "1.23,5", REFUSED),
        (BOTH, "1.234.56", REFUSED),
        (BOTH, "1.2345", REFUSED),
        (SPACES, "1 234,5", "1234.5"),
        (SPACES, "1\u202f234,5", "1234.5"),
        (SPACES, "1\u00a0234\u00a0567", "1234567"),
        ("thousands: ','", "1,234.5", "1234.5"),
        ("thousands: ','", "1234.5", "1234.5"),
        ("thousands: ','", "12,34.5", REFUSED),
        ('thousands: "\'"', "1\u2019234.5", "1234.5"),
        (BOTH, "NaN", REFUSED),
        (COMMA, "\u0661,5", REFUSED),
    ],
)
def test_decimals_are_written_with_the_marks_that_the_mapping_names(
    tmp_path: Path, marks: str, cell: str, number: str
) -> None:
    wanted = REFUSED if number == REFUSED else Decimal(number)
    assert value_of(tmp_path, "rate", cell, log=f"name: shop{', ' if marks else ''}{marks}") == wanted


@pytest.mark.parametrize(
    ("marks", "cell", "number"),
    [
        ("", "1.234", REFUSED),
        (BOTH, "1.234", 1234),
        (BOTH, "-7", -7),
        (BOTH, "1,0", REFUSED),
        (COMMA, "1.234", REFUSED),
    ],
)
def test_whole_numbers_have_no_decimals(tmp_path: Path, marks: str, cell: str, number: object) -> None:
    assert value_of(tmp_path, "count", cell, log=f"name: shop{', ' if marks else ''}{marks}") == number


@pytest.mark.parametrize(
    ("marks", "words", "cell", "amount"),
    [
        ("", "column: wish", "12.50 EUR", Money(Decimal("12.50"), "EUR")),
        ("", "column: wish", "EUR 12.50", Money(Decimal("12.50"), "EUR")),
        ("", "column: wish", "12.50", REFUSED),
        ("", "column: wish, currency: EUR", "12.50", Money(Decimal("12.50"), "EUR")),
        ("", "column: wish, currency: EUR", "12.50 CHF", Money(Decimal("12.50"), "CHF")),
        ("", "column: wish, currency: EUR", "12,50", REFUSED),
        (BOTH, "column: wish, currency: EUR", "1.234,50", Money(Decimal("1234.50"), "EUR")),
        (BOTH, "column: wish", "1.234,50 EUR", Money(Decimal("1234.50"), "EUR")),
        (BOTH, "column: wish", "CNY1.234,50", Money(Decimal("1234.50"), "CNY")),
        (BOTH, "column: wish", "1.234,50 Euro", REFUSED),
        (BOTH, "column: wish", "1234.50 EUR", REFUSED),
        (SPACES, "column: wish", "1 234,50 EUR", Money(Decimal("1234.50"), "EUR")),
    ],
)
def test_amounts_have_a_currency_of_their_own_or_the_mappings(
    tmp_path: Path, marks: str, words: str, cell: str, amount: object
) -> None:
    assert value_of(tmp_path, "price", cell, log=f"name: shop{', ' if marks else ''}{marks}", words=words) == amount


def test_the_elements_of_a_list_are_written_as_the_log_writes_numbers(tmp_path: Path) -> None:
    assert value_of(tmp_path, "parts", "1,5; 2", log="name: shop, decimal: ','") == (Decimal("1.5"), Decimal(2))


GERMAN = "column: wish, format: '%d.%m.%Y'"
SEVERAL = "column: wish, format: ['%d.%m.%Y', '%d.%m.%Y %H:%M', iso]"


@pytest.mark.parametrize(
    ("words", "cell", "day"),
    [
        ("column: wish", "2026-03-31", date(2026, 3, 31)),
        ("column: wish", "2026-03-31T23:30:00-11:00", date(2026, 3, 31)),  # the day that is written there
        ("column: wish", "31.03.2026", REFUSED),
        (GERMAN, "31.03.2026", date(2026, 3, 31)),
        (GERMAN, "2026-03-31", REFUSED),
        (SEVERAL, "31.03.2026 10:15", date(2026, 3, 31)),
        (SEVERAL, "2026-03-31", date(2026, 3, 31)),
        ("column: wish, format: ['%d/%m/%Y', '%m/%d/%Y']", "31/03/2026", date(2026, 3, 31)),
        ("column: wish, format: ['%d/%m/%Y', '%m/%d/%Y']", "03/03/2026", date(2026, 3, 3)),
        ("column: wish, format: ['%d/%m/%Y', '%m/%d/%Y']", "04/03/2026", REFUSED),  # March or April?
    ],
)
def test_dates_may_be_written_in_several_formats_but_not_in_two_ways_at_once(
    tmp_path: Path, words: str, cell: str, day: object
) -> None:
    assert value_of(tmp_path, "day", cell, words=words) == day


def test_an_instant_of_the_data_is_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    assert value_of(tmp_path, "when", "31.03.2026 10:15", words=SEVERAL) == datetime(2026, 3, 31, 8, 15, tzinfo=UTC)


def instants(folder: Path, formats: str, *cells: str) -> list[datetime]:
    mapping = MAPPING.replace("zone: Europe/Berlin", f"zone: Europe/Berlin, format: {formats}")
    rows = "".join(f"J-1,Say,{cell},tom,T,,,,,,again\n" for cell in cells)
    with open_store("memory") as store:
        summary = import_log(commands_on(store), *write_log(folder, rows, mapping))
        assert summary.refused_moves == 0
        row = store.numbered("request", 1)
        assert row is not None
        return [event.at for event in store.events(row.case_id)[1:]]


def test_the_instants_of_one_log_may_be_written_in_several_formats(tmp_path: Path) -> None:
    found = instants(
        tmp_path, "['%d.%m.%Y %H:%M', '%d.%m.%y', iso]", "31.03.2026 10:00", "01.04.26", "2026-04-02T09:00:00Z"
    )
    assert found == [
        datetime(2026, 3, 31, 8, 0, tzinfo=UTC), datetime(2026, 3, 31, 22, 0, tzinfo=UTC),
        datetime(2026, 4, 2, 9, 0, tzinfo=UTC),
    ]  # fmt: skip


def test_an_instant_that_two_formats_read_differently_is_a_fault_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="one instant in one of the mapping's formats and another in another"
    ) as caught:
        instants(tmp_path, "['%d/%m/%Y', '%m/%d/%Y']", "31/03/2026", "03/31/2026", "04/03/2026")
    assert (caught.value.line, caught.value.column) == (4, 9)


def test_an_instant_in_none_of_the_formats_names_them_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no instant in the mapping's format '%d%m%Y' or 'iso'"):
        instants(tmp_path, "['%d%m%Y', iso]", "03/31/2026")
