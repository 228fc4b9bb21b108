"""Drawings of flows with everything the language has: what must hold of every picture is checked in its numbers."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from drawn_flows import flow_of_model, flows, marked, parsed, text_of, tip_of
from hypothesis import given, settings
from plausible_flows import plausible

from draws import draws
from service_flow.design.drawing import mermaid, svg
from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.svg import Picture
from service_flow.design.drawing.wording import WORDS, Wording
from service_flow.design.flow import Flow
from service_flow.errors import ServiceFlowError


def picture_of(flow, compared=None):
    return Picture(Figure(flow, compared), Wording("en", {}), Overlay())


def touches(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def holds(outer, inner):
    return outer.x < inner.x and inner.right < outer.right and outer.y < inner.y and inner.bottom < outer.bottom


def runs_through(piece, box):
    """Whether a straight piece of a line runs through the inside of a box."""
    (x1, y1), (x2, y2) = piece
    beside = max(x1, x2) <= box.x + 0.51 or min(x1, x2) >= box.right - 0.51
    return not (beside or max(y1, y2) <= box.y + 0.51 or min(y1, y2) >= box.bottom - 0.51)


def check_boxes(plan):
    """No box covers another; a frame holds what is in it and nothing else."""
    for one, other in combinations(plan.nodes.values(), 2):
        assert not touches(one, other)
    for (group, box), (other, inner) in combinations(plan.groups.items(), 2):
        if other[: len(group)] == group:
            assert holds(box, inner)
        elif group[: len(other)] != other:
            assert not touches(box, inner)


def check_lines(picture):
    """Lines begin and end on the boxes they join, run upright or level, and through no box."""
    plan = picture.plan
    for number, link in enumerate(picture.arrangement.links):
        line = plan.lines[number]
        for (x, y), key in ((line[0], link.tail), (line[-1], link.head)):
            box = plan.nodes[key]
            assert box.x - 0.01 <= x <= box.right + 0.01
            assert min(abs(y - box.y), abs(y - box.bottom)) < 0.01
        for one, other in pairwise(line):
            assert min(abs(one[0] - other[0]), abs(one[1] - other[1])) < 0.51
            assert not any(runs_through((one, other), box) for box in plan.nodes.values())


def check_regions(picture):
    """Regions stand side by side in the order they are written, from one height to another."""
    figure, plan = picture.figure, picture.plan
    for whole in figure.wholes:
        boxes = [plan.groups[region.path] for region in figure.regions(whole)]
        assert all(left.right < right.x for left, right in pairwise(boxes))
        assert len({round(box.y, 3) for box in boxes}) == 1
        bars = [plan.nodes[f"{kind}:{whole}"] for kind in "fj" if f"{kind}:{whole}" in plan.nodes]
        assert bars[0].bottom < boxes[0].y
        assert all(bar.y > max(box.bottom for box in boxes) for bar in bars[1:])


def check_gates(picture):
    """A line of a whole state with regions begins, or ends, on its frame and does not run inside it."""
    plan = picture.plan
    for number, link in enumerate(picture.arrangement.links):
        for end in (link.tail, link.head):
            kind, _, path = end.rpartition(":")[0].partition(":")
            if kind == "g":
                frame = plan.groups[tuple(path.split("."))]
                assert min(abs(plan.nodes[end].y - y) for y in (frame.y, frame.bottom)) < 0.01
                assert not any(runs_through(piece, frame) for piece in pairwise(plan.lines[number]))


def check_laws(picture):
    check_boxes(picture.plan)
    check_lines(picture)
    check_regions(picture)
    check_gates(picture)


@settings(max_examples=draws(120), deadline=None)
@given(flows())
def test_in_any_flow_nothing_covers_anything_and_lines_are_where_they_belong(flow):
    check_laws(picture_of(flow))


@pytest.mark.parametrize(("size", "seed"), [(30, 1), (45, 2), (120, 1), (120, 3)])
def test_in_a_flow_of_usual_or_great_size_the_same_holds(size: int, seed: int) -> None:
    check_laws(picture_of(plausible(size, seed)))


# --- what each word of the language looks like


def order(**changed: object) -> Flow:
    """An order that is made while the customer is told of it."""
    transitions = {
        "start": {"from": "agreed", "to": "production"},
        "make": {"from": "production.making.scheduled", "to": "production.making.made"},
        "tell": {"from": "production.informing.due", "to": "production.informing.told"},
        "finish": {"from": "production", "join": True, "to": "closed", "automatic": True},
    }
    making = {"initial": "scheduled", "states": {"scheduled": {}, "made": {"done": True}}}
    informing = {"initial": "due", "states": {"due": {}, "told": {"done": True}}}
    states = {
        "agreed": {},
        "production": {
            "title": {"en": "Production", "zh": "生产"},
            "regions": {"making": making, "informing": informing},
        },
        "held": {},
        "closed": {"final": "completed"},
    }
    model = {"flow": "order", "subject": "request", "initial": "agreed", "states": states}
    model |= {"transitions": transitions | changed.pop("transitions", {})} | changed
    return flow_of_model(model)


def links_of(picture: Picture) -> set[tuple[str, str]]:
    return {(link.tail, link.head) for link in picture.arrangement.links}


def test_regions_begin_at_a_bar_and_are_joined_at_another() -> None:
    found = links_of(picture_of(order()))
    assert {("t:start", "f:production"), ("f:production", "s:production.making.scheduled"),
            ("f:production", "s:production.informing.due"), ("s:production.making.made", "j:production"),
            ("s:production.informing.told", "j:production"), ("j:production", "t:finish")} <= found  # fmt: skip


def test_bars_are_as_long_as_what_hangs_on_them_and_its_lines_run_straight() -> None:
    picture = picture_of(order())
    bar = picture.plan.nodes["f:production"]
    for number, link in enumerate(picture.arrangement.links):
        if link.net == "f:production":
            assert len(picture.plan.lines[number]) == 2
            assert bar.x < picture.plan.lines[number][0][0] < bar.right


def test_a_dashed_line_runs_between_two_regions() -> None:
    part = marked(parsed(svg(order())), "phase")["production"]
    assert len(part.findall("*[@class='sf-divider']")) == 1
    assert part.find("*[@class='sf-group']") is not None
    assert marked(parsed(svg(order())), "phase")["production.making"].find("*[@class='sf-region']") is not None


def test_a_state_that_ends_its_region_has_a_sign_of_its_own() -> None:
    drawn = marked(parsed(svg(order())), "state")
    assert "its region is done here" in tip_of(drawn["production.making.made"])
    signs = [len(part.findall("*[@class='sf-icon']")) for part in drawn.values()]
    assert signs == [0, 0, 1, 0, 1, 0, 0]


def test_an_automatic_transition_is_told_apart_by_its_line_and_in_words() -> None:
    drawn = marked(parsed(svg(order())), "transition")
    assert drawn["finish"].attrib["class"] == "sf-step sf-automatic"
    assert "by itself" in text_of(drawn["finish"]) and "anyone" not in text_of(drawn["finish"])
    assert drawn["make"].attrib["class"] == "sf-step"
    assert ".sf-automatic>.sf-line{stroke-dasharray" in svg(order())


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "once all regions of Production are done"), ("zh", "待生产的各并行分支均完成")]
)
def test_a_join_says_what_it_waits_for(lang: str, told: str) -> None:
    assert told in tip_of(marked(parsed(svg(order(), lang=lang)), "transition")["finish"])


def test_a_transition_out_of_a_whole_state_begins_at_its_frame() -> None:
    leave = {"hold": {"from": "production", "to": "held"}, "undo": {"from": "production", "to": "agreed"}}
    picture = picture_of(order(transitions=leave))
    found = links_of(picture)
    assert {("g:production:bottom", "t:hold"), ("g:production:top", "t:undo")} <= found
    assert not {tail for tail, head in found if head in ("t:hold", "t:undo")} - {
        "g:production:bottom", "g:production:top",
    }  # fmt: skip
    check_laws(picture)


def test_a_transition_back_into_a_whole_state_ends_at_its_frame() -> None:
    again = {"hold": {"from": "agreed", "to": "held"}, "again": {"from": "held", "to": "production"}}
    picture = picture_of(order(transitions=again))
    assert ("t:again", "g:production:bottom") in links_of(picture)
    check_laws(picture)


def test_a_transition_out_of_one_region_begins_at_its_state() -> None:
    found = links_of(picture_of(order(transitions={"fail": {"from": "production.making.made", "to": "held"}})))
    assert ("s:production.making.made", "t:fail") in found


def test_what_leaves_all_but_one_state_of_a_region_says_which() -> None:
    leave = {"hold": {"from": "production", "except": "production.making.made", "to": "held"}}
    found = links_of(picture_of(order(transitions=leave)))
    assert {tail for tail, head in found if head == "t:hold"} == {
        "s:production.making.scheduled", "s:production.informing.due", "s:production.informing.told",
    }  # fmt: skip


@pytest.mark.parametrize(("word", "sign"), [("history", "H"), ("deep_history", "H*")])
def test_the_history_of_a_state_is_a_circle_in_its_frame(word: str, sign: str) -> None:
    flow = order(
        transitions={"hold": {"from": "agreed", "to": "held"}, "resume": {"from": "held", "to": f"production.{word}"}}
    )
    picture = picture_of(flow)
    key = f"{'d' if sign == 'H*' else 'h'}:production:bottom"
    assert ("t:resume", key) in links_of(picture)
    assert holds(picture.plan.groups["production",], picture.plan.nodes[key])
    circles = [part for part in parsed(picture.text()).iter() if part.attrib.get("class") == "sf-recall"]
    assert [text_of(circle) for circle in circles] == [sign]
    assert f'state "{sign.replace("*", "#42;")}" as ' in mermaid(flow)


def test_an_entry_is_a_second_beginning_with_its_name() -> None:
    entries = {"express": {"title": {"en": "Express", "zh": "加急"}, "to": "production.making.made", "by": "clerk"},
               "anew": {"to": "production"}}  # fmt: skip
    flow = order(entries=entries)
    found = links_of(picture_of(flow))
    assert {("e:express", "s:production.making.made"), ("e:anew", "f:production")} <= found
    openings = {
        part.attrib["data-opening"]: part
        for part in parsed(svg(flow, lang="zh")).iter()
        if "data-opening" in part.attrib
    }
    assert [text_of(openings[name]) for name in ("", "express", "anew")] == ["建立", "加急", "anew"]
    assert "执行者：clerk" in tip_of(openings["express"])
    assert "[*] --> s_production_making_made : Express" in mermaid(flow)


def test_a_way_that_stays_is_told_on_the_label() -> None:
    ways = [{"state": "held", "when": "price > 0"}, {"state": "stay"}]
    flow = order(data={"price": {"type": "decimal"}}, transitions={"hold": {"from": "agreed", "to": ways}})
    drawn = marked(parsed(svg(flow)), "transition")["hold"]
    assert "held: price > 0" in text_of(drawn) and "otherwise: stays where it is" in text_of(drawn)


def test_what_stays_in_a_whole_state_is_told_once_and_not_in_each_of_its_states() -> None:
    tree = parsed(svg(order(transitions={"note": {"title": "Note", "from": "production"}})))
    assert not any("Note" in text_of(part) for part in marked(tree, "state").values())
    assert "from anywhere in Production" in text_of(marked(tree, "transition")["note"])


@pytest.mark.parametrize(
    ("when", "english", "chinese"),
    [({"after": "3 working days"}, "after 3 working days", "3 个工作日后"),
     ({"every": "1 hour 30 minutes"}, "every 1 hour 30 minutes", "每 1 小时 30 分钟"),
     ({"at": "due"}, "at Day due", "到“到期日”时")],
)  # fmt: skip
def test_a_timer_says_on_the_label_when_it_acts(when: dict[str, str], english: str, chinese: str) -> None:
    timer = {"while": "agreed", "perform": "start"} | when
    data = {"due": {"type": "date", "title": {"en": "Day due", "zh": "到期日"}}}
    flow = order(timers={"chase": timer}, data=data)
    assert english in text_of(marked(parsed(svg(flow)), "transition")["start"])
    assert chinese in text_of(marked(parsed(svg(flow, lang="zh")), "transition")["start"])


def test_promises_are_told_under_the_picture() -> None:
    decisions = {"how_long": {"title": "Time to start", "gives": "span", "rows": [{"then": "2 weeks"}]}}
    promises = {"quick": {"title": "Quick", "from": "opened", "until": "start", "within": "4 working hours"},
                "whole": {"from": "start", "until": ["closed", "held"], "within": {"decision": "how_long"}}}  # fmt: skip
    told = text_of(parsed(svg(order(promises=promises, decisions=decisions))))
    for part in ("Promises Quick from Opened until start within 4 working hours",
                 "whole from start until closed or held by the table Time to start"):  # fmt: skip
        assert part in told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_key_explains_every_sign_that_is_used_and_no_other(lang: str) -> None:
    used = {"region_key", "fork_key", "done", "automatic", "final_key", "none"}
    others = {
        "spread_key",
        "timer",
        "stays",
        "back",
        "history_key",
        "deep_key",
        "pointer",
        "paused",
        "stopped",
        "adding",
    }
    texts = [part.text for part in parsed(svg(order(), lang=lang)).iter() if part.attrib.get("class") == "sf-small"]
    column = 0 if lang == "en" else 1
    assert {word for word in used | others if WORDS[word][column] in texts} == used


def test_mermaid_has_forms_of_its_own_for_regions_joins_and_their_ends() -> None:
    lines = [line.strip() for line in mermaid(order()).splitlines()]
    for line in ("--", "[*] --> s_production_making_scheduled", "s_production_making_made --> [*]",
                 "state join_4 <<join>>", "s_production --> join_4", "join_4 --> s_closed : finish (by itself)",
                 "s_agreed --> s_production : start"):  # fmt: skip
        assert line in lines


# --- large flows


def test_a_large_flow_is_put_into_columns_and_is_not_taller_than_wide() -> None:
    plan = picture_of(plausible(120)).plan
    assert plan.height < 5_500
    assert 0.5 < plan.width / plan.height < 3


def test_in_a_large_flow_what_is_far_off_is_named_and_no_line_leads_there() -> None:
    picture = picture_of(plausible(120))
    pointers = picture.arrangement.pointers
    assert len(pointers) > 5
    named = [path for path, _ in pointers.values()]
    assert "cancelled" in named
    parts = [part for part in parsed(picture.text()).iter() if "data-pointer" in part.attrib]
    assert [part.attrib["data-pointer"] for part in parts] == named
    assert not picture_of(plausible(30)).arrangement.pointers


def test_what_leads_far_off_stands_at_the_state_where_it_can_be_done() -> None:
    states = {f"s{number}": {} for number in range(45)} | {"over": {"final": "completed"}}
    steps = {f"t{number}": {"from": f"s{number}", "to": f"s{number + 1}"} for number in range(44)}
    flow = flow_of_model({"flow": "long", "subject": "request", "initial": "s0", "states": states, "transitions": steps | {
        "stop": {"from": "s2", "to": "over"}, "back": {"from": "s40", "to": "s1"},
    }})  # fmt: skip
    picture = picture_of(flow)
    tops = {key: box.y for key, box in picture.plan.nodes.items()}
    assert tops["s:s2"] < tops["t:stop"] < tops["s:s4"]
    assert tops["s:s40"] < tops["t:back"] < tops["s:s42"]
    assert [(path, [line.text for line in content.lines]) for path, content in picture.arrangement.pointers.values()] == [
        ("over", ["over"]), ("s1", ["s1"]),
    ]  # fmt: skip


def test_a_flow_too_large_for_a_picture_is_refused_and_told_what_to_do_instead() -> None:
    states = {f"s{number}": {} for number in range(4_001)}
    flow = flow_of_model({"flow": "huge", "subject": "request", "initial": "s0", "states": states})
    with pytest.raises(ServiceFlowError, match=r"flow 'huge' has 4,001 states and transitions, .* draw it as Mermaid"):
        svg(flow)
    assert mermaid(flow).count("as s_s") == 4_001


def test_regions_that_are_all_done_may_begin_anew() -> None:
    flow = order(transitions={"anew": {"from": "production", "join": True, "to": "production"}})
    picture = picture_of(flow)
    assert {("j:production", "t:anew"), ("t:anew", "g:production:bottom")} <= links_of(picture)
    check_laws(picture)
    assert "join_5 --> s_production : anew" in mermaid(flow)


def test_what_may_be_done_once_all_regions_are_done_and_leads_nowhere_is_told_beside_the_picture() -> None:
    flow = order(transitions={"note": {"from": "production", "join": True}})
    told = text_of(marked(parsed(svg(flow)), "transition")["note"])
    assert "once all regions of Production are done" in told
    assert "from_5 --> from_5 : note" in mermaid(flow)
