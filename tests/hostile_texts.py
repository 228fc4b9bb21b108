"""Texts that people may type as a name, a need or a title, and what none of them may do to what shows them."""

from __future__ import annotations

import re
import unicodedata

MANY = 10_000

SCRIPTS = {
    "arabic": "مُحَمَّد بن سلمان (مدير)",
    "hebrew": "שָׁלוֹם עליכם, בע״מ",
    "devanagari": "श्रीमती क्षमा शर्मा",
    "thai": "น้ำผึ้ง กตัญญู",
    "persian": "می\u200cخواهم",
    "cjk beyond": "𠮷野家 𪚥 龘 한국어 日本語",
    "marks": "Ame\u0301lie A\u030angstro\u0308m e\u0323\u0302",
    "emoji": "👩‍👩‍👧‍👦 🇨🇳🇩🇪 👍🏽 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "full width": "ＡＢＣ＜ｘ＞　｜＃",
}
"""Texts of honest people. They must be shown as they are."""

TRICKS = {
    "zalgo": "Z" + "".join(map(chr, range(0x300, 0x330))) * 6 + "algo",
    "override": "invoice\u202etxt.exe\u202c \u2066isolate\u2069 \u200f\u061cmark",
    "zero width": "pay\u200bpal\ufeff \u2060joined\u00adsoft",
    "lines": "one\ntwo\r\nthree\rfour\u2028five\u2029six\x85seven\x0beight\x0cnine",
    "escapes": "\x1b[2J\x1b[31mred\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\\x1b[6n",
    "c1": "\x9b31mred\x9d0;owned\x9c\x90q\x9c\x84\x8d",
    "erasing": "safe\rEVIL\x08\x08\x08\x08\x7f\x07\x00end",
    "html": "</title></style></dd></article><script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>",
    "attribute": '" onmouseover="alert(1)" x=\'y\' autofocus onfocus=alert(1) `',
    "xml": "]]> <!-- --> <![CDATA[x]]> <?php ?> &amp; &#x3c;b&#62; &lt; &undefined; <!DOCTYPE x>",
    "sql": "'; DROP TABLE cases; -- \" OR 1=1 %_\\",
    "formula": "=cmd|'/C calc'!A0",
    "rich": "[red]x[/red] [link=http://evil.example]click[/link] [/] [bold :smile: \\[",
    "mermaid": 'end --> [*] : %% "x" as y } state {note}; #35; graph TD; click a href "javascript:alert(1)"',
    "yaml": "? - : # ! & * | > % @ ` {a: b} [c] --- ... 'x' \"y\" \\n ~ null yes 1e3 0x1F",
    "json": '{"a": [null, true], "b": "\\u0000\\", c}',
    "format": "{0} {name!r:>10} {} %s %(x)s %d ${x} {{ 7*7 }} $(id) `id`",
    "shell": "$(touch /x); `touch x` | x > /y & ../../etc/passwd ~ \\",
}
"""Texts of people who know HTML, terminals, templates and databases."""

LONG = {
    "long word": "W" * MANY,
    "long text": "long words and short " * (MANY // 21),
    "long chinese": "很长的名字" * (MANY // 5),
    "long marks": "Z" + "\u0301" * MANY,
    "long escapes": "\x1b[31m" * (MANY // 5),
    "long tags": "<b>" * (MANY // 3),
}

TEXTS = {**SCRIPTS, **TRICKS, **LONG}
HALVES = {"lone high": "half \ud83d", "lone low": "\udc00 half"}
"""No texts at all: every store refuses them."""

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal would obey, or what turns letters round or breaks lines unseen."""

_NOT_SEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SHOWN_FOR_IT = re.compile("<U\\+[0-9A-F]{4}>|[\u2400-\u2421\ufffd]")


def seen(text: str) -> str:
    """What is left of a text for comparing: no blanks, nothing invisible and no stand-ins for it, no accents."""
    bare = unicodedata.normalize("NFD", _SHOWN_FOR_IT.sub("", _NOT_SEEN.sub("", text)))
    return "".join(char for char in bare if unicodedata.category(char) not in ("Mn", "Me", "Zs") and char != "\n")


def quoted(text: str) -> str:
    """The text as YAML in double quotes."""
    return '"' + "".join(char if char.isalnum() and char.isascii() else f"\\U{ord(char):08x}" for char in text) + '"'
