"""`service-flow doctor`: what is installed, and whether a store and a blueprint are in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import click

from service_flow.cli.options import blueprint_option, format_option, loaded, store_option, stored
from service_flow.cli.root import FOUND, GOOD

if TYPE_CHECKING:
    from service_flow.engine.store import Store

MOST_DETAILS = 20
"""Things that are wrong of which each check tells; JSON tells no more either."""

_WAL_RESET_MENDED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""The releases of SQLite in which its WAL-reset bug was mended. Source: https://www.sqlite.org/wal.html#walresetbug"""


@dataclass(frozen=True)
class Checked:
    """One thing that was looked at: what it is, whether it is in order, what was seen, and what is wrong with it.

    With `hint` it is in order, and its details are good to know.
    """

    what: str
    good: bool
    seen: str
    details: list[str] = field(default_factory=list)
    hint: bool = False


@click.command
@store_option(default=None)
@blueprint_option()
@click.option("--deep", is_flag=True, help="Fold all events of the store and compare the case index with them.")
@format_option()
def doctor(url: str | None, where: str | None, deep: bool, form: str) -> int:
    """Say what is installed here, and whether a store and a blueprint are in order.

    Nothing is changed. The exit code is 1 if anything is wrong, also if the store cannot be reached.
    """
    from service_flow.cli.output import say_json

    if deep and url is None:
        raise click.UsageError("--deep looks into a store; name it with --store")
    versions = _versions()
    checks = [*_installed(versions)]
    if url is not None:
        checks += _store(url, deep=deep)
    if where is not None:
        checks.append(_blueprint(where))
    healthy = all(check.good for check in checks)
    if form == "json":
        say_json({"healthy": healthy, "versions": versions, "checks": [asdict(check) for check in checks]})
    else:
        _say(versions, checks)
    return GOOD if healthy else FOUND


def _say(versions: dict[str, str | None], checks: list[Checked]) -> None:
    from service_flow.cli.output import pairs, say

    pairs([(name, version or "not installed") for name, version in versions.items()])
    say()
    width = max(len(check.what) for check in checks)
    for check in checks:
        mark = ("wrong", "bold red") if not check.good else ("hint ", "yellow") if check.hint else ("good ", "green")
        say(mark, f"  {check.what:{width}}  {check.seen}")
        for detail in check.details:
            say(f"       {'':{width}}  {detail}")


# --- what is installed


def _versions() -> dict[str, str | None]:
    """The version of Python, of this package and of the libraries it uses; None for what is not installed."""
    import platform
    import sqlite3
    from importlib.metadata import PackageNotFoundError, requires, version

    from service_flow import __version__

    found: dict[str, str | None] = {
        "python": platform.python_version(), "service-flow": __version__, "sqlite": sqlite3.sqlite_version,
    }  # fmt: skip
    try:
        wanted = requires("service-flow") or []
    except PackageNotFoundError:  # run from its source, not installed
        wanted = []
    for requirement in wanted:
        name, _, marker = requirement.partition(";")
        if marker and "postgres" not in marker:
            continue  # of another system, or of the tests
        library = re.split(r"[^A-Za-z0-9._-]", name.strip(), maxsplit=1)[0]
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = None
    return found


def _installed(versions: dict[str, str | None]) -> Iterator[Checked]:
    from zoneinfo import ZoneInfo

    missing = [name for name, version in versions.items() if version is None and name != "psycopg"]
    yield Checked("libraries", not missing, "all there" if not missing else f"not installed: {', '.join(missing)}")
    try:
        ZoneInfo("Asia/Shanghai")
    except (LookupError, OSError):
        yield Checked("time zones", False, "this system has no time zone data; run: pip install tzdata")
    else:
        yield Checked("time zones", True, "known")
    yield _sqlite(versions["sqlite"] or "")


def _sqlite(version: str) -> Checked:
    """Whether processes that share a file may meet the WAL-reset bug of this release of SQLite."""
    if is_mended(version):
        return Checked("sqlite", True, version)
    told = [
        "processes that write one file at the same instant may, very rarely, damage it; one with one desk is safe",
        "mended in SQLite 3.51.3, 3.50.7 and 3.44.6; your system may have mended an older one without renaming it",
    ]
    return Checked("sqlite", True, f"{version}, which has the WAL-reset bug", told, hint=True)


def is_mended(version: str) -> bool:
    """Whether a release of SQLite is without the WAL-reset bug: from 3.51.3 on, and in two older lines."""
    parts = tuple(int(part) for part in re.findall(r"\d+", version))
    return parts >= _WAL_RESET_MENDED[-1] or any(
        parts[:2] == mended[:2] and parts >= mended for mended in _WAL_RESET_MENDED
    )


# --- the store


def _store(url: str, *, deep: bool) -> Iterator[Checked]:
    import service_flow.features  # noqa: F401 - makes the events of all features known
    from service_flow.engine.store.tables import VERSION
    from service_flow.errors import StoreError

    try:
        with stored(url) as store:
            # It opens only if its tables have the version of this release.
            yield Checked("store", True, f"{store.url}: reached, its tables have version {VERSION}")
            yield Checked("counts", True, ", ".join(_counts(store.count())))
            yield _revisions(store)
            yield from _keys(store)
            if deep:
                yield from _lost_keys(store)
                yield _index(store)
    except StoreError as error:
        yield Checked("store", False, str(error))


def _keys(store: Store) -> Iterator[Checked]:
    from service_flow.cli.output import counted

    masters = store.masters()
    if masters:
        told = ", ".join(f"{counted(number, 'key')} wrapped by '{name}'" for name, number in masters.items())
        yield Checked("keys", True, f"personal data is sealed; {told}")


def _lost_keys(store: Store) -> Iterator[Checked]:
    from service_flow.engine.store.sealing.table import lost
    from service_flow.engine.store.sql import SqlStore

    found = list(islice(lost(store), MOST_DETAILS)) if isinstance(store, SqlStore) and store.seals else []
    if found:
        told = [f"nobody erased {', '.join(found)}: put back the table service_flow_keys that belongs to this log"]
        yield Checked("lost keys", False, "what is sealed of some people cannot be opened", told)


def _counts(counts: dict[str, int]) -> Iterator[str]:
    from service_flow.cli.output import counted

    for what, number in counts.items():
        noun = what.removesuffix("s")
        yield counted(number, *((f"{noun} file", f"{noun} files") if noun.endswith("staff") else (noun,)))


def _revisions(store: Store) -> Checked:
    from service_flow.cli.output import counted
    from service_flow.engine.commands import FlowBook
    from service_flow.errors import NotFound, StoreError

    flows, kept, wrong = FlowBook((), store), store.revisions(), []
    for revision in kept:
        try:
            flows.revision(revision)
        except (NotFound, StoreError) as error:
            wrong.append(str(error))
    seen = f"{counted(len(kept), 'revision')} kept, "
    seen += f"{len(wrong):,} of them cannot be read" if wrong else "all readable"
    return Checked("flows", not wrong, seen, wrong[:MOST_DETAILS])


def _index(store: Store) -> Checked:
    from service_flow.cli.output import counted
    from service_flow.cli.progress import progress_bar
    from service_flow.engine.store.audit import index_differences
    from service_flow.errors import HistoryDiverged

    total = store.count()["events"]
    with progress_bar("comparing") as bar:
        tell = None if bar is None else lambda read: bar(read, max(total, read))
        try:
            found = list(islice(index_differences(store, progress=tell), MOST_DETAILS + 1))
        except HistoryDiverged as error:
            return Checked("case index", False, "the events of a case cannot be folded", [str(error)])
    if not found:
        return Checked("case index", True, f"equal to what {counted(total, 'event')} make{'s' * (total == 1)} of it")
    seen = "differs from what the events make of it; rebuild it from them"
    if len(found) > MOST_DETAILS:
        seen += f" (the first {MOST_DETAILS} differences)"
    return Checked("case index", False, seen, [f"{one.case} {one.what}".strip() for one in found[:MOST_DETAILS]])


# --- the blueprint


def _blueprint(where: str) -> Checked:
    from service_flow.errors import BlueprintError

    try:
        blueprint = loaded(where)
    except BlueprintError as error:
        findings, seen = error.findings, f"{where}: cannot be used"
    else:
        findings, seen = blueprint.findings, f"{blueprint.name} {blueprint.version}"
        if not findings:
            return Checked("blueprint", True, f"{seen}: no findings")
    told = [str(finding) for finding in findings[:MOST_DETAILS]]
    return Checked("blueprint", False, f"{seen}, findings: {len(findings)}", told)
