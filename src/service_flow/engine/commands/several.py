"""Several orders as one command: all of them are carried out, or none."""

from __future__ import annotations

from collections.abc import Callable

from service_flow.engine.commands.arguments import check_order
from service_flow.engine.commands.orders import Order, Several
from service_flow.engine.commands.outcome import Outcome


def all_or_none(order: Several, channels: frozenset[str], step: Callable[[Order], Outcome]) -> Outcome:
    """The answer of the first. A unit keeps nothing of a command that is refused, so neither of those before it."""
    for one in order.orders:
        one.cause, one.caused_by = order.cause, order.caused_by
        check_order(one, channels)
    first, *_ = [step(one) for one in order.orders]
    return first
