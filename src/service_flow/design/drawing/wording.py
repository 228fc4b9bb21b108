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
_SPAN = re.compile(r"([0-9]+) (working )?(second|minute|hour|day|week)s?")
_UNITS = {"second": "秒", "minute": "分钟", "hour": "小时", "day": "天", "week": "周"}
_WORKING = {"second": "工作秒", "minute": "工作分钟", "hour": "个工作小时", "day": "个工作日", "week": "个工作周"}
_NOT_DRAWN = re.compile(f"[{CONTROLS}{TURNING}{UNSEEN}{NO_TEXT}]")

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "added": ("added", "新增"),
    "adding": ("adds value", "增值"),
    "anyone": ("anyone known", "不限岗位"),
    "anywhere": ("from anywhere", "自任意状态"),
    "as_left": ("back into {} where it was left", "返回{}上次离开时的状态"),
    "as_left_deep": ("back into {} exactly as it was left", "完整返回{}上次离开时的状态"),
    "asks": ("asks for", "需填写"),
    "at_any_time": ("At any time", "随时可执行"),
    "automatic": ("by itself", "自动执行"),
    "back": ("back to where it was", "返回原状态"),
    "begins": ("It begins in {}", "始于{}"),
    "by": ("by", "执行者"),
    "changed": ("changed", "已更改"),
    "complaint": ("complaint", "投诉"),
    "customer": ("customer", "客户"),
    "decided": ("by the table {}", "由决策表“{}”得出"),
    "deep_key": ("as it was left, with all inside", "上次离开时的完整状态"),
    "done": ("its region is done here", "所在并行分支到此完成"),
    "else": ("otherwise", "否则"),
    "except": ("from anywhere except {}", "自{}以外的任意状态"),
    "final": ("ends: {}", "结果：{}"),
    "final_key": ("the case ends", "终态（个案结束）"),
    "flow": ("flow of a {}", "{}流程"),
    "from": ("from {}", "自{}"),
    "fork_key": ("regions begin together, and wait for each other", "并行分支同时开始，相互等待后汇合"),
    "history_key": ("where it was left last", "上次离开时的状态"),
    "import": ("import", "导入"),
    "inside": ("from anywhere in {}", "自{}中的任意状态"),
    "join": ("waits for all regions", "等待各并行分支完成"),
    "joined": ("once all regions of {} are done", "待{}的各并行分支均完成"),
    "none": ("adds no value", "不增值"),
    "nowhere": ("leaves no state", "没有可离开的状态"),
    "number_added": ("{} added", "新增 {}"),
    "number_changed": ("{} changed", "已更改 {}"),
    "number_removed": ("{} removed", "已移除 {}"),
    "opened": ("Opened", "建立"),
    "owner": ("owner", "负责岗位"),
    "paused": ("clocks pause", "计时暂停"),
    "pointer": ("goes on there", "转到该处"),
    "promise": ("from {} until {}", "自{}起，至{}止"),
    "promise_while": ("while in {}", "处于{}期间"),
    "promises": ("Promises", "服务承诺"),
    "region_key": ("regions side by side", "并行分支"),
    "removed": ("removed", "已移除"),
    "request": ("request", "服务需求"),
    "revision": ("revision {}", "版本 {}"),
    "rule": ("rule", "规则"),
    "running": ("clocks run", "正常计时"),
    "sets": ("sets {}", "设定{}"),
    "spread_key": ("leaves many states", "可自多个状态发起"),
    "staff": ("member of staff", "员工"),
    "stays": ("stays where it is", "状态不变"),
    "stopped": ("clocks stop", "计时停止"),
    "sum": ("{} states, {} transitions", "{} 个状态、{} 项流转"),
    "supporting": ("supports value", "支持增值"),
    "timer": ("timer", "定时器"),
    "timer_after": ("after {}", "{}后"),
    "timer_at": ("at {}", "到“{}”时"),
    "timer_every": ("every {}", "每 {}"),
    "to": ("to {}", "至{}"),
    "when": ("when {}", "条件：{}"),
    "within": ("within {}", "时限：{}"),
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

    def span(self, text: str) -> str:
        """A length of time as the blueprint writes it, such as "3 working days"."""
        if self.lang == "en":
            return text
        return _SPAN.sub(lambda found: f"{found[1]} {(_WORKING if found[2] else _UNITS)[found[3]]}", text)
