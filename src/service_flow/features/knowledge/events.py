"""What happens to a case through articles."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from service_flow.engine.case.events import Event

Language = Literal["en", "zh"]

PLACES = (
    "article.offered",
    "article.answered",
    "article.helpful",
    "article.unhelpful",
)
"""What rules, effects and promises may name of what happens here."""


class ArticleEvent(Event):
    """What becomes of an article on a case."""

    article: str = Field(description="the article's name in knowledge.yaml")


class ArticleOffered(ArticleEvent):
    """An article was given to the customer to read, in a language."""

    TOPIC: ClassVar[str] = "service_flow:article-offered"
    TITLE: ClassVar[dict[str, str]] = {"en": "Article sent", "zh": "已发送知识文章"}

    language: Language = Field(description="the language in which it was given")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("article.offered",)

    @property
    def for_customer(self) -> str | None:
        return ""


class AnsweredByArticle(ArticleEvent):
    """An article answered what the case asks for."""

    TOPIC: ClassVar[str] = "service_flow:answered-by-article"
    TITLE: ClassVar[dict[str, str]] = {"en": "Answered by an article", "zh": "已由知识文章解答"}

    language: Language = Field(description="the language in which it was given")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("article.answered",)

    @property
    def for_customer(self) -> str | None:
        return ""


class ArticleJudged(ArticleEvent):
    """Whoever read the article says whether it helped."""

    TOPIC: ClassVar[str] = "service_flow:article-judged"
    TITLE: ClassVar[dict[str, str]] = {"en": "Article judged", "zh": "已评价知识文章"}

    helpful: bool = Field(description="whether it helped")

    @property
    def happened(self) -> tuple[str, ...]:
        return ("article.helpful",) if self.helpful else ("article.unhelpful",)
