"""What a customer prefers, where whoever opens a case for him leaves it open: the channel, and fields of the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from service_flow.design.flow import Entry
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import Open

CHANNEL = "channel"
Wishes = Callable[[CaseState], Mapping[str, Any]]
"""Gives what a customer prefers by name: `channel`, and whatever a form may ask for by the same name."""


class Wished(NamedTuple):
    """Channel and data of an opening, and the names of what was taken from what the customer prefers."""

    channel: str | None
    data: Mapping[str, Any]
    names: tuple[str, ...] = ()


def wished(
    order: Open, customer: CaseState | None, entry: Entry, wishes: Sequence[Wishes], channels: frozenset[str]
) -> Wished:
    """The channel and the data of an opening with what the customer prefers, where nothing was said. What there is not
    any more, or what the form does not take, is left out. Nothing is filled into what was done elsewhere."""
    as_asked = Wished(order.channel, order.data)
    if customer is None or not customer.more or order.cause == "import":
        return as_asked
    channel, data = order.channel, dict(order.data)
    names: list[str] = []
    for name, value in ((name, value) for given in wishes for name, value in given(customer).items()):
        if name == CHANNEL:
            if channel is None and (not channels or value in channels):
                channel = value
                names.append(name)
        elif name in entry.form.fields and data.get(name) is None:
            with suppress(ValueError):
                data[name] = entry.form.fields[name].read(value)
                names.append(name)
    return Wished(channel, data, tuple(names)) if names else as_asked
