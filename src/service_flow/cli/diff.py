"""`service-flow diff`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from service_flow.cli.completion import complete_blueprint
from service_flow.cli.options import format_option, lang_option, loaded, store_option, stored
from service_flow.cli.root import FOUND, GOOD
from service_flow.errors import NotFound, meant

if TYPE_CHECKING:
    from service_flow.blueprint import Blueprint
    from service_flow.design.comparing import Change
    from service_flow.design.flow import Flow
    from service_flow.engine.store import Store
    from service_flow.engine.views.touched import Touched

_REVISION = re.compile(r"[0-9a-f]{16}")


class _Compared(NamedTuple):
    """What differs, and the cases of each older revision that are touched by it."""

    changes: list[Change]
    touched: dict[str, Touched]
    revisions: dict[str, str]

    def counted(self) -> Iterator[tuple[Change, int | None]]:
        """The changes, each with how many open cases it touches; None where that was not asked."""
        numbers = {f"flow:{name}": iter(touched.each) for name, touched in self.touched.items()}
        for change in self.changes:
            yield change, next(numbers[change.part]) if change.part in numbers else None


@click.command
@click.argument("old", metavar="OLD", shell_complete=complete_blueprint)
@click.argument("new", metavar="NEW", shell_complete=complete_blueprint)
@store_option(default=None)
@lang_option()
@format_option()
def diff(old: str, new: str, url: str | None, lang: str, form: str) -> int:
    """Say in words what changed from blueprint OLD to blueprint NEW, and whether cases in flight can take it.

    Each is a folder, or the name of a blueprint that ships. With --store, the open cases that each change touches are
    counted, and OLD may be a revision of a flow that the store keeps. The exit code is 1 if any change is not
    compatible.
    """
    blueprint = loaded(new)
    if _REVISION.fullmatch(old) and not Path(old).exists():
        if url is None:
            raise click.UsageError(f"'{old}' is a revision: name the store that keeps it with --store")
        with stored(url) as store:
            compared = _of_revision(store, old, blueprint)
    else:
        compared = _of_blueprints(loaded(old), blueprint, url)
    if form == "json":
        from service_flow.cli.output import say_json

        say_json(_as_json(compared))
    else:
        _say(compared, blueprint, lang)
    return GOOD if all(change.compatible for change in compared.changes) else FOUND


def _of_revision(store: Store, revision: str, new: Blueprint) -> _Compared:
    from service_flow.design.comparing import compare_flows
    from service_flow.engine.commands import FlowBook

    kept = store.revisions()
    if revision not in kept:
        raise NotFound(f"the store keeps no revision '{revision}'{meant(revision, kept)}")
    flow = FlowBook((), store).revision(revision)
    if flow.name not in new.flows:
        raise NotFound(f"revision {revision} is of flow '{flow.name}', which the new blueprint does not have")
    changes = compare_flows(flow, new.flows[flow.name])
    return _Compared(changes, _counted(store, {flow.name: flow}, changes), {flow.name: revision})


def _of_blueprints(old: Blueprint, new: Blueprint, url: str | None) -> _Compared:
    from service_flow.design.comparing import Side, compare_blueprints

    changes = compare_blueprints(Side(old.source, old.flows), Side(new.source, new.flows))
    touched: dict[str, Touched] = {}
    if url is not None:
        with stored(url) as store:
            touched = _counted(store, dict(old.flows), changes)
    return _Compared(changes, touched, {name: flow.revision for name, flow in old.flows.items()})


def _counted(store: Store, flows: dict[str, Flow], changes: Sequence[Change]) -> dict[str, Touched]:
    from service_flow.cli.progress import progress_bar
    from service_flow.engine.views.touched import count_touched

    total = sum(number for name, number in store.count().items() if name.startswith("open "))
    found = {}
    for name, flow in flows.items():
        own = [change for change in changes if change.part == f"flow:{name}"]
        if own:
            with progress_bar(f"counting {name}") as bar:
                tell = None if bar is None else lambda done, bar=bar: bar(done, max(total, done))
                found[name] = count_touched(store, flow.revision, own, progress=tell)
    return found


def _say(compared: _Compared, blueprint: Blueprint, lang: str) -> None:
    from service_flow.cli.labels import titled
    from service_flow.cli.output import say

    if not compared.changes:
        say(("no changes", "green"))
        return
    part = None
    for change, cases in compared.counted():
        if change.part != part:
            part = change.part
            flow = blueprint.flows.get(part.removeprefix("flow:"))
            kind, _, name = part.partition(":")
            label = titled(flow.title, lang) if flow is not None and name else ""
            say((f"{kind} {name}".strip(), "bold"), f"  {label}" if label else "")
        mark = ("  compatible      ", "green") if change.compatible else ("  not compatible  ", "bold red")
        title = change.title.get(lang, "")
        told = f"  [{title}]" if title else ""
        counted = f"  ({_cases(cases)})" if cases else ""
        say(mark, change.text, (told, "cyan"), (counted, "bold"))
        say(("                  " + change.because, "dim"))
    _say_sum(compared)


def _cases(number: int) -> str:
    from service_flow.cli.output import counted

    return counted(number, "open case")


def _say_sum(compared: _Compared) -> None:
    from service_flow.cli.output import counted, say

    wrong = sum(not change.compatible for change in compared.changes)
    say()
    say(f"{counted(len(compared.changes), 'change')}, {wrong:,} of them not compatible")
    for name, touched in compared.touched.items():
        of = f"{_cases(touched.open)} of flow {name} on revision {compared.revisions[name]}"
        say(f"{of}: {touched.any:,} touched")


def _as_json(compared: _Compared) -> dict[str, Any]:
    return {
        "compatible": all(change.compatible for change in compared.changes),
        "changes": [_change(change, cases) for change, cases in compared.counted()],
        "cases": {
            name: {"revision": compared.revisions[name], "open": touched.open, "touched": touched.any}
            for name, touched in compared.touched.items()
        },
    }


def _change(change: Change, cases: int | None) -> dict[str, Any]:
    told = {
        "part": change.part,
        "thing": change.thing,
        "name": change.name,
        "how": change.how,
        "text": change.text,
        "compatible": change.compatible,
        "because": change.because,
        "place": list(change.place),
        "title": dict(change.title),
    }
    return told if cases is None else {**told, "cases": cases}
