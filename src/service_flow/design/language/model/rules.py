"""Rules: what one event sets off elsewhere."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service_flow.design.language.model.words import Name, Paths, Title, Word

CommandName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"),
    Field(description="a feature and one of its commands, e.g. complaints.receive"),
]


class RuleModel(Word):
    """When something has happened, do something: a command of a feature, carried out as the actor `rule`. What it does
    is committed with what happened or, for a few commands, right after it, and once, also after a crash. What is
    imported from elsewhere sets off nothing."""

    title: Title = Field(default_factory=dict)
    on: Paths = Field(
        description="what has to happen: opened, a transition performed, a state entered, promise.NAME.made (or "
        "warned, broken, escalated, kept, extended), timer.NAME.fired, or what a feature adds, e.g. "
        "assignment.passed_on_too_often",
        examples=["opened", "promise.first_response.broken"],
    )
    when: str | None = Field(default=None, description="the guard: only if this holds then")
    do: dict[CommandName, dict[Name, str | int | bool]] = Field(
        min_length=1, max_length=1, description="the command, with what it is given"
    )
