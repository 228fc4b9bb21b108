"""Every fault is found at its place, told in our own words, together with all others of the file."""

import pytest
from faulty_words import IN_THE_MODEL
from faulty_yaml import AS_YAML, IN_THE_TREE, flow

from service_flow.design.language import parsing
from service_flow.design.language.model import FlowModel
from service_flow.design.language.reading import MOST_BYTES, read_model
from service_flow.errors import BlueprintError

ROWS = [*AS_YAML, *IN_THE_TREE, *IN_THE_MODEL]
FOREIGN_WORDS = ("Input should", "Field required", "pydantic", "ruamel", "<block", "scalar", "dictionary")


def findings_of(source, model=FlowModel):
    with pytest.raises(BlueprintError) as caught:
        read_model(source, model, "repair.yaml")
    return caught.value.findings


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_exactly_these_faults_are_found(row):
    found = findings_of(row.text, row.model)
    places = [(finding.code, finding.line, finding.column) for finding in found]
    assert places == [want[:3] for want in row.findings]
    for finding, (_, _, _, message) in zip(found, row.findings, strict=True):
        assert message in finding.message
        assert finding.file == "repair.yaml"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_no_message_speaks_the_words_of_a_library(row):
    for finding in findings_of(row.text, row.model):
        assert not [word for word in FOREIGN_WORDS if word in finding.message]
        assert "\n" not in finding.message


def test_line_breaks_of_every_kind_count_the_same():
    text = flow("title: 5\n")
    for source in (text, text.replace("\n", "\r\n"), text.replace("\n", "\r"), "\ufeff" + text):
        for variant in (source, source.encode()):
            assert [(found.line, found.column) for found in findings_of(variant)] == [(6, 8)]


def test_columns_count_characters_and_not_bytes():
    assert findings_of(flow("title: {en: 全流程, zh: 5}\n"))[0].column == 22


def test_bytes_that_are_not_utf8_are_found_at_their_place():
    (found,) = findings_of(b"flow: repair\r\ntitle: Gr\xfc\xdfe")
    assert (found.code, found.line, found.column) == ("SF106", 2, 10)
    assert "0xfc" in found.message


def test_a_file_saved_as_utf16_is_named_as_such():
    (found,) = findings_of("flow: a".encode("utf-16"))
    assert (found.code, found.line, found.column) == ("SF106", 1, 1)
    assert "UTF-16" in found.message


def test_a_file_saved_as_utf32_is_named_as_such_though_its_mark_begins_as_that_of_utf16():
    for encoding in ("utf-32-le", "utf-32-be"):
        (found,) = findings_of("\ufeffflow: a".encode(encoding))
        assert (found.code, found.line, found.column) == ("SF106", 1, 1)
        assert "UTF-32" in found.message


def test_a_text_of_more_than_4_mb_is_refused_before_it_is_read():
    (found,) = findings_of("#" * (MOST_BYTES + 1))
    assert (found.code, found.line, found.column) == ("SF105", 1, 1)


def test_an_alias_bomb_is_refused_where_it_goes_off():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for inner, outer in zip("abcdef", "bcdefg", strict=True):
        bomb += f"{outer}: &{outer} [{', '.join([f'*{inner}'] * 10)}]\n"
    (found,) = findings_of(bomb)
    assert (found.code, found.line) == ("SF120", 5)
    assert "100,000" in found.message


def test_aliases_cannot_make_a_small_file_hold_more_than_two_million_characters():
    text = flow("title: &a '" + "x" * 1000 + "'\nzzz:\n" + "  - *a\n" * 2000)
    assert "SF120" not in [found.code for found in findings_of(text)]
    *_, found = findings_of(text + "  - *a\n")
    assert (found.code, found.line, found.column) == ("SF120", 2008, 5)
    assert "2,000,000 characters" in found.message


def test_a_word_given_twice_by_an_alias_is_found_where_the_alias_stands():
    (found,) = findings_of(flow("&word title: a\n*word : b\n"))
    assert (found.code, found.line, found.column) == ("SF112", 7, 1)
    assert found.message == "'title' is given twice; the first is in line 6"


def test_of_more_than_200_findings_the_first_200_are_told_and_that_there_are_more():
    words = "".join(f"word{number}: 1\n" for number in range(300))
    twice = "".join(f"title: {number}\n" for number in range(300))
    broken = "".join(f"w{number}: *nothing\n" for number in range(300))
    for text in (flow(words), flow("title: a\n" + twice), flow(broken)):
        found = findings_of(text)
        assert len(found) == 201
        assert [one.code for one in found].count("SF108") == 1
        assert (found[-1].code, found[-1].line) == ("SF108", found[-2].line + 1)


def test_half_a_million_values_may_be_written_and_no_more(monkeypatch):
    assert parsing.MOST_NODES == 500_000
    monkeypatch.setattr(parsing, "MOST_NODES", 5_000)
    assert findings_of("[" + "a," * 4_999 + "]") == findings_of("[]")
    (found,) = findings_of("[" + "a," * 5_000 + "]")
    assert (found.code, found.line, found.column) == ("SF120", 1, 10_000)
    assert found.message == "more than 5,000 values up to here"


def test_what_is_written_does_not_count_as_what_aliases_stand_for():
    written = "zzz:\n  - &a [" + "a, " * 9_998 + "]\n" + "  - [" + "b, " * 10_000 + "]\n"
    assert "SF120" not in [found.code for found in findings_of(flow(written + "  - *a\n" * 10))]
    *_, found = findings_of(flow(written + "  - *a\n" * 11))
    assert (found.code, found.line, found.column) == ("SF120", 19, 5)
    assert found.message == "the aliases up to here stand for more than 100,000 values"


def test_ten_thousand_levels_end_neither_the_stack_nor_the_patience():
    for deep in ("[" * 10_000, "{a: " * 10_000, "- " * 10_000, "? " * 10_000):
        assert [found.code for found in findings_of(deep)] == ["SF118"]


def test_a_wrong_value_behind_an_alias_is_told_once_and_where_it_stands():
    found = findings_of(flow("data:\n  a: &a {type: texte}\n  b: *a\n  c: *a\n"))
    assert [(one.line, one.column) for one in found] == [(7, 16)]


def test_a_word_reported_as_yaml_is_not_reported_again_by_the_model():
    found = findings_of(flow("transitions:\n  go: {<<: {from: open}}\n"))
    assert [one.code for one in found] == ["SF115"]


def test_the_error_carries_the_first_place():
    with pytest.raises(BlueprintError) as caught:
        read_model(flow("zzz: 1\ntitle: 5\n"), FlowModel, "flows/repair.yaml")
    error = caught.value
    assert (error.file, error.line, error.column, error.code) == ("flows/repair.yaml", 6, 1, "SF130")
    assert str(error).startswith("flows/repair.yaml:6:1: SF130 unknown word 'zzz'")
    assert "flows/repair.yaml:7:8: SF132" in str(error)
