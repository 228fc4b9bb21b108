"""What people read instead of names: titles of the blueprint, words of this library, values and instants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service_flow.design.language.outcomes import OUTCOMES
from service_flow.design.language.values import Money, Reference
from service_flow.engine.case.erased import Erased, erased_in

if TYPE_CHECKING:
    from service_flow.design.flow import Field, Flow

_WORDS = {
    "about": ("About", "相关需求"),
    "becomes": ("Becomes", "迁移后"),
    "case": ("Case", "编号"),
    "changed_at": ("Changed", "最近变更"),
    "channel": ("Channel", "渠道"),
    "clock": ("Clock", "计时"),
    "contact": ("Contact", "联系方式"),
    "data": ("Data", "数据"),
    "customer": ("Customer", "客户"),
    "entered_at": ("Since", "进入时间"),
    "flow": ("Flow", "流程"),
    "name": ("Name", "姓名或名称"),
    "need": ("Need", "需求"),
    "opened_at": ("Opened", "建立时间"),
    "outcome": ("Outcome", "结果"),
    "person": ("Person", "人员"),
    "owners": ("Owner", "负责岗位"),
    "post": ("As", "岗位"),
    "promised": ("Due", "承诺期限"),
    "revision": ("Revision", "流程版本"),
    "state": ("State", "状态"),
    "subject": ("Subject", "对象"),
    "text": ("Complaint", "投诉内容"),
    "version": ("No", "序号"),
    "what": ("What", "事项"),
    "when": ("When", "时间"),
    "who": ("By", "经办人"),
    # values
    "request": ("request", "服务需求"),
    "complaint": ("complaint", "投诉"),
    "staff": ("member of staff", "员工"),
    "opened": ("Opened", "建立"),
    "migrated": ("Moved to another version", "版本迁移"),
    "running": ("running", "计时中"),
    "paused": ("paused", "暂停"),
    "stopped": ("stopped", "停止"),
    **OUTCOMES,
    "true": ("yes", "是"),
    "false": ("no", "否"),
    "timer": ("timer", "定时器"),
    "rule": ("rule", "规则"),
    "import": ("import", "导入"),
    "migration": ("migration", "版本迁移"),
}


def word(name: str, lang: str) -> str:
    """A word of this library in the language; the name itself where it is none."""
    english, chinese = _WORDS.get(name, (name, name))
    return chinese if lang == "zh" else english


def titled(titles: Mapping[Any, str], lang: str, name: str = "") -> str:
    """The title in the language, in English, in any language there is, or the name."""
    return titles.get(lang) or titles.get("en") or next(iter(titles.values()), name)


def state_label(configuration: Sequence[str], flow: Flow | None, lang: str) -> str:
    """The states as people call them; by its name one that the flow does not have, as in a damaged database."""
    known = flow.states if flow is not None else {}
    return " + ".join(titled(known[path].title, lang, path) if path in known else path for path in configuration)


def instant(moment: datetime) -> str:
    """An instant in UTC, to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def value_label(value: Any, lang: str, field: Field | None = None) -> str:
    """A value as people read it; a choice by its title."""
    if isinstance(value, list | tuple) and not isinstance(value, Reference):
        return ", ".join(value_label(element, lang, field) for element in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_label(element, lang)}" for key, element in value.items())
    if field is not None and isinstance(value, str) and value in field.choices:
        return titled(field.choices[value], lang, value)
    return _one_label(value, lang)


def _one_label(value: Any, lang: str) -> str:
    if isinstance(value, Erased):
        return erased_in(lang)
    if isinstance(value, bool):
        return word(str(value).lower(), lang)
    if isinstance(value, datetime):
        return instant(value)
    return "" if value is None else str(value)


def plain(value: Any) -> Any:
    """A value in the one form that JSON has for it (docs/reference/language.md); the desk takes it back."""
    if isinstance(value, Mapping):
        return {key: plain(element) for key, element in value.items()}
    write = _PLAIN.get(type(value))
    if write is not None:
        return write(value)
    return [plain(element) for element in value] if isinstance(value, list | tuple) else value


def _seconds(span: timedelta) -> int | str:
    seconds, rest = divmod(span, timedelta(seconds=1))
    return f"{seconds}.{rest.microseconds:06} seconds" if rest else seconds  # no field takes a float


_PLAIN: dict[type, Callable[[Any], Any]] = {
    Money: lambda money: {"amount": str(money.amount), "currency": money.currency},
    datetime: datetime.isoformat,
    date: date.isoformat,
    timedelta: _seconds,
    Reference: str,
    Decimal: str,
}
