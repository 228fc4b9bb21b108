"""Checks of articles: what they are linked to is there, and what answers a case can be performed."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.words import all_states
from service_flow.design.flow.fields import compile_field
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import FlowModel, plain
from service_flow.errors import Finding, meant
from service_flow.features.knowledge.words import CATALOGUE, AboutModel, AnsweredModel, KnowledgeModel

Path = tuple[str | int, ...]
PART = "knowledge"


def check_knowledge(source: BlueprintSource) -> Iterator[Finding]:
    """SF203, SF232, SF284, SF286, SF287: knowledge.yaml. Items are looked for where there is a catalogue."""
    knowledge = source.sections.get(PART)
    if not isinstance(knowledge, KnowledgeModel):
        return
    catalogue = source.sections.get(CATALOGUE)
    items = None if catalogue is None else plain(catalogue).get("items", {})
    for name, article in knowledge.articles.items():
        for index, item in enumerate(article.items):
            if items is not None and item not in items:
                message = f"the catalogue has no item '{item}'{meant(item, items)}"
                yield source.finding("SF286", message, PART, ("articles", name, "items", index))
        for index, about in enumerate(article.about):
            yield from _about(source, about, ("articles", name, "about", index))
    for name, answered in knowledge.answered.items():
        flow = source.flows.get(name)
        at: Path = ("answered", name)
        if flow is None:
            message = f"unknown flow '{name}'{meant(name, source.flows)}"
            yield source.finding("SF286", message, PART, at, key=True)
        else:
            yield from _answered(source, answered, flow, at)


def _about(source: BlueprintSource, about: AboutModel, at: Path) -> Iterator[Finding]:
    flow = source.flows.get(about.flow)
    if flow is None:
        message = f"unknown flow '{about.flow}'{meant(about.flow, source.flows)}"
        yield source.finding("SF286", message, PART, (*at, "flow"))
        return
    states = all_states(flow)
    for index, state in enumerate(about.states):
        if state not in states:
            message = f"unknown state '{state}'{meant(state, states)}"
            yield source.finding("SF203", message, PART, (*at, "states", index))
    for name, words in about.fields.items():
        field = flow.data.get(name)
        if field is None:
            message = f"unknown field '{name}'{meant(name, flow.data)}"
            yield source.finding("SF232", message, PART, (*at, "fields", name), key=True)
            continue
        if not field.choices:
            message = f"'{name}' is no choice, and articles are linked to choices"
            yield source.finding("SF286", message, PART, (*at, "fields", name), key=True)
            continue
        for index, word in enumerate(words):
            if word not in field.choices:
                message = f"'{name}' cannot be '{word}'{meant(word, field.choices)}"
                yield source.finding("SF286", message, PART, (*at, "fields", name, index))


def _answered(source: BlueprintSource, answered: AnsweredModel, flow: FlowModel, at: Path) -> Iterator[Finding]:
    step = flow.transitions.get(answered.perform)
    if step is None:
        hint = meant(answered.perform, flow.transitions)
        message = f"flow '{flow.flow}' has no transition '{answered.perform}'{hint}"
        yield source.finding("SF287", message, PART, (*at, "perform"))
        return
    if step.automatic:
        message = f"'{answered.perform}' is taken by itself, by nobody's command"
        yield source.finding("SF287", message, PART, (*at, "perform"))
    for word, given in (("fills", answered.fills), ("data", answered.data)):
        for name in given:
            if name not in step.collect.fields:
                message = f"'{answered.perform}' does not ask for '{name}'{meant(name, step.collect.fields)}"
                yield source.finding("SF232", message, PART, (*at, word, name), key=True)
    yield from _given(source, answered, flow, at)
    for name in answered.fills:
        field = flow.data.get(name)
        if field is not None and name in step.collect.fields and field.type != "text":
            message = f"'{name}' is no text, and what an article says is one"
            yield source.finding("SF287", message, PART, (*at, "fills", name), key=True)


def _given(source: BlueprintSource, answered: AnsweredModel, flow: FlowModel, at: Path) -> Iterator[Finding]:
    """The values that stand in the YAML: each fits its field, which gets no other from the article."""
    for name, value in answered.data.items():
        field = flow.data.get(name)
        if name in answered.fills:
            message = f"'{name}' is given here, and filled in from the article too; keep one of the two"
            yield source.finding("SF287", message, PART, (*at, "data", name), key=True)
        elif field is not None:
            try:
                compile_field(name, field).read(value)
            except ValueError as error:
                yield source.finding("SF284", f"the value given for '{name}' {error}", PART, (*at, "data", name))
