"""What happens to the assignment of a case. Each event holds enough to fold it without asking who holds which post."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from service_flow.engine.case.events import Event, Fields

Chosen = Literal["named", "least_load", "round_robin", "same_as_before", "deputy", "instead"]
"""How a person was found: named by whoever assigned, by the choice of a rule, as the deputy of somebody absent, or
because nobody was free of those whom the case is for."""

ASSIGNED, HANDED_OVER, RELEASED, NOBODY_FREE = "assigned", "handed_over", "released", "nobody_free"
TO_PARTY, TAKEN_BACK, TOO_OFTEN = "handed_to_party", "taken_back", "passed_on_too_often"


def place(what: str) -> str:
    """What happened, as rules, effects and promises name it."""
    return f"assignment.{what}"


class GivenToPerson(Event):
    """Somebody gets a case. `posts` are those for which he has it: those he holds, and those he stands in for. `rule`
    is the rule that chose him, `instead_of` whose deputy he is. Where a rule goes round, `turn` is the number of the
    turn among those who take turns, the `queue`."""

    person: str
    posts: tuple[str, ...] = ()
    chosen: Chosen = "named"
    rule: str | None = None
    turn: int | None = None
    queue: str | None = Field(default=None, description="those among whom the turn goes round")
    instead_of: str | None = None


class Assigned(GivenToPerson):
    """A person got a case that nobody had."""

    TOPIC: ClassVar[str] = "service_flow:assigned"
    TITLE: ClassVar[dict[str, str]] = {"en": "Assigned", "zh": "已分派"}

    @property
    def happened(self) -> tuple[str, ...]:
        return (place(ASSIGNED),)


class PassedToPerson(GivenToPerson):
    """A person got a case from the one who had it `before`, who `left` for good or not. `personal` has the reason."""

    TOPIC: ClassVar[str] = "service_flow:passed-to-person"
    TITLE: ClassVar[dict[str, str]] = {"en": "Handed over", "zh": "已移交"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    before: str
    left: bool = False
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (place(HANDED_OVER),)


class PassedToPost(Event):
    """A case went from the person who had it `before`, who `left` for good or not, to all who hold a post. `personal`
    has the reason."""

    TOPIC: ClassVar[str] = "service_flow:passed-to-post"
    TITLE: ClassVar[dict[str, str]] = {"en": "Handed over to a post", "zh": "已移交至岗位"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    to_post: str
    before: str
    left: bool = False
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (place(HANDED_OVER),)


class Released(Event):
    """The person who had a case `before` has it no more; it waits at the posts that own it. `personal` has the reason,
    if one was given. `left`: he is gone for good, and the case had gone on to another post already."""

    TOPIC: ClassVar[str] = "service_flow:released"
    TITLE: ClassVar[dict[str, str]] = {"en": "Released", "zh": "已退回"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    before: str
    left: bool = False
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return (place(RELEASED),)


class NobodyFree(Event):
    """A rule found nobody to whom the case could go. It waits at the posts that own it, and was laid before the first
    of them, or before the post that the rule names for this."""

    TOPIC: ClassVar[str] = "service_flow:nobody-free"
    TITLE: ClassVar[dict[str, str]] = {"en": "Nobody was free", "zh": "无人可派"}

    rule: str | None = None
    waits_before: str | None = Field(default=None, description="the post before which it was laid")

    @property
    def happened(self) -> tuple[str, ...]:
        return (place(NOBODY_FREE),)


class HandedToParty(Event):
    """An outside party took the case over. `personal` has the reason."""

    TOPIC: ClassVar[str] = "service_flow:handed-to-party"
    TITLE: ClassVar[dict[str, str]] = {"en": "Handed to an outside party", "zh": "已转交外部单位"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    party: str
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return place(TO_PARTY), place(f"{TO_PARTY}.{self.party}")


class TakenBack(Event):
    """The case came back from an outside party. `personal` has what was said, if anything was."""

    TOPIC: ClassVar[str] = "service_flow:taken-back"
    TITLE: ClassVar[dict[str, str]] = {"en": "Taken back from an outside party", "zh": "已从外部单位收回"}
    HOLDS: ClassVar[tuple[str, ...]] = ("personal",)

    party: str
    personal: Fields = Field(default_factory=dict, repr=False)

    @property
    def happened(self) -> tuple[str, ...]:
        return place(TAKEN_BACK), place(f"{TAKEN_BACK}.{self.party}")


class PassedOnTooOften(Event):
    """The case was passed on more often than the blueprint calls usual: `times`, where `most` are. Recorded once."""

    TOPIC: ClassVar[str] = "service_flow:passed-on-too-often"
    TITLE: ClassVar[dict[str, str]] = {"en": "Passed on too often", "zh": "移交次数过多"}

    times: int
    most: int

    @property
    def happened(self) -> tuple[str, ...]:
        return (place(TOO_OFTEN),)
