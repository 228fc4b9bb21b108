"""customers.yaml: the words for customers' files."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field as Described
from pydantic import StringConstraints

from service_flow.design.flow import Field
from service_flow.design.flow.fields import compile_field
from service_flow.design.language import Section
from service_flow.design.language.model import (
    Choices,
    ChoiceWord,
    FieldModel,
    Name,
    Names,
    RowModel,
    Title,
    Word,
)
from service_flow.features.customers.normalising import PHONES, Comparison, normal, usual

SECTION_NAME = "customers"
PREFERENCES = ("language", "channel", "calendar", "contact_times")
"""What a customer may prefer. Contact times are lines such as `monday 09:00-12:00`, or `every_day 18:00-20:00`."""
NAME_MATCH = "name"

MatchName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"),
    Described(
        description="name, a kind of contact, or profile.FIELD", examples=["name", "email", "profile.tax_number"]
    ),
]
CountryDigits = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,2}$"),
    Described(description='a country\'s calling code, in quotes, e.g. "86"', examples=["86", "49"]),
]
CurrencyCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    Described(description="an ISO 4217 currency code, e.g. EUR", examples=["EUR", "CNY"]),
]
Weight = Annotated[int, Described(ge=1, le=100)]


class ClassModel(Word):
    """A class of customers, with a profile of its own."""

    title: Title = Described(default_factory=dict)
    profile: dict[Name, FieldModel] = Described(
        default_factory=dict, description="the fields of its profile; personal, unless you say otherwise"
    )


class ContactModel(Word):
    """A kind of address."""

    title: Title = Described(default_factory=dict)
    compare: Comparison | None = Described(
        default=None,
        description="how two addresses are compared: as text (case, width and spaces do not count), by their digits, "
        "or as phone numbers; phone, mobile and fax are phone numbers unless you say otherwise",
    )
    country: CountryDigits | None = Described(
        default=None, description="the calling code of phone numbers that are given without one"
    )


class PurposeModel(Word):
    """A purpose that a customer may agree to."""

    title: Title = Described(default_factory=dict)


class PreferenceModel(Word):
    """Something a customer may prefer."""

    choices: list[ChoiceWord] = Described(
        default_factory=list, description="what may be chosen; without it, whatever the blueprint has"
    )
    field: Name | None = Described(
        default=None, description="the field of the customer's flow that holds it, so that guards can read it"
    )


class PreferencesModel(Word):
    """What a customer may prefer; where nothing is said, all of it. What is preferred is taken where whoever opens a
    case leaves it open: the channel, and the fields `language` and `calendar` of its form."""

    language: PreferenceModel | None = Described(default=None, description="the language in which he is served")
    channel: PreferenceModel | None = Described(default=None, description="the channel by which he is served")
    calendar: PreferenceModel | None = Described(default=None, description="the hours at which he is served")
    contact_times: PreferenceModel | None = Described(
        default=None, description="when he wants to be contacted: lines such as `monday 09:00-12:00`"
    )


class TierRowModel(RowModel):
    """One row of the table of tiers."""

    title: Title = Described(default_factory=dict)


class TiersModel(Word):
    """An ordered table that proposes a customer's tier; a transition of the customer's flow records it, or the file
    alone."""

    field: Name = Described(default="tier", description="the field of the customer's flow that holds the tier")
    transition: Name = Described(default="evaluate", description="the transition that records it")
    choices: Choices = Described(
        default_factory=dict, description="the tiers, where the file alone keeps them, and not a field of the flow"
    )
    hit: Literal["first", "unique"] = Described(
        default="first", description="which row counts: the first that fits, or the only one that fits"
    )
    rows: list[TierRowModel] = Described(min_length=1, description="the rows, in order")

    @property
    def in_file(self) -> bool:
        """Whether the file alone keeps the tier."""
        return bool(self.choices)


class StepModel(Word):
    """A step on the ladder: a transition that an evaluation performs where the facts are so."""

    when: str = Described(description="a guard over the facts of a customer")
    data: dict[Name, str | int | bool] = Described(default_factory=dict, description="what it fills into the form")


class MatchingModel(Word):
    """When two files are said to be of the same customer: the weights of all that is the same, added up, reach the
    threshold."""

    threshold: Weight = Described(default=50, description="from which sum on two files are candidates")
    weights: dict[MatchName, Weight] = Described(
        min_length=1, description="what each thing that is the same counts: name, a kind of contact, profile.FIELD"
    )


class CustomersModel(Word):
    """customers.yaml: what a customer's file holds, what it steers, and how customers are weighed and found twice."""

    by: Names = Described(
        default_factory=list,
        description="the posts, or system actors, that may change files; without it any known person",
    )
    merged_by: Names = Described(
        default_factory=list, description="the posts that may merge files; without it those that may change them"
    )
    classes: dict[Name, ClassModel] = Described(default_factory=dict, description="the classes of customers")
    class_field: Name | None = Described(
        default=None, description="the field of the customer's flow that holds the class"
    )
    contacts: dict[Name, ContactModel] = Described(
        default_factory=dict, description="the kinds of addresses, and how they are compared"
    )
    other_contacts: Literal["taken", "refused"] = Described(
        default="taken", description="what becomes of addresses of other kinds than `contacts` names"
    )
    purposes: dict[Name, PurposeModel] = Described(
        default_factory=dict, description="what a customer may agree to; without it, any purpose"
    )
    preferences: PreferencesModel = Described(
        default_factory=PreferencesModel, description="what a customer may prefer; without it, all of it"
    )
    currency: CurrencyCode | None = Described(
        default=None, description="the currency in which it is reckoned what customers bring and cost"
    )
    done: Names = Described(
        default_factory=list, description="the outcomes of requests that count as done; without it, all of them"
    )
    tiers: TiersModel | None = Described(default=None, description="the table that proposes tiers")
    ladder: dict[Name, StepModel] = Described(
        default_factory=dict,
        description="transitions of the customer's flow that an evaluation performs; the first that can be counts",
    )
    matching: MatchingModel | None = Described(default=None, description="how files that are there twice are found")

    @cached_property
    def preferred(self) -> dict[str, PreferenceModel]:
        """What a customer may prefer, by name; empty where nothing is said."""
        named = ((name, getattr(self.preferences, name)) for name in PREFERENCES)
        return {name: model for name, model in named if model is not None}

    @cached_property
    def profiles(self) -> dict[str, dict[str, Field]]:
        """The fields of the profile of each class, ready for use. Each is personal unless it says otherwise."""
        return {
            kind: {name: compile_field(name, personally(field)) for name, field in model.profile.items()}
            for kind, model in self.classes.items()
        }

    def normal(self, kind: str, address: str) -> str:
        """The form in which an address is compared."""
        model = self.contacts.get(kind)
        return normal(address, self._compared(kind), "" if model is None else model.country or "")

    def kinds_like(self, kind: str) -> tuple[str, ...]:
        """The kinds under which an address of a kind may have been filed: a number under any kind of phone number."""
        if self._compared(kind) != "phone":
            return (kind,)
        others = (other for other in (*self.contacts, *PHONES) if self._compared(other) == "phone")
        return tuple(dict.fromkeys((kind, *others)))

    def _compared(self, kind: str) -> Comparison:
        model = self.contacts.get(kind)
        return usual(kind) if model is None else model.compare or usual(kind)


def personally(field: FieldModel) -> FieldModel:
    """A field of a profile: personal, unless it says otherwise."""
    return field if field.personal is not None else field.model_copy(update={"personal": True})


NOTHING = CustomersModel()
"""What a blueprint without customers.yaml says."""
SECTION = Section(SECTION_NAME, CustomersModel, "What a customer's file holds and steers (service_flow)")
