"""The JSON Schemas help as the reader judges: same words, same forms, same strictness."""

import json
import re
import subprocess
import sys

import pytest
from faulty_words import IN_THE_MODEL
from faulty_yaml import BASE
from flow_models import flow_models
from hypothesis import given
from json_schema_rules import fits

from service_flow.design.language import Section, read_data, to_yaml
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    OrganisationModel,
    Word,
)
from service_flow.design.language.schema import DIALECT, json_schemas, shipped_folder, to_json, write_schemas

SCHEMAS = json_schemas()
MODELS = {
    "blueprint": BlueprintModel,
    "flow": FlowModel,
    "organisation": OrganisationModel,
    "calendars": CalendarsModel,
}
SHIPPED = sorted(path for path in shipped_folder().parent.glob("*/**/*.yaml") if path.parent.name != "scenarios")


def words_of(model):
    return {field.alias or name for name, field in model.model_fields.items()}


def definitions(model, seen=None):
    """The model and all models inside it, by class name."""
    seen = {} if seen is None else seen
    if model.__name__ not in seen:
        seen[model.__name__] = model
        for name in re.findall(r"\w+", " ".join(str(field.annotation) for field in model.model_fields.values())):
            inner = getattr(sys.modules[model.__module__], name, None)
            if isinstance(inner, type) and issubclass(inner, Word) and inner is not Word:
                definitions(inner, seen)
    return seen


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_files_are_what_the_models_say(name):
    path = shipped_folder() / f"{name}.json"
    assert path.read_text(encoding="utf-8") == to_json(SCHEMAS[name]), "run `make schema`"


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_knows_exactly_the_words_of_its_models(name):
    schema = SCHEMAS[name]
    parts = {**schema.get("$defs", {}), MODELS[name].__name__: schema}
    assert parts.keys() == definitions(MODELS[name]).keys()
    for class_name, model in definitions(MODELS[name]).items():
        assert parts[class_name]["properties"].keys() == words_of(model)
        assert parts[class_name]["additionalProperties"] is False
        assert parts[class_name]["type"] == "object"


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_names_its_dialect_and_title_and_describes_its_parts(name):
    schema = SCHEMAS[name]
    assert next(iter(schema)) == "$schema"
    assert schema["$schema"] == DIALECT == "https://json-schema.org/draft/2020-12/schema"
    assert "service_flow blueprint" in schema["title"]
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["description"]
    assert "null" not in re.findall(r'"type": "(\w+)"', to_json(schema))


def test_the_words_of_a_transition_come_with_their_help():
    words = SCHEMAS["flow"]["$defs"]["TransitionModel"]["properties"]
    assert words["from"]["description"].startswith("the states it leaves")
    assert [kind.get("type") for kind in words["from"]["anyOf"]] == ["string", "array"]
    assert SCHEMAS["flow"]["$defs"]["TransitionModel"]["required"] == ["from"]


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
    assert [path.name for path in written] == [
        "blueprint.json",
        "flow.json",
        "organisation.json",
        "calendars.json",
        "loyalty.json",
    ]
    schema = json.loads(written[-1].read_text(encoding="utf-8"))
    assert schema["title"] == section.title
    assert fits({"tiers": {"gold": 3}}, schema)
    assert not fits({"tiers": {"gold": "3"}}, schema)
    assert not fits({"tires": {}}, schema)


def test_the_module_writes_the_files_that_ship_when_it_is_run(tmp_path):
    subprocess.run([sys.executable, "-m", "service_flow.design.language.schema", str(tmp_path)], check=True)
    for name in MODELS:
        shipped = (shipped_folder() / f"{name}.json").read_bytes()
        assert (tmp_path / f"{name}.json").read_bytes() == shipped
