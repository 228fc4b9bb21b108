"""Where a store is, as one text: `memory`, `sqlite:///file.db`, `postgresql://user@host/db`."""

from __future__ import annotations

from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, unquote

from service_flow.engine.store.store import Store
from service_flow.errors import StoreError, meant

FORMS = "memory, sqlite:///file.db, postgresql://user@host/database"
_SCHEMES = ("memory", "sqlite", "postgresql", "postgres")
_MEMORY = frozenset(
    {"memory", "memory:", "memory://", "sqlite:", "sqlite://", "sqlite://:memory:", "sqlite:///:memory:"}
)
_DURABILITIES = ("full", "normal")
POSTGRES_OPTIONS = ("schema", "timeout")


def open_store(url: str) -> Store:
    """Open the store at `url`, making its tables if it is new.

    memory
        in this process, gone with it
    sqlite:///desk.db, sqlite:////var/lib/desk.db
        a file, by a relative or an absolute path; `?durability=normal` writes faster and may lose the last
        commands in a power cut, `?timeout=5` is how many seconds to wait for other writers
    postgresql://user:password@host/database
        with everything that libpq reads in such a URL, `?schema=` for tables elsewhere than in `public`, and
        `?timeout=5`

    Raises StoreError when the URL is wrong, when the database cannot be opened, and when it belongs to
    something else.
    """
    if url in _MEMORY:
        return _sqlite(None, "memory", {})
    scheme, colon, _ = url.partition(":")
    if not colon or scheme not in _SCHEMES:
        raise StoreError(_wrong(scheme, colon))
    if scheme == "memory":
        raise StoreError(f"a store in memory takes nothing after its name; write one of {FORMS}")
    if scheme == "sqlite":
        place, _, query = url.partition("?")
        if not place.startswith("sqlite:///") or place == "sqlite:///":
            raise StoreError(
                "an SQLite store is written sqlite:///file.db, or sqlite:////absolute/path/file.db"
            )
        name = place.removeprefix("sqlite:///")
        return _sqlite(
            None if name == ":memory:" else Path(name).absolute(),
            url,
            dict(parse_qsl(query, keep_blank_values=True)),
        )
    return _postgres(url)


def _wrong(scheme: str, colon: str) -> str:
    # Of a text without a known scheme only its first word is shown: a password may stand anywhere after it.
    if not colon and ("." in scheme or "/" in scheme):
        return f"a file is written as a store by its URL: sqlite:///{scheme}"
    word = scheme.partition("+")[0] if colon or scheme.isidentifier() else "?"
    return f"a store is one of {FORMS}; {word!r} is none of them{meant(word, _SCHEMES)}"


def _sqlite(path: Path | None, url: str, options: dict[str, str]) -> Store:
    from service_flow.engine.store.sqlite.store import Durability, SqliteStore  # noqa: PLC0415 -- see the package

    for name in options:
        if name not in ("durability", "timeout"):
            raise StoreError(f"{url}: unknown option {name!r}{meant(name, ('durability', 'timeout'))}")
    durability = options.get("durability", "full")
    if durability not in _DURABILITIES:
        raise StoreError(f"{url}: durability is full or normal{meant(durability, _DURABILITIES)}")
    return SqliteStore(
        path, url=url, durability=cast(Durability, durability), timeout=_seconds(options.get("timeout"), url)
    )


def _postgres(url: str) -> Store:
    shown, conninfo, options = split_postgres(url)
    try:
        from service_flow.engine.store.postgres.store import PostgresStore  # noqa: PLC0415 -- see the package
    except ImportError:
        raise StoreError(
            f"{shown}: the Postgres driver is not installed; run: pip install 'service-flow[postgres]'"
        ) from None
    return PostgresStore(
        conninfo,
        url=shown,
        schema=options.get("schema", "public"),
        timeout=_seconds(options.get("timeout"), shown),
    )


def split_postgres(url: str) -> tuple[str, str, dict[str, str]]:
    """The URL to be shown, that for libpq, and our own options, taken out of it."""
    place, _, query = url.partition("?")
    parts = [(part.partition("=")[0], part) for part in query.split("&") if part]
    ours = {name: unquote(part.partition("=")[2]) for name, part in parts if name in POSTGRES_OPTIONS}
    theirs = [part for name, part in parts if name not in POSTGRES_OPTIONS]
    shown = [part for name, part in parts if "pass" not in name.lower()]
    # The password ends at the last @, so that of one with an unescaped @ in it no part is shown.
    head, at, tail = place.partition("://")[2].rpartition("@")
    user = head.partition(":")[0]
    return (
        "?".join([f"postgresql://{user}{at}{tail}", *_joined(shown)]),
        "?".join([place, *_joined(theirs)]),
        ours,
    )


def _joined(parts: list[str]) -> list[str]:
    return ["&".join(parts)] if parts else []


def _seconds(value: str | None, url: str) -> float:
    if value is None:
        return 5.0
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise StoreError(f"{url}: timeout is a number of seconds above 0")
    return seconds
