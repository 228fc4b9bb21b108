"""What a check found, on the page of a drawing: beside each state and transition, and all of it in one list."""

from __future__ import annotations

from collections.abc import Sequence

from service_flow.design.drawing.hypertext import Markup, element
from service_flow.design.drawing.overlay import SEVERITIES
from service_flow.design.drawing.page_words import said
from service_flow.errors import Finding


def found_here(findings: Sequence[Finding], lang: str) -> list[Markup]:
    """The findings about one thing, under a heading; nothing for none."""
    if not findings:
        return []
    return [element("h5", said(lang, "findings")), element("ul", *(_item(finding, None, lang) for finding in findings),
                                                           class_="findings")]  # fmt: skip


def found_list(findings: Sequence[tuple[Finding, Markup | None]], lang: str) -> list[Markup]:
    """All findings, each with a link to what it is about, and the switches that choose among them."""
    if not findings:
        return [element("p", said(lang, "findings_none"))]
    ordered = sorted(findings, key=lambda entry: SEVERITIES.index(_severity(entry[0])))
    items = [_item(finding, link, lang) for finding, link in ordered]
    return [_switches([finding for finding, _ in findings], lang), element("ul", *items, class_="findings")]


def counted(findings: Sequence[Finding], lang: str) -> str:
    """How many findings there are of each severity, in words."""
    counts = {severity: sum(_severity(one) == severity for one in findings) for severity in SEVERITIES}
    if lang == "zh":
        return "、".join(f"{said(lang, f'found_{one}')} {count} 项" for one, count in counts.items() if count)
    many = {one: "s" if count > 1 else "" for one, count in counts.items()}
    return ", ".join(f"{count} {said(lang, f'found_{one}')}{many[one]}" for one, count in counts.items() if count)


def _switches(findings: Sequence[Finding], lang: str) -> Markup:
    there = [severity for severity in SEVERITIES if any(_severity(one) == severity for one in findings)]
    buttons = [
        element("button", counted([one for one in findings if _severity(one) == severity], lang), type="button",
                aria_pressed="true", data_severity=severity, class_=f"switch {severity}")
        for severity in there
    ]  # fmt: skip
    return element("div", *buttons, class_="switches", role="group", aria_label=said(lang, "filter"), hidden=True)


def _item(finding: Finding, link: Markup | None, lang: str) -> Markup:
    severity = _severity(finding)
    sign = element("span", "i" if severity == "info" else "!", class_=f"sign {severity}",
                   role="img", aria_label=said(lang, f"found_{severity}"))  # fmt: skip
    place = f"{finding.file}:{finding.line}:{finding.column}" if finding.line else finding.file
    code = element("code", finding.code)
    told = [link, element("br")] if link is not None else []
    body = element("span", *told, code, " ", finding.message, " ", element("small", place))
    return element("li", sign, body, data_severity=severity)


def _severity(finding: Finding) -> str:
    return finding.severity if finding.severity in SEVERITIES else "error"
