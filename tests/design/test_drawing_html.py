"""The page of a drawing: all of the flow can be read on it, with its script and without, and no text can break it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from drawn_flows import flows
from hypothesis import given, settings

from html_trees import HOSTILE, check_harmless, tree, with_class, words
from service_flow import Blueprint
from service_flow.design.drawing import Overlay, html
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel

SHIPPED = Blueprint.load("full_process")
POSTS = {name: post.title for name, post in SHIPPED.organisation.posts.items()}


def flow_of(states, transitions, **given):
    model = {"flow": "small", "subject": "request", "initial": next(iter(states)), "states": states} | given
    return Flow(FlowModel.model_validate(model | {"transitions": transitions}))


def phases_of(flow):
    """The paths of everything that has states inside."""
    return [path for path, node in flow.tree.nodes.items() if path and node.inner]


def articles(root):
    return {article.get("id"): article for article in root.iter("article")}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_state_and_transition_of_the_shipped_flows_has_its_article(lang):
    root = tree(html(list(SHIPPED.flows.values()), lang=lang, posts=POSTS))
    found = articles(root)
    names = set()
    for flow in SHIPPED.flows.values():
        for path, state in flow.states.items():
            article = found[f"{flow.name}/state/{path}"]
            names.add(article.get("id"))
            assert state.title[lang] in words(article.find("h4"))
            if state.outcome is None:
                assert POSTS[state.owner][lang] in words(article.find("dl"))
        for name, transition in flow.transitions.items():
            article = found[f"{flow.name}/transition/{name}"]
            names.add(article.get("id"))
            assert transition.title[lang] in words(article.find("h4"))
            for field in transition.form.fields.values():
                assert field.title[lang] in words(article)
    phases = {f"{name}/phase/{path}" for name, flow in SHIPPED.flows.items() for path in phases_of(flow)}
    tables = {f"{name}/decision/{table}" for name, flow in SHIPPED.flows.items() for table in flow.decisions}
    assert set(found) == names | phases | tables | set(SHIPPED.flows)


def test_every_link_leads_to_a_place_of_the_page_and_no_place_is_named_twice():
    root = tree(html(list(SHIPPED.flows.values())))
    named = [element.get("id") for element in root.iter() if element.get("id") is not None]
    assert len(named) == len(set(named))
    targets = {link.get("href") for link in root.iter("a")}
    assert targets <= {f"#{name}" for name in named}
    assert f"#{SHIPPED.flows['complaint'].name}" in targets


def test_the_shipped_flows_make_a_page_that_loads_nothing():
    check_harmless(html(list(SHIPPED.flows.values()), posts=POSTS))


@settings(max_examples=40, deadline=None)
@given(flows())
def test_any_flow_makes_a_whole_page(flow):
    page = html([flow])
    check_harmless(page)
    found = articles(tree(page))
    assert {name for name in found if "/state/" in name} == {f"{flow.name}/state/{path}" for path in flow.states}
    assert {name for name in found if "/phase/" in name} == {f"{flow.name}/phase/{path}" for path in phases_of(flow)}
    assert {name for name in found if "/transition/" in name} == {
        f"{flow.name}/transition/{name}" for name in flow.transitions
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_choice_or_post_breaks_the_page(text):
    text = text.encode("utf-8", "replace").decode()  # YAML cannot hold half a character
    choice = {"type": "choice", "title": text, "choices": {text[:90]: text, "b": {}}}
    flow = flow_of(
        {"a": {"title": text, "initial": "b", "owner": "clerk", "states": {"b": {"title": text}}}, "c": {"final": "done"}},
        {"go": {"title": text, "from": "a", "to": "c", "by": "clerk", "collect": ["x", "y"]}},
        title=text, data={"x": choice, "y": {"type": "list", "title": text}},
    )  # fmt: skip
    page = html([flow], title={"en": text}, posts={"clerk": {"en": text}}, overlays={"small": Overlay({"a.b": text})})
    check_harmless(page)
    assert len(articles(tree(page))) == 5
    assert len(list(tree(page).iter("script"))) == 1


def test_a_state_tells_its_owner_what_can_be_done_there_with_which_form_and_what_leads_there():
    flow = flow_of(
        {"work": {"title": "Work", "initial": "a", "owner": "clerk", "value": "adding",
                  "states": {"a": {}, "b": {"clock": "paused"}}}, "over": {"final": "called_off"}},
        {"go": {"title": "Go on", "from": "work.a", "by": ["clerk", "timer"], "when": "price > 0",
                "to": [{"state": "work.b", "when": "price > 9"}, {"state": "over"}],
                "collect": {"required": ["price"], "optional": ["note"]}},
         "back": {"from": "work.b", "to": "history"}},
        data={"price": {"type": "money", "title": "Agreed price"}, "note": {"type": "text"}},
    )  # fmt: skip
    found = articles(tree(html([flow], posts={"clerk": {"en": "The clerk"}})))
    told = words(found["small/state/work.a"])
    for part in (
        "Owner The clerk", "Phase Work", "Value adds value", "Go on → b or over", "asks for Agreed price, note",
        "By The clerk, timer", "price > 0", "b when price > 9", "Agreed price required amount of money",
        "note optional, personal text", "The case is opened here.",
    ):  # fmt: skip
        assert part in told
    assert "Clock clocks pause" in words(found["small/state/work.b"])
    assert "What leads here Go on" in words(found["small/state/work.b"])
    assert "Nothing can be done here." in words(found["small/state/over"])
    assert "Ends called off" in words(found["small/state/over"])
    assert "To back to where it was" in words(found["small/transition/back"])


def test_how_a_case_is_opened_is_told_with_its_form():
    flow = flow_of(
        {"a": {}},
        {},
        opening={"by": "clerk", "collect": ["who"]},
        data={"who": {"type": "reference", "to": "customer"}},
    )
    told = words(articles(tree(html([flow])))["small"])
    assert "To a By clerk" in told
    assert "who required customer" in told


def test_several_flows_have_a_list_of_links_and_one_flow_has_none():
    root = tree(html(list(SHIPPED.flows.values()), title={"en": "All"}))
    assert [link.get("href") for link in root.find(".//nav")] == [f"#{name}" for name in SHIPPED.flows]
    assert words(root.find(".//h1")) == words(root.find("head/title")) == "All"
    alone = tree(html([SHIPPED.flows["customer"]]))
    assert alone.find(".//nav") is None
    assert words(alone.find(".//h1")) == SHIPPED.flows["customer"].title["en"]


def test_what_only_works_with_the_script_is_hidden_without_it():
    root = tree(html([SHIPPED.flows["customer"]]))
    for name in ("tools", "hint", "found"):
        assert all("hidden" in element.attrib for element in with_class(root, name))


def test_an_overlay_stands_in_the_drawing_of_its_flow():
    flow = flow_of({"a": {}}, {})
    assert "17 cases" in html([flow], overlays={"small": Overlay({"a": "17 cases"})})
    assert "17 cases" not in html([flow], overlays={"other": Overlay({"a": "17 cases"})})


def test_the_same_flows_give_the_same_bytes_in_another_process_with_other_hashes():
    script = (
        "from service_flow import Blueprint; from service_flow.design.drawing import html; import sys; "
        "sys.stdout.buffer.write(html(list(Blueprint.load('full_process').flows.values()), lang='zh').encode())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""


def everything():
    """A flow with everything that a state may be named by."""
    return flow_of(
        {"open": {"title": "Open", "owner": "clerk"},
         "work": {"title": "Work", "owner": "joiner", "clock": "paused", "regions": {
             "one": {"title": "One", "initial": "a", "states": {"a": {}, "b": {"title": "B", "done": True}}},
             "two": {"initial": "c", "states": {"c": {"done": True}}}}},
         "over": {"final": "completed"}},
        {"begin": {"title": "Begin", "from": "open", "to": "work", "by": ["clerk", "timer"], "sets": {"urgency": "urgent"}},
         "do": {"title": "Do", "from": "work.one.a", "to": "work.one.b", "when": 'decisions.urgent == "high"'},
         "end": {"title": "End", "from": "work", "join": True, "automatic": True, "to": "over"},
         "again": {"title": "Again", "from": "over", "to": "work.deep_history"},
         "stop": {"title": "Stop", "from": "work", "to": "over"}},
        data={"urgency": {"type": "choice", "choices": {"low": {}, "high": {"en": "High", "zh": "高"}}, "title": "Urgency"},
              "size": {"type": "choice", "choices": {"big": {"en": "Big one"}, "small": {}}, "title": "Size"}},
        decisions={"urgent": {"title": "How urgent", "gives": {"type": "choice", "choices": {"low": {}, "high": {"en": "High"}}},
                              "rows": [{"match": {"size": ["big", "small"]}, "when": 'size != "small"', "then": "high"},
                                       {"then": "low"}]}},
        entries={"quick": {"title": "Quick one", "to": "work.one.b", "by": ["clerk"], "collect": ["size"]}},
        timers={"chase": {"title": "Chase", "while": "open", "after": "3 working days", "calendar": "office", "perform": "begin"}},
        promises={"soon": {"title": "Soon", "from": "opened", "until": ["work", "over"], "within": "2 weeks", "warn": ["75%"]}},
        rules={"ask": {"title": "Ask", "on": "end", "when": 'size == "big"', "do": {"surveys.send": {}}}},
        effects={"tell": {"title": "Tell", "on": ["end", "timer.chase.fired"], "when": 'size == "big"', "call": "send_mail"}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("small/state/open", ["Timers Chase: after 3 working days → Begin Calendar: office", "Decision tables How urgent",
                              "Sets Urgency ← How urgent"]),
        ("small/state/work.one.a", ["Owner joiner", "Phase Work › One", "Clock clocks pause",
                                    "Promises Soon: from Opened until Work or over, within 2 weeks warns at 75%",
                                    "Do → B", "End → over by itself", "Waits once all regions of Work are done",
                                    "What leads here Begin"]),
        ("small/state/work.one.b", ["Done its region is done here", "What leads here Do"]),
        ("small/phase/work", ["Owner joiner", "Clock clocks pause", "Regions One , two", "Stop → over", "What leads here Begin Again",
                              "Promises Soon"]),
        ("small/phase/work.one", ["Phase Work", "Inside a , B", "Begins in a"]),
        ("small/transition/begin", ["Timers Chase", "Decision tables How urgent", "By clerk, timer"]),
        ("small/transition/end", ["From once all regions of Work are done", "By by itself",
                                  "Rules Ask: when End: surveys.send size == ",
                                  "Effects Tell: send_mail size == "]),
        ("small/transition/again", ["To back into Work exactly as it was left"]),
        ("small/decision/urgent", ["When Gives Size: Big one or small size != \"small\" High always low", "Used by Begin Do"]),
        ("small", ["Entry: Quick one To B By clerk Field Type Size required one of: Big one, small"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_article_tells_all_that_names_what_it_is_about(name, parts):
    told = words(articles(tree(html([everything()])))[name])
    for part in parts:
        assert part in told


def test_every_link_of_a_flow_with_everything_leads_to_a_place_of_the_page():
    root = tree(html([everything()]))
    named = {element.get("id") for element in root.iter() if element.get("id") is not None}
    assert {link.get("href") for link in root.iter("a")} <= {f"#{name}" for name in named}
    check_harmless(html([everything()], lang="zh"))
