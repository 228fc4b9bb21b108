"""The SVG picture: all of the flow is in it, nothing covers anything else, and no text can break it."""

import subprocess
import sys
from itertools import combinations

import pytest
from drawn_flows import HOSTILE, flows, marked, parsed, rect_of, text_of, tip_of
from hypothesis import given, settings

from draws import draws
from service_flow import Blueprint
from service_flow.design.drawing import Overlay, svg
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel

SHIPPED = Blueprint.load("full_process")
SHIPPED_FLOWS = [pytest.param(flow, id=name) for name, flow in SHIPPED.flows.items()]


def flow_of(states, transitions, **words):
    model = {"flow": "small", "subject": "request", "initial": next(iter(states)), "states": states} | words
    return Flow(FlowModel.model_validate(model | {"transitions": transitions}))


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("flow", SHIPPED_FLOWS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_state_phase_and_transition_of_the_shipped_flows_is_drawn_with_its_whole_title(flow, lang):
    tree = parsed(svg(flow, lang=lang))
    states, transitions = marked(tree, "state"), marked(tree, "transition")
    assert list(states) == list(flow.states)
    assert set(transitions) == set(flow.transitions)
    for path, part in states.items():
        assert squeezed(flow.states[path].title[lang]) in squeezed(text_of(part))
    for name, part in transitions.items():
        assert squeezed(flow.transitions[name].title[lang]) in squeezed(text_of(part))
    assert flow.title[lang] in text_of(tree)


@pytest.mark.parametrize("flow", SHIPPED_FLOWS)
def test_in_the_shipped_flows_no_box_covers_another(flow):
    tree = parsed(svg(flow))
    states = {path: rect_of(part) for path, part in marked(tree, "state").items()}
    labels = [
        rect_of(part) for part in marked(tree, "transition").values() if part.find(".//*[@class='sf-line']") is not None
    ]
    for one, other in combinations([*states.values(), *labels], 2):
        assert not one.overlaps(other)
    for path, part in marked(tree, "phase").items():
        for state, box in states.items():
            assert rect_of(part).holds(box) if state.startswith(path + ".") else not rect_of(part).overlaps(box)


@settings(max_examples=draws(120), deadline=None)
@given(flows())
def test_any_flow_is_drawn_whole_and_well_formed(flow):
    tree = parsed(svg(flow))
    states = {path: rect_of(part) for path, part in marked(tree, "state").items()}
    assert set(states) == set(flow.states)
    assert set(marked(tree, "transition")) == set(flow.transitions)
    for one, other in combinations(states.values(), 2):
        assert not one.overlaps(other)
    for path, part in marked(tree, "phase").items():
        for state, box in states.items():
            assert rect_of(part).holds(box) if state.startswith(path + ".") else not rect_of(part).overlaps(box)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_owner_outcome_or_mark_breaks_the_picture(text):
    flow = flow_of(
        {"a": {"title": text, "initial": "b", "states": {"b": {"title": text}}}, "c": {"title": text, "final": "done"}},
        {"go": {"title": text, "from": "a", "to": "c"}, "note": {"title": text, "from": "any"}},
        title=text,
    )
    drawn = svg(flow, overlay=Overlay({"a.b": text}, {"go": text}), posts={"clerk": {"en": text}})
    tree = parsed(drawn)
    assert not [element for element in tree.iter() if element.tag.endswith(("script", "b"))]
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert not set(drawn) & {chr(code) for code in (*range(9), *range(11, 32), 127, *range(0x80, 0xA0))}
    assert not set(drawn) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


def test_a_title_of_nothing_that_can_be_shown_gives_way_to_the_name():
    drawn = svg(flow_of({"spare_part": {"title": "\x1b[2J\u200e"}}, {}))
    assert text_of(marked(parsed(drawn), "state")["spare_part"]) == "spare part"


def test_a_title_falls_back_to_the_other_language_and_then_to_the_name():
    states = {"only_zh": {"title": {"zh": "待处理"}}, "only_en": {"title": "Waiting"}, "no_title": {}}
    flow = flow_of(states, {})
    for lang in ("en", "zh"):
        drawn = marked(parsed(svg(flow, lang=lang)), "state")
        assert [text_of(drawn[path]) for path in states] == ["待处理", "Waiting", "no title"]


def test_the_same_flow_gives_the_same_bytes_in_another_process_with_other_hashes():
    script = (
        "from service_flow import Blueprint; from service_flow.design.drawing import svg, mermaid; import sys; "
        "flows = Blueprint.load('full_process').flows.values(); "
        "sys.stdout.buffer.write(''.join(svg(f) + mermaid(f) for f in flows).encode())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""


def test_a_final_state_is_drawn_with_two_frames_and_its_outcome():
    tree = parsed(svg(flow_of({"open": {}, "over": {"final": "called_off"}}, {"end": {"from": "open", "to": "over"}})))
    over, still_open = marked(tree, "state")["over"], marked(tree, "state")["open"]
    assert "ends: called off" in text_of(over)
    assert over.find("*[@class='sf-inner']") is not None
    assert still_open.find("*[@class='sf-inner']") is None


def test_a_state_shows_who_owns_it_and_whether_clocks_stand_still():
    states = {"here": {"owner": "account_manager"}, "waiting": {"clock": "paused"}, "stopped": {"clock": "stopped"}}
    tree = parsed(svg(flow_of(states, {}), posts={"account_manager": {"en": "Key account"}}))
    drawn = marked(tree, "state")
    assert "Key account" in text_of(drawn["here"])
    assert "clocks pause" in tip_of(drawn["waiting"])
    assert "clocks stop" in tip_of(drawn["stopped"])
    signs = {path: len(part.findall(".//*[@class='sf-solid']")) for path, part in drawn.items()}
    assert signs == {"here": 0, "waiting": 2, "stopped": 1}


def test_a_transition_from_many_states_has_no_lines_from_them_but_says_which():
    states = {f"s{at}": {} for at in range(6)} | {"held": {}, "over": {"final": "completed"}}
    flow = flow_of(
        states, {"hold": {"from": "any", "to": "held"}, "drop": {"from": [f"s{at}" for at in range(5)], "to": "over"}}
    )
    drawn = marked(parsed(svg(flow)), "transition")
    assert "from anywhere" in text_of(drawn["hold"])
    assert "from anywhere except s5, held" in text_of(drawn["drop"])
    for part in drawn.values():
        assert part.find("*[@class='sf-line']").attrib["d"].count("M") == 1
        assert len(part.findall("*[@class='sf-tip']")) == 1


def test_a_transition_from_a_whole_phase_names_the_phase():
    inner = {f"s{at}": {} for at in range(6)}
    flow = flow_of(
        {"making": {"title": "Production", "initial": "s0", "states": inner}, "held": {}, "other": {}},
        {"hold": {"from": "making", "to": "held"}},
    )
    assert "from anywhere in Production" in text_of(marked(parsed(svg(flow)), "transition")["hold"])


def test_a_transition_that_stays_is_told_in_its_state_or_for_many_states_at_any_time():
    states = {f"s{at}": {} for at in range(6)}
    flow = flow_of(states, {"note": {"from": "s0", "title": "Note"}, "tell": {"from": "any", "title": "Tell"}})
    tree = parsed(svg(flow))
    assert "Note" in text_of(marked(tree, "state")["s0"])
    assert not any("Tell" in text_of(part) for part in marked(tree, "state").values())
    assert "from anywhere" in text_of(marked(tree, "transition")["tell"])
    assert "At any time" in text_of(tree)


def test_a_transition_to_history_is_marked_as_going_back():
    flow = flow_of({"held": {}, "other": {}}, {"resume": {"from": "held", "to": "history"}})
    assert "back to where it was" in text_of(marked(parsed(svg(flow)), "transition")["resume"])


def test_a_transition_that_nothing_leads_out_of_is_still_told():
    flow = flow_of({"over": {"final": "completed"}}, {"go": {"from": "any", "to": "over"}})
    assert "leaves no state" in text_of(marked(parsed(svg(flow)), "transition")["go"])


def test_the_pointer_shows_who_may_do_it_when_and_what_is_asked_for():
    flow = flow_of(
        {"a": {}, "b": {}},
        {"go": {"from": "a", "to": [{"state": "b", "when": "price > 9"}, {"state": "history"}], "collect": ["price"],
                "by": ["customer", "field_technician", "clerk", "timer", "rule"], "when": "price > 0"}},
        data={"price": {"type": "money", "title": "Agreed price"}},
    )  # fmt: skip
    part = marked(parsed(svg(flow)), "transition")["go"]
    for told in (
        "by: customer, field technician, clerk, timer, rule",
        "when price > 0",
        "b: when price > 9",
        "asks for: Agreed price",
    ):
        assert told in tip_of(part)
    assert "+" in text_of(part), "a line has room for some of the posts only"


def test_an_overlay_stands_on_states_and_transitions_wherever_they_are_drawn():
    flow = flow_of(
        {f"s{at}": {} for at in range(7)},
        {"go": {"from": "s0", "to": "s1"}, "again": {"from": "s0"}, "tell": {"from": "any"}},
    )
    overlay = Overlay(
        {"s0": "17 cases", "gone": "1"}, {"go": "5 a day", "again": "twice", "tell": "weekly", "gone": "1"}
    )
    tree = parsed(svg(flow, overlay=overlay))
    assert "17 cases" in text_of(marked(tree, "state")["s0"])
    assert "5 a day" in text_of(marked(tree, "transition")["go"])
    assert "twice" in text_of(marked(tree, "state")["s0"])
    assert "weekly" in text_of(marked(tree, "transition")["tell"])
    assert "17 cases" not in svg(flow)


def test_the_picture_can_be_read_aloud_and_needs_nothing_from_outside():
    flow = SHIPPED.flows["complaint"]
    drawn = svg(flow)
    tree = parsed(drawn)
    assert tree.attrib["role"] == "img"
    ids = {element.attrib["id"]: element for element in tree.iter() if "id" in element.attrib}
    title, told = (ids[name].text for name in tree.attrib["aria-labelledby"].split())
    assert title == flow.title["en"]
    for transition in flow.transitions.values():
        assert f"{transition.title['en']}: " in told
    assert "prefers-color-scheme:dark" in drawn
    assert not any(word in drawn for word in ("<script", "href", "url(", "@import", "@font-face"))


def test_a_flow_of_three_hundred_states_is_drawn():
    states = {f"p{phase}": {"initial": "s0", "states": {f"s{at}": {} for at in range(10)}} for phase in range(30)}
    paths = [f"p{phase}.s{at}" for phase in range(30) for at in range(10)]
    steps = {f"t{at}": {"from": path, "to": paths[at + 1]} for at, path in enumerate(paths[:-1])}
    steps |= {f"b{at}": {"from": path, "to": paths[at - at % 7]} for at, path in enumerate(paths) if at % 7 > 2}
    tree = parsed(svg(flow_of(states, steps)))
    boxes = [rect_of(part) for part in marked(tree, "state").values()]
    assert len(boxes) == 300
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
