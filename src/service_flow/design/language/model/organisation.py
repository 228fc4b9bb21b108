"""The organisation: departments, posts, people."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service_flow.design.language.model.words import Name, Names, Title, Word


class DepartmentModel(Word):
    """A department or centre."""

    title: Title = Field(default_factory=dict)
    part_of: Name | None = Field(default=None, description="the department this one belongs to")


class PostModel(Word):
    """A post: what people hold, what owns states and performs transitions."""

    title: Title = Field(default_factory=dict)
    department: Name | None = Field(default=None, description="where it belongs")
    supervisor: Name | None = Field(
        default=None, description="the post above this one; the chain is the way of escalation"
    )
    duties: list[Annotated[str, StringConstraints(min_length=1)]] = Field(
        default_factory=list, description="what whoever holds it answers for"
    )


class PersonModel(Word):
    """A member of staff."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(description="the person's name")
    posts: Names = Field(default_factory=list, description="the posts held")


PersonId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$"),
    Field(description="letters, digits and . _ - @, starting with a letter or digit, e.g. tom"),
]


class PartyModel(Word):
    """An outside party, such as a supplier or a carrier."""

    title: Title = Field(default_factory=dict)


class OrganisationModel(Word):
    """organisation.yaml: departments, posts, outside parties and, where the host has no directory of its own, people.
    """

    departments: dict[Name, DepartmentModel] = Field(
        default_factory=dict, description="departments and centres by name"
    )
    posts: dict[Name, PostModel] = Field(default_factory=dict, description="posts by name")
    parties: dict[Name, PartyModel] = Field(
        default_factory=dict, description="outside parties by name; promises may be theirs"
    )
    people: dict[PersonId, PersonModel] = Field(default_factory=dict, description="people by the id that `by` names")
