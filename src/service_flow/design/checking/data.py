"""Checks of data: fields are declared well, forms ask for declared fields, guards read them and are well typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service_flow.design.checking.words import Path, guards_of
from service_flow.design.flow.fields import field_type
from service_flow.design.flow.names import CIRCUMSTANCES, guard_names
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import BOOL, Expression, ExpressionError, Type
from service_flow.design.language.model import Collect, FieldModel, FlowModel
from service_flow.errors import Finding, meant

_NAMES = re.compile(r"[a-z][a-z0-9_]*")
_WORDS = {"choices": ("choice", "list"), "of": ("list",), "to": ("reference",)}


def check_data(source: BlueprintSource) -> Iterator[Finding]:
    """SF230 to SF236: fields, forms, guards."""
    for name, flow in source.flows.items():
        part = f"flow:{name}"
        for field, model in flow.data.items():
            if field in CIRCUMSTANCES:
                message = f"'{field}' means something else in guards and cannot name a field; call it otherwise"
                yield source.finding("SF236", message, part, ("data", field), key=True)
            yield from check_field(source, part, ("data", field), field, model)
        for field, model in flow.customer.items():
            yield from check_field(source, part, ("customer", field), field, model)
        for field, model in flow.case.items():
            yield from check_field(source, part, ("case", field), field, model)
        forms: list[tuple[Path, Collect]] = [(("opening", "collect"), flow.opening.collect)]
        forms += [(("entries", key, "collect"), model.collect) for key, model in flow.entries.items()]
        forms += [(("transitions", key, "collect"), model.collect) for key, model in flow.transitions.items()]
        for at, collect in forms:
            yield from _form(source, part, at, collect, flow.data)
        yield from _guards(source, part, flow)


def check_field(source: BlueprintSource, part: str, at: Path, name: str, model: FieldModel) -> Iterator[Finding]:
    """SF230, SF231: a field that does not say what it holds, or says what means nothing."""
    for word, types in _WORDS.items():
        if getattr(model, word) and model.type not in types:
            yield source.finding("SF231", f"`{word}` means nothing for a field of type {model.type}", part, (*at, word))
    if model.type == "choice" and not model.choices:
        yield source.finding(
            "SF230",
            f"choice '{name}' does not say which words it may take; add `choices:`",
            part,
            at,
            key=True,
        )
    if model.type == "list" and model.of is None:
        yield source.finding("SF230", f"list '{name}' does not say of what; add `of:`", part, at, key=True)
    if model.of == "choice" and not model.choices:
        yield source.finding(
            "SF230", f"list '{name}' does not say which words it may hold; add `choices:`", part, at, key=True
        )
    if model.type == "list" and model.choices and model.of != "choice":
        yield source.finding("SF231", "`choices` means nothing for this list; say `of: choice`", part, (*at, "choices"))


def _form(
    source: BlueprintSource, part: str, at: Path, collect: Collect, known: Mapping[str, FieldModel]
) -> Iterator[Finding]:
    seen: set[str] = set()
    for kind, names in (("required", collect.required), ("optional", collect.optional)):
        for index, name in enumerate(names):
            if name not in known:
                yield source.finding("SF232", f"unknown field '{name}'{meant(name, known)}", part, (*at, kind, index))
            if name in seen:
                yield source.finding("SF233", f"'{name}' is asked for twice in one form", part, (*at, kind, index))
            seen.add(name)


def _guards(source: BlueprintSource, part: str, flow: FlowModel) -> Iterator[Finding]:
    sound = {
        name: field_type(model)
        for name, model in flow.data.items()
        if not list(check_field(source, part, (), name, model))
    }
    badly_declared = flow.data.keys() - sound.keys()
    names = guard_names(flow, sound)
    for at, text in guards_of(flow):
        if badly_declared.isdisjoint(_NAMES.findall(text)):
            yield from judged_guard(source, part, at, text, names)


def judged_guard(
    source: BlueprintSource, part: str, at: Path, text: str, names: Mapping[str, Type]
) -> Iterator[Finding]:
    """SF234, SF235: a guard that cannot be read with these names, or is neither true nor false."""
    try:
        guard = Expression.read(text, names)
    except ExpressionError as error:
        yield source.finding("SF234", f"the guard cannot be read: {error.message}", part, at, offset=error.offset)
        return
    if guard.type != BOOL:
        yield source.finding("SF235", "a guard must be true or false; compare this with something", part, at)
