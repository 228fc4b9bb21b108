"""A log becomes cases: order, people, data, customers, refusals, and what the summary says of them."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from small_logs import MAPPING, REASONS, ROWS, commands_on, flow, imported, told, write_log

from service_flow.design.language.values import Money
from service_flow.engine.case.events import Moved, Opened
from service_flow.engine.store import Store
from service_flow.errors import DataInvalid
from service_flow.insight.histories import RefusedRow, import_log


def history(store: Store, number: int) -> list[Opened | Moved]:
    row = store.numbered("request", number)
    assert row is not None
    return store.events(row.case_id)  # type: ignore[return-value]


def test_the_summary_counts_cases_rows_refusals_and_accepted_cases(store: Store, tmp_path: Path) -> None:
    summary = imported(store, tmp_path)
    assert (summary.cases, summary.events, summary.customers, summary.repeated) == (4, 13, 2, 0)
    assert summary.accepted_cases == 2  # J-1 and J-3; J-2 is open, J-4 has refused rows
    assert summary.refused_moves == 4
    assert summary.refusals == REASONS
    assert summary.seconds > 0
    assert json.loads(json.dumps(summary.as_dict()))["refusals"] == REASONS


def test_refused_rows_are_listed_with_line_case_activity_and_reason(store: Store, tmp_path: Path) -> None:
    summary = imported(store, tmp_path)
    assert summary.refused_rows[:2] == [
        RefusedRow(11, "J-4", "Done", "NotFromHere: 'finish' from 'intake.received'"),
        RefusedRow(12, "J-4", "Dance", "no transition for activity 'Dance'"),
    ]
    assert [row.line for row in summary.refused_rows] == [11, 12, 13, 14]
    assert summary.refused_rows_left_out == 0


def test_each_reason_is_told_with_the_first_line_it_was_met_in(store: Store, tmp_path: Path) -> None:
    rows = ROWS + "J-0,Dance,2026-03-01 09:10,tom,T,,,,,,\nJ-5,Dance,2026-03-06 09:10,tom,T,,,,,,\n"
    summary = imported(store, tmp_path, rows)
    assert list(summary.first_lines) == list(summary.refusals)
    assert summary.first_lines["no transition for activity 'Dance'"] == 12  # J-0 is imported first, but stands below
    assert summary.first_lines["NotAllowed: 'inspect' by post 'clerk'; it takes 'technician'"] == 14
    assert {row.reason: row.line for row in reversed(summary.refused_rows)} == summary.first_lines


def test_later_rows_of_a_case_are_offered_after_a_refusal(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    events = history(store, 4)
    assert [event.transition for event in events[1:]] == ["inspect"]
    assert events[1].command_id == "shop/J-4/5"


def test_cases_are_numbered_by_their_first_rows_and_rows_happen_by_instant(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    assert [event.transition for event in history(store, 2)[1:]] == ["inspect", "quote", "finish"]
    assert history(store, 1)[0].command_id == "shop/J-2/0"
    assert history(store, 2)[0].command_id == "shop/J-1/0"


def test_rows_of_one_instant_keep_the_order_of_the_file(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    events = history(store, 3)
    assert [event.transition for event in events[1:]] == ["inspect", "quote", "note", "finish"]
    assert len({event.at for event in events}) == 1


def test_an_instant_without_offset_is_in_the_zone_of_the_mapping(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    assert history(store, 1)[1].at == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # half past eight in Berlin
    assert history(store, 2)[1].at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # nine o'clock at +01:00


def test_the_first_row_opens_its_case_at_its_instant_and_is_performed(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    opening, first = history(store, 2)[:2]
    assert isinstance(opening, Opened) and isinstance(first, Moved)
    assert (opening.at, opening.by, opening.post, opening.cause) == (
        first.at,
        first.by,
        first.post,
        first.cause,
    )
    assert (first.by, first.post, first.cause) == ("tom", "technician", "import")
    assert (opening.facts, opening.channel, opening.data) == (
        {"need": "My fan rattles"},
        "phone",
        {"fault": "worn"},
    )


def test_a_case_without_its_own_words_is_opened_with_the_names_of_case_and_log(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    assert history(store, 1)[0].facts == {"need": "Case J-2 of the log shop"}


def test_cells_are_read_by_the_types_of_the_fields_and_empty_cells_are_not_given(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    inspect, quote, finish = history(store, 2)[1:]
    assert (inspect.data, quote.data, finish.data) == (
        {"fault": "worn"}, {"price": Money(Decimal("250.00"), "EUR")}, {"hours": 3},
    )  # fmt: skip
    assert history(store, 3)[3].personal == {"note": "Ring twice,\nthe bell is broken"}
    assert history(store, 3)[4].data == {}


def test_each_customer_of_the_log_is_registered_once_when_his_first_case_opens(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    ben, anna = store.cases(subject="customer", limit=10)
    assert [store.events(row.case_id)[0].facts for row in (ben, anna)] == [{"name": "Ben"}, {"name": "Anna"}]
    assert anna.opened_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert [history(store, number)[0].customer for number in (1, 2, 3, 4)] == [
        ben.case_id, anna.case_id, anna.case_id, None,
    ]  # fmt: skip


def test_no_id_is_made_from_a_customers_name(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    before = {row.case_id for row in store.cases(subject="customer", limit=10)}
    with memory() as other:
        imported(other, tmp_path, ROWS.replace("Anna", "Zoe").replace("Ben", "Yan"))
        assert {row.case_id for row in other.cases(subject="customer", limit=10)} == before


def test_a_customer_is_registered_before_a_case_that_stands_earlier_in_the_file(store: Store, tmp_path: Path) -> None:
    rows = "J-1,Look at it,2026-03-09 09:00,tom,T,Anna,,worn,,,\nJ-2,Look at it,2026-03-02 09:00,ida,T,Anna,,worn,,,\n"
    summary = imported(store, tmp_path, rows)
    assert (summary.customers, summary.refused_moves) == (1, 0)
    (anna,) = store.cases(subject="customer", limit=10)
    assert store.events(anna.case_id)[0].by == "ida"


def test_a_blueprint_without_a_flow_for_customers_keeps_its_cases_without_them(store: Store, tmp_path: Path) -> None:
    summary = import_log(commands_on(store, flow()), *write_log(tmp_path))
    assert (summary.customers, summary.accepted_cases) == (0, 2)
    assert history(store, 2)[0].customer is None


def test_a_row_that_names_nobody_acts_as_import_where_the_flow_lets_it(store: Store, tmp_path: Path) -> None:
    rows = "J-1,Look at it,2026-03-09 09:00,,,,,worn,,,\nJ-1,Say,2026-03-09 10:00,,,,,,,,Hello\n"
    refused = imported(store, tmp_path, rows)
    assert refused.refusals == {"NotAllowed: opening by the actor 'import'; it takes a person": 2}
    opening = {"by": ["import"], "collect": {"optional": ["fault"]}}
    with memory() as other:
        taken = import_log(commands_on(other, flow(opening=opening)), *write_log(tmp_path, rows))
        assert taken.refusals == {
            "NotAllowed: 'inspect' by the actor 'import'; it takes 'technician'": 1,
            "NotAllowed: 'note' by the actor 'import'; it takes a person": 1,
        }  # fmt: skip


def test_a_post_that_the_flow_does_not_know_is_not_told_and_a_cell_outside_the_map_gives_none(
    store: Store, tmp_path: Path
) -> None:
    rows = "J-1,Look at it,2026-03-09 09:00,ida,Secret,,,worn,,,\n"
    takes = "it takes 'technician'"
    found = imported(store, tmp_path, rows).refusals
    assert found == {f"NotAllowed: 'inspect' by a person without a post; {takes}": 1}
    plain = MAPPING.replace("{column: role, map: {T: technician, C: clerk}}", "role")
    with memory() as other:
        summary = imported(other, tmp_path, rows, plain)
        assert summary.refusals == {f"NotAllowed: 'inspect' by a post that the flow does not know; {takes}": 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("J-1,Look at it,2026-03-09 10:00,tom,T,,,,,,\n", "DataMissing: 'inspect', field 'fault'"),
        ("J-1,Look at it,2026-03-09 10:00,tom,T,,,smashed,,,\n", "DataInvalid: opening, field 'fault'"),
        ("J-1,Go on,2026-03-09 10:00,tom,T,,,worn,,,\n", "NotFromHere: 'resume' from 'intake.received'"),
        ("J-1,,2026-03-09 10:00,tom,T,,,worn,,,\n", "the row has no activity"),
    ],
)
def test_reasons_name_fields_and_states_but_no_values(store: Store, tmp_path: Path, row: str, reason: str) -> None:
    assert imported(store, tmp_path, row).refusals == {reason: 1}


def test_a_guard_that_says_no_and_a_wrong_amount_are_refusals_of_their_own(store: Store, tmp_path: Path) -> None:
    rows = (
        "J-1,Look at it,2026-03-09 09:00,tom,T,,,unknown,,,\n"
        "J-1,Offer,2026-03-09 10:00,tom,T,,,,90 EUR,,\n"
        "J-1,Offer,2026-03-09 10:00,tom,T,,,,ninety,,\n"
    )
    assert imported(store, tmp_path, rows).refusals == {
        "DataInvalid: 'quote', field 'price'": 1,
        "GuardSaidNo: 'quote' from 'intake.checked'": 1,
    }


def test_all_rows_of_a_case_that_could_not_be_opened_are_refused_for_that_reason(store: Store, tmp_path: Path) -> None:
    mapping = MAPPING.replace("channel: {value: phone}", "channel: {value: pigeon}")
    summary = imported(store, tmp_path, ROWS, mapping)
    assert summary.refusals == {
        "DataInvalid: opening, field 'channel'": 12,
        "no transition for activity 'Dance'": 1,
    }
    with memory() as other:
        assert told(imported(other, tmp_path, ROWS, mapping, lines_a_commit=1)) == told(summary)
    assert store.cases(subject="request", limit=10) == []


def test_a_case_whose_customer_could_not_be_registered_is_refused_with_all_its_rows(
    store: Store, tmp_path: Path
) -> None:
    client = flow("client", "customer", opening={"by": "clerk"})
    summary = import_log(commands_on(store, flow(), client), *write_log(tmp_path))
    assert summary.refusals["NotAllowed: registering the customer by post 'technician'; it takes 'clerk'"] == 8
    assert summary.accepted_cases == 0
    assert [row.number for row in store.cases(subject="request", limit=10)] == [1]  # J-4 has no customer


def test_a_row_may_stand_for_the_opening_alone(store: Store, tmp_path: Path) -> None:
    mapping = MAPPING.replace("opening: {", "opening: {transition: begun, ").replace(
        "transitions:\n", "transitions:\n  Came in: begun\n"
    )
    rows = (
        "J-1,Came in,2026-03-09 09:00,tom,T,,,worn,,,\n"
        "J-1,Look at it,2026-03-09 10:00,tom,T,,,worn,,,\n"
        "J-1,Came in,2026-03-09 11:00,tom,T,,,worn,,,\n"
    )
    summary = imported(store, tmp_path, rows, mapping)
    assert summary.refusals == {"NotFromHere: flow 'repair' has no transition 'begun'": 1}
    assert [type(event).__name__ for event in history(store, 1)] == ["RequestOpened", "Moved"]
    again = imported(store, tmp_path, rows, mapping)
    assert (told(again), again.repeated) == (told(summary), 2)


def test_complaints_and_customers_are_opened_by_their_own_words(store: Store, tmp_path: Path) -> None:
    flows = (flow("anger", "complaint"), flow("client", "customer"))
    complaints = MAPPING.replace("flow: repair", "flow: anger").replace("need: {column", "text: {column")
    import_log(commands_on(store, *flows), *write_log(tmp_path, ROWS, complaints))
    (first, second, *_) = store.cases(subject="complaint", limit=10)
    assert store.events(first.case_id)[0].facts == {"text": "Case J-2 of the log shop"}
    assert store.events(second.case_id)[0].facts == {"text": "My fan rattles"}
    customers = MAPPING.replace("flow: repair", "flow: client").replace(
        "need: {column: wish}", "name: {column: client}"
    )
    customers = customers.replace("customer: client\n", "").replace("name: shop", "name: clients")
    import_log(commands_on(store, *flows), *write_log(tmp_path, ROWS, customers))
    names = [store.events(row.case_id)[0].facts["name"] for row in store.cases(subject="customer", limit=10)]
    assert sorted(names) == ["Anna", "Anna", "Anna", "Ben", "Ben", "Case J-4 of the log clients"]


def test_cells_of_every_type_become_values(store: Store, tmp_path: Path) -> None:
    data = {
        "yes": {"type": "boolean"}, "day": {"type": "date"}, "when": {"type": "instant"}, "long": {"type": "duration"},
        "rate": {"type": "decimal"}, "count": {"type": "integer"}, "tags": {"type": "list", "of": "integer"},
        "words": {"type": "text"},
    }  # fmt: skip
    kinds = flow("kinds", data=data, opening={"collect": {"optional": list(data)}}, transitions={})
    mapping = "log: {name: k}\nflow: kinds\ncase: c\nactivity: a\ninstant: {column: t, zone: Europe/Berlin}\nperson: {value: tom}\n"
    mapping += "transitions: {x: x}\ndata: {" + ", ".join(f"{name}: {name}" for name in data) + "}\n"
    header = "c,a,t,yes,day,when,long,rate,count,tags,words\n"
    row = "1,x,2026-03-09 09:00, Yes ,2026-03-31,2026-03-09 10:00,2 days,1.50,-7,1; 2;,two words\n"
    log, words = tmp_path / "k.csv", tmp_path / "k.yaml"
    log.write_text(header + row)
    words.write_text(mapping)
    import_log(commands_on(store, kinds), log, words)
    assert history(store, 1)[0].data | history(store, 1)[0].personal == {
        "yes": True, "day": datetime(2026, 3, 31).date(), "when": datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
        "long": timedelta(days=2), "rate": Decimal("1.50"), "count": -7, "tags": (1, 2), "words": "two words",
    }  # fmt: skip


def test_a_text_too_long_to_open_a_case_with_refuses_the_case(store: Store, tmp_path: Path) -> None:
    rows = f"J-1,Look at it,2026-03-09 09:00,tom,T,,{'x' * 100_001},worn,,,\n"
    assert imported(store, tmp_path, rows).refusals == {"DataInvalid: opening, field 'need'": 1}


def test_many_rows_share_a_commit_and_a_long_case_goes_over_several(tmp_path: Path) -> None:
    rows = "J-1,Look at it,2026-03-09 09:00,tom,T,Ben,,worn,,,\n"
    rows += "".join(f"J-1,Say,2026-03-09 10:{minute:02},tom,T,Ben,,,,,{minute}\n" for minute in range(19))
    counts = {}
    for lines in (1, 6, 500):
        with memory() as store:
            commands, commits = commands_on(store), 0
            begin = store.transaction

            def counted(begin=begin):
                nonlocal commits
                commits += 1
                return begin()

            store.transaction = counted  # type: ignore[method-assign]
            import_log(commands, *write_log(tmp_path, rows), lines_a_commit=lines)
            counts[lines] = commits
            assert [event.personal.get("note") for event in history(store, 1)[2:]] == [
                str(number) for number in range(19)
            ]
    assert counts == {1: 20, 6: 4, 500: 1}


def test_progress_is_told_of_rows_read_and_then_of_rows_imported(tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    rows = "".join(f"J-{number},Look at it,2026-03-09 09:00,tom,T,,,worn,,,\n" for number in range(2500))
    with memory() as store:
        imported(store, tmp_path, rows, progress=lambda done, total: heard.append((done, total)))
    assert heard == [
        (1000, None),
        (2000, None),
        *((done, 2500) for done in range(500, 2501, 500)),
        (2500, 2500),
    ]


def test_a_log_may_be_compressed_written_with_other_marks_in_another_encoding(tmp_path: Path) -> None:
    text = "\ufeffNr;Schritt;Zeit;Wer\r\n1;Prüfen;31.03.2026 09:00;Jürgen\r\n\r\n1;Fertig;31.03.2026 10:00;Jürgen\r\n"
    mapping = (
        'log: {name: mz, delimiter: ";", encoding: utf-16}\nflow: repair\ncase: Nr\nactivity: Schritt\n'
        'instant: {column: Zeit, zone: Europe/Berlin, format: "%d.%m.%Y %H:%M"}\nperson: Wer\npost: {value: clerk}\n'
        "transitions: {Prüfen: hold, Fertig: resume}\n"
    )
    log, words = tmp_path / "m.csv.gz", tmp_path / "m.yaml"
    log.write_bytes(gzip.compress(text.removeprefix("\ufeff").encode("utf-16")))
    words.write_text(mapping, encoding="utf-8")
    with memory() as store:
        summary = import_log(commands_on(store), log, words)
        assert (summary.events, summary.refused_moves) == (2, 0)
        assert history(store, 1)[1].by == "Jürgen"
    with_mark = tmp_path / "m.csv"
    with_mark.write_bytes(text.encode("utf-8"))
    words.write_text(mapping.replace("utf-16", "utf-8"), encoding="utf-8")
    with memory() as store:
        assert import_log(commands_on(store), with_mark, words).refused_moves == 0


def test_a_case_name_of_any_length_and_content_is_one(store: Store, tmp_path: Path) -> None:
    names = ["x" * 300, "a/b", "a", "客户 7", "customer/a", "0"]
    rows = "".join(f"{name},Look at it,2026-03-09 09:00,tom,T,,,worn,,,\n" for name in names)
    first = imported(store, tmp_path, rows)
    again = imported(store, tmp_path, rows)
    assert (first.cases, first.refused_moves, again.repeated) == (6, 0, 6)


def test_only_so_many_activities_and_rows_are_named(tmp_path: Path) -> None:
    rows = "".join(f"J-1,Act {number},2026-03-09 09:00,tom,T,,,worn,,,\n" for number in range(1200))
    with memory() as store:
        summary = imported(store, tmp_path, rows)
    assert len(summary.refusals) == 101
    assert summary.refusals["no transition for another activity"] == 1100
    assert (len(summary.refused_rows), summary.refused_rows_left_out) == (1000, 200)
    assert [row.line for row in summary.refused_rows] == list(range(2, 1002))


def test_a_commit_has_at_least_one_row(tmp_path: Path) -> None:
    with memory() as store, pytest.raises(DataInvalid, match="lines_a_commit"):
        imported(store, tmp_path, lines_a_commit=0)


def memory() -> Store:
    from service_flow.engine.store import open_store

    return open_store("memory")
