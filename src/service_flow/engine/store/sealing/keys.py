"""Master keys: what the keys of persons are wrapped by. They are the host's, and never in the store."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from service_flow.errors import StoreError, printable

VARIABLE = "SERVICE_FLOW_MASTER_KEYS"
SIZE = 32
"""Bytes of a key: AES-256."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FORM = "write each as NAME:KEY, the present one first; `service-flow keys new NAME` makes one"

FindKey = Callable[[str], bytes]
"""A function of the host: the 32 bytes of the master key of a name. It raises KeyError for one it does not have."""


class Keys:
    """The master keys of a store: the `current` one, which wraps new keys, and older ones by name.

    Made by `Keys.from_env()`, `Keys.from_file(path)`, or `Keys(current, find)` with a function of the host that fetches
    a key by its name (from a vault, say) when it is needed. Nothing ever shows a key.
    """

    def __init__(self, current: str, find: FindKey) -> None:
        if not isinstance(current, str) or not _NAME.fullmatch(current):
            raise StoreError("a master key is named by letters, digits, '_', '-' and '.'")
        if not callable(find):
            raise StoreError(f"Keys(current, find): `find` is a function, not a {type(find).__name__}")
        self.current = current
        self._find = find

    @classmethod
    def from_env(cls, variable: str = VARIABLE) -> Keys:
        """From an environment variable: NAME:KEY, several by spaces or commas, the present one first. The key is 32
        bytes in base64. Raises StoreError."""
        if not isinstance(variable, str):
            raise StoreError(f"Keys.from_env takes the name of a variable, not a {type(variable).__name__}")
        text = os.environ.get(variable, "")
        if not text.strip():
            raise StoreError(f"the environment variable {variable} holds no master key: {_FORM}")
        return cls._read(text, f"the environment variable {variable}")

    @classmethod
    def from_file(cls, path: str | Path) -> Keys:
        """From a text file of the same form; lines that begin with # are left out. Raises StoreError."""
        try:
            text = Path(path).read_text("utf-8-sig")  # some editors begin a file with a mark of its coding
        except (OSError, TypeError, ValueError):
            raise StoreError(f"the file of master keys {printable(str(path))} cannot be read") from None
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        if not "".join(lines).strip():
            raise StoreError(f"the file {printable(str(path))} holds no master key: {_FORM}")
        return cls._read("\n".join(lines), f"the file {printable(str(path))}")

    @classmethod
    def _read(cls, text: str, where: str) -> Keys:
        known: dict[str, bytes] = {}
        for number, part in enumerate(re.split(r"[\s,]+", text.strip().strip(",")), 1):
            name, colon, form = part.partition(":")
            # No part is quoted: any of it may be a key.
            if not colon or not _NAME.fullmatch(name):
                raise StoreError(f"{where}: master key {number} cannot be read: {_FORM}")
            if name in known:
                raise StoreError(f"{where}: there are two master keys named {name}")
            known[name] = _decoded(form, f"{where}: master key {name}")
        return cls(next(iter(known)), known.__getitem__)

    def get(self, name: str) -> bytes:
        """The bytes of a master key. Raises StoreError for one that is not at hand."""
        try:
            found = self._find(name)
        except KeyError:
            if name == self.current:
                raise StoreError(f"the present master key, {name}, is not among those that were handed in") from None
            raise StoreError(
                f"the store's keys are wrapped by the master key '{printable(name)}', which was not handed in: add it "
                f"behind the present one ({self.current}), then `service-flow keys rotate` if it is to go"
            ) from None
        except Exception as error:
            # Of the host's own code; its text may hold anything.
            raise StoreError(f"the function that finds master keys raised {type(error).__name__}") from None
        if not isinstance(found, bytes) or len(found) != SIZE:
            raise StoreError(f"the master key {printable(name)} is not {SIZE} bytes")
        return found

    def __repr__(self) -> str:
        return f"<Keys, at present {self.current}>"

    def __reduce__(self) -> str:
        raise TypeError("master keys are not pickled")


def new_key(name: str) -> str:
    """A new master key, as NAME:KEY. Raises StoreError for what is no name."""
    if not _NAME.fullmatch(name):
        raise StoreError("a master key is named by letters, digits, '_', '-' and '.'")
    return f"{name}:{base64.b64encode(secrets.token_bytes(SIZE)).decode()}"


def keys_of_environment(variable: str = VARIABLE, environment: Mapping[str, str] | None = None) -> Keys | None:
    """The master keys of the environment, for the command line; None where it has none."""
    found = os.environ if environment is None else environment
    return Keys.from_env(variable) if found.get(variable, "").strip() else None


def _decoded(form: str, which: str) -> bytes:
    try:
        key = base64.b64decode(form.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, binascii.Error):
        raise StoreError(f"{which} is not base64: {_FORM}") from None
    if len(key) != SIZE:
        raise StoreError(f"{which} has {len(key)} bytes, not {SIZE}: {_FORM}")
    return key
