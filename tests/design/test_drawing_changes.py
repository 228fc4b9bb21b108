"""Two revisions of a flow in one drawing: what was added, removed and changed is told apart, in colours, shapes and words."""

from __future__ import annotations

import pytest
from drawn_flows import flow_of_model, flows, marked, parsed, rect_of, text_of
from hypothesis import given, settings
from plausible_flows import plausible
from test_drawing_regions import check_laws, picture_of

from draws import draws
from html_trees import check_harmless, tree, with_class, words
from service_flow.design.drawing import Compared, html, svg
from service_flow.design.drawing.changes import changes
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel

OLD = {
    "flow": "repair", "subject": "request", "initial": "need.open",
    "data": {"price": {"type": "decimal"}, "kind": {"type": "choice", "choices": ["a", "b"]}, "note": {"type": "text"}},
    "decisions": {"urgent": {"gives": "boolean", "rows": [{"match": {"kind": ["a"]}, "then": True}, {"then": False}]}},
    "states": {
        "need": {"initial": "open", "states": {"open": {"owner": "clerk"}, "known": {"owner": "clerk"}}},
        "held": {"clock": "paused"}, "over": {"final": "completed"},
    },
    "transitions": {
        "learn": {"from": ["need.open"], "to": [{"state": "need.known"}], "by": ["clerk"], "collect": ["kind"]},
        "end": {"from": ["need.known"], "to": [{"state": "over"}], "when": "price > 0"},
        "hold": {"from": ["any"], "to": [{"state": "held"}]},
        "resume": {"from": ["held"], "to": [{"state": "history"}]},
    },
}  # fmt: skip


def revised(**words) -> Flow:
    """The flow with other words; None takes a state or transition out."""
    model = {**OLD, **words}
    for part in ("states", "transitions"):
        found = {**OLD[part], **words.get(part, {})}
        model[part] = {name: found[name] for name in found if found[name] is not None}
    return Flow(FlowModel.model_validate(model))


BEFORE = revised()


def fates(new: Flow, old: Flow = BEFORE):
    found = changes(new, Compared(old))
    return {**found.states, **{f"{name}()": fate for name, fate in found.transitions.items()}}


def test_a_flow_does_not_differ_from_itself() -> None:
    assert fates(revised()) == {}
    for old in (BEFORE, plausible(60)):
        assert changes(old, Compared(old)).others == {}


def test_what_is_new_gone_and_other_is_named() -> None:
    known = {
        "initial": "open",
        "states": {"open": {"owner": "clerk"}, "known": {"owner": "boss"}, "asked": {"owner": "clerk"}},
    }
    new = revised(states={"need": known, "held": None}, transitions={
        "hold": None, "resume": None, "ask": {"from": ["need.known"], "to": [{"state": "need.asked"}]},
        "end": {**OLD["transitions"]["end"], "when": "price > 10"},
    })  # fmt: skip
    assert fates(new) == {
        "need.known": "changed", "need.asked": "added", "held": "removed",
        "ask()": "added", "end()": "changed", "hold()": "removed", "resume()": "removed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "value"),
    [("title", "Held"), ("owner", "boss"), ("value", "adding"), ("clock", "stopped"), ("final", "cancelled")],
)
def test_each_word_of_a_state_counts(word: str, value: str) -> None:
    assert fates(revised(states={"held": {**OLD["states"]["held"], word: value}})) == {"held": "changed"}


@pytest.mark.parametrize(
    "words",
    [{"title": "Learn"}, {"from": ["need.known"]}, {"to": [{"state": "held"}]}, {"by": ["boss"]}, {"when": "true"},
     {"collect": ["kind", "note"]}, {"collect": {"optional": ["kind"]}}, {"except": ["held"]}],
    ids=lambda words: "-".join([*words, *map(str, words.values())]),
)  # fmt: skip
def test_each_word_of_a_transition_counts(words: dict) -> None:
    assert fates(revised(transitions={"learn": {**OLD["transitions"]["learn"], **words}})) == {"learn()": "changed"}


def test_what_is_handed_down_to_a_state_counts_in_the_state() -> None:
    need = {**OLD["states"]["need"], "clock": "paused"}
    assert fates(revised(states={"need": need})) == dict.fromkeys(("need", "need.open", "need.known"), "changed")


def test_a_form_whose_field_is_another_counts_and_a_state_more_for_any_does_not() -> None:
    data = {**OLD["data"], "kind": {"type": "choice", "choices": ["a", "b", "c"]}}
    assert fates(revised(data=data)) == {"learn()": "changed"}
    assert fates(revised(states={"more": {}})) == {"more": "added"}


def test_a_table_that_decides_otherwise_counts_where_it_is_used() -> None:
    used = {"learn": {**OLD["transitions"]["learn"], "when": "decisions.urgent"}}
    other = {"urgent": {"gives": "boolean", "rows": [{"then": False}]}}
    assert fates(revised(transitions=used, decisions=other), revised(transitions=used)) == {"learn()": "changed"}


def test_a_timer_that_does_it_at_another_time_counts_and_is_told() -> None:
    timers = [{"t": {"while": "need", "after": after, "perform": "learn"}} for after in ("2 weeks", "4 working hours")]
    old, new = (revised(timers=each) for each in timers)
    assert fates(new, old) == {"learn()": "changed"}
    told = words(article(page(new, Compared(old)), "transition/learn"))
    assert "Timers need: 2 weeks → need: 4 working hours" in told
    assert "need：2 周 → need：4 个工作小时" in words(article(page(new, Compared(old), "zh"), "transition/learn"))


def test_a_state_that_becomes_a_phase_is_changed() -> None:
    held = {"initial": "x", "states": {"x": {}}}
    assert fates(revised(states={"held": held})) == {"held": "changed", "held.x": "added"}


# --- in the picture


def look(part) -> set[str]:
    return {
        name
        for name in part.attrib.get("class", "").split()
        if name.removeprefix("sf-") in ("added", "removed", "changed")
    }


def test_what_changed_has_its_colour_and_sign_and_nothing_else_has() -> None:
    new = revised(states={"more": {}, "held": {"clock": "stopped"}}, transitions={
        "resume": None, "go": {"from": ["held"], "to": [{"state": "more"}]},
        "learn": {**OLD["transitions"]["learn"], "by": ["boss"]},
    })  # fmt: skip
    tree_ = parsed(svg(new, compared=Compared(BEFORE)))
    states, steps = marked(tree_, "state"), marked(tree_, "transition")
    assert {path: look(part) for path, part in states.items() if look(part)} == {
        "more": {"sf-added"},
        "held": {"sf-changed"},
    }
    assert {name: look(part) for name, part in steps.items() if look(part)} == {
        "resume": {"sf-removed"}, "go": {"sf-added"}, "learn": {"sf-changed"},
    }  # fmt: skip
    signed = [
        name for name, part in {**states, **steps}.items() if "sf-fate " in str([e.attrib.get("class") for e in part])
    ]
    assert set(signed) == {"more", "held", "resume", "go", "learn"}
    assert "2 added · 1 removed · 2 changed" in text_of(tree_)
    assert f"revision {BEFORE.revision} → {new.revision}" in text_of(tree_)


def test_what_is_gone_stands_where_it_stood() -> None:
    new = revised(states={"need": {"initial": "open", "states": {"open": {"owner": "clerk"}}}}, transitions={
        "learn": {**OLD["transitions"]["learn"], "to": [{"state": "over"}]}, "end": None,
    })  # fmt: skip
    parts = marked(parsed(svg(new, compared=Compared(BEFORE))), "state")
    assert list(parts) == ["need.open", "need.known", "held", "over"]
    phase = marked(parsed(svg(new, compared=Compared(BEFORE))), "phase")["need"]
    assert rect_of(phase).holds(rect_of(parts["need.known"]))
    assert rect_of(parts["need.known"]).y < rect_of(parts["over"]).y


def test_the_signs_differ_not_only_in_colour() -> None:
    new = revised(states={"more": {}, "held": {"clock": "stopped"}}, transitions={"resume": None})
    drawn = svg(new, compared=Compared(BEFORE))
    signs = {}
    for element in parsed(drawn).iter():
        if element.attrib.get("class", "").startswith("sf-fate "):
            shape, letter = list(element)
            signs[element.attrib["class"]] = (shape.tag, shape.attrib.get("rx"), letter.text)
    assert len(set(signs.values())) == len(signs) == 3
    assert {letter for *_, letter in signs.values()} == {"+", "−", "≠"}


def test_what_is_gone_is_told_by_the_states_that_were_there_with_it() -> None:
    new = revised(states={"more": {}}, transitions={"hold": None})
    assert "from anywhere" in text_of(marked(parsed(svg(new, compared=Compared(BEFORE))), "transition")["hold"])


@settings(max_examples=draws(60), deadline=None)
@given(flows(5), flows(5))
def test_any_two_flows_are_drawn_in_one_picture_that_keeps_all_laws(one, other) -> None:
    picture = picture_of(one, Compared(other))
    check_laws(picture)
    tree_ = parsed(picture.text())
    assert set(one.states) <= set(marked(tree_, "state")) <= {*one.states, *other.states}
    assert set(marked(tree_, "transition")) == {*one.transitions, *other.transitions}


# --- on the page


def page(new: Flow, compared: Compared, lang: str = "en"):
    drawn = html([new], lang=lang, compared={new.name: compared}, posts={"boss": {"en": "The boss"}})
    check_harmless(drawn)
    return tree(drawn)


def article(root, name):
    return next(
        found for found in root.iter("article") if found.get("id") == f"repair/{name}" or found.get("id") == name
    )


def test_a_state_and_a_transition_tell_how_they_differ() -> None:
    states = {"held": {"clock": "stopped", "owner": "boss"}, "more": {}}
    learn = {"from": ["any"], "to": [{"state": "need.known", "when": "price > 1"}, {"state": "held"}], "by": ["boss"],
             "collect": {"required": ["note"], "optional": ["kind"]}, "when": "price > 0"}  # fmt: skip
    root = page(revised(states=states, transitions={"learn": learn, "resume": None}), Compared(BEFORE))
    held = words(article(root, "state/held"))
    assert "changed Owner nothing → The boss Clock clocks pause → clocks stop" in held
    told = words(article(root, "transition/learn"))
    for part in (
        "From need.open → any", "To need.known → need.known (price > 1), held", "By clerk → The boss", "When nothing → price > 0",
        "Form kind (choice, a | b, required) → note (text, required), kind (choice, a | b, optional)",
    ):  # fmt: skip
        assert part in told
    assert words(article(root, "state/more")).startswith("more more added")
    assert "removed" in words(article(root, "transition/resume"))


def test_all_changes_of_a_flow_are_listed_with_links() -> None:
    new = revised(
        states={"more": {}},
        transitions={"resume": None},
        initial="need.known",
        data={**OLD["data"], "x": {"type": "date"}},
    )
    root = page(new, Compared(BEFORE))
    listed = article(root, "repair")
    assert [words(one) for one in with_class(listed, "fate")] == ["added", "removed", "changed"]
    links = [link.get("href") for link in listed.iter("a")]
    assert "#repair/state/more" in links and "#repair/transition/resume" in links
    assert "Fields x" in words(listed) and "Opening" in words(listed)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert {link.get("href") for link in root.iter("a")} <= {f"#{name}" for name in ids}


@pytest.mark.parametrize(("lang", "none", "new", "gone"), [
    ("en", "Nothing changed here.", "This flow is new.", "This flow was removed."),
    ("zh", "此处无变更。", "此流程为新增。", "此流程已移除。"),
])  # fmt: skip
def test_a_page_says_where_nothing_changed_and_which_flows_are_new_or_gone(lang, none, new, gone) -> None:
    assert none in words(article(page(BEFORE, Compared(BEFORE), lang), "repair"))
    assert new in words(article(page(BEFORE, Compared(), lang), "repair"))
    assert gone in words(article(page(BEFORE, Compared(gone=True), lang), "repair"))


def test_a_flow_that_is_new_is_added_and_one_that_is_gone_is_removed_as_a_whole() -> None:
    for compared, fate in ((Compared(), "sf-added"), (Compared(gone=True), "sf-removed")):
        tree_ = parsed(svg(BEFORE, compared=compared))
        parts = [part for kind in ("state", "phase", "transition") for part in marked(tree_, kind).values()]
        assert all(look(part) == {fate} for part in parts)
        assert len(parts) == 4 + 1 + 4


def test_what_left_a_whole_state_leaves_it_whole_though_the_state_has_more_or_less_inside_now() -> None:
    def flow(inner, **transitions):
        sides = {name: {"initial": "a", "states": {state: {} for state in states}} for name, states in inner.items()}
        words = {"flow": "f", "subject": "request", "initial": "p", "states": {"p": {"regions": sides}, "held": {}}}
        return flow_of_model({**words, "transitions": transitions})

    old = flow({"x": "ab", "y": "a"}, hold={"from": "p", "to": "held"})
    new = flow({"x": "ac", "y": "a"}, stop={"from": "p", "to": "held"})
    found = picture_of(new, Compared(old)).arrangement.links
    leaving = {(link.tail, link.head) for link in found if link.head in ("t:hold", "t:stop")}
    assert leaving == {("g:p:bottom", "t:hold"), ("g:p:bottom", "t:stop")}
