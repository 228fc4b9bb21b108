"""From whatever names a case to its id."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from service_flow.design.language.values import Reference, read_reference
from service_flow.engine.case import numbers
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.orders import CaseArgument
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.store import Store
from service_flow.errors import NotFound, printable


def identify(case: CaseArgument, store: Store, subject: str | None = None) -> UUID:
    """The id of the case that an outcome, a reference, an id or a short number names.

    Raises NotFound when it names nothing, or a case of another subject than the one asked for.
    """
    if isinstance(case, Outcome):
        case = case.reference
    if isinstance(case, Reference) and isinstance(case.id, UUID):
        _expect(subject, case.subject, case)
        return case.id
    if isinstance(case, UUID):
        return case
    if isinstance(case, str):
        case = str.__str__(case)  # a member of an enumeration shows itself otherwise
        number = numbers.parse(case)
        if number is not None:
            _expect(subject, number[0], case)
            row = store.numbered(*number)
            if row is None:
                raise NotFound(f"no case {numbers.short(*number)} in {store.url}")
            return row.case_id
        with suppress(ValueError):
            return UUID(case)
        with suppress(ValueError):
            return identify(read_reference(case), store, subject)
    raise NotFound("that names no case; give an outcome, a reference, an id or a short number such as R-17")


def _expect(wanted: str | None, found: str, named: object) -> None:
    if wanted is not None and wanted != found:
        raise NotFound(f"{printable(str(named))} is a {printable(found)}; a {wanted} is asked for here")


def of_subject(state: CaseState, subject: str | None) -> CaseState:
    """The case, if it is of the subject that is asked for. Raises NotFound."""
    if subject is not None and state.subject != subject:
        raise NotFound(f"{state.short} is a {state.subject}; a {subject} is asked for here")
    return state
