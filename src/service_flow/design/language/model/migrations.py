"""Migrations: how cases of older revisions of a flow move to the present one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from service_flow.design.language.model.words import ChoiceWord, Name, Path, SomePaths, Title, Word, one_or_many

RevisionText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{16}$"),
    Field(description="a revision: 16 hexadecimal digits"),
]


class MigrationModel(Word):
    """How cases of older revisions of a flow move to the present one. One file each in migrations/.

    Whatever is not named keeps its name. A state or field whose name is gone, or whose values do not fit any more,
    must be named. Closed cases stay as they are."""

    migration: Name = Field(description="the migration's name")
    flow: Name = Field(description="the flow whose cases it moves")
    title: Title = Field(default_factory=dict)
    sources: Annotated[
        list[RevisionText],
        BeforeValidator(one_or_many, json_schema_input_type=RevisionText | list[RevisionText]),
        Field(alias="from"),
    ] = Field(default_factory=list, description="the revisions it moves; without it, all older ones")
    states: dict[Path, Path] = Field(
        default_factory=dict,
        description="old states to new ones; an old phase that becomes a phase keeps the names inside",
    )
    ends: SomePaths = Field(
        default_factory=list,
        description="old regions, or states in them, in whose place nothing comes: a case goes on in those beside",
    )
    transitions: dict[Name, Name] = Field(
        default_factory=dict, description="old transitions to new ones, for guards that count them"
    )
    data: dict[Name, Name] = Field(default_factory=dict, description="old fields to new ones")
    choices: dict[Name, dict[ChoiceWord, ChoiceWord]] = Field(
        default_factory=dict, description="for new fields: the old words of a choice to new ones"
    )
    drops: list[Name] = Field(default_factory=list, description="old fields that the new flow has no use for")
    gives: dict[Name, str | int | bool] = Field(
        default_factory=dict, description="fields that every moved case gets, if it has no value for them"
    )
