"""What may be written into a drawing: cleaned texts, titles in the language asked for, the drawing's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_TERMINAL_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: window titles, links
    r"|\x1b[ -/]*[0-~]"
)
_NOT_DRAWN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of the text around it
    "\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff]"  # not characters of XML
)

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "adding": "adds value",
        "anywhere": "from anywhere",
        "anyone": "anyone known",
        "at_any_time": "At any time",
        "back": "back to where it was",
        "customer": "customer",
        "except": "from anywhere except {}",
        "final": "ends: {}",
        "flow": "flow of a {}",
        "from": "from {}",
        "guarded": "on a condition",
        "import": "import",
        "inside": "from anywhere in {}",
        "legend": "Legend",
        "none": "adds no value",
        "nowhere": "possible nowhere",
        "opened": "Opened",
        "owner": "owner",
        "paused": "clocks pause",
        "revision": "revision {}",
        "rule": "rule",
        "stays": "stays where it is",
        "stopped": "clocks stop",
        "sum": "{} states, {} transitions",
        "supporting": "supports value",
        "timer": "timer",
        "to": "to {}",
        "what_for": "when",
        "complaint": "complaint",
        "request": "request",
    },
    "zh": {
        "adding": "增值",
        "anywhere": "任意状态",
        "anyone": "任何已知人员",
        "at_any_time": "随时可做",
        "back": "返回原状态",
        "customer": "客户",
        "except": "任意状态，{}除外",
        "final": "结束：{}",
        "flow": "{}流程",
        "from": "自{}",
        "guarded": "有条件",
        "import": "导入",
        "inside": "{}中的任意状态",
        "legend": "图例",
        "none": "不增值",
        "nowhere": "任何状态都不可做",
        "opened": "开立",
        "owner": "负责岗位",
        "paused": "计时暂停",
        "revision": "版本 {}",
        "rule": "规则",
        "stays": "状态不变",
        "stopped": "计时停止",
        "sum": "{} 个状态，{} 个转换",
        "supporting": "支持增值",
        "timer": "定时器",
        "to": "至{}",
        "what_for": "条件",
        "complaint": "投诉",
        "request": "服务请求",
    },
}
"""The drawing's own words by language. A language without words of its own is drawn in English."""


def cleaned(text: str) -> str:
    """One line of text that is safe to show anywhere: no terminal escapes, control or direction-turning characters."""
    text = re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]+", " ", _TERMINAL_ESCAPES.sub("", text))
    return " ".join(_NOT_DRAWN.sub("", text).split())


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
        self.lang = lang
        self._words = WORDS.get(lang, WORDS["en"])
        self._posts = posts
        self.comma = "、" if lang == "zh" else ", "
        self.stop = "。" if lang == "zh" else ". "

    def __call__(self, word: str, *values: object) -> str:
        return self._words[word].format(*values)

    def title(self, title: Mapping[str, str], name: str) -> str:
        return chosen(title, name, self.lang)

    def post(self, name: str) -> str:
        """The title of a post or of one of the system's own actors."""
        if name in self._posts:
            return chosen(self._posts[name], name, self.lang)
        return self._words.get(name, name.replace("_", " "))

    def posts(self, names: list[str]) -> str:
        return self.comma.join(self.post(name) for name in names) or self("anyone")
