"""The JSON Schemas help as the reader judges: same words, same forms, same strictness."""

import json
import re
import subprocess
import sys
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_type_hints

import pytest
from faulty_words import IN_THE_MODEL
from faulty_yaml import BASE
from flow_models import flow_models
from hypothesis import given, settings
from json_schema_rules import fits
from pydantic import Field

from draws import draws
from service_flow.cli.schema import all_sections
from service_flow.design.language import Section, read_data, to_yaml
from service_flow.design.language.model import LanguageCode, Weekday, Word
from service_flow.design.language.schema import FILES, json_schemas, shipped_folder, to_json, write_schemas
from service_flow.design.language.schema_forms import DIALECT, schema_of

SCHEMAS = json_schemas(all_sections())
MODELS = {kind.name: kind.model for kind in (*FILES, *all_sections())}
SHIPPED = sorted(shipped_folder().parent.glob("*/**/*.yaml"))


def words_of(model):
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def parts_of(annotation, found=None):
    """All models that an annotation leads to."""
    found = set() if found is None else found
    if isinstance(annotation, type) and issubclass(annotation, Word):
        if annotation not in found:
            found.add(annotation)
            for hint in get_type_hints(annotation, include_extras=True).values():
                parts_of(hint, found)
    else:
        for inner in get_args(annotation):
            parts_of(inner, found)
    return found


def schemas_in(schema):
    """The schema and all schemas inside it."""
    yield schema
    inner = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
    inner += [schema.get(rule) for rule in ("items", "additionalProperties", "propertyNames")]
    inner += [*schema.get("properties", {}).values(), *schema.get("definitions", {}).values()]
    for below in inner:
        if isinstance(below, dict):
            yield from schemas_in(below)


def words_in(schema):
    """Every word of a schema with the schema of its value."""
    for inner in schemas_in(schema):
        yield from inner.get("properties", {}).items()


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_files_are_what_the_models_say(name):
    path = shipped_folder() / f"{name}.json"
    assert path.read_text(encoding="utf-8") == to_json(SCHEMAS[name]), "run `make schema`"


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_knows_exactly_the_words_of_its_models(name):
    counted_out = {frozenset(get_args(LanguageCode)), frozenset(get_args(Weekday))}
    strict = [inner for inner in schemas_in(SCHEMAS[name]) if "properties" in inner]
    assert {frozenset(inner["properties"]) for inner in strict} - counted_out == {
        words_of(part) for part in parts_of(MODELS[name])
    }
    assert [inner for inner in strict if inner.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_names_its_dialect_and_title_and_describes_its_parts(name):
    schema = SCHEMAS[name]
    assert next(iter(schema)) == "$schema"
    assert schema["$schema"] == DIALECT == "http://json-schema.org/draft-07/schema#"
    assert schema["title"].endswith("(service_flow)")
    for part in (schema, *schema.get("definitions", {}).values()):
        assert part["description"]
        assert part["title"]
    assert "null" not in re.findall(r'"type": "(\w+)"', to_json(schema))


@pytest.mark.parametrize("name", MODELS)
def test_every_word_is_explained_by_more_than_the_form_of_its_text(name):
    known = SCHEMAS[name].get("definitions", {})
    unexplained = set()
    for word, value in words_in(SCHEMAS[name]):
        said = known[value["$ref"].removeprefix("#/definitions/")] if "$ref" in value else value
        if not said["description"] or value.get("patternErrorMessage") == f"write {said['description']}":
            unexplained.add(word)
    assert unexplained - set(get_args(Weekday)) == set(), "write Field(description=...) in the model"


@pytest.mark.parametrize("name", MODELS)
def test_what_is_given_as_an_example_fits(name):
    for inner in schemas_in(SCHEMAS[name]):
        for example in inner.get("examples", ()):
            assert fits(example, inner, SCHEMAS[name])


@pytest.mark.parametrize("name", MODELS)
def test_where_choices_are_explained_all_of_them_are(name):
    explained = [inner for inner in schemas_in(SCHEMAS[name]) if "enumDescriptions" in inner]
    assert [inner for inner in explained if len(inner["enumDescriptions"]) != len(inner["enum"])] == []
    assert explained or name != "flow"


@pytest.mark.parametrize("name", MODELS)
def test_nothing_stands_beside_a_reference_where_draft_7_would_pass_it_over(name):
    assert [inner for inner in schemas_in(SCHEMAS[name]) if "$ref" in inner and len(inner) > 1] == []


@pytest.mark.parametrize("name", MODELS)
def test_every_form_of_a_text_is_told_in_words(name):
    forms = [inner for inner in schemas_in(SCHEMAS[name]) if "pattern" in inner]
    assert [inner for inner in forms if not inner["patternErrorMessage"].startswith("write ")] == []


def test_the_words_of_a_transition_come_with_their_help():
    words = SCHEMAS["flow"]["definitions"]["TransitionModel"]["properties"]
    assert words["from"]["description"].startswith("the states it leaves")
    assert words["from"]["type"] == ["string", "array"]
    assert SCHEMAS["flow"]["definitions"]["TransitionModel"]["required"] == ["from"]


@settings(max_examples=draws(100), deadline=None)
@given(flow_models)
def test_a_flow_that_can_be_read_fits_the_schema(model):
    assert fits(read_data(to_yaml(model)).data, SCHEMAS["flow"])


@pytest.mark.parametrize(
    "row", [row for row in IN_THE_MODEL if row.model in MODELS.values()], ids=lambda row: row.title
)
def test_what_the_reader_refuses_does_not_fit_the_schema(row):
    name = next(name for name, model in MODELS.items() if model is row.model)
    assert not fits(read_data(row.text).data, SCHEMAS[name])


def test_the_sound_flow_of_these_tests_does_fit():
    assert fits(read_data(BASE).data, SCHEMAS["flow"])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_shipped_yaml_names_its_schema_in_the_first_line_and_fits_it(path):
    document = read_data(path)
    comment, _, schema = document.text.split("\n")[0].partition("$schema=")
    assert comment == "# yaml-language-server: "
    target = (path.parent / schema).resolve()
    assert target.parent == shipped_folder().resolve()
    assert fits(document.data, json.loads(target.read_text(encoding="utf-8")))


class LoyaltyModel(Word):
    """What customers earn."""

    tiers: dict[str, int]


def test_a_feature_gets_a_schema_for_its_section(tmp_path):
    section = Section("loyalty", LoyaltyModel, "loyalty.yaml of a service_flow blueprint")
    written = write_schemas(tmp_path / "schema", [section])
    assert [path.name for path in written] == [*(f"{kind.name}.json" for kind in FILES), "loyalty.json"]
    schema = json.loads(written[-1].read_text(encoding="utf-8"))
    assert schema["title"] == section.title
    assert fits({"tiers": {"gold": 3}}, schema)
    assert not fits({"tiers": {"gold": "3"}}, schema)
    assert not fits({"tires": {}}, schema)


class Size(Word):
    """How large it is."""

    metres: Decimal


class Shelf(Word):
    """A shelf, in a room or on another shelf."""

    on: Union["Shelf", str]
    label: str | list[str] | None = Field(default=None, description="what stands on it")
    size: Literal["small", "large"] | Size


def test_a_value_of_several_types_is_one_schema_as_far_as_that_can_be_said():
    schema = schema_of(Shelf, "Shelf", {})
    words = schema["properties"]
    assert words["label"] == {
        "type": ["string", "array"],
        "description": "what stands on it",
        "allOf": [{"items": {"type": "string"}}],
    }
    assert [choice.get("$ref") for choice in words["size"]["anyOf"]] == [None, "#/definitions/Size"]
    assert fits({"on": {"on": "floor", "size": "small"}, "size": {"metres": Decimal(2)}}, schema)
    assert not fits({"on": {"on": "floor"}, "size": "small"}, schema)
    assert not fits({"on": "floor", "size": "tall"}, schema)
    assert not fits({"on": "floor", "size": "small", "label": [1]}, schema)


def test_an_example_is_written_so_that_an_editor_that_adds_no_quotes_gets_it_right():
    class Box(Word):
        """A box."""

        box: dict[str, Any]

    data = {"box": {"a": "1", "b": "yes: no", "c": "$5", "d": [], "e": {}, "f": True, "g": "plain", "h": "a\\b"}}
    (snippet,) = schema_of(Box, "Box", {Box: data})["defaultSnippets"]
    assert snippet["label"] == "box (example)"
    assert snippet["body"]["box"] == {
        "a": '"1"', "b": '"yes: no"', "c": "\\$5", "d": "[]", "e": "{}", "f": True, "g": "plain", "h": "a\\\\b",
    }  # fmt: skip


def test_the_module_writes_the_files_that_ship_when_it_is_run(tmp_path):
    subprocess.run([sys.executable, "-m", "service_flow.design.language.schema", str(tmp_path)], check=True)
    for kind in FILES:
        name = kind.name
        shipped = (shipped_folder() / f"{name}.json").read_bytes()
        assert (tmp_path / f"{name}.json").read_bytes() == shipped
