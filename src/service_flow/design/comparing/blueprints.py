"""Two blueprints: their flows, and everything around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from service_flow.design.comparing.change import Change
from service_flow.design.comparing.flows import compare_flows
from service_flow.design.comparing.plainly import Difference, differences, words
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource, migration_part
from service_flow.design.language.model import BlueprintModel, MigrationModel, Word, plain
from service_flow.design.language.source import BLUEPRINT, CALENDARS, ORGANISATION

Judged = Callable[[Difference], tuple[bool, str]]


class Side(NamedTuple):
    """One blueprint: what was read, and its flows compiled."""

    source: BlueprintSource
    flows: Mapping[str, Flow]


def compare_blueprints(old: Side, new: Side) -> list[Change]:
    """Everything in which two blueprints differ: what each is, its flows, its organisation, calendars and features."""
    heads = (old.source.blueprint, new.source.blueprint)
    return [
        *_worded(BLUEPRINT, *heads, _head(*heads)),
        *_flows(old.flows, new.flows),
        *_worded(ORGANISATION, old.source.organisation, new.source.organisation, _organisation(old.flows)),
        *_worded(CALENDARS, old.source.calendars, new.source.calendars, lambda _: (True, _TIME)),
        *_sections(old.source.sections, new.source.sections),
        *_migrations(old.source.migrations, new.source.migrations),
    ]


def _flows(old: Mapping[str, Flow], new: Mapping[str, Flow]) -> Iterator[Change]:
    for name, flow in old.items():
        if name not in new:
            because = "its cases go on by the revision they have; there is none to move them to"
            yield Change(
                "flow", name, "removed", f"flow '{name}' is gone", False, because, (), f"flow:{name}",
                title=flow.title, stands=frozenset(flow.states),
            )  # fmt: skip
    for name, flow in new.items():
        if name in old:
            yield from compare_flows(old[name], flow)
        else:
            text = f"flow '{name}' is new"
            yield Change("flow", name, "added", text, True, "no case has it yet", (), f"flow:{name}", title=flow.title)


def _worded(part: str, old: Word, new: Word, judged: Judged, *, label: str = "") -> Iterator[Change]:
    for found in differences(plain(old), plain(new)):
        where = words((label or part, *found.path)) if part != BLUEPRINT else words(found.path) or "its words"
        compatible, because = judged(found)
        name = str(found.path[1]) if len(found.path) > 1 else ""
        yield Change(part, name, found.how, f"{where} {found.text}", compatible, because, found.path, part)


def _head(old: BlueprintModel, new: BlueprintModel) -> Judged:
    def judged(found: Difference) -> tuple[bool, str]:
        match found.path:
            case ("features", *_):
                kept = not new.features or (bool(old.features) and set(old.features) <= set(new.features))
                return kept, _ALL_THERE if kept else "commands of a feature that is gone cannot be given"
            case ("channels", *_):
                kept = not new.channels or (bool(old.channels) and set(old.channels) <= set(new.channels))
                return kept, _ALL_THERE if kept else "a command that comes by a channel that is gone is refused"
        return True, "no case depends on it"

    return judged


def _organisation(flows: Mapping[str, Flow]) -> Judged:
    waited = {state.owner for flow in flows.values() for state in flow.states.values()}

    def judged(found: Difference) -> tuple[bool, str]:
        match found.path:
            case ("posts", name) if found.how == "removed" and name in waited:
                return False, "cases in flight wait there, and nobody holds it"
            case ("posts",) if found.how == "removed":
                return not waited, "cases in flight wait at posts, and nobody holds them"
            case ("people", *_):
                return True, "whoever holds a post may do what it may do, also with cases in flight"
        return True, "it changes nothing of what may be done"

    return judged


def _sections(old: Mapping[str, Word], new: Mapping[str, Word]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before is None:
            yield Change("section", name, "added", f"{name}.yaml is new", True, "nothing is taken away", (), name)
        elif after is None:
            yield Change("section", name, "removed", f"{name}.yaml is gone", False, _NOT_SHOWN, (), name)
        else:
            yield from _worded(name, before, after, lambda _: (False, _NOT_SHOWN))


def _migrations(old: Mapping[str, MigrationModel], new: Mapping[str, MigrationModel]) -> Iterator[Change]:
    before, after = ({name: plain(plan) for name, plan in plans.items()} for plans in (old, new))
    for found in differences(before, after):
        if found.path:
            name, inner = str(found.path[0]), found.path[1:]
            told = f"migration '{name}'{': ' + words(inner) if inner else ''}"
            told += f" {found.text}" if inner or found.how == "changed" else _WHOLE[found.how]
            part = migration_part(name)
            yield Change("migration", name, found.how, told, True, "it moves cases when somebody says so", inner, part)


_WHOLE = {"added": " is new", "removed": " is gone"}
_ALL_THERE = "whatever there was is still there"
_NOT_SHOWN = "it could not be shown that what could be done still can"
_TIME = "what may be done is the same; time is counted otherwise"
