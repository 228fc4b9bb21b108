"""The smallest parts of the language: names, paths, titles, short forms, and the base of every larger part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

ANY = "any"
STAY = "stay"
HISTORY = "history"
DEEP_HISTORY = "deep_history"
RESERVED = (ANY, STAY, HISTORY, DEEP_HISTORY)
"""Words of `from` and `to`; no state may be called so."""
SYSTEM_ACTORS = ("customer", "timer", "rule", "import")
SUBJECTS = ("customer", "request", "complaint", "staff")
ClockWord = Literal["running", "paused", "stopped"]
Subject = Literal["customer", "request", "complaint", "staff"]
if TYPE_CHECKING:
    LanguageCode = str  # whoever asks for a title asks with any text, and may get none
else:
    LanguageCode = Literal["en", "zh"]

Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$"),
    Field(description="lower-case letters, digits and underscores, starting with a letter"),
]
Path = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"),
    Field(description="a state by its full path, e.g. need.analysed"),
]


def in_english(value: object) -> object:
    """The short form of a title: a text alone is English."""
    return {"en": value} if isinstance(value, str) else value


def one_or_many(value: object) -> object:
    """The short form of a list: a text alone is its one element."""
    return [value] if isinstance(value, str) else value


def untitled(value: object) -> object:
    """The short form of words with titles: a list of words that have none. Raises ValueError for one given twice."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        return value
    words: dict[str, object] = {}
    for word in value:
        if word in words:
            raise ValueError(f"'{word}' is given twice")
        words[word] = {}
    return words


TitleText = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Title = Annotated[
    dict[LanguageCode, TitleText],
    BeforeValidator(in_english, json_schema_input_type=TitleText | dict[LanguageCode, TitleText]),
    Field(description="what people read: a text in English, or {en: ..., zh: ...}"),
]
Names = Annotated[list[Name], BeforeValidator(one_or_many, json_schema_input_type=Name | list[Name])]
SomePaths = Annotated[list[Path], BeforeValidator(one_or_many, json_schema_input_type=Path | list[Path])]
Paths = Annotated[
    list[Path],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Path | Annotated[list[Path], Field(min_length=1)]),
]
ChoiceWord = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ChoiceWords = Annotated[list[ChoiceWord], Field(json_schema_extra={"uniqueItems": True})]
Choices = Annotated[
    dict[ChoiceWord, Title],
    BeforeValidator(untitled, json_schema_input_type=ChoiceWords | dict[ChoiceWord, Title]),
]


ShownWord = Annotated[
    Literal["customer"] | None,
    Field(description="to whom it is shown beside the staff, under its title; without it, to nobody"),
]
Told = Annotated[
    dict[LanguageCode, TitleText],
    BeforeValidator(in_english, json_schema_input_type=TitleText | dict[LanguageCode, TitleText]),
    Field(description="what the customer reads instead of the title; it is shown to him then"),
]


class Word(BaseModel):
    """Base of every part of the language: unknown words are errors, nothing changes after reading.

    A word that is a keyword of Python has another name there (`sources` for `from`), which no text may use. It is an
    alias within the annotation, where it hides from type checkers: they would take it for the name of the argument.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)


def plain(model: BaseModel) -> dict[str, Any]:
    """The model as plain data in the words of the language, without what was left at its default.

    What was put into a model unchecked (`model_copy(update=...)`) comes out as it is, and without a warning:
    whoever reads the data finds out.
    """
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True, warnings=False)
