"""What the model says about one place of a text: the words possible there, the choices, the kinds of value.

Validation names a place by a path (`("transitions", "analyse", "to", 0, "state")`); here that path is
followed through the annotations of the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

KEY = "[key]"
_KINDS: dict[Any, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    date: "a date such as 2026-12-24",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the model; `path` leads there in words of the language, without the marks of validation.

    `tried` is the path to the first value on the way that may have one of several forms (`union`), if any.
    """

    annotation: Any
    path: tuple[str | int, ...]
    at_key: bool
    tried: tuple[str | int, ...] | None
    union: Any

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a mapping may hold here, in the order of the model."""
        model = bare(self.annotation)
        return tuple(_aliases(model)) if _is_model(model) else ()

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that may stand here, if they are counted out."""
        inner = bare(self.annotation)
        return tuple(str(choice) for choice in get_args(inner)) if get_origin(inner) is Literal else ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of value that may stand here: "a text", "a list" ...; short forms are counted in."""
        return tuple(dict.fromkeys(_kinds(self.annotation)))

    @property
    def form(self) -> str:
        """How a text here must be written, in the model's own words; empty if the model does not say."""
        return _description(self.annotation)


def spot(model: type[BaseModel], location: Sequence[str | int]) -> Spot:
    """Follows the location of a validation error through the model."""
    here: Any = model
    path: list[str | int] = []
    at_key = False
    tried: tuple[str | int, ...] | None = None
    union: Any = None
    inner: Any = None
    for step in location:
        if step == KEY and get_origin(inner) is dict:
            here, at_key = get_args(inner)[0], True
            continue
        inner = bare(here)
        members = _members(inner)
        if len(members) > 1:
            if tried is None:
                tried, union = tuple(path), inner
            here = _member(members, str(step))
        else:
            here = _below(inner, step)
            path.append(step)
    return Spot(here, tuple(path), at_key, tried, union)


def bare(annotation: Any) -> Any:
    """The annotation without its notes, and without the None of an optional word."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        members = _members(annotation)
        if len(members) == 1 and members[0] is not annotation:
            annotation = members[0]
            continue
        return annotation


def _members(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for member in get_args(annotation) if member is not NoneType)
    return (annotation,)


def _member(members: Sequence[Any], label: str) -> Any:
    """The member of a union that a label means: a class name, or the word that tells members apart."""
    models = [bare(member) for member in members if _is_model(bare(member))]
    for model in models:
        if model.__name__ == label or any(label in get_args(bare(hint)) for hint in _hints(model).values()):
            return model
    others = [member for member in members if bare(member) not in models]
    named = [member for member in others if label.startswith(_type_name(bare(member)))]
    return (named or others or list(members))[0]


def _type_name(annotation: Any) -> str:
    return getattr(get_origin(annotation) or annotation, "__name__", "?").lower()


def _below(annotation: Any, step: str | int) -> Any:
    if _is_model(annotation):
        name = _aliases(annotation).get(str(step))
        return None if name is None else _hints(annotation).get(name)
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return arguments[1]
    return arguments[0] if arguments and get_origin(annotation) is not Literal else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _aliases(model: type[BaseModel]) -> dict[str, str]:
    return {field.alias or name: name for name, field in model.model_fields.items()}


@cache
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    """The annotations as written; pydantic's records lose the notes of a type whose field has notes too."""
    try:
        return get_type_hints(model, include_extras=True)
    except NameError:  # a model made inside a function, whose names cannot be looked up
        return {name: field.annotation for name, field in model.model_fields.items()}


def _kinds(annotation: Any) -> list[str]:
    if get_origin(annotation) is Annotated:
        for note in get_args(annotation)[1:]:
            if isinstance(note, BeforeValidator) and get_origin(note.json_schema_input_type) is not None:
                return _kinds(note.json_schema_input_type)
    members = _members(annotation)
    if len(members) == 1 and members[0] is not annotation:
        return _kinds(members[0])  # what may be left out; its short forms count too
    members = _members(bare(annotation))
    if len(members) > 1:
        return [kind for member in members for kind in _kinds(member)]
    return [_kind(members[0])]


def _kind(inner: Any) -> str:
    if get_origin(inner) is Literal:
        return "one of the words " + ", ".join(map(str, get_args(inner)))
    if get_origin(inner) is dict or _is_model(inner):
        return "a mapping"
    if get_origin(inner) in (list, tuple, set, frozenset):
        element = get_args(inner)[:1]
        return "a list of texts" if element and bare(element[0]) is str else "a list"
    return _KINDS.get(inner, "another value")


def _description(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        own = [note.description for note in notes if isinstance(note, FieldInfo) and note.description]
        return own[0] if own else _description(inner)
    members = _members(annotation)
    return _description(members[0]) if len(members) == 1 and members[0] is not annotation else ""
