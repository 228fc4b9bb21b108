"""A person's data as a page: one file, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_WORDS = {
    "en": {
        "title": "Personal data of customer", "made": "As of", "erased": "This person was erased on",
        "left": "What follows is what remains; it holds nothing personal.", "file": "File", "case": "Case",
        "opened": "Opened", "state": "State", "outcome": "Outcome", "channel": "Channel", "history": "History",
        "open": "open",
    },
    "zh": {
        "title": "客户个人数据", "made": "导出时间", "erased": "该客户的个人数据已删除，日期：",
        "left": "以下为保留内容，不含任何个人数据。", "file": "客户档案", "case": "服务单",
        "opened": "创建时间", "state": "状态", "outcome": "结果", "channel": "渠道", "history": "历史记录",
        "open": "处理中",
    },
}  # fmt: skip
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
    "h2{margin-top:2.5rem;border-bottom:1px solid #bbb}dl{display:grid;grid-template-columns:12rem 1fr;gap:.2rem 1rem}"
    "dt{color:#555}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}time{color:#555}"
)


def as_page(content: Mapping[str, Any], lang: str) -> str:
    """The page, in a language. Everything that was typed by people is escaped."""
    word = _WORDS.get(lang, _WORDS["en"])
    title = f"{word['title']} {content['customer']}"
    return "".join(
        [
            f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
            f"<p>{word['made']} {_instant(content['exported_at'])}</p>\n",
            *_erased(content["erased"], word),
            *(part for file in content["files"] for part in _case(file, word, lang, word["file"])),
            *(part for case in content["cases"] for part in _case(case, word, lang, word["case"])),
            "</body>\n</html>\n",
        ]
    )


def _erased(mark: Mapping[str, str] | None, word: Mapping[str, str]) -> Iterator[str]:
    if mark is not None:
        yield f"<p><strong>{word['erased']} {escape(mark['at'][:10])}.</strong> {word['left']}</p>\n"


def _case(case: Mapping[str, Any], word: Mapping[str, str], lang: str, kind: str) -> Iterator[str]:
    yield f"<section>\n<h2>{kind} {escape(case['number'])}</h2>\n<dl>\n"
    yield _pair(word["opened"], case["opened_at"][:16].replace("T", " "))
    yield _pair(word["state"], case["state"])
    yield _pair(word["outcome"], case["outcome"] or word["open"])
    if case["channel"]:
        yield _pair(word["channel"], case["channel"])
    yield from (_pair(name, value) for name, value in case["facts"].items())
    yield from (_pair(_title(field["title"], field["name"], lang), field["value"]) for field in case["fields"])
    yield f"</dl>\n<h3>{word['history']}</h3>\n"
    for entry in case["history"]:
        about = f" ({escape(entry['about'])})" if entry["about"] else ""
        what = _title(entry["title"], entry["what"].replace("_", " "), lang)
        yield f"<p>{_instant(entry['at'])} {escape(what)}{about}</p>\n"
        if entry["said"]:
            yield f"<dl>\n{''.join(_pair(name, value) for name, value in entry['said'].items())}</dl>\n"
    yield "</section>\n"


def _pair(name: str, value: Any) -> str:
    return f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(_text(value))}</dd>\n"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_text(part)}" for name, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(_text(part) for part in value)
    return "" if value is None else str(value)


def _title(titles: Mapping[str, str], name: str, lang: str) -> str:
    return titles.get(lang) or titles.get("en") or name


def _instant(text: str) -> str:
    return f'<time datetime="{escape(text)}">{escape(text[:16].replace("T", " "))}Z</time>'
