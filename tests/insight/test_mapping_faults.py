"""What is wrong with a mapping is said at its place in the file, before anything is imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_logs import MAPPING, commands_on, flow, write_log

from service_flow.engine.store import open_store
from service_flow.errors import InputError
from service_flow.insight.histories import import_log
from service_flow.insight.histories.mapping import read_mapping

# A part of the good mapping, what takes its place, and what is said of it at the place of the `§`.
FAULTS = [
    ("person: who", "§persn: who", "unknown word 'persn'; did you mean 'person'?"),
    ("log: {name: shop}\nflow: repair\n", "§log: {name: shop}\n", "needs the word 'flow'"),
    ("flow: repair", "flow: §repiar", "no flow 'repiar'; did you mean 'repair'?"),
    ("activity: step", "activity: §stp", "has no column 'stp'; did you mean 'step'?"),
    ("column: time, zone", "column: §tme, zone", "has no column 'tme'; did you mean 'time'?"),
    (
        "zone: Europe/Berlin",
        "zone: §Europe/Berln",
        "unknown time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?",
    ),
    ("zone: Europe/Berlin", "format: §'%Q'", "no format of strptime"),
    ("{column: role, map", "{column: §roel, map", "has no column 'roel'; did you mean 'role'?"),
    ("{column: role, map", "§{map", "give either 'column' or 'value'"),
    ("{column: role, map", "§{value: clerk, map", "a 'map' goes with a 'column'"),
    ("{column: role, map", "§{value: clerk, column: role, map", "give either 'column' or 'value'"),
    (
        "customer: client",
        "customer: {column: client, flow: §klient}",
        "no flow 'klient' for a customer; did you mean",
    ),
    ("need: {column: wish}", "§text: {column: wish}", "a request is opened with 'need', not 'text'"),
    ("opening: {", "opening: {§chanel: x, ", "unknown word 'chanel' in 'opening'; did you mean 'channel'?"),
    (MAPPING[MAPPING.index("transitions") :], "transitions: §{}", "'transitions' needs at least 1"),
    ("fault: defect", "§flaut: defect", "has no field 'flaut'; did you mean 'fault'?"),
    ("fault: defect", "fault: §defct", "has no column 'defct'; did you mean 'defect'?"),
    ("{name: shop}", "{name: §a shop}", "no blanks and no slashes"),
    ("{name: shop}", "{name: shop, delimiter: §ab}", "write one character"),
    ("{name: shop}", "{name: shop, format: §xls}", "'xls' is not possible"),
    ("{name: shop}", "{name: shop, encoding: §utf-9}", "unknown encoding 'utf-9'; did you mean 'utf-8'?"),
    ("{name: shop}", "{name: shop, encoding: §base64}", "unknown encoding 'base64'"),
    ("{name: shop}", "{name: shop, encoding: §undefined}", "unknown encoding 'undefined'"),
    ("{name: shop}", "{name: shop, decimal: §;}", "';' is not possible in 'decimal'. Possible: ., ,."),
    ("{name: shop}", "{name: shop, thousands: §x}", "one character that is no letter, digit or sign"),
    ("{name: shop}", "§{name: shop, thousands: '.'}", "'.' cannot be both 'decimal' and 'thousands'"),
    ("zone: Europe/Berlin", "format: ['%d.%m.%Y', §'%Q']", "no format of strptime"),
    ("zone: Europe/Berlin", "format: §'%H:%M %H'", "no format of strptime"),
    ("zone: Europe/Berlin", "format: §'%d.%m. %H:%M'", "does not say year, month and day"),
    ("zone: Europe/Berlin", "format: §ISO", "does not say year, month and day"),
    ("zone: Europe/Berlin", "format: §[]", "'format' needs at least 1"),
    ("zone: Europe/Berlin", "format: §5", "'format' should be a text or a list"),
    ("fault: defect", "fault: {column: defect, format: §'%m'}", "does not say year, month and day"),
    ("price: cost", "price: {column: cost, currency: §Euro}", "three capital letters"),
    ("price: cost", "price: §{currency: EUR}", "give either 'column' or 'value'"),
    ("flow: repair\n", "flow: repair\n§lifecycle: {}\n", "needs the word 'only'"),
    ("flow: repair\n", "flow: repair\nlifecycle: §5\n", "'lifecycle' should be a text or a list"),
    ("flow: repair\n", "flow: repair\nlifecycle: §complete\n", "has no column 'lifecycle:transition'"),
    (
        "flow: repair\n",
        "flow: repair\nlifecycle: {only: done, column: §stp}\n",
        "has no column 'stp'; did you mean 'step'?",
    ),
    ("{name: shop}", "§{name: shop", "is not closed"),
    ("case: job", "case: job\n§case: job", "'case' is given twice"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_of_the_mapping_is_named_at_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in MAPPING
    mapping = MAPPING.replace(old, new, 1)
    before = mapping[: mapping.index("§")]
    log, words = write_log(tmp_path, mapping=mapping.replace("§", ""))
    with open_store("memory") as store:
        with pytest.raises(InputError) as caught:
            import_log(commands_on(store), log, words)
        assert message in str(caught.value)
        place = (str(words), before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert (caught.value.file, caught.value.line, caught.value.column) == place
        assert store.count()["events"] == 0


def test_every_fault_of_the_words_is_told_at_once(tmp_path: Path) -> None:
    _, words = write_log(tmp_path, mapping=MAPPING.replace("person", "persn").replace("activity", "activty"))
    with pytest.raises(InputError) as caught:
        read_mapping(words)
    assert "'activty'" in str(caught.value) and "'persn'" in str(caught.value)


def test_several_flows_for_customers_ask_for_the_name_of_one(tmp_path: Path) -> None:
    flows = (flow(), flow("client", "customer"), flow("company", "customer"))
    log, words = write_log(tmp_path)
    with open_store("memory") as store:
        with pytest.raises(InputError, match=r"several flows for a customer \(client, company\); name one with `flow`"):
            import_log(commands_on(store, *flows), log, words)
        words.write_text(MAPPING.replace("customer: client", "customer: {column: client, flow: company}"))
        assert import_log(commands_on(store, *flows), log, words).customers == 2
        assert {row.flow for row in store.cases(subject="customer", limit=9)} == {"company"}


def test_cases_that_are_customers_have_no_customer(tmp_path: Path) -> None:
    log, words = write_log(tmp_path, mapping=MAPPING.replace("flow: repair", "flow: client").replace("need", "name"))
    with open_store("memory") as store, pytest.raises(InputError, match="are customers themselves") as caught:
        import_log(commands_on(store), log, words)
    assert (caught.value.line, caught.value.column) == (8, 1)


def test_a_transition_that_the_flow_lacks_is_no_fault_of_the_mapping(tmp_path: Path) -> None:
    _, words = write_log(tmp_path)
    assert read_mapping(words).words.transitions["Paint it"] == "paint"


def test_a_mapping_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_mapping(tmp_path / "none.yaml")
