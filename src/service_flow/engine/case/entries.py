"""Entries: what a case can be found by besides its row, as far as features want it found. They follow from the case
alone, so they can be made anew from the events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # opening a store loads no more than it needs
    from service_flow.engine.case.state import CaseState


class Entry(NamedTuple):
    """A case is found under `key` among the entries of a `kind` ("<feature>:<what>"), in the order of `sort`; `value`
    is what is shown of it without reading the case. `personal` says that the key tells of a person: a store with keys
    keeps what can be compared with it, not the key itself. Sort and value are never personal."""

    kind: str
    key: str
    sort: str = ""
    value: str = ""
    personal: bool = False


class EntryChange(NamedTuple):
    """Entries of one case that come and go."""

    added: Sequence[Entry]
    removed: Sequence[Entry]


Enters = Callable[["CaseState"], Iterable[Entry]]
ENTERS: dict[str, Enters] = {}
COUNTED: set[str] = set()
"""Kinds of which the store keeps how many entries there are under each key."""
UNCHANGED = EntryChange((), ())
LAST_SORT = "\U0010ffff"
"""A text after all others."""


def enters(name: str) -> Callable[[Enters], Enters]:
    """Register what gives the entries that follow from `state.more[name]`. They are worked out anew whenever that, or
    the outcome or the owners of the case, have changed, and may depend on nothing else that changes."""

    def register(function: Enters) -> Enters:
        if name in ENTERS:
            raise TypeError(f"two features give entries of {name!r}")
        ENTERS[name] = function
        return function

    return register


def keeps_count(kind: str) -> None:
    """Let stores keep how many entries of a kind there are under each key: it is had without counting them then, and
    costs one more row written for each entry that comes or goes. No key of the kind may be personal. A kind that
    earlier releases did not count needs `store.rebuild` once."""
    COUNTED.add(kind)


def entries_of(state: CaseState) -> list[Entry]:
    """All entries of a case."""
    return [entry for name in state.more if name in ENTERS for entry in _unique(_given(ENTERS[name], state))]


def entry_changes(before: CaseState | None, after: CaseState) -> EntryChange:
    """The entries that come and go between two states of a case; `before` is None for a case that is opened."""
    if before is None:
        return EntryChange(entries_of(after), ()) if after.more else UNCHANGED
    more = after.more
    if before.more is more and (not more or (before.outcome == after.outcome and before.owners == after.owners)):
        return UNCHANGED
    elsewhere = before.outcome != after.outcome or before.owners != after.owners
    added: list[Entry] = []
    removed: list[Entry] = []
    for name in before.more.keys() | after.more.keys():
        function = ENTERS.get(name)
        if function is None or not (elsewhere or before.more.get(name) is not after.more.get(name)):
            continue
        was = set(_unique(_given(function, before)) if name in before.more else ())
        now = dict.fromkeys(_unique(_given(function, after)) if name in after.more else ())
        removed += sorted(was - now.keys())
        added += [entry for entry in now if entry not in was]
    return EntryChange(added, removed) if added or removed else UNCHANGED


def _given(function: Enters, state: CaseState) -> Iterable[Entry]:
    """Whoever was erased is found by nothing that is personal."""
    entries = function(state)
    return [entry for entry in entries if not entry.personal] if "erased" in state.more else entries


def _unique(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The last of those that would stand in one place."""
    return {entry[:3]: entry for entry in entries}.values()
