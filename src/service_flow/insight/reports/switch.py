"""The switch between the languages of a page, which needs no script."""

from __future__ import annotations

from service_flow.design.drawing.hypertext import Markup, element
from service_flow.insight.reports.words import LANGUAGES


def language_switch(lang: str) -> list[Markup]:
    """One radio button for each language before everything else; the style sheet hides what is not chosen."""
    choices = [
        element("input", type="radio", name="language", id=f"show-{language}", class_="switch",
                checked=language == lang, autocomplete="off", aria_label=own)
        for language, own in LANGUAGES.items()
    ]  # fmt: skip
    labels = [element("label", own, for_=f"show-{language}", lang=language) for language, own in LANGUAGES.items()]
    return [*choices, element("div", *labels, class_="languages", aria_hidden="true")]
