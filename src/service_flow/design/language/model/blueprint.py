"""blueprint.yaml: what a blueprint is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from service_flow.design.language.model.words import LanguageCode, Name, Title, Word


def _english() -> list[LanguageCode]:
    return ["en"]


class BlueprintModel(Word):
    """blueprint.yaml: what this blueprint is and which features it uses."""

    blueprint: Name = Field(description="the blueprint's name")
    version: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){0,2}$"),
        Field(description='a version in quotes, e.g. "1.2.0"'),
    ] = Field(description='its version, in quotes, e.g. `"1.2.0"`', examples=["1.0.0"])
    title: Title = Field(default_factory=dict)
    languages: list[LanguageCode] = Field(
        default_factory=_english,
        min_length=1,
        description="the languages of its titles; English unless you say otherwise",
    )
    features: list[Name] = Field(
        default_factory=list, description="the features used; without it, all that are installed by default"
    )
    channels: list[Name] = Field(
        default_factory=list, description="the channels contacts come by; without it, any name"
    )
