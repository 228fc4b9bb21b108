"""What is written reads back the same: YAML to model to YAML to model changes nothing."""

import json

import pytest
from faulty_yaml import BASE
from flow_models import flow_models
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.cli.schema import all_sections
from service_flow.design.language import read_folder, read_model, to_yaml
from service_flow.design.language.model import FlowModel, OrganisationModel, plain
from service_flow.design.language.schema import shipped_folder

SHIPPED = [path.parent for path in shipped_folder().parent.glob("*/blueprint.yaml")]


@given(flow_models)
def test_a_flow_reads_back_as_it_was_written(model):
    text = to_yaml(model)
    again, _ = read_model(text, FlowModel, "flow.yaml")
    assert again == model
    assert to_yaml(again) == text
    assert plain(again) == plain(model)


def shortened(flow, choose):
    """A flow's data with some long forms written in their short forms, as an architect would."""
    _shorten(flow, "title", _only("en"), choose)
    for field in flow.get("data", {}).values():
        _shorten(field, "title", _only("en"), choose)
        _shorten(field, "choices", lambda value: list(value) if not any(value.values()) else value, choose)
    for step in (flow.get("opening", {}), *flow.get("transitions", {}).values()):
        _shorten(step, "from", _single, choose)
        _shorten(step, "by", _single, choose)
        _shorten(step, "collect", _only("required"), choose)
        _shorten(step, "to", lambda value: _only("state")(_single(value)), choose)
    return flow


def _only(word):
    return lambda value: value[word] if isinstance(value, dict) and value.keys() == {word} else value


def _single(value):
    return value[0] if len(value) == 1 else value


def _shorten(words, word, short, choose):
    if word in words and choose():
        shorter = short(words[word])
        words[word] = shorter if isinstance(shorter, str | list) else words[word]


@settings(max_examples=draws(100), deadline=None)
@given(flow_models, st.data())
def test_short_forms_and_flow_style_mean_the_same(model, data):
    short = shortened(plain(model), lambda: data.draw(st.booleans()))
    text = json.dumps(short, ensure_ascii=False)
    for character in "\x85\u2028\u2029":  # read as escapes only
        text = text.replace(character, f"\\u{ord(character):04x}")
    read, _ = read_model(text, FlowModel, "flow.yaml")
    assert read == model
    assert read_model(to_yaml(read), FlowModel, "flow.yaml")[0] == read


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_blueprints_read_back_as_they_were_written(folder):
    source = read_folder(folder, all_sections())
    assert source.sections
    for model in (source.blueprint, source.organisation, source.calendars, *source.flows.values(), *source.sections.values()):
        text = to_yaml(model)
        assert read_model(text, type(model), "again.yaml")[0] == model


def test_yaml_is_written_in_block_style_in_the_order_of_the_model_with_texts_unescaped():
    text = 'states: {open: {}}\ntitle: {zh: 维修, en: "yes"}\ninitial: open\nsubject: request\nflow: repair\n'
    text += "transitions: {go: {to: open, from: open, when: 'a != \"b\"'}}\n"
    model, _ = read_model(text, FlowModel, "flow.yaml")
    assert to_yaml(model, schema="../schema/flow.json") == (
        "# yaml-language-server: $schema=../schema/flow.json\n"
        "flow: repair\n"
        "subject: request\n"
        "title:\n"
        "  zh: 维修\n"
        "  en: yes\n"
        "initial: open\n"
        "states:\n"
        "  open: {}\n"
        "transitions:\n"
        "  go:\n"
        "    from:\n"
        "      - open\n"
        "    to:\n"
        "      - state: open\n"
        '    when: a != "b"\n'
    )


def test_what_was_left_at_its_default_is_not_written():
    assert to_yaml(OrganisationModel()) == "{}\n"
    assert to_yaml(read_model(BASE, FlowModel, "flow.yaml")[0]) == BASE


def test_writing_leaves_the_yaml_library_of_the_host_alone():
    from io import StringIO

    from ruamel.yaml import YAML

    to_yaml(OrganisationModel())
    stream = StringIO()
    YAML(typ="safe", pure=True).dump({"b": ".5e3", "a": 1}, stream)
    assert stream.getvalue() == "{a: 1, b: .5e3}\n"
