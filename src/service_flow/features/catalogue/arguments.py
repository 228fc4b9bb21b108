"""What is handed in with commands of the catalogue, and the words of its refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from service_flow.engine.case.decide import judge_actor
from service_flow.engine.commands.arguments import checked_line
from service_flow.engine.commands.orders import Noting
from service_flow.errors import DataInvalid, NotFromHere
from service_flow.features.catalogue.coverage import last_day


def with_serial(serial: object) -> dict[str, str]:
    """The serial number as personal data; nothing for None. Raises DataInvalid."""
    if serial is None:
        return {}
    text = checked_line(serial, "serial", most=200).strip()
    if not text:
        raise DataInvalid("'serial' is no serial number", fields=("serial",))
    return {"serial": text}



def until(since: date, lasting: str) -> date:
    """The last day of a length of time. Raises DataInvalid for one behind the calendar's end."""
    try:
        return last_day(since, lasting)
    except OverflowError:
        message = f"'since' is {since.isoformat()}; what lasts {lasting} from then on ends behind the year 9999"
        raise DataInvalid(message, fields=("since",)) from None


def check_actor(noting: Noting, doing: str, *, by: Iterable[str] = (), also: Iterable[str] = ()) -> None:
    """Raise NotAllowed unless somebody acts who holds one of the posts in `by` (any known person if there is none), or
    a system actor that is named in either."""
    actor, short = noting.around.actor, noting.state.short
    if not (actor.system and actor.id in also):
        judge_actor(actor, frozenset(by), doing=f"{doing} {short}", case=short, transition=None)


def one_of(noting: Noting, number: object, numbers: list[int]) -> None:
    """Raise DataInvalid for a number that is none of those that the case has."""
    if isinstance(number, bool) or number not in numbers:
        listed = ", ".join(map(str, numbers)) or "none"
        message = f"{noting.state.short} has nothing of that number here; it has {listed}"
        raise DataInvalid(message, fields=("number",), case=noting.state.short)


def because(noting: Noting, why: str) -> NotFromHere:
    """The refusal that says why not."""
    return NotFromHere(f"{noting.state.short}: {why}", case=noting.state.short, transition=None)
