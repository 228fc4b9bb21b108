"""Proof of titles: whatever people read is there in each language of the blueprint, or in none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import Word
from service_flow.errors import Finding

Path = tuple[str | int, ...]
CODES = {"en", "zh"}
CALLED = {"en": "English", "zh": "Chinese"}


def prove_titles(source: BlueprintSource) -> Iterator[Finding]:
    """SF311: texts in one language of the blueprint and not in another. A text that is not there at all is none: its
    name is read instead."""
    languages = source.blueprint.languages
    parts: dict[str, Word] = {
        "blueprint": source.blueprint, "organisation": source.organisation, "calendars": source.calendars,
        **{f"flow:{name}": flow for name, flow in source.flows.items()}, **source.sections,
    }  # fmt: skip
    for part, words in parts.items() if len(languages) > 1 else ():
        for path, text in _texts(type(words), words, ()):
            missing = [CALLED[language] for language in languages if language not in text]
            if missing and len(missing) < len(languages):
                message = f"this is not there in {' and '.join(missing)}, a language of the blueprint"
                yield source.finding("SF311", message, part, path, severity="warning")


def _texts(annotation: Any, value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every text by language that is said somewhere, with its place."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _texts(arguments[0], value, path)
    elif origin in (Union, UnionType):
        for member in arguments:
            if not isinstance(member, type) or isinstance(value, member):
                yield from _texts(member, value, path)
    elif origin is dict and set(get_args(arguments[0])) == CODES:
        if value:
            yield path, value
    else:
        for step, of, inner in _inside(value, arguments):
            yield from _texts(of, inner, (*path, step))


def _inside(value: Any, arguments: tuple[Any, ...]) -> Iterator[tuple[str | int, Any, Any]]:
    """What stands in a value: each with its word or its number, what it is to be, and itself."""
    if isinstance(value, Word):
        hints = _hints(type(value))
        for name, field in type(value).model_fields.items():
            if name in value.model_fields_set:
                yield field.alias or name, hints[name], getattr(value, name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key, arguments[1], inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield index, arguments[0], inner


@cache
def _hints(kind: type[Word]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
