"""Decision tables: rows added, removed and changed, and whether they give something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import SequenceMatcher

from service_flow.design.comparing.change import Change, How
from service_flow.design.comparing.guards import compare_tables
from service_flow.design.comparing.pair import Pair
from service_flow.design.comparing.plainly import differences, names, reordered, words
from service_flow.design.comparing.titles import compare_titles
from service_flow.design.flow import Flow
from service_flow.design.language.model import DecisionModel, RowModel, plain


def compare_decisions(pair: Pair) -> Iterator[Change]:
    """Every difference of the decision tables of two revisions."""
    old, new = pair.old.model.decisions, pair.new.model.decisions
    for name, table in old.items():
        if name not in new:
            yield Change(
                "decision", name, "removed", f"decision '{name}' is gone", True, _USERS_SAY, ("decisions", name),
                title=table.title,
            )  # fmt: skip
    for name, table in new.items():
        if name in old:
            yield from _Table(pair, name, old[name], table).changes()
        else:
            text = f"decision '{name}' is new"
            yield Change("decision", name, "added", text, True, _USERS_SAY, ("decisions", name), title=table.title)
    if reordered(old, new):
        text = f"the decisions stand in another order: {names(new)}"
        yield Change("decision", "", "reworded", text, True, "each is asked by its name", ("decisions",))


_USERS_SAY = "what uses it says so in lines of its own"


class _Table:
    def __init__(self, pair: Pair, name: str, old: DecisionModel, new: DecisionModel) -> None:
        self.pair, self.name, self.old, self.new = pair, name, old, new
        self.label = f"decision '{name}'"

    def changes(self) -> Iterator[Change]:
        told = [*self._gives(), *self._rows()]
        if told:
            yield self._results(told)
        yield from compare_titles(
            "decision", self.name, self.label, self.old.title, self.new.title, ("decisions", self.name)
        )

    def _gives(self) -> Iterator[str]:
        if self.old.hit != self.new.hit:
            yield f"counts {_HITS[self.new.hit]} instead of {_HITS[self.old.hit]}"
        for found in differences(plain(self.old.gives), plain(self.new.gives)):
            yield f"{words(('gives', *found.path))} {found.text}"

    def _rows(self) -> Iterator[str]:
        old, new = self.old.rows, self.new.rows
        before, after = ([json.dumps(plain(row)) for row in table] for table in (old, new))
        for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            pairs = min(last - first, end - start)
            for number in range(pairs):
                yield f"row {start + number + 1} is {_row(new[start + number])} instead of {_row(old[first + number])}"
            for number in range(first + pairs, last):
                yield f"row {number + 1} is gone: {_row(old[number])}"
            for number in range(start + pairs, end):
                yield f"row {number + 1} is new: {_row(new[number])}"

    def _results(self, told: list[str]) -> Change:
        before, after = self.pair.old.decisions[self.name], self.pair.new.decisions[self.name]
        verdict, witnesses = compare_tables(before, after)
        told += [f"{each.told} it gives {_given(each.new)} instead of {_given(each.old)}" for each in witnesses]
        if verdict == "undecided":
            told.append("whether it ever gives something else is not decided")
        how, compatible, because = _JUDGED[verdict]
        text = f"{self.label}: " + "; ".join(told)
        stands = _users(self.pair.old, self.name)
        place = ("decisions", self.name)
        return Change("decision", self.name, how, text, compatible, because, place, title=self.new.title, stands=stands)


_HITS = {"first": "the first row that fits", "unique": "the only row that fits", "collect": "all rows that fit"}
_JUDGED: dict[str, tuple[How, bool, str]] = {
    "same": ("reworded", True, "it gives the same for all data"),
    "wider": ("wider", True, "it gives a result where it gave none"),
    "narrower": ("narrower", False, "it gives no result where it gave one"),
    "other": ("changed", False, "what goes by it may be decided otherwise"),
    "undecided": ("undecided", False, "it could not be shown that it gives the same"),
}


def _row(row: RowModel) -> str:
    """`kind in [big], price > 5 -> high`."""
    conditions = [f"{name} is {' or '.join(map(_given, cells))}" for name, cells in row.match.items()]
    conditions += [row.when] if row.when is not None else []
    return f"{' and '.join(conditions) or 'always'}: {_given(row.then)}"


def _given(value: object) -> str:
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return f"[{', '.join(map(_given, value))}]"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _users(flow: Flow, name: str) -> frozenset[str]:
    """The states that transitions leave which go by the table."""
    found: frozenset[str] = frozenset()
    for step in flow.transitions.values():
        tables = {*step.sets.values(), *(table for guard in step.guards for table in guard.decisions)}
        if any(table.name == name for table in tables):
            found |= frozenset(step.sources)
    return found
