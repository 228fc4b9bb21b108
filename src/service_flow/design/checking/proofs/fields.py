"""Proofs of data: fields that never get a value, and fields that nothing ever looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.flow import Flow, Guard
from service_flow.design.flow.names import CUSTOMER, data_types, guard_names
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import Expression
from service_flow.errors import Finding

_KEEPING = ("field", "class_field")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def prove_fields(theme: Theme) -> Iterator[Finding]:
    """SF502, SF504: collected but never read (said only when it is asked for), declared but never collected."""
    flow = theme.flow
    kept, named = _in_files(theme.source)
    written, read = _written(flow), _read(flow) | named
    if flow.model.subject == CUSTOMER:
        written |= kept
        read = read.union(*(other.customer for other in theme.source.flows.values()))
    for name in flow.fields:
        if name not in written:
            message = f"'{name}' never gets a value: no form asks for it, and no decision sets it"
            yield theme.at("SF504", message, ("data", name), key=True, severity="warning")
        elif name not in read:
            message = f"'{name}' is collected, and no guard, table, timer, promise or file of a feature reads it"
            yield theme.at("SF502", message, ("data", name), key=True, severity="info")


def _in_files(source: BlueprintSource) -> tuple[set[str], set[str]]:
    """Of the names in files of features: those of fields that a customer's file keeps (the words `field` and
    `class_field`), and all that may be fields which somebody reads: names by themselves, and those in guards."""
    kept, named = set[str](), set[str]()
    for words in source.sections.values():
        for word, text in _texts(words.model_dump(by_alias=True, exclude_defaults=True)):
            if word in _KEEPING:
                kept.add(text)
            if word == "when" or _PATH.fullmatch(text):
                named.update(_NAME.findall(text))
    return kept, named


def _texts(value: object, word: str = "") -> Iterator[tuple[str, str]]:
    """Every text, each with the word that it stands behind; the words of mappings are texts, too."""
    if isinstance(value, str):
        yield word, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield "", str(key)
            yield from _texts(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, word)


def _written(flow: Flow) -> set[str]:
    openings = [flow.entry, *flow.entries.values()]
    steps = flow.transitions.values()
    return {
        *(name for opening in openings for name in (*opening.form.fields, *opening.sets)),
        *(name for step in steps for name in (*step.form.fields, *step.sets)),
    }


def _read(flow: Flow) -> set[str]:
    found = {name for step in flow.transitions.values() for guard in step.guards for name in guard.reads | guard.asks}
    for table in flow.decisions.values():
        found |= table.reads | table.asks
    found |= {timer.at for timer in flow.model.timers.values() if timer.at is not None}
    names = guard_names(flow.model, data_types(flow.model))
    texts = [rule.when for rule in flow.model.rules.values()]
    texts += [effect.when for effect in flow.model.effects.values()]
    texts += [wish.when for wish in flow.model.properties.values()]
    for text in filter(None, texts):
        guard = Guard(Expression.read(text, names), flow.decisions)
        found |= guard.reads | guard.asks
    return found
