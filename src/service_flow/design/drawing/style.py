"""The one style sheet of all drawings, the only place of colours. Without variables: every viewer can read it."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.drawing.boxes import BOLD, SIZES

_COLOURS: Mapping[str, tuple[str, str]] = {  # what is coloured: in light surroundings, in dark ones
    ".sf-page{fill": ("#ffffff", "#10151c"),
    ".sf-group{fill": ("#f5f7fa", "#171e27"),
    ".sf-group{stroke": ("#cfd6df", "#334050"),
    ".sf-divider{stroke": ("#98a4b1", "#64748b"),
    ".sf-bar,.sf-entry{stroke": ("#2b3540", "#dfe6ee"),
    ".sf-bar{fill": ("#2b3540", "#dfe6ee"),
    ".sf-circle{fill": ("#ffffff", "#10151c"),
    ".sf-circle{stroke": ("#45525f", "#a9b6c4"),
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
    ".sf-pointer{fill": ("#eef2f7", "#1c2632"),
    ".sf-pointer{stroke": ("#98a4b1", "#64748b"),
    ".sf-line{stroke": ("#6b7a8a", "#8494a5"),
    ".sf-tip{fill": ("#6b7a8a", "#8494a5"),
    ".sf-start{fill": ("#2b3540", "#dfe6ee"),
    ".sf-entry{fill": ("#ffffff", "#10151c"),
    ".sf-icon{stroke": ("#5b6875", "#a9b6c4"),
    ".sf-solid{fill": ("#5b6875", "#a9b6c4"),
    "text{fill": ("#1d2731", "#e6ebf1"),
    ".sf-small,.sf-from,.sf-guard{fill": ("#56636f", "#a9b6c4"),
    ".sf-phase-title{fill": ("#45525f", "#b9c4d0"),
    ".sf-mark{fill": ("#b4480a", "#f0a35e"),
    ".sf-on-start{fill": ("#ffffff", "#10151c"),
    ".sf-removed>text{fill": ("#6f7a86", "#8d98a4"),
    ".sf-found-error>.sf-found-shape{fill": ("#c01f2e", "#ff7b81"),
    ".sf-found-warning>.sf-found-shape{fill": ("#f2b705", "#f2c84b"),
    ".sf-found-info>.sf-found-shape{fill": ("#2f5f9e", "#8ab4f0"),
    ".sf-sign{fill": ("#ffffff", "#10151c"),
    ".sf-found-warning>.sf-sign{fill": ("#1d2731", "#10151c"),
    ".sf-found-shape,.sf-fate-shape{stroke": ("#ffffff", "#10151c"),
}

_HOVER: Mapping[str, tuple[str, str]] = {
    ".sf-step:hover .sf-line,.sf-step:hover .sf-label{stroke": ("#c2410c", "#fb923c"),
    ".sf-step:hover .sf-tip{fill": ("#c2410c", "#fb923c"),
}
_FACES = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif"
)


_FATES: Mapping[str, tuple[str, str]] = {
    "added": ("#00795a", "#3fcf9f"), "changed": ("#9a3f8f", "#e08fd4"), "removed": ("#66717d", "#9aa5b1"),
}  # fmt: skip
"""The colours of what changed. Those who cannot tell them apart have the signs and the strokes of lines."""


def _fate_colours() -> dict[str, tuple[str, str]]:
    colours = {}
    for fate, colour in _FATES.items():
        boxes = ",".join(f".sf-{fate}>.sf-{part}" for part in ("state", "label", "group", "line", "circle"))
        colours[f"{boxes}{{stroke"] = colour
        colours[f".sf-{fate}>.sf-tip,.sf-fate-{fate}>.sf-fate-shape{{fill"] = colour
    return colours


def style_sheet() -> str:
    """The styles of every drawing, dark where the reader prefers it."""
    sheet = [
        f"text{{font-family:{_FACES};font-size:{SIZES['small']}px;white-space:pre}}",
        ".sf-line,.sf-icon,.sf-inner,.sf-divider{fill:none}.sf-region{fill-opacity:0}",
        ".sf-divider{stroke-width:1.3;stroke-dasharray:7 5}.sf-entry,.sf-circle{stroke-width:1.6}",
        ".sf-sign{font-size:13px;font-weight:700}.sf-found-shape,.sf-fate-shape{stroke-width:1.5}",
        ".sf-added>.sf-state,.sf-added>.sf-label,.sf-added>.sf-group{stroke-width:3}.sf-added>.sf-line{stroke-width:2.6}",
        ".sf-changed>.sf-state,.sf-changed>.sf-label,.sf-changed>.sf-group{stroke-width:3;stroke-dasharray:12 3 3 3}",
        ".sf-changed>.sf-line{stroke-width:2.4;stroke-dasharray:12 3 3 3}",
        ".sf-removed>.sf-state,.sf-removed>.sf-label,.sf-removed>.sf-group,.sf-removed>.sf-line{stroke-dasharray:5 4}",
        ".sf-removed>.sf-state{fill-opacity:.35}.sf-removed>.sf-circle{stroke-dasharray:5 4}",
        ".sf-removed>.sf-title,.sf-removed>.sf-action,.sf-told.sf-removed>text{text-decoration:line-through}",
        ".sf-history{font-size:12px;font-weight:600}.sf-automatic>.sf-line{stroke-dasharray:2 3.5}",
        ".sf-state{stroke-width:1.4}.sf-inner{stroke-width:1}.sf-line{stroke-width:1.5}.sf-icon{stroke-width:1.6}",
        ".sf-spread{stroke-dasharray:4 3}.sf-step:hover .sf-line{stroke-width:2.5}",
    ]
    sheet += [f".sf-{style}{{font-size:{size}px}}" for style, size in SIZES.items()]
    sheet += [",".join(f".sf-{style}" for style in SIZES if style in BOLD) + "{font-weight:600}"]
    sheet += [".sf-guard,.sf-from{font-style:italic}"]
    colours = {**_COLOURS, **_fate_colours(), **_HOVER}
    sheet += [f"{rule}:{light}}}" for rule, (light, _) in colours.items()]
    dark = "".join(f"{rule}:{dark}}}" for rule, (_, dark) in colours.items())
    return "\n".join([*sheet, f"@media (prefers-color-scheme:dark){{{dark}}}"])
