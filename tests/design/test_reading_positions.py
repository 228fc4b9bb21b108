"""Every word and value of a text knows its place, in every style and short form."""

import json
import re

import pytest
from faulty_yaml import BASE
from flow_models import flow_models
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.design.language import read_data, read_model, to_yaml
from service_flow.design.language.model import FlowModel, plain

TEXT = (
    BASE
    + """\
title: Repair
data:
  kind: {type: choice, choices: [quick, full]}
  tone:
    type: choice
    choices:
      kind: Kind
transitions:
  begin: {from: open, to: open, by: tom, collect: [kind, tone], when: 'kind != "x"'}
  finish:
    from: [open]
    to:
      - state: open
        when: tone == "kind"
      - {state: open}
    collect:
      optional: [tone]
"""
)
BEGIN, FINISH = ("transitions", "begin"), ("transitions", "finish")


@pytest.fixture(scope="module")
def document():
    return read_model(TEXT, FlowModel, "repair.yaml")[1]


@pytest.mark.parametrize(
    ("path", "word", "value"),
    [
        ((), (1, 1), (1, 1)),
        (("flow",), (1, 1), (1, 7)),
        (("states", "open"), (5, 3), (5, 9)),
        (("title",), (6, 1), (6, 8)),
        (("title", "en"), (6, 1), (6, 8)),
        (("data", "kind", "choices", "full"), (8, 41), (8, 41)),
        (("data", "kind", "choices", "quick", "en"), (8, 34), (8, 34)),
        (("data", "tone", "choices", "kind"), (12, 7), (12, 13)),
        (("data", "tone", "choices", "kind", "en"), (12, 7), (12, 13)),
        ((*BEGIN, "from", 0), (14, 11), (14, 17)),
        ((*BEGIN, "to", 0, "state"), (14, 23), (14, 27)),
        ((*BEGIN, "by", 0), (14, 33), (14, 37)),
        ((*BEGIN, "collect", "required", 1), (14, 58), (14, 58)),
        ((*BEGIN, "when"), (14, 65), (14, 71)),
        (FINISH, (15, 3), (16, 5)),
        ((*FINISH, "from", 0), (16, 12), (16, 12)),
        ((*FINISH, "to", 0, "when"), (19, 9), (19, 15)),
        ((*FINISH, "to", 1, "state"), (20, 10), (20, 17)),
        ((*FINISH, "collect", "optional", 0), (22, 18), (22, 18)),
    ],
)
def test_words_and_values_are_found_in_long_and_short_forms(document, path, word, value):
    assert document.position(path, key=True) == word
    assert document.position(path) == value


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("states", "open", "owner"), (5, 3)),
        ((*BEGIN, "title", "en"), (14, 3)),
        ((*FINISH, "to", 1, "when"), (20, 9)),
        ((*FINISH, "to", 7), (17, 5)),
        (("opening", "by", 0), (1, 1)),
        (("states", "shut", "open"), (4, 1)),
    ],
)
def test_a_path_that_is_not_there_leads_to_the_last_word_on_its_way(document, path, place):
    assert document.position(path) == place


STYLES = {
    "plain": ("when: a && b", (1, 12)),
    "single quotes": ("when: 'a && b'", (1, 13)),
    "double quotes": ('when: "a && b"', (1, 13)),
    "an escaped character before": (r'when: "\u0061 && b"', (1, 18)),
    "a plain text in two lines": ("when: a\n  && b", (2, 6)),
    "quotes over two lines": ("when: 'a &&\n  b'", (2, 3)),
    "a joined line in double quotes": ('when: "a \\\n  && b"', (2, 6)),
    "a literal block": ("when: |\n  a\n  && b", (3, 6)),
    "a folded block": ("when: >-  # the guard\n\n  a\n  && b", (4, 6)),
    "an anchor before": ("when: &guard a && b", (1, 19)),
    "a tag and quotes": ("when: !!str 'a && b'", (1, 19)),
    "a block with an anchor": ("when: &guard |\n    a && b", (2, 10)),
}


@pytest.mark.parametrize("style", STYLES)
def test_an_offset_points_at_one_character_of_a_text_in_every_style(style):
    text, place = STYLES[style]
    document = read_data(text + "\n")
    value = document.data["when"]
    assert document.position(("when",), offset=value.index("b")) == place


def test_an_offset_sees_through_doubled_quotes():
    document = read_data("when: 'a == ''x'' && b'\n")
    value = document.data["when"]
    assert value == "a == 'x' && b"
    assert [document.position(("when",), offset=value.index(one)).column for one in "a'xb"] == [8, 13, 15, 22]


def test_an_offset_at_the_end_or_at_a_blank_points_behind_what_stands_before():
    document = read_data("when: 'a && '\n")
    assert document.position(("when",), offset=2) == (1, 10)
    assert document.position(("when",), offset=1) == (1, 9)
    assert document.position(("when",), offset=5) == (1, 12)
    assert document.position(("when",), offset=99) == (1, 12)


def test_an_offset_into_something_else_than_a_text_is_its_place():
    document = read_data("a: [1, 2]\nb: ''\n")
    assert document.position(("a",), offset=3) == (1, 4)
    assert document.position(("b",), offset=1) == (2, 4)


def test_a_value_behind_an_alias_stands_where_it_was_written():
    document = read_data("a: &a {x: 1}\nb: *a\n")
    assert document.position(("b", "x")) == (1, 11)
    assert document.position(("b",), key=True) == (2, 1)


def test_a_word_without_a_value_is_what_can_be_seen_of_it():
    assert read_data("a:\n  b:\n  c: 1\n").position(("a", "b")) == (2, 3)


def test_data_behind_an_alias_is_not_shared():
    data = read_data("a: &a {x: []}\nb: *a\n").data
    data["a"]["x"].append(1)
    assert data["b"] == {"x": []}


@given(st.text("ab'\"\\&! é", min_size=1, max_size=30), st.data())
def test_an_offset_leads_to_the_same_character_however_it_is_quoted(value, data):
    offset = data.draw(st.integers(0, len(value) - 1))
    assume(not value[offset].isspace())
    for text in (
        f"a: '{value.replace(chr(39), chr(39) * 2)}'\n",
        f"a: {json.dumps(value)}\n",
        f"a: |2\n  {value}\n",
    ):
        document = read_data(text)
        line, column = document.position(("a",), offset=offset)
        found = text.splitlines()[line - 1][column - 1 :]
        assert found.startswith((value[offset], json.dumps(value[offset])[1:-1]))


def leaves(data, path=()):
    """Every text, number and so on inside plain data, with its path."""
    if isinstance(data, dict | list):
        for step, inner in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(inner, (*path, step))
    else:
        yield path, data


@given(flow_models)
@settings(max_examples=draws(100), deadline=None)
def test_every_path_of_a_model_leads_to_its_own_word_and_value(model):
    text = to_yaml(model)
    lines = text.split("\n")
    _, document = read_model(text, FlowModel, "flow.yaml")
    for path, value in leaves(plain(model)):
        line, column = document.position(path)
        found = lines[line - 1][column - 1 :]
        if isinstance(value, bool):
            assert found == str(value).lower()
        elif isinstance(value, str) and re.fullmatch("[a-z_.]+", value):
            assert found.strip("'") == value
        if isinstance(path[-1], str) and re.fullmatch("[a-z_]+", path[-1]):
            line, column = document.position(path, key=True)
            assert lines[line - 1][column - 1 :].strip("'").startswith(path[-1])
