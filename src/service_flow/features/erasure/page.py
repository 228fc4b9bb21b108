"""A person's data as a page that loads nothing and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service_flow.design.drawing.hypertext import Markup, element, page
from service_flow.features.erasure.wording import LABELS, NAMES

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-9.]+\+00:00")
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8884; }
dl { display: grid; grid-template-columns: 12rem 1fr; gap: .2rem 1rem; }
dt, time { opacity: .75; }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def as_page(content: Mapping[str, Any], lang: str) -> str:
    """The page, in English or Chinese. What was typed by people stays text."""
    return _Page("zh" if lang == "zh" else "en").html(content)


class _Page:
    def __init__(self, lang: str) -> None:
        self._lang, self._colon = lang, "：" if lang == "zh" else ": "

    def html(self, content: Mapping[str, Any]) -> str:
        title = f"{self._label('title')} {content['customer']}"
        parts = [
            element("h1", title), element("p", f"{self._label('made')} ", _instant(content["exported_at"])),
        ]  # fmt: skip
        mark = content["erased"]
        if mark is not None:
            left = self._label("since" if mark["recorded_since"] else "left")
            parts.append(element("p", element("strong", f"{self._label('erased_on')} {mark['at'][:10]}."), f" {left}"))
        parts += [self._case(case, "file") for case in content["files"]]
        parts += [self._case(case, "case") for case in content["cases"]]
        return page(title, *parts, lang=self._lang, style=_STYLE)

    def _case(self, case: Mapping[str, Any], kind: str) -> Markup:
        fields = {field["name"]: field for field in case["fields"]}
        state, outcome = " + ".join(self._said(titles, "") for titles in case["titles"]), case["outcome"]
        head = {
            "opened_at": case["opened_at"][:16].replace("T", " "), "state": state or case["state"],
            "outcome": self._word(outcome) if outcome else self._label("open"), "channel": case["channel"],
        }  # fmt: skip
        known = [part for name, text in head.items() if text for part in _pair(self._label(name), text)]
        known += self._pairs(case["facts"], {})
        known += self._pairs({name: field["value"] for name, field in fields.items()}, fields)
        history = []
        for entry in case["history"]:
            history.append(element("p", _instant(entry["at"]), f" {self._what(entry)}"))
            if entry["said"]:
                history.append(element("dl", *self._pairs(entry["said"], fields if entry["in_flow"] else {})))
        title = element("h2", f"{self._label(kind)} {case['number']}")
        return element("section", title, element("dl", *known), element("h3", self._label("history")), *history)

    def _what(self, entry: Mapping[str, Any]) -> str:
        title = self._said(entry["title"], entry["about"] or "")
        if entry["about"]:
            return f"{self._word(entry['what'])}{self._colon}{title}"
        return title or self._word(entry["what"])

    def _pairs(self, values: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Markup]:
        for name, value in values.items():
            field = fields.get(name, {})
            title = self._said(field.get("title", {}), "") or self._word(name)
            yield from _pair(title, self._text(value, field.get("choices", {})))

    def _text(self, value: Any, choices: Mapping[str, Mapping[str, str]]) -> str:
        if isinstance(value, Mapping):
            return "\n".join(f"{self._word(name)}{self._colon}{self._text(part, {})}" for name, part in value.items())
        if isinstance(value, bool):
            return self._word(str(value).lower())
        if isinstance(value, Sequence) and not isinstance(value, str):
            return "\n".join(self._text(part, choices) for part in value)
        text = "" if value is None else str(value)
        shown = f"{text[:16].replace('T', ' ')}Z" if _INSTANT.fullmatch(text) else text
        return self._said(choices.get(text, {}), shown)

    def _label(self, name: str) -> str:
        return LABELS[name][self._lang == "zh"]

    def _word(self, name: str) -> str:
        """What this library calls something; what it does not know is shown as it is written, without underscores."""
        words = NAMES.get(name)
        return name.replace("_", " ") if words is None else words[self._lang == "zh"]

    def _said(self, titles: Mapping[str, str], name: str) -> str:
        return titles.get(self._lang) or titles.get("en") or next(iter(titles.values()), name)


def _pair(name: str, text: str) -> tuple[Markup, Markup]:
    return element("dt", name), element("dd", text, dir="auto")


def _instant(text: str) -> Markup:
    return element("time", f"{text[:16].replace('T', ' ')}Z", datetime=text)
