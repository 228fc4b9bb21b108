"""The words of knowledge.yaml: articles, what they are linked to, and what becomes of a case that one answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language import Section
from service_flow.design.language.model import LanguageCode, Name, SomePaths, Title, Word
from service_flow.design.language.model.words import one_or_many

ItemName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
    Field(description="an item of the catalogue, e.g. heat_pump"),
]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Keyword = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ChoiceText = Annotated[str, StringConstraints(min_length=1, max_length=100)]


def in_english(value: object) -> object:
    """The short form of texts: one alone, or a list alone, is English."""
    return value if isinstance(value, dict) else {"en": value}


Texts = Annotated[
    dict[LanguageCode, LongText],
    BeforeValidator(in_english, json_schema_input_type=LongText | dict[LanguageCode, LongText]),
    Field(
        min_length=1,
        description="the text as people read it, up to 20,000 characters: in English, or {en: ..., zh: ...}",
    ),
]
Keywords = Annotated[
    dict[LanguageCode, list[Keyword]],
    BeforeValidator(in_english, json_schema_input_type=list[Keyword] | dict[LanguageCode, list[Keyword]]),
]
SomeChoices = Annotated[
    list[ChoiceText], BeforeValidator(one_or_many, json_schema_input_type=ChoiceText | list[ChoiceText])
]
SomeItems = Annotated[list[ItemName], BeforeValidator(one_or_many, json_schema_input_type=ItemName | list[ItemName])]


class AboutModel(Word):
    """Cases of one flow that an article helps with: those in some states, and with some choices; without both, all."""

    flow: Name = Field(description="the flow of the cases")
    states: SomePaths = Field(default_factory=list, description="where they stand: one of these states or phases")
    fields: dict[Name, SomeChoices] = Field(
        default_factory=dict, description="what their fields say, e.g. {cause: [wear, use]}; all of them must fit"
    )


class ArticleModel(Word):
    """Something worth knowing."""

    title: Title = Field(description="what it is about, in one line")
    text: Texts
    keywords: Keywords = Field(default_factory=dict, description="other words by which it is found")
    items: SomeItems = Field(default_factory=list, description="the items of the catalogue that it is about")
    about: list[AboutModel] = Field(default_factory=list, description="the cases that it helps with")
    public: bool = Field(default=False, description="whether customers may read it")


class AnsweredModel(Word):
    """What becomes of a case that an article answers: a transition of its flow."""

    perform: Name = Field(description="the transition that is performed")
    fills: dict[Name, Literal["name", "title", "text"]] = Field(
        default_factory=dict, description="fields that are filled in from the article"
    )
    data: dict[Name, str | int | bool] = Field(default_factory=dict, description="fields that are filled in besides")


class KnowledgeModel(Word):
    """knowledge.yaml: articles by name, and how cases go on that one of them answers."""

    articles: dict[Name, ArticleModel] = Field(default_factory=dict, description="articles by name")
    answered: dict[Name, AnsweredModel] = Field(
        default_factory=dict, description="by the name of a flow: what becomes of its cases that an article answers"
    )


CATALOGUE = "catalogue"
"""The section in which items stand, where it is used."""
SECTION = Section("knowledge", KnowledgeModel, "Knowledge (service_flow)")
