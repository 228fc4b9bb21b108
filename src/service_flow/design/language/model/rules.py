"""Rules: what one event sets off elsewhere."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service_flow.design.language.model.words import Name, Path, Title, Word

CommandName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"),
    Field(description="a feature and one of its commands, e.g. complaints.receive"),
]


class RuleModel(Word):
    """When something has happened, do something: a command of a feature, carried out as the actor `rule`."""

    title: Title = Field(default_factory=dict)
    on: Path = Field(description="opened, a transition performed, or a state entered")
    when: str | None = Field(default=None, description="the guard: only if this holds then")
    do: dict[CommandName, dict[Name, str | int | bool]] = Field(
        min_length=1, max_length=1, description="the command, with what it is given"
    )
