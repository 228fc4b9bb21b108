"""A flow: the life of one kind of case as a state machine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service_flow.design.language.model.data import Collect, CollectWord, FieldModel
from service_flow.design.language.model.decisions import DecisionModel
from service_flow.design.language.model.effects import EffectModel
from service_flow.design.language.model.nature import NatureModel
from service_flow.design.language.model.properties import PropertyModel
from service_flow.design.language.model.rules import RuleModel
from service_flow.design.language.model.timing import PromiseModel, TimerModel
from service_flow.design.language.model.words import (
    SYSTEM_ACTORS,
    ClockWord,
    Name,
    Names,
    Path,
    Paths,
    ShownWord,
    SomePaths,
    Subject,
    Title,
    Told,
    Word,
)

ValueWord = Literal["adding", "supporting", "none"]


class StateModel(Word):
    """A state, a phase with states inside, or a state with regions side by side. Owner, value and clock are handed
    down to the states inside."""

    title: Title = Field(default_factory=dict)
    owner: Name | None = Field(default=None, description="the post accountable while a case stands here")
    value: ValueWord | None = Field(default=None, description="whether the customer would pay for what happens here")
    clock: ClockWord | None = Field(
        default=None, description="what promises' clocks do here: running (the default), paused, stopped"
    )
    final: Name | None = Field(default=None, description="the case is done here, with this outcome")
    done: bool = Field(default=False, description="inside a region: the region is done here and waits for the others")
    initial: Name | None = Field(default=None, description="the state inside that a case enters first")
    states: dict[Name, StateModel] = Field(default_factory=dict, description="the states inside")
    regions: dict[Name, StateModel] = Field(
        default_factory=dict, description="parts side by side: a case stands in one state of each"
    )
    shown: ShownWord = Field(default=None)
    told: Told = Field(default_factory=dict)


class Way(Word):
    """One of several targets of a transition: the first whose guard holds is taken."""

    state: Path = Field(description="the target: a state, stay, history, or the history of a phase")
    when: str | None = Field(default=None, description="the guard of this way")


def _ways(value: object) -> object:
    return [{"state": value}] if isinstance(value, str) else value


class TransitionModel(Word):
    """Something that can be done, and where it leads."""

    title: Title = Field(default_factory=dict)
    sources: Annotated[Paths, Field(alias="from")] = Field(
        description="the states it leaves; a phase means all states in it; any", examples=["any"]
    )
    exceptions: Annotated[SomePaths, Field(alias="except")] = Field(
        default_factory=list, description="states, or phases, that it does not leave"
    )
    to: Annotated[list[Way], BeforeValidator(_ways, json_schema_input_type=Path | list[Way])] = Field(
        default_factory=list,
        description="where it leads; history goes back; without it the case stays where it is",
        examples=["stay", "history"],
    )
    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may do it; without it any known person",
        examples=[*SYSTEM_ACTORS],
    )
    collect: CollectWord = Field(default_factory=Collect, description="the fields it asks for")
    when: str | None = Field(
        default=None,
        description="the guard: it may be done only while this holds",
        examples=["price.amount > 0", 'kind == "repair" && !urgent'],
    )
    sets: dict[Name, Name] = Field(
        default_factory=dict, description="fields that get the result of a decision table when it is done"
    )
    join: bool = Field(default=False, description="only once every region of the state it leaves is done")
    automatic: bool = Field(default=False, description="taken by itself, at once, where its guard holds")
    shown: ShownWord = Field(default=None)
    told: Told = Field(default_factory=dict)


class OpeningModel(Word):
    """How a case of this flow begins."""

    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may open one; without it any known person",
    )
    collect: CollectWord = Field(default_factory=Collect, description="the fields asked for when one is opened")
    sets: dict[Name, Name] = Field(
        default_factory=dict, description="fields that get the result of a decision table when it is opened"
    )


class EntryModel(OpeningModel):
    """Another place where a case may begin, chosen by name when it is opened."""

    title: Title = Field(default_factory=dict)
    to: Path = Field(description="the state it begins in")


class FlowModel(Word):
    """A flow: the life of one kind of case as a state machine. One file each in flows/."""

    flow: Name = Field(description="the flow's name")
    subject: Subject = Field(description="what the flow carries")
    title: Title = Field(default_factory=dict)
    nature: NatureModel | None = Field(default=None, description="what kind of process it is")
    initial: Path = Field(description="the state every case starts in")
    opening: OpeningModel = Field(default_factory=OpeningModel, description="how a case begins")
    entries: dict[Name, EntryModel] = Field(
        default_factory=dict, description="other places where a case may begin, by name"
    )
    customer: dict[Name, FieldModel] = Field(
        default_factory=dict,
        description="what guards may read of the customer's file; without it, what the blueprint's customer flow has",
    )
    case: dict[Name, FieldModel] = Field(
        default_factory=dict,
        description="what guards may read of what features keep of a case; without it, what they do read, as the "
        "features have it",
    )
    data: dict[Name, FieldModel] = Field(default_factory=dict, description="the fields a case may hold")
    decisions: dict[Name, DecisionModel] = Field(default_factory=dict, description="decision tables by name")
    states: dict[Name, StateModel] = Field(min_length=1, description="the states and phases; the outermost ones here")
    transitions: dict[Name, TransitionModel] = Field(default_factory=dict, description="what can be done")
    timers: dict[Name, TimerModel] = Field(default_factory=dict, description="what happens by itself in time")
    promises: dict[Name, PromiseModel] = Field(default_factory=dict, description="promises (SLA) to the customer")
    rules: dict[Name, RuleModel] = Field(default_factory=dict, description="what an event sets off elsewhere")
    effects: dict[Name, EffectModel] = Field(
        default_factory=dict, description="what the host's program is asked to do: mails, calls of other systems"
    )
    properties: dict[Name, PropertyModel] = Field(default_factory=dict, description="what must always hold")
