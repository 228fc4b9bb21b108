"""What became of articles on a case: the fold of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from service_flow.design.language.model import FieldModel
from service_flow.engine.case.entries import Entry, enters
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.state import CaseState
from service_flow.features.knowledge.events import AnsweredByArticle, ArticleJudged, ArticleOffered

NAME = "knowledge"
OFFERED, ANSWERED = "knowledge:offered", "knowledge:answered"
HELPFUL, UNHELPFUL = "knowledge:helpful", "knowledge:unhelpful"
"""Kinds of entries: the cases in which an article was offered, answered, and was judged."""


class Reading(NamedTuple):
    """What became of one article on a case. `helpful` is the last judgement, None where there is none."""

    article: str
    offered: bool = False
    answered: bool = False
    helpful: bool | None = None


def readings_of(state: CaseState) -> tuple[Reading, ...]:
    """The articles that were offered, answered, or were judged, in the order in which they came up."""
    found: tuple[Reading, ...] = state.more.get(NAME, ())
    return found


@enters(NAME)
def _entries(state: CaseState) -> Iterator[Entry]:
    for reading in readings_of(state):
        kinds = (
            (OFFERED, reading.offered), (ANSWERED, reading.answered), (HELPFUL, reading.helpful is True),
            (UNHELPFUL, reading.helpful is False),
        )  # fmt: skip
        for kind, is_so in kinds:
            if is_so:
                yield Entry(kind, reading.article, state.opened_at.isoformat(timespec="microseconds"), state.short)


@folds(ArticleOffered)
def _offered(state: CaseState, event: ArticleOffered) -> None:
    _change(state, event.article, offered=True)


@folds(AnsweredByArticle)
def _answered(state: CaseState, event: AnsweredByArticle) -> None:
    _change(state, event.article, answered=True)


@folds(ArticleJudged)
def _judged(state: CaseState, event: ArticleJudged) -> None:
    _change(state, event.article, helpful=event.helpful)


def _change(state: CaseState, article: str, **what: Any) -> None:
    readings = {reading.article: reading for reading in readings_of(state)}
    readings[article] = readings.get(article, Reading(article))._replace(**what)
    state.more = {**state.more, NAME: tuple(readings.values())}


@guards_know("is_answered", FieldModel(type="boolean"), at_opening=False)
def _is_answered(state: CaseState) -> bool:
    return any(reading.answered for reading in readings_of(state))


GUARDS_KNOW = ("is_answered",)
