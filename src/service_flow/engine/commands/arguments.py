"""What was handed in with a command, checked and brought into its plain form before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from service_flow.clock import as_utc
from service_flow.design.language.values import read_date, read_text
from service_flow.design.organisation import Actor
from service_flow.engine.commands.orders import Order
from service_flow.errors import DataInvalid, NotAllowed, meant, printable

AHEAD = timedelta(days=1)
"""How far `at` may lie ahead of the desk's clock."""


def check_order(order: Order, channels: frozenset[str]) -> None:
    """Raise the Refused that says which argument of a command is none; `at` is in UTC afterwards."""
    if not isinstance(order.by, str | Actor):
        raise NotAllowed(f"'by' is no person's id but a {type(order.by).__name__}")
    if order.at is not None:
        order.at = checked_instant(order.at, "at")
    if not isinstance(order.data, Mapping):
        raise DataInvalid("'data' is not a mapping of field names to values", fields=("data",))
    channel, command = order.channel, order.command_id
    if channel is not None and (not isinstance(channel, str) or (channels and channel not in channels)):
        shown = printable(channel)
        known = f"; the blueprint has {', '.join(sorted(channels))}" if channels else ""
        raise DataInvalid(f"'{shown}' is no channel of this desk{meant(shown, channels)}{known}", fields=("channel",))
    if channel is not None and not channels:
        order.channel = checked_line(channel, "channel", most=100)
    if command is not None:
        order.command_id = checked_line(command, "command_id", most=200)


def checked_line(value: object, name: str, *, most: int) -> str:
    """A text of 1 to `most` characters that every store can keep as a key. Raises DataInvalid."""
    try:
        text = read_text(value)
    except ValueError as error:
        raise DataInvalid(f"'{name}' {error}", fields=(name,)) from None
    if not 0 < len(text) <= most or "\x00" in text:
        raise DataInvalid(f"'{name}' is not a text of 1 to {most} characters without NUL", fields=(name,))
    return text


def checked_instant(value: object, name: str) -> datetime:
    """An aware instant in UTC. Raises DataInvalid."""
    if isinstance(value, datetime):
        try:
            return as_utc(value)
        except ValueError:
            pass
    raise DataInvalid(
        f"'{name}' is not an instant: give a datetime with a zone, e.g. datetime(2026, 3, 31, 14, tzinfo=UTC)",
        fields=(name,),
    )


def not_ahead(at: datetime, now: datetime) -> None:
    """Raises DataInvalid for an instant that is still to come."""
    # One slip in a year would refuse every true instant of the case from then on. Clocks of two machines may differ.
    if at - now > AHEAD:
        raise DataInvalid(
            f"'at' is {at.isoformat()}, which is still to come (the desk's clock says {now.isoformat()}); "
            "what has not happened cannot be recorded",
            fields=("at",),
        )


def checked_day(value: object, name: str) -> date:
    """A day. Raises DataInvalid."""
    try:
        return read_date(value)
    except ValueError as error:
        raise DataInvalid(f"'{name}' {error}", fields=(name,)) from None
