"""HTML pages that need nothing but themselves: text that cannot become markup, in a page that can load nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from service_flow.characters import BREAKING, CONTROLS, NO_TEXT, TURNING, UNSEEN, unpiled

_HIDDEN = re.compile(f"(?![\t\n])[{CONTROLS}{TURNING}{BREAKING}{UNSEEN}{NO_TEXT}]")
_EMPTY = frozenset({"br", "input", "link", "meta"})


class Markup(str):
    """HTML, as opposed to text. Made of text by `markup`; made directly only of what this library wrote itself."""

    __slots__ = ()


def visible(text: str) -> str:
    """The text with its lines and tabs, and <U+202E> for each character that would act instead of being seen."""
    return _HIDDEN.sub(lambda found: _coded(found[0]), unpiled(text.replace("\r\n", "\n"), _coded))


def _coded(char: str) -> str:
    return f"<U+{ord(char):04X}>"


def markup(part: str) -> Markup:
    """What was markup already as it is; text made visible and escaped."""
    return part if isinstance(part, Markup) else Markup(escape(visible(part)))


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """The parts one after the other, with text between them."""
    return Markup(markup(between).join(map(markup, parts)))


def element(name: str, /, *inside: str, **attributes: str | int | bool | None) -> Markup:
    """An element. `class_` and `data_name` stand for class and data-name; True is an attribute without a value."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{markup(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{written}>" + ("" if name in _EMPTY else f"{joined(inside)}</{name}>"))


def page(title: str, *body: str, lang: str, style: str, script: str = "", drawn_style: str = "") -> str:
    """A whole document of UTF-8. Its security policy lets it load nothing, and run and apply only what is named here.

    `drawn_style` is the style sheet of pictures in the body. Style sheets and scripts may not hold `</`.
    """
    policy = [
        "default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'",
        f"style-src {_hashes(style, drawn_style)}", f"script-src {_hashes(script)}",
    ]  # fmt: skip
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content="; ".join(policy)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("link", rel="icon", href="data:,"),  # else a browser asks the server for one
        element("title", title),
        element("style", Markup(style)),
    ]
    scripts = [element("script", Markup(script))] if script else []
    content = element("html", "\n", element("head", joined(head, "\n")), "\n",
                      element("body", "\n", joined([*body, *scripts], "\n"), "\n"), "\n", lang=lang)  # fmt: skip
    return f"<!doctype html>\n{content}\n"


def _hashes(*texts: str) -> str:
    """The sources of a security policy: just these texts."""
    digests = [b64encode(sha256(text.encode()).digest()).decode() for text in texts if text]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
