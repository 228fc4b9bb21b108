"""Two revisions of one flow: everything in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from service_flow.design.comparing.change import Change, Path
from service_flow.design.comparing.decisions import compare_decisions
from service_flow.design.comparing.fields import compare_fields
from service_flow.design.comparing.pair import Pair
from service_flow.design.comparing.plainly import Difference, differences, words
from service_flow.design.comparing.states import compare_states
from service_flow.design.comparing.titles import compare_titles
from service_flow.design.comparing.transitions import compare_openings, compare_transitions
from service_flow.design.flow import Flow
from service_flow.design.language.model import Word, plain

Comparison = Callable[[Pair], Iterable[Change]]


def compare_flows(old: Flow, new: Flow) -> list[Change]:
    """Everything in which two revisions of a flow differ, in the order of the file: empty just where they are one
    revision."""
    if old.revision == new.revision:
        return []
    pair = Pair(old, new)
    found = [change for compare in _COMPARISONS for change in compare(pair)]
    found += _unsaid(pair, found)
    return [change.within(f"flow:{new.name}") for change in found]


def _compare_heads(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.model, pair.new.model
    if old.flow != new.flow:
        text = f"the flow is called '{new.flow}' instead of '{old.flow}'"
        yield Change("flow", new.flow, "changed", text, False, "cases know their flow by its name", ("flow",))
    if old.subject != new.subject:
        text = f"the flow carries a {new.subject} instead of a {old.subject}"
        yield Change("flow", new.flow, "changed", text, False, "a case never becomes one of another kind", ("subject",))
    yield from compare_titles("flow", new.flow, "the flow", old.title, new.title, ())
    was, now = ({} if model.nature is None else plain(model.nature) for model in (old, new))
    for found in differences(was, now):
        text = f"{words(('nature', *found.path))} {found.text}"
        because = "only people and reports look at it"
        yield Change("flow", new.flow, found.how, text, True, because, ("nature", *found.path))


def _compare_timers(pair: Pair) -> Iterator[Change]:
    def judged(found: Difference) -> tuple[bool, str]:
        if found.how == "added" and len(found.path) == 1:
            return True, "nothing that could be done is taken away; it acts on cases that stand there"
        if found.path[1:2] == ("title",):
            return True, _READ
        return False, "what it did by itself is done otherwise, or not at all"

    for change in _worded(pair, "timer", "timers", judged):
        timer = pair.old.model.timers.get(change.name)
        where = timer.during if timer is not None else ()
        stands = frozenset[str]().union(*(pair.under(path) for path in where if path in pair.old.tree.nodes))
        yield replace(change, stands=stands)


def _compare_promises(pair: Pair) -> Iterator[Change]:
    def judged(found: Difference) -> tuple[bool, str]:
        if found.path[1:2] and found.path[1] in ("title", "shown", "told"):
            return True, _READ
        return True, "what may be done is the same; time is counted otherwise"

    return _worded(pair, "promise", "promises", judged)


def _compare_rules(pair: Pair) -> Iterator[Change]:
    because = "the case itself goes the same way; others are concerned"
    return _worded(pair, "rule", "rules", lambda _: (True, because))


def _compare_effects(pair: Pair) -> Iterator[Change]:
    because = "the case itself goes the same way; the host's program is told otherwise"
    return _worded(pair, "effect", "effects", lambda _: (True, because))


def _compare_properties(pair: Pair) -> Iterator[Change]:
    because = "it says what must hold, and changes nothing of what may be done"
    return _worded(pair, "property", "properties", lambda _: (True, because))


_COMPARISONS: tuple[Comparison, ...] = (
    _compare_heads,
    compare_openings,
    compare_fields,
    compare_decisions,
    compare_states,
    compare_transitions,
    _compare_timers,
    _compare_promises,
    _compare_rules,
    _compare_effects,
    _compare_properties,
)
_READ = "people read another text; nothing else changes"


def _worded(pair: Pair, thing: str, section: str, judged: Callable[[Difference], tuple[bool, str]]) -> Iterator[Change]:
    """The parts of a section compared word by word."""
    old, new = _part(pair.before, section), _part(pair.new.model, section)
    for found in differences(old, new):
        if not found.path:
            text = f"the {section} {found.text}"
            yield Change(thing, "", found.how, text, True, "each is told by its name", (section,))
            continue
        name, inner = str(found.path[0]), found.path[1:]
        text = f"{thing} '{name}'{': ' + words(inner) if inner else ''} {found.text}"
        compatible, because = judged(found)
        yield Change(thing, name, found.how, text, compatible, because, (section, *found.path))


def _part(model: Word, section: str) -> Mapping[str, Any]:
    return {name: plain(part) for name, part in getattr(model, section).items()}


def _unsaid(pair: Pair, found: Iterable[Change]) -> Iterator[Change]:
    """Whatever differs in the canonical forms, outside of the states, that no change has told of yet."""
    told = {change.place for change in found}
    for section, old, new in _sections(pair):
        for difference in differences(old, new):
            path = (section, *difference.path)
            if not any(_tells(place, path, whole=difference.how in ("added", "removed")) for place in told):
                text = f"{words(path)} {difference.text}"
                because = "it could not be shown that what could be done still can"
                yield Change("flow", pair.new.name, difference.how, text, False, because, path)


def _tells(place: Path, path: Path, *, whole: bool) -> bool:
    """Whether a change at `place` has told of a difference at `path`: one of a part that holds it, or, where all of it
    came or went, one of a part of it."""
    return path[: len(place)] == place or (whole and place[: len(path)] == path)


def _sections(pair: Pair) -> Iterator[tuple[str, Any, Any]]:
    old, new = plain(pair.before), plain(pair.new.model)
    for section in dict.fromkeys((*old, *new)):
        if section not in ("states", "flow", "subject", "initial"):
            yield section, old.get(section, {}), new.get(section, {})
