"""What happens to a service request, and to a case that requests belong to."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from service_flow.engine.case.events import Event, Fields, Opened

NOTE, CHANGE, QUOTE, ACCEPTED, DECLINED, INVOICED, PAID, CREDITED, BEGAN, ENDED, REOPENED = PLACES = (
    "requests.note_added", "requests.change_wished", "requests.quoted", "requests.quote_accepted",
    "requests.quote_declined", "requests.invoiced", "requests.paid", "requests.credited", "requests.child_began",
    "requests.child_ended", "requests.child_reopened",
)  # fmt: skip
"""What happens to a request beside the steps of its flow, as rules, effects and promises name it."""
Answer = Literal["accepted", "declined"]
"""What the customer said to a quote."""


class RequestOpened(Opened):
    """A need was raised. Facts: `need`, in the customer's words. `parent` is the case that it is a part of, `relation`
    what it is to that: a repair, an exchange, a return."""

    TOPIC: ClassVar[str] = "service_flow:request-opened"
    subject: ClassVar[str] = "request"

    parent: UUID | None = None
    relation: str | None = None


class NoteAdded(Event):
    """Something worth knowing was written down: `text`, which is personal. `shown` to the customer, or inner."""

    TOPIC: ClassVar[str] = "service_flow:note-added"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)
    TITLE: ClassVar[dict[str, str]] = {"en": "Note added", "zh": "已添加备注"}

    shown: bool = False
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (NOTE,)

    @property
    def for_customer(self) -> str | None:
        return self.personal.get("text") if self.shown else None


class ChangeWished(Event):
    """The customer wishes something else than was agreed: `wish`, in his words, which is personal."""

    TOPIC: ClassVar[str] = "service_flow:change-wished"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)
    TITLE: ClassVar[dict[str, str]] = {"en": "Change wished", "zh": "客户提出变更"}

    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (CHANGE,)


class QuoteMade(Event):
    """The customer was told what a change costs. It is the quote `number` of its case, and takes the place of the one
    before, if that was not answered. `data` and `personal` are the fields of the flow as the change will set them.
    `change` says which change it is for: how many had been asked for by then, where the flow has a step that asks."""

    TOPIC: ClassVar[str] = "service_flow:quote-made"
    HOLDS: ClassVar[tuple[str, ...]] = ("data", "personal")
    TITLE: ClassVar[dict[str, str]] = {"en": "Change quoted", "zh": "已报价变更"}

    number: int
    valid_until: AwareDatetime
    change: int | None = Field(default=None, description="which change it is for, counted from 1")
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (QUOTE,)


class QuoteAnswered(Event):
    """The customer accepted or declined a quote; `how` he said so is a word of the flow (in writing, by phone)."""

    TOPIC: ClassVar[str] = "service_flow:quote-answered"
    TITLE: ClassVar[dict[str, str]] = {"en": "Quote answered", "zh": "报价已答复"}

    number: int
    answer: Answer
    how: str | None = None

    @property
    def happened(self) -> tuple[str, ...]:
        return (ACCEPTED if self.answer == "accepted" else DECLINED,)


class Invoiced(Event):
    """An invoice was issued. `data`: `net`, `tax`, `total`, and `due_on` if a day was set. `personal`: `lines`, each a
    map of `text`, `quantity`, `price`, `amount` and `tax` in percent. `replaces` is the invoice that was wrong;
    there is a `reason` then."""

    TOPIC: ClassVar[str] = "service_flow:invoiced"
    HOLDS: ClassVar[tuple[str, ...]] = ("data", "personal")
    TITLE: ClassVar[dict[str, str]] = {"en": "Invoiced", "zh": "已开票"}

    number: str
    replaces: str | None = None
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (INVOICED,)


class PaymentReceived(Event):
    """The customer paid. `number` is that of the receipt. `data`: `amount`. `way` is how he paid, `personal` holds his
    `reference`, if there is one."""

    TOPIC: ClassVar[str] = "service_flow:payment-received"
    HOLDS: ClassVar[tuple[str, ...]] = ("data", "personal")
    TITLE: ClassVar[dict[str, str]] = {"en": "Payment received", "zh": "已收款"}

    number: str
    way: str | None = None
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (PAID,)


class Credited(Event):
    """A credit note was issued for a part of an invoice, or for all of it; the invoice stays as it is. `data`: the
    `amount`; `refunded`: the `amount` of it that was paid back, because it had been paid. `personal`: the `reason`."""

    TOPIC: ClassVar[str] = "service_flow:credited"
    HOLDS: ClassVar[tuple[str, ...]] = ("data", "refunded", "personal")
    TITLE: ClassVar[dict[str, str]] = {"en": "Credited", "zh": "已开红字发票"}

    number: str
    invoice: str
    data: Fields = Field(default_factory=dict, repr=False)
    refunded: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (CREDITED,)


class RequestSplit(Event):
    """One request turned out to be several: `parts` are the requests that were opened for them, in the order of the
    `needs`, which are personal."""

    TOPIC: ClassVar[str] = "service_flow:request-split"
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)
    TITLE: ClassVar[dict[str, str]] = {"en": "Split", "zh": "已拆分"}

    parts: tuple[UUID, ...]
    personal: Fields = Field(default_factory=dict, repr=False)


class ParentChanged(Event):
    """The request is a part of another case from now on, whose `number` people know, or of none."""

    TOPIC: ClassVar[str] = "service_flow:parent-changed"
    TITLE: ClassVar[dict[str, str]] = {"en": "Put under another case", "zh": "变更上级单"}

    parent: UUID | None = None
    number: str | None = None
    relation: str | None = None


class ChildBegan(Event):
    """A request that is a part of this case was opened, or came to it."""

    TOPIC: ClassVar[str] = "service_flow:child-began"
    TITLE: ClassVar[dict[str, str]] = {"en": "A part of it began", "zh": "子单已开始"}

    child: UUID
    number: str
    relation: str
    outcome: str | None = None

    @property
    def happened(self) -> tuple[str, ...]:
        return (BEGAN,)


class ChildEnded(Event):
    """A request that is a part of this case came to its end."""

    TOPIC: ClassVar[str] = "service_flow:child-ended"
    TITLE: ClassVar[dict[str, str]] = {"en": "A part of it ended", "zh": "子单已结束"}

    child: UUID
    number: str | None = None
    outcome: str

    @property
    def happened(self) -> tuple[str, ...]:
        return (ENDED,)


class ChildReopened(Event):
    """A request that is a part of this case goes on after its end."""

    TOPIC: ClassVar[str] = "service_flow:child-reopened"
    TITLE: ClassVar[dict[str, str]] = {"en": "A part of it was reopened", "zh": "子单已重新受理"}

    child: UUID
    number: str | None = None

    @property
    def happened(self) -> tuple[str, ...]:
        return (REOPENED,)


class ChildLeft(Event):
    """A request is no part of this case any more."""

    TOPIC: ClassVar[str] = "service_flow:child-left"
    TITLE: ClassVar[dict[str, str]] = {"en": "A part of it left", "zh": "子单已移出"}

    child: UUID
    number: str | None = None


class LinkChanged(Event):
    """The case has to do with another: `kind` says how. `outgoing` is false on the case that it was linked to."""

    other: UUID
    number: str
    kind: str
    outgoing: bool = True


class CaseLinked(LinkChanged):
    """The case was linked to another, or another to it."""

    TOPIC: ClassVar[str] = "service_flow:case-linked"
    TITLE: ClassVar[dict[str, str]] = {"en": "Linked", "zh": "已关联"}


class CaseUnlinked(LinkChanged):
    """A link was taken away."""

    TOPIC: ClassVar[str] = "service_flow:case-unlinked"
    TITLE: ClassVar[dict[str, str]] = {"en": "Link taken away", "zh": "已取消关联"}
