"""The page of a code as Markdown and as plain text, with headings in English or Chinese."""

from __future__ import annotations

import re

from service_flow.cli.code_pages import CodePage, Part, Piece
from service_flow.design.checking.choosing import keeps_from_loading

_LINK = re.compile(r"\[([^\]]*)\]\([^()\s]*\)")
_HEADINGS: dict[str, dict[Part, str]] = {
    "en": {"why": "What to do", "wrong": "Wrong", "right": "Right"},
    "zh": {"why": "处理方法", "wrong": "错误示例", "right": "正确示例"},
}
_KINDS = {
    "en": {
        "loading": "Error: a blueprint that has it cannot be loaded. It cannot be ignored.",
        "error": "Error: `service-flow check` exits with 1.",
        "warning": "Warning: `service-flow check` exits with 1, unless it is ignored.",
        "info": "Note: it is told, and `service-flow check` exits with 0.",
        "pedantic": "Note: it is told only to those who ask for it with `--select {name}`.",
        "migration": "Error: no case is moved before it is mended.",
        "scenario": "Error: `service-flow run` exits with 1.",
    },
    "zh": {
        "loading": "错误：蓝图因此无法加载，不能忽略。",
        "error": "错误：`service-flow check` 的退出码为 1。",
        "warning": "警告：除非注明忽略，`service-flow check` 的退出码为 1。",
        "info": "提示：会列出，但 `service-flow check` 的退出码仍为 0。",
        "pedantic": "提示：只有用 `--select {name}` 指定时才会列出。",
        "migration": "错误：修正之前不会迁移任何个案。",
        "scenario": "错误：`service-flow run` 的退出码为 1。",
    },
}
_OF_OTHERS = {"SF8": "migration", "SF9": "scenario"}
"""What is not found by `check`, by the beginning of its codes."""


def title(page: CodePage) -> str:
    return f"{page.name} {page.code.title}"


def in_markdown(page: CodePage, lang: str = "en", *, links: bool = False) -> str:
    """The page without its title. Its links lead to other pages of the docs; without `links` their texts are left."""
    return "\n\n".join(_parts(page, lang, links=links)) + "\n"


def in_text(page: CodePage, lang: str = "en") -> str:
    """The page without its title, as it is read in a terminal."""
    parts = []
    for part in _parts(page, lang, links=False):
        if part.startswith("```"):
            parts.append("\n".join(f"    {line}".rstrip() for line in part.splitlines()[1:-1]))
        else:
            parts.append(part.removeprefix("## ").replace("**", ""))
    return "\n\n".join(parts) + "\n"


def _parts(page: CodePage, lang: str, *, links: bool) -> list[str]:
    headings, why = _HEADINGS[lang], [piece for piece in page.pieces if piece.part == "why"]
    parts = [_kind(page, lang), *(_piece(piece, links=links) for piece in why)]
    mark = "：" if lang == "zh" else ":"
    parts.append(f"**{headings['why']}**{mark} {page.code.advice}")
    for part in ("wrong", "right"):
        parts.append(f"## {headings[part]}")
        parts += [_piece(piece, links=links) for piece in page.pieces if piece.part == part]
    return parts


def _piece(piece: Piece, *, links: bool) -> str:
    if not piece.language:
        return piece.text if links else _LINK.sub(r"\1", piece.text)
    language = "text" if piece.language == "found" else piece.language
    return f"```{language}\n{piece.text}```"


def _kind(page: CodePage, lang: str) -> str:
    kind = page.code.severity
    if page.code.pedantic:
        kind = "pedantic"
    elif keeps_from_loading(page.name):
        kind = "loading"
    elif kind == "error":
        kind = _OF_OTHERS.get(page.name[:3], kind)
    return _KINDS[lang][kind].format(name=page.name)
