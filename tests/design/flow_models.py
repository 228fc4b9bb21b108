"""Hypothesis strategies for models of the blueprint language.

The models are sound word by word; that their names lead somewhere is not promised, because reading and
writing do not ask for it.
"""

from hypothesis import strategies as st

from service_flow.design.language.model import (
    Collect,
    DecidedModel,
    DecisionModel,
    EffectModel,
    EntryModel,
    FieldModel,
    FlowModel,
    OpeningModel,
    PromiseModel,
    PropertyModel,
    ResultModel,
    RowModel,
    RuleModel,
    StateModel,
    TimerModel,
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
    "done": st.booleans(),
}
states = st.recursive(
    st.builds(StateModel, **_details),
    lambda inner: st.builds(
        StateModel, initial=st.none() | names, states=_named(inner), regions=_named(inner), **_details
    ),
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
        "except": draw(_some(paths)),
        "sets": draw(_named(names)),
        "join": draw(st.booleans()),
        "automatic": draw(st.booleans()),
    }
    return TransitionModel(**words)


openings = st.builds(OpeningModel, by=_some(names), collect=collects, sets=_named(names))
entries = st.builds(EntryModel, title=titles, to=paths, by=_some(names), collect=collects, sets=_named(names))
cells = texts | st.integers(-9, 9) | st.booleans()
rows = st.builds(
    RowModel,
    match=st.dictionaries(paths, st.lists(cells, min_size=1, max_size=3), max_size=2),
    when=st.none() | guards,
    then=cells,
)
decisions = st.builds(
    DecisionModel,
    title=titles,
    gives=st.builds(ResultModel, type=st.sampled_from(["text", "integer", "span"]))
    | st.builds(
        ResultModel, type=st.just("choice"), choices=st.dictionaries(texts.filter(lambda t: len(t) <= 100), titles)
    ),
    hit=st.sampled_from(["first", "unique", "collect"]),
    rows=st.lists(rows, min_size=1, max_size=3),
)
spans = st.sampled_from(["30 minutes", "4 working hours", "1 week"])


@st.composite
def timers(draw):
    """One timer; `while` is a word of Python."""
    words = {"while": draw(st.lists(paths, min_size=1, max_size=2)), "perform": draw(names)}
    return TimerModel(**words, after=draw(st.none() | spans), at=draw(st.none() | names), data=draw(_named(cells)))


@st.composite
def promises(draw):
    """One promise; `from` is a word of Python."""
    decided = st.builds(DecidedModel, decision=names)
    words = {"from": draw(paths), "until": draw(st.lists(paths, min_size=1, max_size=2))}
    if draw(st.booleans()):
        words = {"while": draw(st.lists(paths, min_size=1, max_size=2))}
    return PromiseModel(
        **words, within=draw(spans | decided), calendar=draw(st.none() | names | decided),
        warn=draw(_some(st.sampled_from(["75%", "1 hour"]))), escalate=draw(_some(spans)), title=draw(titles),
        given_by=draw(st.none() | names), by=draw(_some(names)), pauses=draw(st.booleans()),
        again=draw(st.sampled_from(["restart", "never"])), due_at=draw(st.sampled_from(["closing", "next_opening"])),
        reopened=draw(st.sampled_from(["stays", "resume", "restart"])),
        clock_change=draw(st.sampled_from(["absolute", "wall"])), closed_start=draw(st.sampled_from(["roll", "count"])),
    )  # fmt: skip


rules = st.builds(
    RuleModel, on=paths, when=st.none() | guards,
    do=st.dictionaries(st.builds("{}.{}".format, names, names), _named(cells), min_size=1, max_size=1),
)  # fmt: skip
effects = st.builds(
    lambda given, **words: EffectModel(**words, **{"with": given}),
    on=st.lists(paths, min_size=1, max_size=2), when=st.none() | guards, call=st.none() | names, title=titles,
    given=_named(cells, most=2),
)  # fmt: skip
properties = st.builds(
    PropertyModel,
    title=titles,
    every=st.none() | paths,
    visits=st.none() | st.lists(paths, min_size=1, max_size=2),
    at_most=st.none() | st.integers(0, 9),
    always=st.sampled_from([None, "one_owner"]),
)
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
    entries=_named(entries),
    customer=_named(fields, most=2),
    decisions=_named(decisions, most=2),
    timers=_named(timers(), most=2),
    promises=_named(promises(), most=2),
    rules=_named(rules, most=2),
    effects=_named(effects, most=2),
    properties=_named(properties, most=2),
)
