"""Rows of effects as the columns of their table, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from service_flow.engine.store.columns import Identity, Key, damaged, instant, microseconds
from service_flow.engine.store.rows import EffectRow, EffectState

_STATES = frozenset(get_args(EffectState))


def effect_inserted(row: EffectRow, key: Key) -> tuple[Any, ...]:
    """The parameters of `insert_effect`."""
    return (
        key(row.case_id), row.version, row.effect, key(row.event_id), row.call, microseconds(row.at), row.state,
        row.attempts, microseconds(row.next_try), row.because,
    )  # fmt: skip


def effect_changed(before: EffectRow, after: EffectRow, key: Key) -> tuple[Any, ...]:
    """The parameters of `change_effect`."""
    return (
        after.state, after.attempts, microseconds(after.next_try), after.because,
        key(before.case_id), before.version, before.effect,
        before.state, before.attempts, microseconds(before.next_try),
    )  # fmt: skip


def effect_row(columns: Sequence[Any], identity: Identity) -> EffectRow:
    """The row of what was selected by `EFFECT_COLUMNS`. Raises StoreError for what no row can hold."""
    case, version, effect, event, call, at, state, attempts, next_try, because = columns
    try:
        if state not in _STATES or not (type(version) is type(attempts) is int and type(effect) is type(call) is str):
            raise ValueError("no row")
        return EffectRow(
            identity(case), version, effect, identity(event), call, instant(at), state, attempts, instant(next_try),
            because,
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise damaged("a row of its effects") from None
