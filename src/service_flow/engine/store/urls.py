"""Where a store is, as one text: `memory`, `sqlite:///file.db`, `postgresql://user@host/db`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, unquote

from service_flow.engine.store.store import Store
from service_flow.errors import StoreError, meant

if TYPE_CHECKING:
    from service_flow.engine.store.sealing.keys import Keys

KEPT_FORMS = "sqlite:///file.db, postgresql://user@host/database"
FORMS = f"memory, {KEPT_FORMS}"
_SCHEMES = ("memory", "sqlite", "postgresql", "postgres")
_MEMORY = frozenset(
    {"memory", "memory:", "memory://", "sqlite:", "sqlite://", "sqlite://:memory:", "sqlite:///:memory:"}
)
_SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_USER = re.compile("[^@/]*@")
"""User and password in what follows the scheme, as libpq looks for them."""
_HOST = r"(?:\[[0-9A-Fa-f:.%]+\]|[^:,\[\]]*)(?::\d*)?"
_HOSTS = re.compile(f"{_HOST}(?:,{_HOST})*")
_DURABILITIES = ("full", "normal")
POSTGRES_OPTIONS = ("schema", "timeout")


def open_store(url: str, *, create: bool = True, keys: Keys | None = None) -> Store:
    """Open the store at `url`, making its tables if it is new; without `create` it must be there already.

    memory
        in this process, gone with it
    sqlite:///desk.db, sqlite:////var/lib/desk.db
        a file, by a relative or an absolute path; `?durability=normal` writes faster and may lose the last
        commands in a power cut, `?timeout=5` is how many seconds to wait for other writers
    postgresql://user:password@host/database
        with everything that libpq reads in such a URL, `?schema=` for tables elsewhere than in `public`, and
        `?timeout=5`

    Raises StoreError when the URL is wrong, when the database cannot be opened, and when it belongs to
    something else; without `create` also when its tables are not there in this release's version, as those of
    a store in memory never are, and then nothing is made or changed.

    With `keys`, personal data is sealed under a key of each person. Raises StoreError for a wrong or missing master
    key, and where keys are needed and not given.
    """
    store = _opened(url, create)
    try:
        store.use_keys(keys, create=create)
    except BaseException:
        store.close()
        raise
    return store


def _opened(url: str, create: bool) -> Store:
    if url in _MEMORY:
        return _sqlite(None, "memory", {}, create)
    scheme, colon, _ = url.partition(":")
    if not colon or scheme not in _SCHEMES:
        raise StoreError(_wrong(scheme, colon))
    if scheme == "memory":
        raise StoreError(f"a store in memory takes nothing after its name; write one of {FORMS}")
    if scheme == "sqlite":
        place, _, query = url.partition("?")
        if not place.startswith("sqlite:///") or place == "sqlite:///":
            raise StoreError("an SQLite store is written sqlite:///file.db, or sqlite:////absolute/path/file.db")
        name = place.removeprefix("sqlite:///")
        path = None if name == ":memory:" else Path(name).absolute()
        return _sqlite(path, url, dict(parse_qsl(query, keep_blank_values=True)), create)
    return _postgres(url, create)


def _wrong(scheme: str, colon: str) -> str:
    # Only the first word is shown, and no text that has none: a password may stand anywhere after it.
    if not colon and ("." in scheme or "/" in scheme):
        return f"a file is written as a store by its URL: sqlite:///{scheme}"
    word = scheme.partition("+")[0]
    if not word.isidentifier():
        return f"a store is one of {FORMS}"
    return f"a store is one of {FORMS}; {word!r} is none of them{meant(word, _SCHEMES)}"


def _sqlite(path: Path | None, url: str, options: dict[str, str], create: bool) -> Store:
    from service_flow.engine.store.sqlite.store import Durability, SqliteStore  # noqa: PLC0415 -- see the package

    for name in options:
        if name not in ("durability", "timeout"):
            raise StoreError(f"{url}: unknown option {name!r}{meant(name, ('durability', 'timeout'))}")
    durability = options.get("durability", "full")
    if durability not in _DURABILITIES:
        raise StoreError(f"{url}: durability is full or normal{meant(durability, _DURABILITIES)}")
    timeout = _seconds(options.get("timeout"), url)
    if path is None and not create:
        raise StoreError(f"a store in memory is empty when it is opened; give one that is kept: {KEPT_FORMS}")
    return SqliteStore(path, url=url, durability=cast(Durability, durability), timeout=timeout, create=create)


def _postgres(url: str, create: bool) -> Store:
    shown, conninfo, options, others = split_postgres(url)
    schema = options.get("schema", "public")
    if not _SCHEMA.fullmatch(schema):
        raise StoreError(f"{shown}: schema is a name of letters, digits and underscores")
    try:
        from service_flow.engine.store.postgres.store import PostgresStore, check_options  # noqa: PLC0415 -- see the package
    except ImportError:
        raise StoreError(
            f"{shown}: the Postgres driver is not installed; run: pip install 'service-flow[postgres]'"
        ) from None
    timeout = _seconds(options.get("timeout"), shown)
    check_options(others, POSTGRES_OPTIONS, shown)
    return PostgresStore(conninfo, url=shown, schema=schema, timeout=timeout, create=create)


def split_postgres(url: str) -> tuple[str, str, dict[str, str], list[str]]:
    """The URL to be shown, that for libpq, our own options, taken out of it, and the names of the others."""
    scheme, _, rest = url.partition("://")
    start = _USER.match(rest)
    mark = rest.find("?", start.end() if start else 0)
    place, query = (rest, "") if mark < 0 else (rest[:mark], rest[mark + 1 :])
    parts = [(unquote(part.partition("=")[0]), part) for part in query.split("&") if part]
    ours = {name: unquote(part.partition("=")[2]) for name, part in parts if name in POSTGRES_OPTIONS}
    theirs = [part for name, part in parts if name not in POSTGRES_OPTIONS]
    public = [part for name, part in parts if "pass" not in name.lower()]
    return (
        f"postgresql://{_without_password('?'.join([place, *_joined(public)]))}",
        f"{scheme}://{'?'.join([place, *_joined(theirs)])}",
        ours,
        [name for name, _ in parts if name not in POSTGRES_OPTIONS],
    )


def _without_password(rest: str) -> str:
    """What follows the scheme, to be shown. Where it is not clear what is the password, hardly anything
    is.
    """
    before, at, after = rest.rpartition("@")
    user = before.partition(":")[0] + at
    return user + (after if _HOSTS.fullmatch(re.split("[/?]", after)[0]) else "...")


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
