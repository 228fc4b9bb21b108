"""What guards read of the customer's file, and of what features keep of a case, is made part of the flow that reads it,
so that its revision says it all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from service_flow.design.language.model import EffectModel, FieldModel, FlowModel, PropertyModel, RuleModel
from service_flow.design.language.source import BlueprintSource

_READ = re.compile(r"\bcustomer\s*\.\s*([a-z][a-z0-9_]*)")
_KEPT = re.compile(r"\bcase\s*\.\s*([a-z][a-z0-9_]*)")


def with_customer_facts(source: BlueprintSource) -> BlueprintSource:
    """The source with `customer:` filled in where a flow reads the customer's file and does not say what is in it: the
    fields that it reads, as the blueprint's customer flow has them."""
    known: dict[str, FieldModel] = {}
    for flow in source.flows.values():
        if flow.subject == "customer":
            known.update(flow.data)
    flows = {name: _filled(flow, known) for name, flow in source.flows.items()}
    return source if flows == dict(source.flows) else replace(source, flows=flows)


def with_case_facts(source: BlueprintSource, kept: Mapping[str, FieldModel]) -> BlueprintSource:
    """The source with `case:` filled in where guards of a flow read what features keep of a case: `kept` has all of it.
    """
    flows = {name: _with_kept(flow, kept) for name, flow in source.flows.items()}
    return source if flows == dict(source.flows) else replace(source, flows=flows)


def _with_kept(flow: FlowModel, kept: Mapping[str, FieldModel]) -> FlowModel:
    if flow.case or not kept:
        return flow
    read = {name for text in _conditions(flow) for name in _KEPT.findall(text)} & kept.keys()
    return flow.model_copy(update={"case": {name: kept[name] for name in sorted(read)}}) if read else flow


def _filled(flow: FlowModel, known: Mapping[str, FieldModel]) -> FlowModel:
    if flow.customer or flow.subject == "customer" or not known:
        return flow
    read = {name for text in _conditions(flow) for name in _READ.findall(text)}
    if not read:
        return flow
    # With a name that is unknown the guard is refused anyhow; all the others then help to say which was meant.
    named = read if read <= known.keys() else known.keys()
    facts = {name: _plain(field) for name, field in known.items() if name in named}
    return flow.model_copy(update={"customer": facts})


def _conditions(flow: FlowModel) -> Iterator[str]:
    for transition in flow.transitions.values():
        yield from (text for text in (transition.when, *(way.when for way in transition.to)) if text)
    for table in flow.decisions.values():
        for row in table.rows:
            yield from row.match
            if row.when:
                yield row.when
    guarded: list[RuleModel | EffectModel | PropertyModel] = [
        *flow.rules.values(), *flow.effects.values(), *flow.properties.values(),
    ]  # fmt: skip
    yield from (each.when for each in guarded if each.when)


def _plain(field: FieldModel) -> FieldModel:
    """The field without its titles, which change nothing of what guards say."""
    return FieldModel(type=field.type, choices={word: {} for word in field.choices}, of=field.of)
