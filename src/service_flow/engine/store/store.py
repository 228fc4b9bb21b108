"""What the engine asks of a store. Nothing here knows a database.

A store keeps the events in one log, and beside it, changed in the same transaction: the case index, the
receipts of commands, the counters of short numbers and the revisions of flows. The first three can be rebuilt
from the events.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from service_flow.engine.case.entries import UNCHANGED, Entry, EntryChange
from service_flow.engine.store.rows import (
    CaseRow,
    EffectRow,
    EntryRow,
    Indexed,
    Position,
    Receipt,
    RecentCase,
    StoredEvent,
    Touched,
)
from service_flow.errors import ConcurrentChange, StoreError

if TYPE_CHECKING:
    from eventsourcing.persistence import ApplicationRecorder

    from service_flow.engine.case.events import Event
    from service_flow.engine.case.state import CaseState
    from service_flow.engine.store.mapper import EventMapper
    from service_flow.engine.store.sealing.keyring import Forgetful
    from service_flow.engine.store.sealing.keys import Keys
    from service_flow.engine.store.sealing.leaving import Left, Rewritten


class VersionTaken(ConcurrentChange):
    """Another command has appended the version of `case_id` that this one would append. Decide again."""

    def __init__(self, case_id: UUID) -> None:
        self.case_id = case_id
        super().__init__(
            f"case {case_id} was changed by another command in the meantime; nothing was appended, try again"
        )


class CommandTaken(ConcurrentChange):
    """The command of this id has been accepted in the meantime: its receipt says what it appended."""

    def __init__(self, command_id: str) -> None:
        self.command_id = command_id
        super().__init__("a command of this id was accepted in the meantime; nothing was appended, its receipt is kept")


class LostInCommit(StoreError):
    """The connection was lost, or the disk failed, while committing: all of the transaction was kept, or nothing. Only
    a command with an id may be tried again."""

    outcome_unknown = True


class Transaction(ABC):
    """What one transaction writes, as a context manager: committed on a clean exit, gone on any exception.

    Appends are gathered and written on exit, so the store is locked no longer than the writing takes. Only
    `lock` and `number` lock the store at once, for as long as the block lasts. A transaction belongs to one thread;
    reading the store inside of it shows what was committed before.
    """

    __slots__ = ()

    @abstractmethod
    def __enter__(self) -> Transaction: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises VersionTaken, CommandTaken or StoreError; nothing of the transaction was kept then."""

    @abstractmethod
    def lock(self) -> None:
        """Let nobody else write from now on: what is read in the rest of the block is still so at the commit."""

    @abstractmethod
    def number(self, subject: str) -> int:
        """The next short number of the subject, from 1. One that no opened case of the transaction takes is
        given again.
        """

    @abstractmethod
    def append(
        self, events: Sequence[Event], row: CaseRow, *, opened: bool, receipt: Receipt | None = None,
        same_dues: bool = False, entries: EntryChange = UNCHANGED,
    ) -> None:  # fmt: skip
        """Append events to one case, with its row after them and the entries that come and go. `opened` says that the
        first event is its first, `same_dues` that `next_due` and `promised` of the row are as they are stored.

        Later appends of the same case continue its versions. Raises VersionTaken or CommandTaken when the
        transaction itself holds that version or command already.
        """

    @abstractmethod
    def set_off(self, effects: Iterable[EffectRow]) -> None:
        """Write effects that appended events have set off."""

    @abstractmethod
    def forget(self, case_id: UUID, entries: Sequence[Entry], rewritten: Sequence[Rewritten]) -> None:
        """Write events of a case without what they held of a person, drop its effects that are still to be run and
        their reasons, and leave it only these entries."""

    @abstractmethod
    def destroy_keys(self, owners: Iterable[UUID]) -> None:
        """Destroy the keys of persons, and let every process know that somebody was erased."""

    @abstractmethod
    def keep_revision(self, revision: str, flow: str, form: str) -> None:
        """Keep the canonical JSON of a flow's revision, unless it is kept already."""


class Store(ABC):
    """Events, and what is read from them without replaying. Use it from any thread; close it when done.

    Every method raises StoreError when the database cannot be reached, read or written. A forked process
    opens connections of its own.
    """

    url: str
    """Where it is, to be shown to people: never with a password."""

    @abstractmethod
    def transaction(self) -> Transaction:
        """A transaction, to be used in a `with` statement."""

    @abstractmethod
    def events(self, case_id: UUID, *, after: int = 0, until: int | None = None) -> list[Event]:
        """The events of a case in their order: versions above `after`, up to and with `until`. Empty when
        there are none.
        """

    @abstractmethod
    def newest(self, case_id: UUID, *, before: int, limit: int) -> list[StoredEvent]:
        """The events of a case of versions below `before`, the newest first, as they are stored; `outline` tells what
        they say of themselves."""

    @abstractmethod
    def recent(
        self, customer: UUID, *, limit: int, each: int, after: tuple[datetime, UUID] | None = None
    ) -> list[RecentCase]:
        """A page of the cases of a customer, the last changed first, by `(changed_at, case_id)`, each with its last
        events, `each` at most; `after` is the last pair seen. The customer's own case stands on the first page too,
        wherever it belongs, beside as many others as `limit` says."""

    @abstractmethod
    def touched(self, customer: UUID, *, limit: int) -> list[Touched]:
        """How far the cases of a customer have come: his own, and those that `recent` begins with. As long as this is
        the same, so is what happened to him last."""

    @abstractmethod
    def state(self, case_id: UUID, *, since: CaseState | None = None) -> CaseState | None:
        """The case as it is stored now, rebuilt from its events: from those behind `since`, which is left as it was
        (and given back when there are none), or from all. None for a case that has no events."""

    @abstractmethod
    def row(self, case_id: UUID) -> CaseRow | None:
        """Where a case stands."""

    @abstractmethod
    def has_event(self, case_id: UUID, version: int) -> bool:
        """Whether a case has an event of this version, or a later one."""

    @abstractmethod
    def numbered(self, subject: str, number: int) -> CaseRow | None:
        """The case of this subject with this short number."""

    @abstractmethod
    def receipt(self, command_id: str) -> Receipt | None:
        """What an accepted command appended; None for a command that was never accepted."""

    @abstractmethod
    def revision(self, revision: str) -> str | None:
        """The canonical JSON of a kept revision."""

    @abstractmethod
    def revisions(self) -> list[str]:
        """All kept revisions, in order of their flow and then their own name."""

    @abstractmethod
    def worklist(
        self,
        *,
        owners: Sequence[str] | None,
        subject: str | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[CaseRow]:
        """A page of open cases, the longest waiting first, by `(entered_at, case_id)`; `after` is the last
        pair seen.

        With `owners`, cases of which one of these posts is an owner.
        """

    @abstractmethod
    def promised(
        self,
        *,
        owners: Sequence[str] | None,
        subject: str | None,
        limit: int,
        after: tuple[datetime, UUID] | None,
    ) -> list[CaseRow]:
        """A page of open cases with a promise still to be kept, the next due first, by `(promised, case_id)`."""

    @abstractmethod
    def due(self, until: datetime, *, limit: int, after: tuple[datetime, UUID] | None = None) -> list[CaseRow]:
        """A page of cases on which something falls due up to and with an instant, by `(next_due, case_id)`."""

    @abstractmethod
    def effects(
        self, state: Literal["pending", "parked"], *, until: datetime | None = None, limit: int,
        after: EffectRow | None = None,
    ) -> list[EffectRow]:  # fmt: skip
        """A page of effects that are pending or parked, in the order of their next try; with `until`, those whose next
        try may begin by then. `after` is the last one seen."""

    @abstractmethod
    def effect(self, case_id: UUID, version: int, effect: str) -> EffectRow | None:
        """The effect of an event."""

    @abstractmethod
    def change_effect(self, before: EffectRow, after: EffectRow) -> bool:
        """Give an effect the state, attempts, next try and reason of `after`, if its own are still those of `before`;
        whether they were. Of several that try to change it at once, one does."""

    @abstractmethod
    def effect_counts(self) -> dict[str, int]:
        """How many effects are `pending` and `parked`."""

    @abstractmethod
    def entries(
        self, kind: str, key: str, *, since: str = "", until: str | None = None, limit: int,
        after: EntryRow | None = None, descending: bool = False, personal: bool = False,
    ) -> list[EntryRow]:  # fmt: skip
        """A page of the entries of a kind under a key, whose `sort` is not before `since` and before `until`, in the
        order of `sort` and case, or from the last to the first; `after` is the last one seen. `personal` as it was
        entered."""

    @abstractmethod
    def entry_counts(self, kind: str, keys: Iterable[str] | None) -> dict[str, int]:
        """How many entries of a kind there are under each of some keys, or under every key where that is kept
        (`keeps_count`); keys without any are left out. For keys that are not personal."""

    @abstractmethod
    def entry_place(self, entry: Entry) -> tuple[str, str, str]:
        """Kind, key and sort of an entry as this store keeps them."""

    @abstractmethod
    def entries_of(self, case_id: UUID) -> list[EntryRow]:
        """All entries of a case, by kind, key and sort."""

    @abstractmethod
    def cases(
        self,
        *,
        subject: str | None = None,
        customer: UUID | None = None,
        about: UUID | None = None,
        open_only: bool = False,
        limit: int,
        after: tuple[str, int] | None = None,
    ) -> list[CaseRow]:
        """A page of cases by `(subject, number)`; `after` is the last pair seen."""

    @abstractmethod
    def count(self) -> dict[str, int]:
        """How much is stored: `events`, `receipts`, `revisions`, and `open <subject>`, `closed <subject>` for
        each subject.
        """

    @abstractmethod
    def log(self, *, after: int = 0, limit: int = 1000) -> list[Position]:
        """A page of all events in the order of the log; `after` is the last place seen. A later commit never
        fills a gap.
        """

    @abstractmethod
    def rebuild(self, rows: Iterable[Indexed]) -> None:
        """Replace the case index, the receipts, the counters and the entries by these, at once or not at all.

        `rows` is first asked for an item when writers are locked out, so one that reads `log` misses nothing.
        """

    @abstractmethod
    def is_outdated(self) -> bool:
        """Whether features find cases here by what an older release has entered, until `rebuild`."""

    @abstractmethod
    def use_keys(self, keys: Keys | None, *, create: bool = True) -> None:
        """Seal personal data from now on, and open what is sealed. Without `create` nothing is written. Raises
        StoreError for a wrong or missing master key, and without keys where there is something sealed."""

    @property
    @abstractmethod
    def seals(self) -> bool:
        """Whether personal data is sealed here."""

    @abstractmethod
    def forgets(self, one: Forgetful) -> None:
        """Have something cleared when somebody was erased, here or by another process."""

    @abstractmethod
    def left_of(self, case_id: UUID) -> Left | None:
        """A case without what it holds of its person; None for one that has no events."""

    @abstractmethod
    def holds_key(self, owner: UUID) -> bool:
        """Whether there is a key of a person."""

    @abstractmethod
    def silent_customers(
        self, since: datetime, *, also_cases: bool, limit: int, after: int = 0
    ) -> list[CaseRow]:  # fmt: skip
        """A page of the customers who are not erased, were registered by an instant, and have no open case, by number;
        with `also_cases`, none either that came to its end later. Those who were merged go on in others."""

    @abstractmethod
    def masters(self) -> dict[str, int]:
        """How many keys each master key wraps, by its name."""

    @abstractmethod
    def rotate_keys(self) -> int:
        """Wrap all keys by the present master key; how many were not. No event is touched."""

    @abstractmethod
    def seal(self, *, progress: Callable[[int], None] | None = None) -> int:
        """Seal what was written before there were keys; how many events. It may be interrupted and run again."""

    @abstractmethod
    def vacuum(self) -> None:
        """Free what was deleted, so that no byte of it is left in the database's own files. Others wait meanwhile."""

    @abstractmethod
    def mapper(self) -> EventMapper:
        """The eventsourcing library's mapper of what `recorder` reads, which opens what is sealed."""

    @abstractmethod
    def recorder(self) -> ApplicationRecorder:
        """The eventsourcing library's recorder over this log: for its notification log, subscriptions and
        projections.

        Read with it only: what it inserts has no row in the case index. It is closed with the store.
        """

    @abstractmethod
    def close(self) -> None:
        """Give all connections back. A second time does nothing."""

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
