"""What tables of promises, and rules and effects, read that may not be there: the walk looks at transitions alone."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping

from service_flow.design.checking.missing import read_in_vain, rows_in_vain
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.space.around import CONSTANT
from service_flow.design.flow import Decision, Flow
from service_flow.design.flow.names import CUSTOMER, data_types, guard_names, row_names
from service_flow.design.flow.timing import OPENED
from service_flow.design.language.expressions import Type
from service_flow.errors import Finding


def prove_known(theme: Theme) -> Iterator[Finding]:
    """SF501: tables by which promises are made, and conditions of rules and effects, that cannot always be worked out,
    for they read of the customer what is not known of every one, or right at the opening what is asked for later."""
    model, types = theme.flow.model, data_types(theme.flow.model)
    rows, guards = row_names(model, types), guard_names(model, types)
    told: set[str] = set()
    for promise in theme.flow.promises.values():
        unsure = _unsure(theme.flow, at_opening=promise.starts == OPENED)
        for table in (promise.within, promise.calendar):
            if isinstance(table, Decision) and table.name not in told:
                for index, name in _rows(table, rows, unsure):
                    told.add(table.name)
                    message = (
                        f"{_why(name)}, and then what starts promise '{promise.name}' is refused; let `when` of this "
                        f"row ask for has({name}), too"
                    )
                    yield theme.at("SF501", message, ("decisions", table.name, "rows", index))
    for word, listeners in (("rules", model.rules), ("effects", model.effects)):
        for key, listener in listeners.items():
            unsure = _unsure(theme.flow, at_opening=OPENED in listener.on)
            for name in read_in_vain(listener.when or "", guards, unsure):
                message = f"{_why(name)}, and then this is parked and not done; write has({name}) && ... beside it"
                yield theme.at("SF501", message, (word, key, "when"), severity="warning")


def _unsure(flow: Flow, *, at_opening: bool) -> tuple[str, ...]:
    """The names that may have no value there."""
    known = frozenset(flow.fields)
    if at_opening:
        for entry in (flow.entry, *flow.entries.values()):
            known &= frozenset(entry.form.required) | entry.sets.keys()
    outside = (*(f"{CUSTOMER}.{name}" for name in flow.model.customer), CONSTANT[0])
    return (*(name for name in flow.fields if name not in known), *outside)


def _rows(table: Decision, names: Mapping[str, Type], unsure: Collection[str]) -> Iterator[tuple[int, str]]:
    """The first row of a table that cannot do without one of the names."""
    needed = {name for row in table.rows for condition in row.conditions for name in condition.needs}
    rows = [[condition.text for condition in row.conditions] for row in table.rows]
    found = rows_in_vain(rows, names, [name for name in unsure if name in needed], first=table.hit == "first")
    yield from itertools.islice(found, 1)


def _why(name: str) -> str:
    if name.startswith(f"{CUSTOMER}."):
        return f"'{name}' is not known of every customer"
    if name in CONSTANT:
        return f"'{name}' is not known of every case"
    return f"'{name}' need not be given at the opening"
