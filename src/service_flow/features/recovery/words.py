"""The words of recovery.yaml: which remedies there are, which are proposed when, and who may grant how much."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from service_flow.design.language import Section
from service_flow.design.language.model import Name, Names, Path, Title, Word
from service_flow.design.language.model.decisions import Cells
from service_flow.design.language.values import Money, read_money

NAME = "recovery"


def _an_amount(text: str) -> str:
    money = read_money(text)
    if money.amount <= 0:
        raise ValueError("is not more than nothing")
    return text


def _that_says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("says nothing")
    return text


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


MoneyText = Annotated[
    str,
    StringConstraints(pattern=r"^\d{1,15}(\.\d{1,4})? [A-Z]{3}$"),
    AfterValidator(_an_amount),
    Field(description="an amount with its currency, e.g. 200.00 EUR"),
]
Amounts = Annotated[list[MoneyText], BeforeValidator(_listed, json_schema_input_type=MoneyText | list[MoneyText])]
Needed = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_that_says_something)]


def amounts(texts: list[str]) -> dict[str, Money]:
    """Amounts by currency."""
    return {money.currency: money for money in map(read_money, texts)}


class RequestModel(Word):
    """A request that carries a remedy out: it is opened for the customer, and when it has come to its end the remedy is
    done."""

    flow: Name | None = Field(default=None, description="its flow; needed only where requests have several")
    entry: Name | None = Field(default=None, description="the place where it begins, if that is not the usual one")
    need: Needed = Field(description="the need that it is opened with")
    data: dict[Name, str | int | bool] = Field(default_factory=dict, description="the fields that its opening asks for")
    outcomes: Annotated[Names, Field(min_length=1)] = Field(
        default=["completed"], description="the outcomes of the request by which the remedy is done"
    )


class CarriedOutModel(Word):
    """How a remedy is carried out: by hand, by a request that a rule opens, or by an effect of the complaint's flow."""

    by: Names = Field(
        default_factory=list,
        description="the posts, or system actors, that may say it is done; without it any known person",
    )
    request: RequestModel | None = Field(default=None, description="the request that carries it out")
    effect: Name | None = Field(
        default=None, description="the effect of the complaint's flow that asks another system to carry it out"
    )

    @model_validator(mode="after")
    def _one_way(self) -> CarriedOutModel:
        if self.request is not None and self.effect is not None:
            raise ValueError("a remedy is carried out by a request or by an effect, not by both")
        return self


class RemedyModel(Word):
    """Something that repairs a failure."""

    title: Title = Field(default_factory=dict)
    most: Amounts = Field(
        default_factory=list,
        description="what it may be worth at most, once for each currency; without it, it has no value of its own",
    )
    carried_out: CarriedOutModel = Field(
        default_factory=CarriedOutModel, description="how it is carried out; without it, by hand"
    )


class ProposedModel(Word):
    """A remedy that is proposed, and what it should be worth."""

    remedy: Name = Field(description="a remedy of the catalogue")
    least: Amounts = Field(default_factory=list, description="what it should be worth at least, by currency")
    most: Amounts = Field(
        default_factory=list,
        description="at most, and in these currencies alone; without it, what the catalogue allows",
    )


Proposed = Annotated[
    ProposedModel,
    BeforeValidator(
        lambda value: {"remedy": value} if isinstance(value, str) else value,
        json_schema_input_type=Name | ProposedModel,
    ),
]


class ProposalRowModel(Word):
    """One row of the table: it counts where all that `match` and `when` say of the complaint holds."""

    title: Title = Field(default_factory=dict)
    match: dict[Path, Cells] = Field(
        default_factory=dict, description="names with the value, or the list of values, that each must have"
    )
    when: str | None = Field(default=None, description="a guard, as in the complaint's flow")
    remedies: list[Proposed] = Field(description="the remedies that are proposed, the best one first")


class ProposalsModel(Word):
    """Which remedies are proposed in which case: by cause, severity, tier, or whatever a guard can read."""

    hit: Literal["first", "collect"] = Field(
        default="first", description="which rows count: the first that fits, or all that fit"
    )
    rows: list[ProposalRowModel] = Field(min_length=1, description="the rows, in order")


class AuthorityModel(Word):
    """What a post may grant without asking."""

    remedies: Names = Field(default_factory=list, description="the remedies it may grant; without it, all of them")
    up_to: Amounts = Field(
        default_factory=list,
        description="what all remedies of one complaint may be worth together, by currency; without it, nothing",
    )
    exceptions: bool = Field(
        default=False, description="whether it may grant what the table does not propose, or another value"
    )


class RecoveryModel(Word):
    """recovery.yaml: how failures are repaired. Remedies, the table that proposes them, and who may grant how much."""

    remedies: dict[Name, RemedyModel] = Field(min_length=1, description="the catalogue: remedies by name")
    proposals: ProposalsModel = Field(description="the table that proposes remedies")
    authority: dict[Name, AuthorityModel] = Field(
        min_length=1, description="what each post may grant; what is more is asked of the posts above it"
    )


SECTION = Section(NAME, RecoveryModel, "Recovery (service_flow)")
