"""The keys of the persons of one store, as this process knows them.

A store counts its erasures. Whoever reads or writes sealed parts learns that number in the same statement, and forgets
every key it knew when the number has grown: so no key outlives an erasure in any process.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256
from os import urandom
from typing import Any, NamedTuple, Protocol
from uuid import UUID
from weakref import WeakSet

from service_flow.engine.case.events import Event, new_id
from service_flow.engine.store.codec import dump_parts
from service_flow.engine.store.sealing.forms import MARK, bound_to, cannot_be_opened, joined, parted, residue
from service_flow.engine.store.sealing.keys import SIZE, Keys
from service_flow.errors import StoreError

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:  # whoever makes a Keyring without it is told by `check_installed`
    AESGCM = None  # type: ignore[assignment,misc]

OF_STORE = UUID(int=0)
"""The owner, and the id, of the key that personal keys of entries are hashed with."""
NONCE = 12
MOST = 20_000
"""Keys that are known at a time."""


class KeyRow(NamedTuple):
    """A key as the store keeps it: wrapped by the master key of this name."""

    key_id: UUID
    owner: UUID
    master: str
    wrapped: str


class PersonKey(NamedTuple):
    """A key that seals: its id and the cipher. Of one that was made just now also its row, which is not in the store
    yet, and what was known then."""

    key_id: bytes
    cipher: Any
    row: KeyRow | None = None
    known: _Known | None = None


class Forgetful(Protocol):
    """What keeps what was opened."""

    def clear(self) -> None:
        """Forget all of it."""


class Source(Protocol):
    """Where wrapped keys are read: in the store."""

    url: str

    def key_of(self, owner: UUID) -> tuple[KeyRow | None, int]:
        """The key of a person and how many erasures there were, in one look."""

    def key_row(self, key_id: UUID) -> tuple[KeyRow | None, int]:
        """The key of an id and how many erasures there were, in one look."""


class _Known:
    """What is known since a number of erasures. A look that was begun before a later one was heard of fills one that
    nobody asks any more."""

    __slots__ = ("by_id", "by_owner", "erasures")

    def __init__(self, erasures: int) -> None:
        self.erasures = erasures
        self.by_id: dict[bytes, Any] = {}
        self.by_owner: dict[UUID, PersonKey] = {}


class Keyring:
    """Seals and opens the personal parts of events, and hashes personal keys of entries. Safe for threads."""

    def __init__(self, keys: Keys, source: Source) -> None:
        self.keys, self._source = keys, source
        self._masters: dict[str, Any] = {}
        self._known = _Known(0)
        self._index_key = b""
        self._forgetting: WeakSet[Forgetful] = WeakSet()

    def begin(self, row: KeyRow | None) -> KeyRow | None:
        """Take up the store's own key; where there is none yet, the row of a new one. Raises StoreError for a wrong
        or missing master key."""
        if row is not None:
            self._index_key = self._unwrapped(row)
            self._master(self.keys.current)
            return None
        made, self._index_key = self._wrapped(OF_STORE, OF_STORE, urandom(SIZE))
        return made

    # What is written.

    def key_for(self, owner: UUID, *, is_new: bool) -> PersonKey:
        """A person's key, with its row if it was made just now and is to be written. `is_new` says that the person
        cannot have one yet."""
        known = self._known
        found = known.by_owner.get(owner)
        if found is not None:
            return found
        if not is_new:
            row, erasures = self._source.key_of(owner)
            if row is not None:
                return PersonKey(row.key_id.bytes, self._learned(erasures, row))
        row, key = self._wrapped(new_id(), owner, urandom(SIZE))
        return PersonKey(row.key_id.bytes, AESGCM(key), row, known)

    def sealed(self, event: Event, parts: tuple[str, ...], key: PersonKey) -> tuple[str, bytes]:
        """Topic and stored form of an event, with some of its fields sealed."""
        topic, readable, personal = dump_parts(event, parts)
        nonce = urandom(NONCE)
        shut = key.cipher.encrypt(nonce, personal, bound_to(event.originator_id, event.originator_version, topic))
        return topic, joined(readable, key.key_id, nonce + shut, residue(event, parts))

    def written(self, key: PersonKey) -> None:
        """A new key was committed. It is known from now on, unless somebody was erased since it was made: perhaps this
        very person, right after the commit."""
        if key.row is not None and key.known is not None:
            self._learn(key.known, key.row, key.cipher)

    # What is read.

    def readable(self, erasures: int, case_id: UUID, version: int, topic: str, form: bytes) -> bytes:
        """A stored form as it is read: what is sealed in it opened. `erasures` is how many there were when it was read
        from the store."""
        # What was changed by hand may be of any type.
        if type(form) is bytes and type(version) is int and MARK in form:
            return self.opened(erasures, case_id, version, topic, form)
        return form

    def opened(self, erasures: int, case_id: UUID, version: int, topic: str, form: bytes) -> bytes:
        """The stored form with its personal parts, or with what is left of them if the person was erased. Raises
        StoreError for a part that was sealed elsewhere, and for a wrong or missing master key."""
        try:
            readable, key_id, sealed, left = parted(form)
        except (ValueError, LookupError):
            raise cannot_be_opened(case_id, version) from None
        known = self._known if erasures <= self._known.erasures else self.since(erasures)
        key = known.by_id.get(key_id)
        if key is None:
            row, now = self._source.key_row(UUID(bytes=key_id))
            if row is None:
                return b"".join((readable, b",", left, b"}"))
            key = self._learned(now, row)
        try:
            personal = key.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to(case_id, version, topic))
        except InvalidTag:
            raise cannot_be_opened(case_id, version) from None
        return b"".join((readable, b",", personal[1:-1], b"}"))

    def hashed(self, kind: str, key: str) -> str:
        """What the store keeps of an entry's personal key: equal for equal ones, and nothing else can be told."""
        if not self._index_key:
            return key
        return "~" + b64encode(hmac.digest(self._index_key, f"{kind}\0{key}".encode(), sha256)[:24]).decode()

    # What changes.

    def since(self, erasures: int) -> _Known:
        """What is known since so many erasures; all is forgotten if there were more than so far."""
        known = self._known
        if erasures > known.erasures:
            known = self._known = _Known(erasures)
            for one in tuple(self._forgetting):
                one.clear()
        return known

    def forgets(self, one: Forgetful) -> None:
        """Have states that were opened forgotten with the keys, when somebody was erased."""
        self._forgetting.add(one)

    def rewrapped(self, row: KeyRow) -> KeyRow:
        """The same key, wrapped by the present master key."""
        made, _ = self._wrapped(row.key_id, row.owner, self._unwrapped(row))
        return made

    def _learned(self, erasures: int, row: KeyRow) -> Any:
        """The cipher of a row that was read when there were so many erasures."""
        cipher = AESGCM(self._unwrapped(row))
        known = self.since(erasures)
        if known.erasures == erasures:  # else it may have been destroyed since
            self._learn(known, row, cipher)
        return cipher

    def _learn(self, known: _Known, row: KeyRow, key: Any) -> None:
        if len(known.by_id) > MOST:
            known.by_id.clear()
            known.by_owner.clear()
        key_id = row.key_id.bytes
        known.by_id[key_id] = key
        known.by_owner[row.owner] = PersonKey(key_id, key)

    def _wrapped(self, key_id: UUID, owner: UUID, key: bytes) -> tuple[KeyRow, bytes]:
        nonce = urandom(NONCE)
        shut = self._master(self.keys.current).encrypt(nonce, key, _wrapping(key_id, owner))
        return KeyRow(key_id, owner, self.keys.current, b64encode(nonce + shut).decode()), key

    def _unwrapped(self, row: KeyRow) -> bytes:
        master = self._master(row.master)
        try:
            shut = b64decode(row.wrapped, validate=True)
            key: bytes = master.decrypt(shut[:NONCE], shut[NONCE:], _wrapping(row.key_id, row.owner))
        except (InvalidTag, ValueError):
            raise StoreError(
                f"{self._source.url}: the master key {row.master} is not the one that wrapped this store's keys; hand "
                "in that one under this name. Nothing was changed"
            ) from None
        return key

    def _master(self, name: str) -> Any:
        known = self._masters.get(name)
        if known is None:
            known = self._masters[name] = AESGCM(self.keys.get(name))
        return known


def check_installed() -> None:
    """Raises StoreError where the cryptography package is missing."""
    if AESGCM is None:
        raise StoreError("keys need the package cryptography; run: pip install 'service-flow[privacy]'")


def _wrapping(key_id: UUID, owner: UUID) -> bytes:
    return b"service_flow key" + key_id.bytes + owner.bytes
