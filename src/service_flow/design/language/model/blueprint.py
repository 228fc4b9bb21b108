"""blueprint.yaml: what a blueprint is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_flow.design.language.model.words import Choices, LanguageCode, Name, Title, Word


def _english() -> list[LanguageCode]:
    return ["en"]


ParameterType = Literal["text", "integer", "decimal", "money", "boolean", "duration", "date", "choice", "span"]


class ParameterModel(Word):
    """A value that whoever builds on this blueprint may give. It stands for `${name}` anywhere, and for parameters.name
    in guards."""

    title: Title = Field(default_factory=dict)
    type: ParameterType = Field(description="the type of the value; a span is a length of time, e.g. 4 working hours")
    choices: Choices = Field(default_factory=dict, description="the words a choice may take")
    default: str | int | bool | None = Field(default=None, description="the value where none is given")


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
    extends: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = Field(
        default=None, description="the blueprint this one builds on: one that ships, or a folder, e.g. ../base"
    )
    parameters: dict[Name, ParameterModel] = Field(
        default_factory=dict, description="values that whoever builds on this one may give"
    )
    given: dict[Name, str | int | bool] = Field(
        default_factory=dict, alias="with", description="values for parameters, of this one or those it builds on"
    )
    channels: list[Name] = Field(
        default_factory=list, description="the channels contacts come by; without it, any name"
    )
