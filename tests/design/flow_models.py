"""Hypothesis strategies for models of the blueprint language.

The models are sound word by word; that their names lead somewhere is not promised, because reading and
writing do not ask for it.
"""

from hypothesis import strategies as st

from service_flow.design.language.model import (
    Collect,
    FieldModel,
    FlowModel,
    OpeningModel,
    StateModel,
    TransitionModel,
    Way,
)

_HARD_TEXTS = [
    "yes", "no", "on", "null", "~", "true", "1", "1.0", "1e5", ".5e3", "0x1F", "0o17", ".inf", "1:30",
    "2026-12-24", "<<", "=", "- a", "? a", ": a", "a: b", "a #b", "#a", "&a", "*a", "!a", "|", ">", "'", '"',
    "''", "%a", "@a", "`a", "[", "{", "]", "}", ",", " lead", "trail ", "two\nlines", "\n", "tab\there",
    "\ttab", "---", "...", "--- a", "全流程服务", "Ünïcode", "😀", "\ufeff", "a\u2028b", "a\x85b", "\xa0",
    "back\\slash", "x" * 300, "a b " * 60,
]  # fmt: skip

letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n\t\x85")
texts = st.sampled_from(_HARD_TEXTS) | st.text(letters, min_size=1, max_size=40)
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True) | st.sampled_from(
    ["on", "yes", "no", "null", "true", "y"]
)
paths = st.lists(names, min_size=1, max_size=3).map(".".join)
guards = st.sampled_from(["true", "price > 0", 'kind != "advice" && price > 0', "has(reason)"]) | texts
titles = st.dictionaries(st.sampled_from(["en", "zh"]), texts, max_size=2)
types = st.sampled_from(["text", "integer", "decimal", "money", "date", "instant", "duration", "boolean"])


def _some(values, most=3):
    return st.lists(values, max_size=most)


def _named(values, least=0, most=3):
    return st.dictionaries(names, values, min_size=least, max_size=most)


fields = st.one_of(
    st.builds(FieldModel, type=types, title=titles, personal=st.none() | st.booleans()),
    st.builds(
        FieldModel,
        type=st.just("choice"),
        choices=st.dictionaries(texts.filter(lambda t: len(t) <= 100), titles),
    ),
    st.builds(FieldModel, type=st.just("list"), of=types),
    st.builds(FieldModel, type=st.just("reference"), to=st.sampled_from(["customer", "request", "complaint"])),
)
collects = st.builds(Collect, required=_some(names), optional=_some(names))
_details = {
    "title": titles,
    "owner": st.none() | names,
    "value": st.sampled_from([None, "adding", "supporting", "none"]),
    "clock": st.sampled_from([None, "running", "paused", "stopped"]),
    "final": st.none() | names,
}
states = st.recursive(
    st.builds(StateModel, **_details),
    lambda inner: st.builds(StateModel, initial=st.none() | names, states=_named(inner), **_details),
    max_leaves=5,
)
ways = st.builds(Way, state=paths, when=st.none() | guards)


@st.composite
def transitions(draw):
    """One transition; its sources carry the name they have in YAML."""
    words = {
        "from": draw(st.lists(paths, min_size=1, max_size=3)),
        "title": draw(titles),
        "to": draw(_some(ways)),
        "by": draw(_some(names)),
        "collect": draw(collects),
        "when": draw(st.none() | guards),
    }
    return TransitionModel(**words)


openings = st.builds(OpeningModel, by=_some(names), collect=collects)
flow_models = st.builds(
    FlowModel,
    flow=names,
    subject=st.sampled_from(["customer", "request", "complaint"]),
    title=titles,
    initial=paths,
    opening=openings,
    data=_named(fields),
    states=_named(states, least=1),
    transitions=_named(transitions()),
)
