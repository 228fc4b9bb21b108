"""What happens to a customer's file. What tells of a person stands in `facts` and `personal`."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from service_flow.engine.case.events import Event, Fields, Opened, once_beside


class CustomerRegistered(Opened):
    """A customer's file was begun. Facts: `name`, `contact` (addresses by kind), and where they were given `kind` (the
    class), `profile`, `preferences`, and `found_by`: the forms in which addresses are compared, where they are not the
    usual ones."""

    TOPIC: ClassVar[str] = "service_flow:customer-registered"
    subject: ClassVar[str] = "customer"


class ProfileChanged(Event):
    """The name, the class or fields of the profile were changed, or `removed`. `data` are fields of the customer's flow
    that say the same."""

    TOPIC: ClassVar[str] = "service_flow:customer-profile-changed"
    TITLE: ClassVar[dict[str, str]] = {"en": "Profile changed", "zh": "客户资料已变更"}
    HOLDS: ClassVar[tuple[str, ...]] = ("profile", "data", "personal")

    customer_class: str | None = Field(default=None, description="the class of customers he belongs to now")
    removed: tuple[str, ...] = Field(default=(), description="what was taken out")
    profile: Fields = Field(
        default_factory=dict, repr=False, description="fields of the profile that tell of no person"
    )
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)


class ContactEvent(Event):
    """Something about one address; `personal` holds the `address`."""

    contact: str = Field(description="the kind of address")
    personal: Fields = Field(default_factory=dict, repr=False)


class ContactAdded(ContactEvent):
    """An address of the kind `contact` came into the file. `personal` holds the `address`, and `found_by`, the form in
    which it is compared."""

    TOPIC: ClassVar[str] = "service_flow:customer-contact-added"
    TITLE: ClassVar[dict[str, str]] = {"en": "Contact added", "zh": "已添加联系方式"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    preferred: bool = Field(default=False, description="whether it is used before the others of its kind")


class ContactRemoved(ContactEvent):
    """An address was taken out of the file."""

    TOPIC: ClassVar[str] = "service_flow:customer-contact-removed"
    TITLE: ClassVar[dict[str, str]] = {"en": "Contact removed", "zh": "已删除联系方式"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)


class ContactPreferred(ContactEvent):
    """Of several addresses of one kind this one is to be used first."""

    TOPIC: ClassVar[str] = "service_flow:customer-contact-preferred"
    TITLE: ClassVar[dict[str, str]] = {"en": "Contact preferred", "zh": "已设为首选联系方式"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)


class ConsentGiven(Event):
    """The customer agreed to what is done for a `purpose`; `personal` holds the `source`: where that is on record."""

    TOPIC: ClassVar[str] = "service_flow:customer-consent-given"
    TITLE: ClassVar[dict[str, str]] = {"en": "Consent given", "zh": "客户已同意"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    purpose: str = Field(description="what for")
    personal: Fields = Field(default_factory=dict, repr=False)
    _as_first_written = once_beside("source")


class ConsentWithdrawn(Event):
    """The customer no longer agrees to what is done for a `purpose`, or said that he does not; `personal` holds the
    `source`: where that is on record."""

    TOPIC: ClassVar[str] = "service_flow:customer-consent-withdrawn"
    TITLE: ClassVar[dict[str, str]] = {"en": "Consent withdrawn", "zh": "客户已撤回同意"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    purpose: str = Field(description="what for")
    personal: Fields = Field(default_factory=dict, repr=False)
    _as_first_written = once_beside("source")


class PreferencesChanged(Event):
    """How the customer wants to be served: `preferences` by name, some of them `removed`. `data` are those that are
    fields of his flow, `personal` those that tell of a person there, and stand nowhere else."""

    TOPIC: ClassVar[str] = "service_flow:customer-preferences-changed"
    TITLE: ClassVar[dict[str, str]] = {"en": "Preferences changed", "zh": "客户偏好已变更"}
    HOLDS: ClassVar[tuple[str, ...]] = ("preferences", "data", "personal")

    removed: tuple[str, ...] = Field(default=(), description="what was taken out")
    preferences: Fields = Field(default_factory=dict, repr=False, description="what is preferred, by name")
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)


class ValueRecorded(Event):
    """The customer brought an amount, or cost it; `about` is the request that it came from."""

    TOPIC: ClassVar[str] = "service_flow:customer-value-recorded"
    TITLE: ClassVar[dict[str, str]] = {"en": "Value recorded", "zh": "已登记客户价值"}

    what: Literal["revenue", "cost"] = Field(description="whether it was brought or cost")
    amount: Decimal = Field(description="how much")
    currency: str = Field(description="in which currency")
    about: UUID | None = Field(default=None, description="the request that it came from")


class CustomerEvaluated(Event):
    """The customer was weighed by the table of tiers: `row` (from 1) of it gave the `tier`, which was `before`.
    `because` is that row's condition, `basis` the facts it was asked with."""

    TOPIC: ClassVar[str] = "service_flow:customer-evaluated"
    TITLE: ClassVar[dict[str, str]] = {"en": "Customer evaluated", "zh": "已评定客户"}
    HOLDS: ClassVar[tuple[str, ...]] = ("basis",)

    tier: str | None = Field(default=None, description="the tier that the table gave")
    before: str | None = Field(default=None, description="the tier until then")
    row: int | None = Field(default=None, description="the row of the table that gave it, from 1")
    because: str = Field(default="", description="the condition of that row")
    basis: Fields = Field(default_factory=dict, repr=False, description="the facts it was asked with")


class FileTakenOver(Event):
    """What the file of another customer, merged into this one, had and this one lacked. `customers` were merged into
    the other before. `settled` are the consents that are otherwise now, by purpose: whether it is given, and since
    when, the stricter of the two counting; `personal` has their `sources`."""

    TOPIC: ClassVar[str] = "service_flow:customer-file-taken-over"
    TITLE: ClassVar[dict[str, str]] = {"en": "File taken over", "zh": "已并入客户档案"}
    HOLDS: ClassVar[tuple[str, ...]] = ("settled", "profile", "preferences", "data", "value", "personal")

    other: UUID = Field(description="the customer whose file it was")
    customers: tuple[UUID, ...] = Field(default=(), description="who had been merged into that customer before")
    customer_class: str | None = Field(default=None, description="the class of customers he belongs to now")
    settled: Fields = Field(
        default_factory=dict, repr=False,
        description="consents that are otherwise now, by purpose: whether given, and since when",
    )  # fmt: skip
    profile: Fields = Field(
        default_factory=dict, repr=False, description="fields of the profile that tell of no person"
    )
    preferences: Fields = Field(default_factory=dict, repr=False, description="what is preferred, by name")
    data: Fields = Field(default_factory=dict, repr=False)
    value: Fields = Field(
        default_factory=dict, repr=False, description="what was brought and cost, by month and currency"
    )
    personal: Fields = Field(default_factory=dict, repr=False)
