"""The organisation: departments, posts, people, and who answers for which work."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language.model.words import Name, Names, Title, Word, one_or_many, untitled

LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
Level = Annotated[
    int,
    Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL, description="1 (begins) to 5 (teaches others); 3 works alone"),
]


def lowest_levels(value: object) -> object:
    """The short form of skills: a list of those that are had, or wanted, at the lowest level."""
    words = untitled([value] if isinstance(value, str) else value)
    return dict.fromkeys(words, LOWEST_LEVEL) if isinstance(words, dict) and words is not value else words


Skills = Annotated[
    dict[Name, Level],
    BeforeValidator(lowest_levels, json_schema_input_type=Name | list[Name] | dict[Name, Level]),
]
CarrierText = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"),
    Field(
        description="a flow, or something in it: a state, a phase, a transition, promise.NAME or timer.NAME, "
        "e.g. service_request.need.analysed",
        examples=["service_request", "service_request.need.analysed", "complaint.answer"],
    ),
]
Carriers = Annotated[
    list[CarrierText], BeforeValidator(one_or_many, json_schema_input_type=CarrierText | list[CarrierText])
]


class DutyModel(Word):
    """A duty, and what carries it: where in the flows it is done. A text alone says no more than that."""

    text: Title = Field(description="the duty as people read it")
    carried_by: Carriers = Field(default_factory=list, description="where in flows it is done")


def bare_duty(value: object) -> object:
    """The short form of a duty: its text alone."""
    return {"text": value} if isinstance(value, str) else value


DutyText = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Duty = Annotated[DutyModel, BeforeValidator(bare_duty, json_schema_input_type=DutyText | DutyModel)]


class DepartmentModel(Word):
    """A department or centre."""

    title: Title = Field(default_factory=dict)
    part_of: Name | None = Field(default=None, description="the department this one belongs to")
    duties: list[Duty] = Field(default_factory=list, description="what it answers for")


class PostModel(Word):
    """A post: what people hold, what owns states and performs transitions."""

    title: Title = Field(default_factory=dict)
    department: Name | None = Field(default=None, description="where it belongs")
    supervisor: Name | None = Field(
        default=None, description="the post above this one; the chain is the way of escalation"
    )
    description: Title = Field(default_factory=dict, description="what the post is there for")
    education: Title = Field(default_factory=dict, description="the education that is asked for")
    experience: Title = Field(default_factory=dict, description="the experience that is asked for")
    skills: Skills = Field(default_factory=dict, description="the skills wanted, each with the level at least")
    duties: list[Duty] = Field(default_factory=list, description="what whoever holds it answers for")


class SkillModel(Word):
    """A skill that posts ask for, people have and trainings give."""

    title: Title = Field(default_factory=dict)


class SpokenModel(Word):
    """A language that customers are served in."""

    title: Title = Field(default_factory=dict)


class WorkItemModel(Word):
    """A piece of the work, and who answers for it: one department leads, others share in it or support it."""

    title: Title = Field(default_factory=dict)
    main: Names = Field(default_factory=list, description="the department that answers for it; exactly one")
    shared: Names = Field(default_factory=list, description="departments that do a part of it and answer for that")
    supporting: Names = Field(default_factory=list, description="departments that help when they are asked")
    where: Carriers = Field(default_factory=list, description="where in flows it is done")


class PersonModel(Word):
    """A member of staff."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(description="the person's name")
    posts: Names = Field(default_factory=list, description="the posts held")
    skills: Skills = Field(default_factory=dict, description="the skills had, each with its level")
    languages: Names = Field(default_factory=list, description="the languages spoken with customers")
    calendar: Name | None = Field(default=None, description="the calendar of the person's hours of work")
    department: Name | None = Field(
        default=None, description="where the person belongs; without it, where the first post does"
    )


PersonId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$"),
    Field(description="letters, digits and . _ - @, starting with a letter or digit, e.g. tom"),
]


class PartyModel(Word):
    """An outside party, such as a supplier or a carrier."""

    title: Title = Field(default_factory=dict)


class OrganisationModel(Word):
    """organisation.yaml: departments, posts, outside parties, who answers for which work and, where the host has no
    directory of its own, people.
    """

    departments: dict[Name, DepartmentModel] = Field(
        default_factory=dict, description="departments and centres by name"
    )
    posts: dict[Name, PostModel] = Field(default_factory=dict, description="posts by name")
    skills: dict[Name, SkillModel] = Field(default_factory=dict, description="skills by name")
    languages: dict[Name, SpokenModel] = Field(
        default_factory=dict, description="the languages that customers are served in, by name"
    )
    work_items: dict[Name, WorkItemModel] = Field(
        default_factory=dict, description="the matrix of responsibility: each piece of the work with who answers for it"
    )
    parties: dict[Name, PartyModel] = Field(
        default_factory=dict, description="outside parties by name; promises may be theirs"
    )
    people: dict[PersonId, PersonModel] = Field(default_factory=dict, description="people by the id that `by` names")
