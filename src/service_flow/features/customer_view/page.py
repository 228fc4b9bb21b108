"""The customer's view of a case as one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from service_flow.design.drawing.hypertext import Markup, element, joined, page
from service_flow.design.language.values import Money
from service_flow.engine.case.erased import said_in
from service_flow.features.customer_view.view import (
    CustomerView,
    ShownField,
    ShownOption,
    ShownPromise,
    ShownStep,
    base_of,
)

WORDS: Final[dict[str, tuple[str, str]]] = {
    "request": ("Your request {}", "您的服务请求 {}"),
    "complaint": ("Your complaint {}", "您的投诉 {}"),
    "customer": ("Your customer file {}", "您的客户档案 {}"),
    "open": ("We are working on it", "正在处理"),
    "closed": ("Closed", "已结束"),
    "on_file": ("You are our customer", "您是我们的客户"),
    "since": ("Opened {}", "提交于 {}"),
    "on_file_since": ("Since {}", "建档于 {}"),
    "goes_on_in": ("It goes on in {}", "已并入 {}，请在该处继续"),
    "fields": ("What we know", "已登记的信息"),
    "promises": ("What we promised", "我们的承诺"),
    "due": ("by {}", "最迟 {}"),
    "running": ("", ""),
    "waiting": ("The clock stands still for now", "计时暂停"),
    "overdue": ("Overdue since {}", "已逾期，原定 {}"),
    "kept": ("Done {}", "已完成于 {}"),
    "late": ("Done late, {}", "于 {} 逾期完成"),
    "ended": ("Closed", "已结束"),
    "steps": ("What has happened", "处理进展"),
    "options": ("What you can do", "您可以进行的操作"),
    "needed": ("needed", "必填"),
    "you": ("You", "您"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
}
LANGUAGES: Final = ("en", "zh")
FALLBACK: Final = {"customer": "on_file"}
"""What is said of an open case of which nothing is told, where it is nothing that is worked on."""
_UNITS = ((86_400, " d", "天"), (3_600, " h", "小时"), (60, " min", "分钟"), (1, " s", "秒"))
_STYLE = """
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 42rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
p, dl, ol, ul { margin: .2rem 0; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .2rem 1rem; }
dt, small, .when { opacity: .75; }
dd { margin: 0; overflow-wrap: anywhere; }
ol, ul { list-style: none; padding: 0; }
li { padding: .35rem 0; border-top: 1px solid #8884; overflow-wrap: anywhere; }
.stands { font-size: 1.15rem; font-weight: 600; }
.text { white-space: pre-wrap; }
"""


def customer_page(view: CustomerView, *, zone: tzinfo = UTC) -> str:
    """The page, in the language of the view; in English where the page has no words of that language. Its times are
    those of the zone."""
    return _Page(view, zone).html()


class Words:
    """The words of one language, and values as people read them where a zone's time is kept."""

    def __init__(self, language: str, zone: tzinfo = UTC) -> None:
        base = base_of(language)
        self.language, self._zone = base if base in LANGUAGES else "en", zone
        self._column = LANGUAGES.index(self.language)
        self._writers: dict[type, Callable[[Any], str]] = {
            bool: lambda value: self("yes" if value else "no"),
            Money: lambda money: f"{money.amount} {money.currency}",
            datetime: self.instant,
            date: self.day,
            timedelta: self._span,
            list: self._list,
            tuple: self._list,
        }

    def __call__(self, word: str, *values: str) -> str:
        return WORDS[word][self._column].format(*values)

    def instant(self, at: datetime) -> str:
        """To the minute, with the zone."""
        at = at.astimezone(self._zone)
        return f"{self.day(at)} {at:%H:%M} {self._zone}"

    def day(self, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day:%Y-%m-%d}"

    def value(self, value: Any) -> str:
        """A value as it is read."""
        value = said_in(self.language, value)
        return self._writers.get(type(value), str)(value)

    def _list(self, values: Iterable[Any]) -> str:
        return ("、" if self.language == "zh" else ", ").join(map(self.value, values))

    def _span(self, span: timedelta) -> str:
        seconds = int(span.total_seconds())
        parts = []
        for size, *written in _UNITS:
            number, seconds = divmod(seconds, size)
            if number:
                parts.append(f"{number}{written[self._column]}")
        return " ".join(parts) or f"0{_UNITS[-1][1 + self._column]}"

    def stands(self, view: CustomerView) -> str:
        """Where a case stands, as far as it is told."""
        return " · ".join(view.stands) or self("closed" if not view.is_open else FALLBACK.get(view.subject, "open"))

    def since(self, view: CustomerView) -> str:
        """Since when there is the case."""
        return self("on_file_since" if view.subject == "customer" else "since", self.instant(view.opened_at))

    def promise(self, promise: ShownPromise) -> str:
        """What is said of a promise behind its label."""
        if promise.state == "running":
            return "" if promise.due is None else self("due", self.instant(promise.due))
        told = promise.due if promise.state == "overdue" else promise.ended_at
        return self(promise.state, "" if told is None else self.instant(told)).strip()


class _Page:
    def __init__(self, view: CustomerView, zone: tzinfo) -> None:
        self._view, self._words = view, Words(view.language, zone)

    def html(self) -> str:
        view, words = self._view, self._words
        title = words(view.subject, view.number)
        parts = [
            element("h1", title),
            element("p", words.stands(view), class_="stands"),
            element("p", words.since(view), class_="when"),
        ]
        if view.goes_on_in is not None:
            parts.append(element("p", words("goes_on_in", view.goes_on_in)))
        parts += self._part("promises", "ul", map(self._promise, view.promises))
        parts += self._part("options", "ul", map(self._option, view.options))
        parts += self._part("fields", "dl", self._fields(view.fields))
        parts += self._part("steps", "ol", map(self._step, reversed(view.steps)))
        body = element("main", "\n", joined(parts, "\n"), "\n")
        return page(title, body, lang=words.language, style=_STYLE)

    def _part(self, heading: str, list_name: str, lines: Iterable[Markup]) -> list[Markup]:
        shown = list(lines)
        return [element("h2", self._words(heading)), element(list_name, *shown)] if shown else []

    def _fields(self, fields: Iterable[ShownField]) -> list[Markup]:
        parts: list[Markup] = []
        for one in fields:
            parts += [element("dt", one.label), element("dd", self._words.value(one.value), class_="text", dir="auto")]
        return parts

    def _promise(self, promise: ShownPromise) -> Markup:
        said = self._words.promise(promise)
        return element("li", promise.label, *([" ", element("small", said)] if said else []))

    def _option(self, option: ShownOption) -> Markup:
        words = self._words
        parts = [element("span", option.label)]
        for one in option.form:
            titles = one.title
            label = titles.get(self._view.language) or titles.get(words.language) or titles.get("en")
            label = label or one.name.replace("_", " ")
            parts.append(element("small", " · ", label, f" ({words('needed')})" if one.required else ""))
        return element("li", *parts)

    def _step(self, step: ShownStep) -> Markup:
        words = self._words
        who = words("you") if step.by_customer else step.who
        head = words.instant(step.at) if who is None else f"{words.instant(step.at)} · {who}"
        parts = [element("small", head, class_="when"), element("br"), element("strong", step.label)]
        if step.text is not None:
            parts.append(element("p", words.value(step.text), class_="text", dir="auto"))
        fields = self._fields(step.fields)
        if fields:
            parts.append(element("dl", *fields))
        return element("li", *parts)
