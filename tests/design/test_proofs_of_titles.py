"""Texts are there in each language of the blueprint, or in none; the check says which one lacks what."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_flow import Blueprint

FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\nlanguages: [en, zh]\ntitle: {en: Shop, zh: 商店}\n",
    "organisation.yaml": """\
posts: {clerk: {title: {en: Clerk, zh: 接待员}, duties: [{text: {en: Listen, zh: 倾听}}]}}
languages: {en: {title: {en: English, zh: 英语}}, zh: {}}
people: {tom: {name: Tom, posts: clerk}}
""",
    "flows/repair.yaml": """\
flow: repair
subject: request
initial: open
opening: {by: clerk, collect: [speaks]}
data: {speaks: {type: choice, choices: {en: {en: English, zh: 英语}, zh: {en: Chinese, zh: 中文}}}}
states:
  open:   {owner: clerk, title: {en: Open, zh: 待处理}, told: {en: We are on it, zh: 正在处理}}
  closed: {final: completed}
transitions: {close: {from: open, to: closed, by: clerk}}
""",
    "knowledge.yaml": """\
articles:
  hum: {title: {en: It hums, zh: 有异响}, text: {en: Wait., zh: 请稍候。}, keywords: {en: [loud], zh: [异响]}}
""",
}


def told(folder: Path, file: str = "", old: str = "", new: str = "") -> list[str]:
    for name, text in FILES.items():
        assert name != file or old in text
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace(old, new) if name == file else text, encoding="utf-8")
    found = Blueprint.load(folder).check(select=["SF311"])
    return [f"{Path(one.file).name}:{one.line}:{one.column} {one.severity} {one.message}" for one in found]


def test_texts_in_all_languages_and_texts_that_are_left_out_are_well(tmp_path: Path) -> None:
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "old", "word", "text"),
    [
        ("blueprint.yaml", "title: {en: Shop, zh: 商店}", "title: ", "Shop"),
        ("organisation.yaml", "text: {en: Listen, zh: 倾听}", "text: ", "Listen"),
        ("flows/repair.yaml", "told: {en: We are on it, zh: 正在处理}", "told: ", "We are on it"),
        ("flows/repair.yaml", "zh: {en: Chinese, zh: 中文}", "zh: ", "Chinese"),
        ("knowledge.yaml", "keywords: {en: [loud], zh: [异响]}", "keywords: ", "[loud]"),
    ],
    ids=["blueprint", "duty", "told", "choice", "keywords"],
)
def test_a_text_that_lacks_a_language_is_warned_of(tmp_path: Path, file: str, old: str, word: str, text: str) -> None:
    (message,) = told(tmp_path, file, old, word + text)
    before, _, _ = FILES[file].partition(old)
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + len(word) + 1
    place = f"{Path(file).name}:{line}:{column}"
    assert message == f"{place} warning this is not there in Chinese, a language of the blueprint"


def test_the_other_language_is_named_and_one_language_asks_for_nothing_more(tmp_path: Path) -> None:
    (message,) = told(tmp_path, "flows/repair.yaml", "title: {en: Open, zh: 待处理}", "title: {zh: 待处理}")
    assert "this is not there in English" in message
    assert told(tmp_path, "blueprint.yaml", "languages: [en, zh]\n", "") == []
