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
