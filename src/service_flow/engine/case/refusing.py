"""The words of a no: each refusal that a flow itself gives, in one place."""

from __future__ import annotations

from datetime import datetime

from service_flow.design.flow import Flow, Guard, Transition
from service_flow.design.language.expressions import EvaluationError
from service_flow.engine.case.erasure_events import NAME, ErasedMark
from service_flow.engine.case.state import CaseState
from service_flow.errors import DataInvalid, GuardSaidNo, NotFromHere, meant, printable


def not_from_here(state: CaseState, flow: Flow, name: object) -> NotFromHere:
    """The transition does not leave where the case stands."""
    name = printable(name)
    if state.outcome is not None:
        where = f"{state.short} is closed ({state.outcome})"
    else:
        where = f"{state.short} stands in '{state.standing_in}'"
    exits = flow.exits(state.configuration)
    possible = f"Possible: {', '.join(exits)}." if exits else "Nothing leaves it."
    known = flow.transitions.get(name)
    if known is None:
        hint = meant(name, flow.transitions) or "."
        because = f"{where}; flow '{flow.name}' has no transition '{name}'{hint} {possible}"
    elif known.automatic:
        because = f"{where}; '{name}' is taken by itself, by nobody's command. {possible}"
    elif known.join is not None and flow.tree.under(known.join, state.configuration):
        because = f"{where}; '{name}' waits until every region of '{known.join}' is done. {possible}"
    else:
        because = f"{where}; '{name}' leaves {_listed(known.sources)}. {possible}"
    return NotFromHere(because, case=state.short, transition=name)


def check_not_erased(state: CaseState, name: str | None = None) -> None:
    """Raises NotFromHere for the file of a customer who was erased."""
    if state.subject == "customer" and NAME in state.more:
        mark: ErasedMark = state.more[NAME]
        raise NotFromHere(
            f"{state.short} was erased on {mark.at:%Y-%m-%d}, and nothing is known of the person any more; if the "
            "person comes again, register a new customer",
            case=state.short, transition=name,
        )  # fmt: skip


def check_goes_on(state: CaseState, name: str | None = None) -> None:
    """Raises NotFromHere for a case that takes nothing more: its customer was erased, or it was merged into another."""
    check_not_erased(state, name)
    if "merged" in state.more:
        raise NotFromHere(
            f"{state.short} was merged into {state.more['merged'].short}; go on there", case=state.short,
            transition=name,
        )  # fmt: skip


def too_early(state: CaseState, name: str, at: datetime) -> DataInvalid:
    """The instant lies before the case's last event."""
    last = state.changed_at.isoformat()
    return DataInvalid(
        f"'{name}' at {at.isoformat()} is before the last event of {state.short} ({last})",
        fields=("at",),
        case=state.short,
        transition=name,
    )


def said_no(state: CaseState, name: str, guard: Guard) -> GuardSaidNo:
    """The guard is false."""
    return GuardSaidNo(f"{state.short}: the guard says no: {guard.text}", case=state.short, transition=name)


def undecided(state: CaseState, name: str, error: EvaluationError) -> GuardSaidNo:
    """The guard of the transition is an error for this case."""
    because = f"the guard of '{name}' cannot be evaluated for {state.short}: {error.because}"
    return GuardSaidNo(because, case=state.short, transition=name)


def cannot_judge(what: str, error: EvaluationError, *, case: str | None, transition: str | None) -> GuardSaidNo:
    """A way, or a decision table, is an error for this case."""
    about = f" for {case}" if case is not None else ""
    return GuardSaidNo(f"{what} cannot be judged{about}: {error.because}", case=case, transition=transition)


def no_time(state: CaseState, what: str, why: str) -> GuardSaidNo:
    """When a promise, or a timer, of this case is due cannot be worked out."""
    because = f"{state.short}: when {what} is due cannot be worked out: {why}"
    return GuardSaidNo(because, case=state.short, transition=None)


def too_much_due(state: CaseState, most: int) -> GuardSaidNo:
    """More fell due on a case than is carried out in one command."""
    because = f"{state.short}: over {most:,} things have fallen due; run them first (`service-flow run-due`)"
    return GuardSaidNo(because, case=state.short, transition=None)


def no_way(transition: Transition, state: CaseState) -> GuardSaidNo:
    """No way's guard holds."""
    guards = "; ".join(way.guard.text for way in transition.ways if way.guard is not None)
    because = f"{state.short}: no way of '{transition.name}' is open: {guards}"
    return GuardSaidNo(because, case=state.short, transition=transition.name)


def nowhere(transition: Transition, state: CaseState) -> NotFromHere:
    """The way goes back, and nothing led here."""
    because = f"{state.short}: '{transition.name}' goes back, but nothing led into '{state.standing_in}'"
    return NotFromHere(because, case=state.short, transition=transition.name)


def restless(short: str | None, flow: str, limit: int) -> GuardSaidNo:
    """Automatic transitions do not come to rest."""
    who = short or f"a new case of flow '{flow}'"
    because = (
        f"{who}: automatic transitions did not come to rest after {limit}; the blueprint's check finds why"
    )
    return GuardSaidNo(because, case=short, transition=None)


def _listed(paths: tuple[str, ...]) -> str:
    shown = ", ".join(f"'{path}'" for path in paths[:6])
    return shown if len(paths) <= 6 else f"{shown} and {len(paths) - 6} more"
