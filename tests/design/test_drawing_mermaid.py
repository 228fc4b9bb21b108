"""The Mermaid text: every line is one of the forms that Mermaid's state diagrams have, whatever the titles hold."""

import re
from xml.etree import ElementTree

import pytest
from drawn_flows import HOSTILE, flows
from hypothesis import given, settings

from draws import draws
from service_flow import Blueprint
from service_flow.design.drawing import mermaid, svg
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel

_ID = r"[a-z][a-z0-9_]*"
_TEXT = r"(?:[^\x00-\x1f\x7f-\x9f:;#\"<>{}%`&'\\]|#\d+;)+"
_LINES = re.compile(
    rf' *state "{_TEXT}" as (?P<declared>{_ID})(?P<opens> \{{)?'
    rf"| *(?P<closes>\}})"
    rf"| *--"
    rf"| *state (?P<bar>{_ID}) <<join>>"
    rf"| *(?P<tail>{_ID}|\[\*\]) --> (?P<head>{_ID}|\[\*\])(?: : (?P<label>{_TEXT}))?"
)


def read(text):
    """The declared names and the arrows of a diagram; fails for a line that is not Mermaid."""
    lines = text.splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    direction TB"]
    declared, arrows, depth = [], [], 0
    for line in lines[2:]:
        found = _LINES.fullmatch(line)
        assert found, line
        depth += bool(found["opens"]) - bool(found["closes"])
        declared += [found["declared"]] if found["declared"] else []
        declared += [found["bar"]] if found["bar"] else []
        arrows += [(found["tail"], found["head"], found["label"])] if found["tail"] else []
    assert depth == 0
    return declared, arrows


@settings(max_examples=draws(120), deadline=None)
@given(flows())
def test_any_flow_gives_lines_that_mermaid_reads_and_names_that_it_does_not_use_itself(flow):
    declared, arrows = read(mermaid(flow))
    assert len(declared) == len(set(declared))
    assert not [name for name in declared if name.endswith(("_start", "_end")) or name in ("state", "end", "note")]
    assert {end for tail, head, _ in arrows for end in (tail, head)} <= {*declared, "[*]"}


@pytest.mark.parametrize("flow", Blueprint.load("full_process").flows.values(), ids=lambda flow: flow.name)
def test_every_transition_of_the_shipped_flows_has_an_arrow_with_its_title(flow):
    _, arrows = read(mermaid(flow))
    labels = {label and re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label) for _, _, label in arrows}
    assert {transition.title["en"] for transition in flow.transitions.values()} <= labels


def test_phases_starts_and_ends_have_mermaids_own_forms():
    states = {
        "need": {"title": "Need", "initial": "new", "states": {"new": {}, "known": {}}},
        "over": {"final": "done"},
    }
    flow = Flow(FlowModel.model_validate({
        "flow": "small", "subject": "request", "initial": "need", "states": states,
        "transitions": {"learn": {"title": "Learn: why?", "from": "need.new", "to": "need.known"},
                        "end": {"title": "End", "from": "need.known", "to": "over"}},
    }))  # fmt: skip
    assert mermaid(flow) == (
        "stateDiagram-v2\n"
        "    direction TB\n"
        '    state "Need" as s_need {\n'
        '        state "new" as s_need_new\n'
        '        state "known" as s_need_known\n'
        "    }\n"
        '    state "over" as s_over\n'
        "    s_over --> [*]\n"
        "    [*] --> s_need_new\n"
        "    s_need_new --> s_need_known : Learn#58; why#63;\n"
        "    s_need_known --> s_over : End\n"
    )


def test_what_is_told_in_words_or_goes_back_has_a_box_of_its_own():
    states = {f"s{at}": {} for at in range(6)} | {"held": {}}
    transitions = {
        "hold": {"from": "any", "to": "held"}, "resume": {"from": "held", "to": "history"},
        "tell": {"from": "any"}, "note": {"from": "held"},
    }  # fmt: skip
    flow = Flow(FlowModel.model_validate(
        {"flow": "small", "subject": "request", "initial": "s0", "states": states, "transitions": transitions}
    ))  # fmt: skip
    text = mermaid(flow)
    _, arrows = read(text)
    assert {("from_1", "s_held", "hold"), ("s_held", "back_2", "resume")} <= set(arrows)
    assert {("from_3", "from_3", "tell"), ("s_held", "s_held", "note")} <= set(arrows)
    assert 'state "from anywhere" as from_1' in text


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "from anywhere except S5, Held"), ("zh", "自S5、Held以外的任意状态")]
)
def test_from_where_is_said_in_the_words_of_the_picture(lang, said):
    states = {f"s{at}": {"title": f"S{at}"} for at in range(7)} | {"held": {"title": "Held"}, "gone": {}}
    leaving = {"from": [f"s{at}" for at in range(7) if at != 5], "to": "gone"}
    flow = Flow(FlowModel.model_validate({
        "flow": "small", "subject": "request", "initial": "s0", "states": states, "transitions": {"drop": leaving},
    }))  # fmt: skip
    assert f'state "{said}" as from_1' in mermaid(flow, lang=lang)
    assert said in "".join(ElementTree.fromstring(svg(flow, lang=lang)).itertext())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_breaks_out_of_its_line(text):
    flow = Flow(FlowModel.model_validate({
        "flow": "small", "subject": "request", "initial": "a", "states": {"a": {"title": text}, "b": {"title": text}},
        "transitions": {"go": {"title": text, "from": "a", "to": "b"}},
    }))  # fmt: skip
    declared, arrows = read(mermaid(flow))
    assert (declared, len(arrows)) == (["s_a", "s_b"], 2)


def test_titles_are_in_the_language_asked_for():
    flow = Blueprint.load("full_process").flows["complaint"]
    assert 'state "已接收" as s_received' in mermaid(flow, lang="zh")
