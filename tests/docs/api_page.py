"""The page of public names: every signature as the source has it, with the first words of its docstring."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any, get_args, get_type_hints

import service_flow
from service_flow import effects, testing
from service_flow.async_desk import AsyncServiceDesk
from service_flow.blueprint import Blueprint
from service_flow.desk import DeskPromises, ServiceDesk
from service_flow.engine.case.events import Event
from service_flow.engine.commands import CaseMigration, MigrationSummary
from service_flow.engine.commands.cases import Cases
from service_flow.engine.commands.outcome import FormField, Option
from service_flow.engine.views import LIMIT, Case, Entry, History, Page, WorkItem
from service_flow.engine.work import Effects
from service_flow.features import DEFAULT
from service_flow.testing import plugin

OFFERS: dict[str, Any] = {feature.name: feature.offer for feature in DEFAULT} | {"promises": DeskPromises}
VALUES = ("Outcome", "Verdict", "Money", "Reference", "Person", "ManualClock")
HANDED_OUT = (Option, FormField, Case, WorkItem, Page, History, Entry, MigrationSummary, CaseMigration)
CALLED = "__call__"
OF_FEATURES = ("service_flow.features.", "service_flow.engine.views.promises")
FIXTURES = ("blueprint", "clock", "store", "store_url", "desk", "given")
INTRODUCTION = """\
# Public names

<!-- This page is generated from the code: `make reference`. -->

Everything here is imported from `service_flow` or `service_flow.testing`, or is handed out by the desk. What
is not on this page may change without a word. An `Outcome`, a `Reference`, an id and a short number such as
`"R-17"` all name a case wherever a `CaseArgument` is asked for. `LIMIT` is {limit}.
"""
ATTRIBUTES = """\
* `.blueprint`, `.store`: what the desk was made of
* `.customers`, `.requests`, `.complaints` and [what other features offer](features.md); each has its part of this page
* `.commands`: the path of every command, for features of one's own
"""


def api_page() -> str:
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield INTRODUCTION.format(limit=LIMIT)
    yield from _class(Blueprint)
    yield from list(_class(ServiceDesk))[:-1]
    yield ATTRIBUTES
    yield from list(_class(AsyncServiceDesk))[:3]
    yield "The same names with the same parameters, awaited; `async with` closes it.\n"
    names = ", ".join(f"`desk.{name}`" for name, kind in OFFERS.items() if issubclass(kind, Cases))
    yield f"## Every kind of case\n\nWhat {names} share. {_paragraphs(Cases)[1]}\n"
    yield from _members(Cases)
    for name, kind in OFFERS.items():
        yield f"\n## desk.{name}\n"
        yield from (line for part in _own_parts(kind) for line in _members(part, name))
        found = _found_by(kind)
        yield from ["", *found] if found else []
    yield ""
    for name in VALUES:
        yield from _class(getattr(service_flow, name))
    yield "## What the desk hands out\n"
    for view in HANDED_OUT:
        yield f"* `{view.__name__}({', '.join(_fields(view))})`: {_paragraphs(view)[0]}"
    kinds = (Blueprint.__name__, ServiceDesk.__name__, AsyncServiceDesk.__name__, *VALUES)
    errors = [f"`{name}`" for name in service_flow.__all__ if name not in kinds]
    yield f"\n## Errors\n\n{', '.join(errors)}: see [errors](errors.md).\n"
    yield "## service_flow.effects\n"
    for name in effects.__all__:
        value = getattr(effects, name)
        if isinstance(value, type | FunctionType):
            yield f"* `{name}{_signature(value)}`: {_paragraphs(value)[0]}"
    yield "\nWhat `desk.effects` offers:\n"
    yield from _members(Effects)
    yield "\n## service_flow.testing\n"
    for name in testing.__all__:
        value = getattr(testing, name)
        yield f"* `{name}{_signature(value)}`: {_paragraphs(value)[0]}"
    yield "\nWhat a story told to `given` goes on with:\n"
    yield from _members(testing.Told)
    yield "\nFixtures, which the installed package brings to pytest:\n"
    for name in FIXTURES:
        yield f"* `{name}`: {_paragraphs(getattr(plugin, name))[0]}"
    yield ""


def _class(kind: type) -> Iterator[str]:
    yield f"## {kind.__name__}\n"
    yield f"`{kind.__name__}{_signature(kind)}`\n"
    yield "\n\n".join(_paragraphs(kind)) + "\n"
    members = list(_members(kind))
    if members:
        yield from members
        yield ""


def _own_parts(kind: type) -> list[type]:
    """The classes that a feature's attribute of the desk is made of, without what all kinds of case share."""
    return [part for part in kind.__mro__ if part not in (Cases, object) and not part.__name__.endswith("Face")]


def _found_by(kind: type) -> list[str]:
    """What the methods give that is the feature's own, and what stands in that, each kind once."""
    methods = (
        value
        for part in _own_parts(kind)
        for name, value in vars(part).items()
        if isinstance(value, FunctionType) and (name == CALLED or not name.startswith("_"))
    )
    found = list(dict.fromkeys(one for method in methods for one in _kinds(get_type_hints(method).get("return"))))
    for one in found:
        hints = get_type_hints(one)
        inner = (inner for name in hints if not name.startswith("_") for inner in _kinds(hints[name]))
        found += [more for more in dict.fromkeys(inner) if more not in found]
    return [f"* `{one.__name__}({', '.join(_fields(one))})`: {_paragraphs(one)[0]}" for one in found]


def _kinds(annotation: Any) -> Iterator[type]:
    """The kinds of values that are of features, in an annotation."""
    own = isinstance(annotation, type) and annotation.__module__.startswith(OF_FEATURES)
    if own and not issubclass(annotation, Event):
        yield annotation
    for argument in get_args(annotation):
        yield from _kinds(argument)


def _members(kind: type, attribute: str = "") -> Iterator[str]:
    for name, value in vars(kind).items():
        if name == CALLED and attribute:
            yield f"* `desk.{attribute}{_signature(value)}`: {_paragraphs(value)[0]}"
        if name.startswith("_"):
            continue
        if isinstance(value, property):
            said = _paragraphs(value)[0]
            yield f"* `.{name}`" + (f": {said}" if said else "")
        elif isinstance(value, FunctionType | classmethod):
            function = getattr(value, "__func__", value)
            yield f"* `{name}{_signature(function)}`: {_paragraphs(function)[0]}"


def _signature(value: Any) -> str:
    """What it takes and gives, as the source says it; of a class of values, its fields."""
    if not isinstance(value, type):
        return _of_function(value)
    if "__init__" in vars(value) and isinstance(vars(value)["__init__"], FunctionType) and _own(value):
        return _of_function(value.__init__)
    return f"({', '.join(_fields(value, whole=True))})"


def _own(kind: type) -> bool:
    """Whether the class was written with an `__init__`, rather than given one by a decorator."""
    return any(isinstance(node, ast.FunctionDef) and node.name == "__init__" for node in _tree(kind).body)


def _of_function(function: Any) -> str:
    node = _tree(function)
    given = node.args
    defaults = [None] * (len(given.args) - len(given.defaults)) + given.defaults
    words = [_parameter(*pair) for pair in zip(given.args, defaults, strict=True) if pair[0].arg not in ("self", "cls")]
    words += [f"*{given.vararg.arg}"] if given.vararg else ["*"] if given.kwonlyargs else []
    words += [_parameter(*pair) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    words += [f"**{given.kwarg.arg}"] if given.kwarg else []
    gives = ast.unparse(node.returns) if node.returns else "None"
    return _quoted(f"({', '.join(words)})" + (f" -> {gives}" if gives != "None" else ""))


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    named = argument.arg + (f": {ast.unparse(argument.annotation)}" if argument.annotation else "")
    return named + (f" = {ast.unparse(default)}" if default else "")


def _fields(kind: type, *, whole: bool = False) -> list[str]:
    found = [node for node in _tree(kind).body if isinstance(node, ast.AnnAssign)]
    return [_quoted(ast.unparse(node)) if whole else ast.unparse(node.target) for node in found]


def _tree(value: Any) -> Any:
    return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]


def _quoted(text: str) -> str:
    return text.replace("'", '"')


def _paragraphs(value: object) -> list[str]:
    """The paragraphs of a docstring, each on one line; one that is empty where there is none."""
    text = inspect.getdoc(value) or ""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
