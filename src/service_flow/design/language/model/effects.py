"""Effects: what the host's own program is asked to do when something has happened."""

from __future__ import annotations

from pydantic import Field

from service_flow.design.language.model.words import Name, Paths, Title, Word


class EffectModel(Word):
    """When something has happened, a function of the host's program is called: a mail, a webhook, an order in another
    system. It is noted together with what happened and called afterwards: once, or after a crash once more."""

    title: Title = Field(default_factory=dict)
    on: Paths = Field(
        description="what has to happen: opened, a transition performed, a state entered, promise.NAME.made (or "
        "warned, broken, escalated, kept, extended), timer.NAME.fired",
        examples=["opened", "promise.first_response.broken", "timer.chase.fired"],
    )
    when: str | None = Field(default=None, description="the guard: only if this holds then")
    call: Name | None = Field(
        default=None, description="the function, by the name the host gives it; without it, the effect's own name"
    )
    given: dict[Name, str | int | bool] = Field(
        default_factory=dict, alias="with", description="constants handed on to the function"
    )
