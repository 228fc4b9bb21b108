"""What must always hold of a flow: proved by the check, and asked of histories too."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service_flow.design.language.model.words import Path, Paths, Title, Word


class PropertyModel(Word):
    """Something that must hold of every case. A place is a state, a phase or a transition. It has one of the forms
    `every .. visits`, `before .. visits`, `after .. eventually`, `never`, `at_most .. times` and `always`."""

    title: Title = Field(default_factory=dict)
    every: Path | None = Field(default=None, description="an outcome, or a final state: whoever ends there ...")
    visits: Paths | None = Field(default=None, description="... has been at one of these places")
    before: Path | None = Field(default=None, description="whoever comes to this place has been at one of `visits`")
    after: Path | None = Field(default=None, description="whoever has been at this place ...")
    eventually: Paths | None = Field(default=None, description="... comes to one of these before the end")
    never: Paths | None = Field(default=None, description="a place never reached; several: never stood in at once")
    when: str | None = Field(default=None, description="with `never`: only while this guard holds")
    at_most: int | None = Field(default=None, ge=0, le=1000, description="how often at most ...")
    times: Path | None = Field(default=None, description="... this place is reached")
    always: Literal["one_owner"] | None = Field(
        default=None, description="one_owner: wherever a case stands, one post is accountable"
    )
