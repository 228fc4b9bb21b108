"""What is handed in with commands about appointments, and the words of their refusals."""

from __future__ import annotations

from datetime import datetime

from service_flow.design.language.values import read_instant
from service_flow.engine.commands.arguments import checked_instant
from service_flow.engine.commands.orders import Noting
from service_flow.errors import DataInvalid, DataMissing, NotFromHere, printable
from service_flow.features.appointments.booked import Appointment, plans_of
from service_flow.features.appointments.slots import Slot


def slot_start(slot: object) -> datetime:
    """When a slot begins: one that `free` gave, an instant, or its text with an offset. Raises DataInvalid."""
    if isinstance(slot, str):
        try:
            return read_instant(slot)
        except ValueError as error:
            raise DataInvalid(f"'slot' {error}", fields=("slot",)) from None
    return checked_instant(slot.start if isinstance(slot, Slot) else slot, "slot")


def slot_kind(slot: object, kind: str | None) -> str:
    """The kind of appointment that is meant. Raises DataMissing, DataInvalid."""
    if isinstance(slot, Slot):
        if kind not in (None, slot.kind):
            raise DataInvalid(f"the slot is one of '{printable(slot.kind)}'; leave `kind` out", fields=("kind",))
        return slot.kind
    if kind is None:
        raise DataMissing(
            "the start alone does not say what is booked; give a slot of `free`, or `kind`", fields=("kind",)
        )
    return kind


def named(number: int | None) -> dict[str, int]:
    """What a command asks for by the number of an appointment."""
    return {} if number is None else {"number": number}


def chosen(noting: Noting, number: int | None) -> Appointment:
    """The open appointment that is meant. Raises DataInvalid."""
    found = plans_of(noting.state).open
    those = [one for one in found if number in (None, one.number)] if not isinstance(number, bool) else []
    if len(those) == 1:
        return those[0]
    listed = ", ".join(str(one.number) for one in found) or "none"
    what = "say with `number` which appointment is meant" if those else "there is no such open appointment"
    message = f"{noting.state.short}: {what}; open: {listed}"
    raise DataInvalid(message, fields=("number",), case=noting.state.short)


def because(noting: Noting, why: str) -> NotFromHere:
    """The refusal that says why not."""
    return NotFromHere(f"{noting.state.short}: {why}", case=noting.state.short, transition=None)
