"""How the JSON Schema of a model is written, so that editors help as well as they can.

Any validator reads these schemas (draft 7, which all editors know). Beyond what a validation needs, they are made for
what an architect sees: what is said of the word under the mouse, what is offered while one types, and where an error
is underlined. All of it comes from the models; `tests/editor` asks a language server for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from service_flow.design.language.model import Word
from service_flow.design.language.reading import read_data
from service_flow.design.language.words import spot

DIALECT = "http://json-schema.org/draft-07/schema#"
Json = dict[str, Any]

_REFERENCE = "#/definitions/"
_AS_AROUND = ""
"""The description of a word that is told by what it stands in: the languages of a title."""
_ABOUT = ("type", "title", "description", "defaultSnippets")
_OF_PARTS = (
    "items", "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "propertyNames",
    "minProperties", "maxProperties", "examples",
)  # fmt: skip


def schema_of(model: type[Word], title: str, examples: Mapping[type[Word], Any]) -> Json:
    """The schema of a file that holds a model. `examples` are data in the words of parts of it, which editors offer."""
    made = model.model_json_schema(
        by_alias=True, ref_template=_REFERENCE + "{model}", schema_generator=_Generator, mode="validation"
    )
    parts: dict[str, Json] = made.pop("$defs", {})
    if "$ref" in made:  # a part of itself
        made = dict(parts[model.__name__])
    for name, part in {**parts, model.__name__: made}.items():
        _tell(name, part)
    made["title"] = title
    offered = {part.__name__: data for part, data in examples.items()}
    for name, part in {**_named_by_architects(made, parts), model.__name__: made}.items():
        if name in offered:
            part["defaultSnippets"] = [_snippet(_spoken(name), offered[name])]
    writer = _Writer(parts)
    whole = writer.written(made)
    definitions = writer.definitions(whole)
    return {"$schema": DIALECT, **whole, **({"definitions": definitions} if definitions else {})}


class _Generator(GenerateJsonSchema):
    """As strict as the reader: a word cannot be empty, and every word of a mapping has its form."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Json:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Json:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> Json:
        made: Json = {"type": "object"}
        words = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else {}
        if "enum" in words:  # words that are counted out are words like those of a model
            values = values if "$ref" in values else {"description": _AS_AROUND, **values}
            made |= {"properties": dict.fromkeys(words["enum"], values), "additionalProperties": False}
        else:
            rules = {name: rule for name, rule in words.items() if name != "type"}
            made |= {name: rule for name, rule in (("propertyNames", rules), ("additionalProperties", values)) if rule}
        self.update_with_validations(made, schema, self.ValidationsMapping.object)
        return made

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> Json:
        # The parts exclude each other anyway; of `oneOf`, editors offer only the one that they think likeliest.
        return {"anyOf": super().tagged_union_schema(schema)["oneOf"]}

    def model_schema(self, schema: core_schema.ModelSchema) -> Json:
        made = super().model_schema(schema)
        model, words = schema["cls"], made["properties"]
        for word, value in words.items():
            form = spot(model, (word,)).form
            if "pattern" in value and form:  # the word has a description of its own, which says nothing of the form
                value["patternErrorMessage"] = f"write {form}"
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        own = [word for word in words if names[word] in model.__annotations__]
        made["properties"] = {word: words[word] for word in (*own, *words)}  # before those of its base
        return made

    def field_title_should_be_set(self, _: Any) -> bool:
        return False


class _Writer:
    """Writes one schema; `parts` are the models that it refers to, by name."""

    def __init__(self, parts: Mapping[str, Json]) -> None:
        self._parts = parts
        self._inside: list[str] = []  # the parts that are written out just now

    def written(self, schema: Json) -> Json:
        """The schema as editors are given it."""
        made = self._of_several_types(schema) or self._below(schema)
        if "$ref" in made and len(made) > 1:  # draft 7 takes no notice of what stands beside a $ref
            made["allOf"] = [{"$ref": made.pop("$ref")}]
            made["type"] = "object"
        if "pattern" in made and "description" in made:
            made.setdefault("patternErrorMessage", f"write {made['description']}")
        for part in (made, *made.get("allOf", ())):
            for word in part.get("properties", {}).values():
                if word.get("description") == _AS_AROUND:
                    word["description"] = made.get("description", _AS_AROUND)
        return made

    def definitions(self, whole: Json) -> dict[str, Json]:
        """The parts that a written schema refers to, and those that these refer to, written."""
        found: dict[str, Json] = {}
        ahead: list[Json] = [whole]
        while ahead:
            for name in _references(ahead.pop()):
                if name not in found:
                    found[name] = self.written(self._parts[name])
                    ahead.append(found[name])
        return dict(sorted(found.items()))

    def _below(self, schema: Json) -> Json:
        made = dict(schema)
        if "anyOf" in made:
            made["anyOf"] = [self.written(below) for below in made["anyOf"]]
        if "properties" in made:
            made["properties"] = {word: self._word(below) for word, below in made["properties"].items()}
        for name in ("items", "additionalProperties", "propertyNames"):
            if isinstance(made.get(name), dict):
                made[name] = self.written(made[name])
        if "propertyNames" in made and "title" in self._part(made.get("additionalProperties")):
            made["propertyNames"] |= {"title": self._part(made["additionalProperties"])["title"]}
        return made

    def _word(self, schema: Json) -> Json:
        """The value of a word. Where the model says nothing of the word, what its value is is said."""
        made = self.written(schema)
        if "$ref" not in made and not made.get("description"):
            said = next(self._said(schema), None)
            made |= {"description": said} if said else {}
        return made

    def _said(self, schema: Json) -> Iterator[str]:
        for below in (schema, *schema.get("anyOf", ()), schema.get("additionalProperties"), schema.get("items")):
            if isinstance(below, dict):
                said = below.get("description") or self._part(below).get("description")
                if said:
                    yield said
                elif below is not schema:
                    yield from self._said(below)

    def _part(self, schema: object) -> Json:
        """The part that a schema refers to; empty if it refers to none."""
        reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
        return self._parts.get(reference.removeprefix(_REFERENCE), {})

    def _of_several_types(self, schema: Json) -> Json | None:
        """A value of one of several types as one schema, or None if it is not that, or a type has several forms.

        Given alternatives, an editor has to guess which was meant before it can say what is wrong.
        """
        forms: dict[str, Json] = {}
        for alternative in schema.get("anyOf", ()):
            name = alternative.get("$ref", "").removeprefix(_REFERENCE)
            form = self._parts.get(name, alternative)
            kind = form.get("type")
            if not isinstance(kind, str) or kind in forms or name in self._inside or _is_choice(form):
                return None
            if name:
                self._inside.append(name)
            forms[kind] = self.written(form)
            if name:
                self._inside.pop()
        if not forms:
            return None
        rules = {name: rule for form in forms.values() for name, rule in form.items() if name not in _ABOUT}
        rules |= {name: rule for name, rule in schema.items() if name != "anyOf"}
        # Editors put all of this behind a word that they complete. What stands in allOf they offer and check only.
        parts = {name: rules.pop(name) for name in _OF_PARTS if name in rules}
        return {"type": list(forms), **rules, **({"allOf": [parts]} if parts else {})}


def _is_choice(schema: Json) -> bool:
    return any(name in schema for name in ("enum", "const", "anyOf", "allOf"))


def _tell(name: str, part: Json) -> None:
    """Say what a part is called, and what it is in lines that do not end where those of the code end."""
    part["title"] = _spoken(name) if part["title"] == name else part["title"]
    part["description"] = re.sub(r"(?<!\n)\n(?!\n)", " ", part.get("description", ""))


def _named_by_architects(whole: Json, parts: dict[str, Json]) -> dict[str, Json]:
    """The parts that stand under names of their own: states, transitions, posts ..."""
    values = [schema.get("additionalProperties") for schema in _all([whole, *parts.values()])]
    return {name: parts[name] for name in _references(values)}


def _references(below: object) -> Iterator[str]:
    for schema in _all(below):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(_REFERENCE)


def _all(below: object) -> Iterator[Json]:
    if isinstance(below, dict):
        yield below
        below = list(below.values())
    if isinstance(below, list):
        for inner in below:
            yield from _all(inner)


def _spoken(name: str) -> str:
    """What a part is called: `StateModel` is a state."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"(?:Model|Words)$", "", name)).lower()


def _snippet(name: str, data: Any) -> Json:
    """What editors offer to insert, in the words of an extension to JSON Schema that VS Code began."""
    described = f"A {name} with all of its words: take out those that are not wanted."
    return {"label": f"{name} (example)", "sortText": f"~{name}", "description": described, "body": _body(data)}


def _body(data: Any) -> Any:
    """Data as editors write it down: texts as they stand, without quotes of the editor's own."""
    if isinstance(data, dict) and data:
        return {word: _body(value) for word, value in data.items()}
    if isinstance(data, list) and data:
        return [_body(value) for value in data]
    if isinstance(data, bool | int):
        return data
    plain = isinstance(data, str) and read_data(f"- {data}\n").data == [data]
    text = data if plain else json.dumps(data, ensure_ascii=False, default=str)
    return text.replace("\\", "\\\\").replace("$", "\\$")  # which mark a place to type at
