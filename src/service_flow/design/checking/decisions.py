"""Checks of decision tables, of what is set by them, and of automatic transitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.checking.data import judged_guard
from service_flow.design.checking.outside import Outside
from service_flow.design.checking.words import Path, guards_of
from service_flow.design.flow.fields import field_type, result_reader, result_type
from service_flow.design.flow.guards import cell_guard
from service_flow.design.flow.names import DECISIONS, row_names
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import Expression, ExpressionError, ListOf, Type
from service_flow.design.language.model import Collect, DecisionModel, FlowModel
from service_flow.errors import Finding, meant


def check_decisions(source: BlueprintSource) -> Iterator[Finding]:
    """SF212, SF237 to SF239: decision tables, fields set by them, automatic transitions."""
    for name, flow in source.flows.items():
        part = f"flow:{name}"
        names = _names(flow)
        for key, table in flow.decisions.items():
            yield from _table(source, part, key, table, names)
        yield from _sets(source, part, flow)
        yield from _automatic(source, part, flow)


def _names(flow: FlowModel) -> Mapping[str, Type]:
    return row_names(flow, _sound(flow))


def _sound(flow: FlowModel) -> Mapping[str, Type]:
    return {name: field_type(model) for name, model in flow.data.items()}


def _table(
    source: BlueprintSource, part: str, key: str, table: DecisionModel, names: Mapping[str, Type]
) -> Iterator[Finding]:
    at: Path = ("decisions", key)
    gives = table.gives
    if gives.type == "choice" and not gives.choices:
        message = f"decision '{key}' gives a choice and does not say which words; add `choices:`"
        yield source.finding("SF237", message, part, (*at, "gives"))
        return
    if gives.choices and gives.type != "choice":
        message = f"`choices` means nothing for a result of type {gives.type}"
        yield source.finding("SF237", message, part, (*at, "gives", "choices"), key=True)
    read, _ = result_reader(gives)
    for index, row in enumerate(table.rows):
        here: Path = (*at, "rows", index)
        try:
            read(row.then)
        except ValueError as error:
            message = f"this result {error}; decision '{key}' gives {gives.type}"
            yield source.finding("SF237", message, part, (*here, "then"))
        for name, cells in row.match.items():
            try:
                Expression.read(cell_guard(name, cells), names)
            except ExpressionError as error:
                message = f"'{name}' cannot be matched so: {error.message}"
                yield source.finding("SF237", message, part, (*here, "match", name))
        if row.when is not None:
            yield from judged_guard(source, part, (*here, "when"), row.when, names)
        if not row.match and row.when is None and index + 1 < len(table.rows) and table.hit == "first":
            message = f"the rows of decision '{key}' behind this one can never count: it fits always"
            yield source.finding("SF237", message, part, here)


def _sets(source: BlueprintSource, part: str, flow: FlowModel) -> Iterator[Finding]:
    found: list[tuple[Path, Mapping[str, str], Collect]] = [
        (("opening", "sets"), flow.opening.sets, flow.opening.collect)
    ]
    found += [(("entries", key, "sets"), entry.sets, entry.collect) for key, entry in flow.entries.items()]
    found += [(("transitions", key, "sets"), step.sets, step.collect) for key, step in flow.transitions.items()]
    for at, sets, collect in found:
        for field, key in sets.items():
            here = (*at, field)
            if field not in flow.data:
                message = f"unknown field '{field}'{meant(field, flow.data)}"
                yield source.finding("SF232", message, part, here, key=True)
                continue
            if key not in flow.decisions:
                message = f"unknown decision '{key}'{meant(key, flow.decisions)}"
                yield source.finding("SF238", message, part, here)
                continue
            table = flow.decisions[key]
            given: Type = result_type(table.gives)
            given = ListOf(given) if table.hit == "collect" else given
            wanted = field_type(flow.data[field])
            if given != wanted or table.gives.type == "span":
                message = f"decision '{key}' gives {given}, and '{field}' holds {wanted}"
                yield source.finding("SF238", message, part, here)
            if field in collect.fields:
                message = f"'{field}' is set by a decision here and cannot be asked for as well"
                yield source.finding("SF233", message, part, here, key=True)


def _automatic(source: BlueprintSource, part: str, flow: FlowModel) -> Iterator[Finding]:
    for key, transition in flow.transitions.items():
        if not transition.automatic:
            continue
        at: Path = ("transitions", key)
        if transition.by:
            message = f"'{key}' is taken by itself, so `by` means nothing"
            yield source.finding("SF212", message, part, (*at, "by"), key=True)
        if transition.collect.fields:
            message = f"'{key}' is taken by itself: nobody is there to fill in a form"
            yield source.finding("SF212", message, part, (*at, "collect"), key=True)
        if not transition.to:
            message = f"'{key}' is taken by itself and leads nowhere, so it would be taken for ever; add `to`"
            yield source.finding("SF212", message, part, at, key=True)
    automatic = [key for key, transition in flow.transitions.items() if transition.automatic]
    named, outside = set(automatic), Outside(flow)
    for where, text in guards_of(flow):
        if where[0] == "transitions" and where[1] in named:
            for name in outside.of_guard(text):
                what = "reads what changes" if name.startswith(f"{DECISIONS}.") else "changes"
                message = f"'{name}' {what} without an event of the case; {_WAITS}"
                yield source.finding("SF239", message, part, where)
    for key in automatic:
        for field, table in flow.transitions[key].sets.items():
            changing = outside.of_table(table)
            if changing:
                message = f"decision '{table}' reads '{min(changing)}'; {_WAITS}"
                yield source.finding("SF239", message, part, ("transitions", key, "sets", field))


_WAITS = (
    "an automatic transition is taken when an event of the case makes its guard true, "
    "and may read only the case's own data and `times`"
)
