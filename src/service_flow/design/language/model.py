"""The neutral model of a blueprint: what YAML is read into and everything else is made from.

The words of the blueprint language are the fields of these classes; the JSON Schema and the language
reference are generated from them. Nothing here reads files or resolves names: folder.py does the first,
checking/ the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

HISTORY = "history"
ANY = "any"
SYSTEM_ACTORS = ("customer", "timer", "rule", "import")
SUBJECTS = ("customer", "request", "complaint")
ClockWord = Literal["running", "paused", "stopped"]
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


def _title(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _collect(value: object) -> object:
    return {"required": value} if isinstance(value, list) else value


def _ways(value: object) -> object:
    return [{"state": value}] if isinstance(value, str) else value


def _choices(value: object) -> object:
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
    BeforeValidator(_title, json_schema_input_type=TitleText | dict[LanguageCode, TitleText]),
    Field(description="what people read: a text in English, or {en: ..., zh: ...}"),
]
Names = Annotated[list[Name], BeforeValidator(_one_or_many, json_schema_input_type=Name | list[Name])]
Paths = Annotated[
    list[Path],
    Field(min_length=1),
    BeforeValidator(_one_or_many, json_schema_input_type=Path | Annotated[list[Path], Field(min_length=1)]),
]
ChoiceWord = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ChoiceWords = Annotated[list[ChoiceWord], Field(json_schema_extra={"uniqueItems": True})]


class Word(BaseModel):
    """Base of every part of the language: unknown words are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)


FieldType = Literal[
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "instant",
    "duration",
    "boolean",
    "choice",
    "list",
    "reference",
]
ElementType = Literal["text", "integer", "decimal", "money", "date", "instant", "duration", "boolean", "choice"]


class FieldModel(Word):
    """One field of a case's data."""

    type: FieldType = Field(description="the type of the field's values")
    title: Title = Field(default_factory=dict)
    choices: Annotated[
        dict[ChoiceWord, Title],
        BeforeValidator(_choices, json_schema_input_type=ChoiceWords | dict[ChoiceWord, Title]),
    ] = Field(default_factory=dict, description="the words a choice may take: a list, or each with its title")
    of: ElementType | None = Field(default=None, description="the type of a list's elements")
    to: Literal["customer", "request", "complaint"] | None = Field(
        default=None, description="what a reference points to"
    )
    personal: bool | None = Field(
        default=None,
        description="whether it tells of a person and is lost on erasure; free text is, unless you say false",
    )

    @property
    def is_personal(self) -> bool:
        """Free text is personal unless the blueprint says otherwise; all else only where it says so."""
        if self.personal is None:
            return self.type == "text" or self.of == "text"
        return self.personal


class Collect(Word):
    """The form of a transition: the fields it asks for."""

    required: list[Name] = Field(default_factory=list, description="fields that must be given")
    optional: list[Name] = Field(default_factory=list, description="fields that may be given")

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


CollectWord = Annotated[Collect, BeforeValidator(_collect, json_schema_input_type=list[Name] | Collect)]


class StateModel(Word):
    """A state, or a phase with states inside. Owner, value and clock are handed down to the states inside."""

    title: Title = Field(default_factory=dict)
    owner: Name | None = Field(default=None, description="the post accountable while a case stands here")
    value: Literal["adding", "supporting", "none"] | None = Field(
        default=None, description="whether the customer would pay for what happens here"
    )
    clock: ClockWord | None = Field(
        default=None, description="what promises' clocks do here: running (the default), paused, stopped"
    )
    final: Name | None = Field(default=None, description="the case is done here, with this outcome")
    initial: Name | None = Field(default=None, description="the state inside that a case enters first")
    states: dict[Name, StateModel] = Field(default_factory=dict, description="the states inside")


class Way(Word):
    """One of several targets of a transition: the first whose guard holds is taken."""

    state: Path = Field(description="the target: a state, or history")
    when: str | None = Field(default=None, description="the guard of this way")


class TransitionModel(Word):
    """Something that can be done, and where it leads."""

    title: Title = Field(default_factory=dict)
    sources: Paths = Field(alias="from", description="the states it leaves; a phase means all states in it; any")
    to: Annotated[list[Way], BeforeValidator(_ways, json_schema_input_type=Path | list[Way])] = Field(
        default_factory=list,
        description="where it leads; history goes back; without it the case stays where it is",
    )
    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may do it; without it any known person",
    )
    collect: CollectWord = Field(default_factory=Collect, description="the fields it asks for")
    when: str | None = Field(default=None, description="the guard: it may be done only while this holds")


class OpeningModel(Word):
    """How a case of this flow begins."""

    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may open one; without it any known person",
    )
    collect: CollectWord = Field(default_factory=Collect, description="the fields asked for when one is opened")


class FlowModel(Word):
    """A flow: the life of one kind of case as a state machine. One file each in flows/."""

    flow: Name = Field(description="the flow's name")
    subject: Literal["customer", "request", "complaint"] = Field(description="what the flow carries")
    title: Title = Field(default_factory=dict)
    initial: Path = Field(description="the state every case starts in")
    opening: OpeningModel = Field(default_factory=OpeningModel)
    data: dict[Name, FieldModel] = Field(default_factory=dict, description="the fields a case may hold")
    states: dict[Name, StateModel] = Field(min_length=1)
    transitions: dict[Name, TransitionModel] = Field(default_factory=dict)


class DepartmentModel(Word):
    """A department or centre."""

    title: Title = Field(default_factory=dict)
    part_of: Name | None = Field(default=None, description="the department this one belongs to")


class PostModel(Word):
    """A post: what people hold, what owns states and performs transitions."""

    title: Title = Field(default_factory=dict)
    department: Name | None = None
    supervisor: Name | None = Field(
        default=None, description="the post above this one; the chain is the way of escalation"
    )
    duties: list[Annotated[str, StringConstraints(min_length=1)]] = Field(default_factory=list)


class PersonModel(Word):
    """A member of staff."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    posts: Names = Field(default_factory=list)


PersonId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$"),
    Field(description="letters, digits and . _ - @, starting with a letter or digit, e.g. tom"),
]


class OrganisationModel(Word):
    """organisation.yaml: departments, posts and, where the host has no directory of its own, people."""

    departments: dict[Name, DepartmentModel] = Field(default_factory=dict)
    posts: dict[Name, PostModel] = Field(default_factory=dict)
    people: dict[PersonId, PersonModel] = Field(default_factory=dict)


Span = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"),
    Field(description="working hours, e.g. 09:00-18:30"),
]
Spans = Annotated[list[Span], BeforeValidator(_one_or_many, json_schema_input_type=Span | list[Span])]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DateText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(description="a date, e.g. 2026-12-24"),
]


class CalendarModel(Word):
    """Working hours in one zone."""

    title: Title = Field(default_factory=dict)
    zone: str = Field(description="an IANA time zone, e.g. Europe/Berlin")
    weekly: dict[Weekday, Spans] = Field(
        default_factory=dict, description="the hours of each weekday; a day left out is closed"
    )
    dates: dict[DateText, Spans] = Field(
        default_factory=dict, description="the hours of single dates, instead of the weekday's"
    )
    holidays: list[DateText] = Field(default_factory=list, description="dates on which nobody works")


class CalendarsModel(Word):
    """calendars.yaml: working hours by name."""

    calendars: dict[Name, CalendarModel] = Field(default_factory=dict)


def _english() -> list[LanguageCode]:
    return ["en"]


class BlueprintModel(Word):
    """blueprint.yaml: what this blueprint is and which features it uses."""

    blueprint: Name = Field(description="the blueprint's name")
    version: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){0,2}$"),
        Field(description='a version in quotes, e.g. "1.2.0"'),
    ]
    title: Title = Field(default_factory=dict)
    languages: list[LanguageCode] = Field(default_factory=_english, min_length=1)
    features: list[Name] = Field(
        default_factory=list, description="the features used; without it, all that are installed by default"
    )
    channels: list[Name] = Field(
        default_factory=list, description="the channels contacts come by; without it, any name"
    )


def plain(model: BaseModel) -> dict[str, Any]:
    """The model as plain data in the words of the language, without what was left at its default."""
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
