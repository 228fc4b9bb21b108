"""The pages of docs/reference say what the code says."""

from __future__ import annotations

import inspect
import json
import re

import pytest
from features_page import HOW_TO, known_as
from pages import blocks, headings
from reference_pages import HERE, PAGES

from service_flow import errors
from service_flow.cli import COMMANDS
from service_flow.design.flow.fields import compile_field
from service_flow.design.language import Section
from service_flow.design.language.model import ElementType, FieldModel, FieldType, Word
from service_flow.design.language.reference import EXAMPLES, PARTS, words_of
from service_flow.design.language.reference_examples import VALUES
from service_flow.features import DEFAULT

SECTIONS = [section for feature in DEFAULT for section in feature.sections]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_is_generated(name: str) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == PAGES[name](), "run `make reference`"


def test_every_part_of_the_language_is_on_the_page() -> None:
    inner = {part for part in Word.__subclasses__() for part in (part, *part.__subclasses__())}
    parts = {part for part in inner if part.__module__.startswith("service_flow.design.language.model.")}
    assert parts == set(PARTS) == set(EXAMPLES)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_word_of_a_part_stands_in_its_example(part: type[Word]) -> None:
    missing = [word for word in words_of(part) if not re.search(rf"\b{word}:", EXAMPLES[part])]
    assert not missing


@pytest.mark.parametrize("kind", VALUES)
def test_a_field_takes_the_instance_that_the_page_shows(kind: str) -> None:
    model = FieldModel.model_validate(
        {"type": kind, "choices": ["brakes", "gears"], **({"of": "choice"} if kind == "list" else {})}
    )
    value = json.loads(VALUES[kind][1])
    if kind == "reference":  # a number is turned into its reference before the field reads it
        assert re.fullmatch(r"[A-Z]+-\d+", value)
    else:
        compile_field("x", model).read(value)


def test_the_page_has_every_type_of_field() -> None:
    assert list(VALUES) == list(FieldType.__args__)
    assert set(ElementType.__args__) < set(VALUES)


def test_every_error_has_its_heading_its_words_and_an_example_that_raises_it() -> None:
    page = HERE / "errors.md"
    tree = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.ServiceFlowError)
    }
    assert [name for name in headings(page) if name in tree] == list(tree)
    text = " ".join(page.read_text(encoding="utf-8").split())
    for name, kind in tree.items():
        first, _, _ = " ".join((inspect.getdoc(kind) or "").split()).partition(". ")
        assert first.rstrip(".") in text, name
    raised = "".join(block.text for block in blocks(page) if block.mark == "runs: python")
    assert not [name for name in tree if not re.search(rf"^\s*except .*\b{name}\b", raised, re.MULTILINE)]


def test_every_feature_says_where_it_is_shown_and_what_guards_read_of_it() -> None:
    assert list(HOW_TO) == [feature.name for feature in DEFAULT]
    assert [name for feature in DEFAULT for name in feature.known if not known_as(name)] == []


def test_every_command_of_a_feature_is_among_the_public_names() -> None:
    text = (HERE / "api.md").read_text(encoding="utf-8")
    for feature in DEFAULT:
        _, _, part = text.partition(f"\n## desk.{feature.name}\n")
        offered, _, _ = part.partition("\n## ")
        commands = [name for name in feature.for_rules if f"* `{name}(" not in offered]
        assert offered and not commands, feature.name


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_every_word_of_a_features_file_is_on_the_page(section: Section) -> None:
    text = (HERE / "features.md").read_text(encoding="utf-8")
    _, _, part = text.partition(f"\n### {section.name}.yaml\n")
    assert [word for word in words_of(section.model) if f"| `{word}` |" not in part.partition("\n## ")[0]] == []


def test_every_command_of_the_command_line_is_on_its_page() -> None:
    text = (HERE / "cli.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[`([a-z-]+)`\]\(#", text, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)
    assert [name for name in COMMANDS if f"    service-flow {name}" not in text] == []
