"""What happened to a case. Events are facts: commands are imperative, events past tense.

A fixed set of frozen classes, each with a pinned topic; flows are data and never make classes. An event holds all
that rebuilding needs, so evolving asks no guard, no clock and no YAML. Personal data stands apart, in `personal` and
`facts`.
"""

from __future__ import annotations

from datetime import datetime
from os import urandom
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID, SafeUUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, model_validator
from pydantic_core import PydanticUndefined

from service_flow.engine.case.encoding import encode_fields

UNPLACED = UUID(int=0)
TOPICS: dict[str, type[Event]] = {}
"""Every event class by its pinned topic. A feature adds its own by defining a subclass of Event."""

PERSONAL: dict[type[Event], tuple[str, ...]] = {}
"""For each event class the fields of it that hold personal data."""

Cause = Literal["command", "timer", "rule", "automatic", "import"]
Configuration = tuple[str, ...]
"""The states a case stands in: full paths of the innermost states, one a region."""

Fields = Annotated[dict[str, Any], PlainSerializer(encode_fields, return_type=dict[str, Any], when_used="json")]
"""Typed values by name. They are written in the forms of encoding.py; whoever reads an event from JSON decodes the
fields that its class names in HOLDS (the store does)."""


_DEFAULTS: dict[type[Event], dict[str, Any]] = {}
_NO_FIELDS: set[str] = set()
_place = object.__setattr__


def new_id() -> UUID:
    """A random UUID (version 4, RFC 9562), made in half the time of uuid.uuid4(): every event needs one."""
    number = int.from_bytes(urandom(16), "big") & ~(0xF000 << 64) & ~(0xC000 << 48) | (4 << 76) | (0x8000 << 48)
    identity = UUID.__new__(UUID)
    _place(identity, "int", number)
    _place(identity, "is_safe", SafeUUID.unknown)
    return identity


def once_beside(*names: str) -> Any:
    """For events whose fields of these names now stand in `personal`, and stood beside it when they were first written:
    they are read in either form."""

    def moved(fields: Any) -> Any:
        if not isinstance(fields, dict) or fields.keys().isdisjoint(names):
            return fields
        own = {name: value for name, value in fields.items() if name in names}
        rest = {name: value for name, value in fields.items() if name not in names}
        return {**rest, "personal": {**own, **rest.get("personal", {})}}

    return model_validator(mode="before")(moved)


class Event(BaseModel):
    """The base of all events. `originator_id` is the case, `originator_version` counts its events from 1; both are
    kept by the store beside the event, not in it.

    `at` is the instant it happened (UTC), `recorded_at` the instant it was written down; `written_at` is only kept
    where the two differ.
    """

    # Its schema is built when one is first written or read: a program imports many kinds of events, and meets few.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    TOPIC: ClassVar[str]
    HOLDS: ClassVar[tuple[str, ...]] = ()
    TITLE: ClassVar[dict[str, str]] = {}
    """What people read in a history, by language; of events that nothing in a flow gives a title."""

    originator_id: UUID = Field(default=UNPLACED, exclude=True)
    originator_version: int = Field(default=0, exclude=True)
    id: UUID
    at: AwareDatetime
    written_at: AwareDatetime | None = None
    by: str
    post: str | None = None
    channel: str | None = None
    cause: Cause = "command"
    caused_by: UUID | None = None
    command_id: str | None = None

    @property
    def recorded_at(self) -> datetime:
        return self.at if self.written_at is None else self.written_at

    @property
    def happened(self) -> tuple[str, ...]:
        """What happened, as rules, effects and promises of a flow name it; for the events that a feature adds, which
        says in its `Feature.places` what there is."""
        return ()

    @property
    def for_customer(self) -> str | datetime | None:
        """What the customer may read of it, under its TITLE: a text, or an instant as his language writes it; nothing
        (None), unless a feature's own event says so."""
        return None

    @property
    def told_as(self) -> str | None:
        """What of the case it tells of, where a later event may take that back: once the last of those that tell of
        the same is nothing for the customer, he reads none of them any more."""
        return None

    @classmethod
    def record(cls, **fields: Any) -> Self:
        """A new event from values that the engine has made and typed itself.

        It is not validated: that costs more than deciding the command. Everything that is read back is.
        """
        event = cls.__new__(cls)
        values = cls._defaults().copy()
        values.update(fields)
        _place(event, "__dict__", values)
        _place(event, "__pydantic_fields_set__", _NO_FIELDS)
        _place(event, "__pydantic_extra__", None)
        _place(event, "__pydantic_private__", None)
        return event

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        known = _DEFAULTS.get(cls)
        if known is None:
            # A default made by a factory would be shared by all events: `record` is given those fields.
            known = {name: field.default for name, field in cls.model_fields.items() if field.default_factory is None}
            _DEFAULTS[cls] = known = {name: value for name, value in known.items() if value is not PydanticUndefined}
        return known

    def __hash__(self) -> int:
        return hash(self.id)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        topic = cls.__dict__.get("TOPIC")
        if topic is None:
            return
        if topic in TOPICS:
            raise TypeError(f"two event classes have the topic {topic!r}")
        TOPICS[topic] = cls
        PERSONAL[cls] = tuple(name for name in ("facts", "personal") if name in cls.HOLDS)


class Opened(Event):
    """A case began. Features subclass it, one for each subject, with a topic of their own.

    `entry` is the name of the place where it began, if that was not the usual one. `wished` names what was not said and
    taken from what the customer prefers: `channel`, and fields.
    `facts` is what is known from the opening itself and is no field of the flow (the need, the name, the contact);
    all of it counts as personal.
    """

    HOLDS: ClassVar[tuple[str, ...]] = ("facts", "data", "personal")
    subject: ClassVar[str]

    number: int
    flow: str
    revision: str
    entered: Configuration
    clock: Literal["running", "paused", "stopped"] = "running"
    owners: tuple[str, ...] = ()
    outcome: str | None = None
    customer: UUID | None = None
    about: UUID | None = None
    entry: str | None = None
    wished: tuple[str, ...] = Field(default=(), description="what was taken from what the customer prefers")
    facts: Fields = Field(default_factory=dict, repr=False)
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)


class Moved(Event):
    """A transition was performed. `left == entered` when the case stays where it is.

    `again` are the states among them that were left and entered again, `returned` tells that it went back in its own
    history.
    """

    TOPIC: ClassVar[str] = "service_flow:moved"
    HOLDS: ClassVar[tuple[str, ...]] = ("data", "personal")

    transition: str
    left: Configuration
    entered: Configuration
    returned: bool = False
    again: Configuration = ()
    clock: Literal["running", "paused", "stopped"] = "running"
    owners: tuple[str, ...] = ()
    outcome: str | None = None
    revision: str
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)


class Migrated(Event):
    """A case was moved from the revision `before` of its flow to another, by a migration.

    `left` and `entered` are the states it stood in and stands in now, each by its name in its own revision; `places`
    says of states entered under another name which of those left it takes the place of. Fields were `renamed` (old
    name to new) or `dropped`; `data` and `personal` hold values that were given, or written in another form, by the
    way. `counted` are transitions whose counts go on under another name. `came_from` and `trail` are what the case
    remembers of where it has been, in the names of the new revision; none where that stays as it was.
    """

    TOPIC: ClassVar[str] = "service_flow:migrated"
    HOLDS: ClassVar[tuple[str, ...]] = ("data", "personal")

    migration: str
    before: str
    revision: str
    left: Configuration
    entered: Configuration
    places: dict[str, str] = Field(default_factory=dict)
    came_from: dict[str, Configuration] | None = None
    trail: tuple[Configuration, ...] | None = None
    counted: dict[str, str] = Field(default_factory=dict)
    clock: Literal["running", "paused", "stopped"] = "running"
    owners: tuple[str, ...] = ()
    outcome: str | None = None
    renamed: dict[str, str] = Field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    data: Fields = Field(default_factory=dict, repr=False)
    personal: Fields = Field(default_factory=dict, repr=False)


Placing = Opened | Moved | Migrated
"""The events that say where a case stands, and by which revision of its flow."""
