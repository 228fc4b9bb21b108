"""The one style sheet of all drawings, the only place of colours. Without variables: every viewer can read it."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.drawing.boxes import BOLD, SIZES

_COLOURS: Mapping[str, tuple[str, str]] = {  # what is coloured: in light surroundings, in dark ones
    ".sf-page{fill": ("#ffffff", "#10151c"),
    ".sf-group{fill": ("#f5f7fa", "#171e27"),
    ".sf-group{stroke": ("#cfd6df", "#334050"),
    ".sf-state{stroke": ("#45525f", "#a9b6c4"),
    ".sf-inner{stroke": ("#45525f", "#a9b6c4"),
    ".sf-adding{fill": ("#e6f4ea", "#17352a"),
    ".sf-supporting{fill": ("#e8effa", "#1b2c45"),
    ".sf-none{fill": ("#f1f1ef", "#2a2c30"),
    ".sf-bar-adding{fill": ("#2e8b57", "#55b584"),
    ".sf-bar-supporting{fill": ("#4a78b8", "#7aa7e6"),
    ".sf-bar-none{fill": ("#a3a39c", "#85878c"),
    ".sf-label{fill": ("#ffffff", "#10151c"),
    ".sf-label{stroke": ("#d5dbe2", "#36424f"),
    ".sf-spread{stroke": ("#98a4b1", "#64748b"),
    ".sf-line{stroke": ("#6b7a8a", "#8494a5"),
    ".sf-tip{fill": ("#6b7a8a", "#8494a5"),
    ".sf-start{fill": ("#2b3540", "#dfe6ee"),
    ".sf-icon{stroke": ("#5b6875", "#a9b6c4"),
    ".sf-solid{fill": ("#5b6875", "#a9b6c4"),
    "text{fill": ("#1d2731", "#e6ebf1"),
    ".sf-small,.sf-from,.sf-guard{fill": ("#56636f", "#a9b6c4"),
    ".sf-phase-title{fill": ("#45525f", "#b9c4d0"),
    ".sf-mark{fill": ("#b4480a", "#f0a35e"),
    ".sf-on-start{fill": ("#ffffff", "#10151c"),
    ".sf-step:hover .sf-line,.sf-step:hover .sf-label{stroke": ("#c2410c", "#fb923c"),
    ".sf-step:hover .sf-tip{fill": ("#c2410c", "#fb923c"),
}

_FACES = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif"
)


def style_sheet() -> str:
    """The styles of every drawing, dark where the reader prefers it."""
    sheet = [
        f"text{{font-family:{_FACES};font-size:{SIZES['small']}px;white-space:pre}}",
        ".sf-line,.sf-icon,.sf-inner{fill:none}",
        ".sf-state{stroke-width:1.4}.sf-inner{stroke-width:1}.sf-line{stroke-width:1.5}.sf-icon{stroke-width:1.6}",
        ".sf-spread{stroke-dasharray:4 3}.sf-step:hover .sf-line{stroke-width:2.5}",
    ]
    sheet += [f".sf-{style}{{font-size:{size}px}}" for style, size in SIZES.items()]
    sheet += [",".join(f".sf-{style}" for style in SIZES if style in BOLD) + "{font-weight:600}"]
    sheet += [".sf-guard,.sf-from{font-style:italic}"]
    sheet += [f"{rule}:{light}}}" for rule, (light, _) in _COLOURS.items()]
    dark = "".join(f"{rule}:{dark}}}" for rule, (_, dark) in _COLOURS.items())
    return "\n".join([*sheet, f"@media (prefers-color-scheme:dark){{{dark}}}"])
