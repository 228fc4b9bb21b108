"""Group commit: commands of different callers in one transaction, each with an answer of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy

from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.orders import Order
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.store import LostInCommit
from service_flow.errors import ConcurrentChange, StoreError

PATIENCE = 5.0
"""Seconds after which a commit that fails is not tried in parts any more: then the store itself is what fails."""

Answer = Outcome | BaseException


def carry_out(commands: Commands, orders: Sequence[Order], *, patience: float = PATIENCE) -> list[Answer]:
    """The answers of the orders: outcomes, or what each is to raise. Raises nothing itself.

    All share one commit. If it fails as a whole (one holds a text that no database can store, say) its halves are
    tried, down to the orders that cannot be carried out alone, so that an error reaches only those it concerns.
    """
    return _in_parts(commands, orders, time.monotonic() + patience)


def _in_parts(commands: Commands, orders: Sequence[Order], deadline: float) -> list[Answer]:
    try:
        return list(commands.run_together(orders))
    except LostInCommit as error:  # perhaps they were accepted, so trying again could carry them out twice
        return _each(error, len(orders))
    except BaseException as error:  # also of the host's own people and clock: whoever asked is told, as without tasks
        if len(orders) == 1 or time.monotonic() > deadline:
            return _each(error, len(orders))
    half = len(orders) // 2
    return [*_in_parts(commands, orders[:half], deadline), *_in_parts(commands, orders[half:], deadline)]


def _each(error: BaseException, count: int) -> list[Answer]:
    # One error raised in several tasks would collect the tracebacks of all of them.
    if count > 1 and isinstance(error, StoreError | ConcurrentChange):
        return [copy(error) for _ in range(count)]
    return [error] * count
