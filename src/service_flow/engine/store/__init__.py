"""Where the events are kept, and what is read from them without replaying.

Importing this package opens nothing and loads no database library: `open_store` does, for the database it
opens.
"""

from service_flow.engine.store.rows import (
    CaseRow,
    EffectRow,
    EffectState,
    EntryRow,
    Indexed,
    Outline,
    Position,
    Receipt,
    RecentCase,
    StoredEvent,
    Touched,
)
from service_flow.engine.store.store import CommandTaken, LostInCommit, Store, Transaction, VersionTaken
from service_flow.engine.store.urls import open_store

__all__ = [
    "CaseRow",
    "CommandTaken",
    "EffectRow",
    "EffectState",
    "EntryRow",
    "Indexed",
    "LostInCommit",
    "Outline",
    "Position",
    "Receipt",
    "RecentCase",
    "Store",
    "StoredEvent",
    "Touched",
    "Transaction",
    "VersionTaken",
    "open_store",
]
