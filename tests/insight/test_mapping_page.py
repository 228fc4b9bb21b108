"""docs/reference/mapping.md: every word of a mapping is explained and shown, and every part of one can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service_flow.design.language import read_data
from service_flow.design.language.model import Word
from service_flow.insight.histories.mapping import MappingWords, read_mapping, words

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "mapping.md").read_text(encoding="utf-8")
WHOLE = re.search(r"<!-- file: mapping.yaml -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
PARTS = re.findall(r"<!-- shown only: .*?test_mapping_page.py -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
MODELS = sorted(
    {
        model
        for model in vars(words).values()
        if isinstance(model, type) and issubclass(model, Word) and model.__module__ == words.__name__
    },
    key=lambda model: model.__name__,
)


def by_word(text: str) -> dict[str, str]:
    """The lines of each word of a mapping."""
    return {block.partition(":")[0]: block for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE) if block}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_a_mapping_on_the_page_is_read(tmp_path: Path, part: str) -> None:
    assert WHOLE is not None
    path = tmp_path / "mapping.yaml"
    path.write_text("".join({**by_word(WHOLE[1]), **by_word(part)}.values()), encoding="utf-8")
    read = read_mapping(path).words.model_dump(exclude_unset=True)
    assert set(by_word(part)) <= set(read)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_word_is_explained_and_shown(model: type[Word]) -> None:
    shown = "\n".join(PARTS)
    for word in model.model_fields:
        assert f"`{word}`" in PAGE, word
        assert re.search(rf"\b{word}:", shown), word


def test_each_word_of_the_whole_has_a_heading() -> None:
    headings = " ".join(re.findall(r"^### (.*)$", PAGE, re.MULTILINE))
    assert set(headings.replace(" and ", " ").split()) == set(MappingWords.model_fields)


def test_the_example_on_the_page_uses_words_of_the_mapping_only() -> None:
    assert WHOLE is not None
    data = read_data(WHOLE[1]).data
    assert isinstance(data, dict) and set(data) <= set(MappingWords.model_fields)
