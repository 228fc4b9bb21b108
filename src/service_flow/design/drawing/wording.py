"""What may be written into a drawing: cleaned texts, titles in the language asked for, the drawing's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from service_flow.characters import BREAKING, CONTROLS, NO_TEXT, TURNING, UNSEEN, unpiled
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.language.outcomes import OUTCOMES

_TERMINAL_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: window titles, links
    r"|\x1b[ -/]*[0-~]"
)
_NOT_DRAWN = re.compile(f"[{CONTROLS}{TURNING}{UNSEEN}{NO_TEXT}]")

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "adding": ("adds value", "增值"),
    "anyone": ("anyone known", "不限岗位"),
    "anywhere": ("from anywhere", "自任意状态"),
    "asks": ("asks for", "需填写"),
    "at_any_time": ("At any time", "随时可执行"),
    "back": ("back to where it was", "返回原状态"),
    "begins": ("It begins in {}", "始于{}"),
    "by": ("by", "执行者"),
    "complaint": ("complaint", "投诉"),
    "customer": ("customer", "客户"),
    "except": ("from anywhere except {}", "自{}以外的任意状态"),
    "final": ("ends: {}", "结果：{}"),
    "final_key": ("the case ends", "终态（个案结束）"),
    "flow": ("flow of a {}", "{}流程"),
    "from": ("from {}", "自{}"),
    "import": ("import", "导入"),
    "inside": ("from anywhere in {}", "自{}中的任意状态"),
    "none": ("adds no value", "不增值"),
    "nowhere": ("leaves no state", "没有可离开的状态"),
    "opened": ("Opened", "建立"),
    "owner": ("owner", "负责岗位"),
    "paused": ("clocks pause", "计时暂停"),
    "request": ("request", "服务需求"),
    "revision": ("revision {}", "版本 {}"),
    "rule": ("rule", "规则"),
    "spread_key": ("leaves many states", "可自多个状态发起"),
    "stays": ("stays where it is", "状态不变"),
    "stopped": ("clocks stop", "计时停止"),
    "sum": ("{} states, {} transitions", "{} 个状态、{} 项流转"),
    "supporting": ("supports value", "支持增值"),
    "timer": ("timer", "定时器"),
    "to": ("to {}", "至{}"),
    "when": ("when {}", "条件：{}"),
}
"""The drawing's own words in English and Chinese."""


def cleaned(text: str) -> str:
    """One line of text that is safe to show anywhere: without terminal escapes and all else that is not seen."""
    text = re.sub(rf"[\t\n\v\f\r\x85{BREAKING}]+", " ", _TERMINAL_ESCAPES.sub("", text))
    return " ".join(unpiled(_NOT_DRAWN.sub("", text), lambda _: "").split())


def chosen(title: Mapping[str, str], name: str, lang: str) -> str:
    """The title in that language, in another one where it has none, otherwise the name with spaces for underscores."""
    for language in (lang, *title):
        text = cleaned(title.get(language, ""))
        if text:
            return text
    return name.rpartition(".")[2].replace("_", " ")


class Wording:
    """Texts in one language."""

    def __init__(self, lang: str, posts: Mapping[str, Mapping[str, str]]) -> None:
        self.lang = "zh" if lang == "zh" else "en"
        self._posts = posts
        self._column = 1 if lang == "zh" else 0
        self.comma, self.either, self.stop = ("、", "或", "。") if lang == "zh" else (", ", " or ", ". ")
        self.colon = "：" if lang == "zh" else ": "

    def __call__(self, word: str, *values: object) -> str:
        return WORDS[word][self._column].format(*values)

    def title(self, title: Mapping[str, str], name: str) -> str:
        return chosen(title, name, self.lang)

    def post(self, name: str) -> str:
        """The title of a post or of one of the system's own actors."""
        if name in self._posts:
            return chosen(self._posts[name], name, self.lang)
        return self(name) if name in SYSTEM_ACTORS else name.replace("_", " ")

    def posts(self, names: Sequence[str]) -> str:
        """Who may do something; no names mean everyone known."""
        return self.comma.join(self.each_post(names))

    def each_post(self, names: Sequence[str]) -> list[str]:
        return [self.post(name) for name in names] or [self("anyone")]

    def outcome(self, name: str) -> str:
        """How a case ends, in the language where it is a common word, otherwise by its name."""
        return OUTCOMES[name][self._column] if name in OUTCOMES else name.replace("_", " ")
