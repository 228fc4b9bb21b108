"""The words of assignment.yaml: which cases go to whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Title, Word
from service_flow.design.language.model.decisions import Cells
from service_flow.design.language.model.organisation import LOWEST_LEVEL, Level
from service_flow.design.language.model.words import Names, Path, SomePaths, one_or_many

Choice = Literal["same_as_before", "least_load", "round_robin"]
Choices = Annotated[
    list[Choice],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Choice | Annotated[list[Choice], Field(min_length=1)]),
]


def _skills(value: object) -> object:
    """The short forms of skills: one alone, and a text for a skill at the lowest level."""
    listed = value if isinstance(value, list) else [value]
    return [{"skill": one} if isinstance(one, str) else one for one in listed]


def _language(value: object) -> object:
    """The short form of a language: its name."""
    return {"language": value} if isinstance(value, str) else value


def _fallback(value: object) -> object:
    """The short form of what is done with a case for which nobody is free: a word alone."""
    return {"then": value} if isinstance(value, str) else value


class WantedSkillModel(Word):
    """A skill that whoever gets the case must have: named, or read from the case or its customer. Where the field is
    empty, none is wanted."""

    skill: Name | None = Field(default=None, description="the skill")
    field: Path | None = Field(
        default=None,
        description="instead: the field that names the skill, of the case or, as customer.NAME, of its customer",
    )
    level: Level = LOWEST_LEVEL


class WantedLanguageModel(Word):
    """The language that whoever gets the case must speak: named, or read from the case or its customer. Where the field
    is empty, any will do."""

    language: Name | None = Field(default=None, description="the language")
    field: Path | None = Field(
        default=None,
        description="instead: the field that names the language, of the case or, as customer.NAME, of its customer",
    )


WantedSkills = Annotated[
    list[WantedSkillModel],
    BeforeValidator(_skills, json_schema_input_type=Name | WantedSkillModel | list[Name | WantedSkillModel]),
]
WantedLanguage = Annotated[
    WantedLanguageModel, BeforeValidator(_language, json_schema_input_type=Name | WantedLanguageModel)
]


class CandidatesModel(Word):
    """Among whom is chosen."""

    posts: Names = Field(default_factory=list, description="the posts; without it, those that own the case")
    skills: WantedSkills = Field(default_factory=list, description="the skills that they must have, all of them")
    language: WantedLanguage | None = Field(default=None, description="the language that they must speak")
    at_work: bool = Field(
        default=False, description="whether it must be a time of work by their own calendars; whoever has none is asked"
    )


class NobodyModel(Word):
    """What is done with a case for which nobody is free."""

    then: Literal["stay", "supervisor", "next_rule"] = Field(
        default="stay",
        description="it stays with the posts that own it, goes to a supervisor of theirs, or the next rule is asked",
    )
    post: Name | None = Field(default=None, description="instead: the post whose people get it")


Nobody = Annotated[
    NobodyModel,
    BeforeValidator(_fallback, json_schema_input_type=Literal["stay", "supervisor", "next_rule"] | NobodyModel),
]


class AssignmentRuleModel(Word):
    """To whom some cases go. Of several rules, the first counts for which everything holds that it says of the case."""

    title: Title = Field(default_factory=dict)
    flows: Names = Field(default_factory=list, description="the flows of the cases; without it, all")
    states: SomePaths = Field(default_factory=list, description="the states, or phases, in which they stand")
    posts: Names = Field(default_factory=list, description="the posts of which one owns them where they stand")
    match: dict[Path, Cells] = Field(
        default_factory=dict, description="names with the value, or the list of values, that each must have"
    )
    when: str | None = Field(default=None, description="a guard")
    candidates: CandidatesModel = Field(default_factory=CandidatesModel)
    choose: Choices = Field(
        default=["least_load"],
        description="who of them: whoever had this customer last, else whoever is there and has the fewest open cases, "
        "or the next in turn",
    )
    most: int | None = Field(
        default=None,
        ge=1,
        description="open cases that one person may have of all flows; of customers, those whom he may look after",
    )
    absent: Literal["next", "deputy"] = Field(
        default="next", description="where whoever was chosen is absent: the next is chosen, or his deputy gets it"
    )
    nobody: Nobody = Field(default_factory=NobodyModel, description="what is done where nobody is free")

    @property
    def is_open(self) -> bool:
        """Whether it says nothing of the values of the case."""
        return not self.match and self.when is None


class AssignmentModel(Word):
    """assignment.yaml: to whom cases go, and who may say so."""

    by: Names = Field(
        default_factory=list,
        description="the posts that may assign cases and pass them on, besides those that own them and their "
        "supervisors",
    )
    most_hand_overs: int | None = Field(
        default=None, ge=0, description="how often a case may be passed on before that counts as too often"
    )
    rules: dict[Name, AssignmentRuleModel] = Field(default_factory=dict, description="the rules by name, in order")


SECTION = Section("assignment", AssignmentModel, "Assignment (service_flow)")
