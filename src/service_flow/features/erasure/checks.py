"""Checks of retention.yaml: posts that there are, and conditions on fields that every customer's flow has."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import ExpressionError
from service_flow.design.language.model.words import SYSTEM_ACTORS
from service_flow.errors import Finding, meant
from service_flow.features.erasure.retention import condition
from service_flow.features.erasure.words import SECTION_NAME, RetentionModel

Path = tuple[str | int, ...]


def check_retention(source: BlueprintSource) -> Iterator[Finding]:
    """SF380 to SF382: retention.yaml."""
    model = source.sections.get(SECTION_NAME)
    if not isinstance(model, RetentionModel):
        return
    posts = source.organisation.posts if source.organisation is not None else {}
    for index, post in enumerate(model.by):
        if post not in posts and post not in SYSTEM_ACTORS:
            message = f"unknown post '{post}'{meant(post, [*posts, *SYSTEM_ACTORS])}"
            yield source.finding("SF380", message, SECTION_NAME, ("by", index))
    if model.erase is not None:
        if not any(flow.subject == "customer" for flow in source.flows.values()):
            message = "the blueprint has no flow for customers, so nobody is ever erased"
            yield source.finding("SF382", message, SECTION_NAME, ("erase",), key=True, severity="warning")
        if model.erase.when is not None:
            yield from _condition(source, model.erase.when, ("erase", "when"))
    for name, keep in model.keep.items():
        yield from _condition(source, keep.when, ("keep", name, "when"))


def _condition(source: BlueprintSource, text: str, at: Path) -> Iterator[Finding]:
    for flow in source.flows.values():
        if flow.subject == "customer":
            try:
                condition(text, flow)
            except ExpressionError as error:
                yield source.finding("SF381", f"of flow '{flow.flow}': {error}", SECTION_NAME, at)
