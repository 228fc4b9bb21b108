"""What can be done about promises: look at their clocks, extend one, stop one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from service_flow.design.flow import Promise
from service_flow.design.organisation.targets import LONGEST
from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.decide import judge_actor
from service_flow.engine.case.events import Event
from service_flow.engine.case.promise_events import Answer, PromiseExtended, PromisePaused, PromiseResumed
from service_flow.engine.case.refusing import no_time
from service_flow.engine.commands.arguments import checked_instant
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.commands import Commands
from service_flow.engine.commands.orders import CaseArgument, Note, Noting, Runner
from service_flow.engine.commands.outcome import Outcome
from service_flow.engine.timing.terms import warnings_before
from service_flow.engine.views.promises import PromiseStatus, promise_statuses
from service_flow.errors import CalendarError, DataInvalid, NotFound, NotFromHere, meant, printable

Made = Sequence[tuple[type[Event], Mapping[str, Any]]]
ANSWERS: tuple[str, ...] = get_args(Answer)


class Promises:
    """`desk.promises`. Arguments are those of every command; `promise` is the name that the flow gives it."""

    def __init__(self, commands: Commands, run: Runner | None = None) -> None:
        self._commands = commands
        self._run = commands.run if run is None else run

    def __call__(self, case: CaseArgument, *, at: datetime | None = None) -> tuple[PromiseStatus, ...]:
        """Each promise of a case with its clock: started, spent, paused, remaining, due, and why it is as it is. What
        fell due by now counts, also if nobody has run it yet."""
        commands = self._commands
        state = commands.current(case)
        flow = commands.flows.revision(state.revision)
        instant = commands.asked(at, state.changed_at)
        _, state = commands.settled(state, flow, instant, instant, commands.facts_of(state.customer, flow))
        return promise_statuses(state, flow, commands.keeper, instant)

    def extend(
        self, case: CaseArgument, promise: str, *, until: datetime, reason: str, answer: str, by: str,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that the customer was told a `reason` why it takes until another instant, and his `answer`:
        "accepted", "refused", or "none". Only what he accepted changes when the promise is due; otherwise it stays as
        it is, and one that is broken stays broken."""
        instant, told = checked_instant(until, "until"), checked_text(reason, "reason")
        if answer not in ANSWERS:
            message = f"'answer' is one of {', '.join(ANSWERS)}{meant(printable(answer), ANSWERS)}"
            raise DataInvalid(message, fields=("answer",))

        def decide(noting: Noting) -> Made:
            terms, clock = _open(noting, promise)
            if instant <= max(noting.around.at, clock.due or clock.started_at):
                message = f"'until' is {instant.isoformat()}; an extension ends later than now, and than it is due"
                raise DataInvalid(message, fields=("until",), case=noting.state.short)
            if instant - noting.around.at > LONGEST:
                message = f"'until' is {instant.isoformat()}; nothing is promised for more than ten years"
                raise DataInvalid(message, fields=("until",), case=noting.state.short)
            warnings: tuple[datetime, ...] = ()
            if answer == "accepted" and clock.paused_since is None:
                try:
                    warnings = warnings_before(terms, clock, noting.around.at, instant, noting.keeper)
                except (CalendarError, NotFound) as error:
                    raise no_time(noting.state, f"promise '{promise}'", str(error)) from None
            fields = {
                "promise": promise, "until": instant, "answer": answer, "personal": {"reason": told},
                "warnings": warnings,
            }  # fmt: skip
            return [(PromiseExtended, fields)]

        def is_same(event: Event) -> bool:
            asked = (promise, instant, answer, {"reason": told})
            return isinstance(event, PromiseExtended) and (
                (event.promise, event.until, event.answer, event.personal) == asked
            )

        return self._run(
            Note(
                case=case, subject=None, decide=decide, is_same=is_same, by=by, at=at, channel=channel,
                command_id=command_id,
            )
        )  # fmt: skip

    def pause(
        self, case: CaseArgument, promise: str, *, reason: str, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Stop the clock of a promise by hand, with the reason. It is not broken while it stands still."""
        told = checked_text(reason, "reason")

        def decide(noting: Noting) -> Made:
            _, clock = _open(noting, promise)
            if clock.by_hand:
                raise _because(noting, promise, "is stopped by hand already")
            if clock.broken_at is not None:
                raise _because(noting, promise, "is broken; what is broken cannot be stopped")
            return [(PromisePaused, {"promise": promise, "personal": {"reason": told}})]

        def is_same(event: Event) -> bool:
            return isinstance(event, PromisePaused) and (event.promise, event.personal) == (promise, {"reason": told})

        return self._run(
            Note(case=case, subject=None, decide=decide, is_same=is_same, by=by, at=at, command_id=command_id)
        )

    def resume(
        self, case: CaseArgument, promise: str, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome:
        """Let the clock of a promise run again that was stopped by hand."""

        def decide(noting: Noting) -> Made:
            _, clock = _open(noting, promise)
            if not clock.by_hand:
                raise _because(noting, promise, "is not stopped by hand")
            return [(PromiseResumed, {"promise": promise})]

        def is_same(event: Event) -> bool:
            return isinstance(event, PromiseResumed) and event.promise == promise

        return self._run(
            Note(case=case, subject=None, decide=decide, is_same=is_same, by=by, at=at, command_id=command_id)
        )


def _open(noting: Noting, name: str) -> tuple[Promise, PromiseClock]:
    """The promise and its clock, if it is still to be kept and the actor may change it."""
    state, promises = noting.state, noting.flow.promises
    promise = promises.get(name) if isinstance(name, str) else None
    if promise is None:
        shown = printable(name)
        raise NotFound(f"flow '{noting.flow.name}' has no promise '{shown}'{meant(shown, promises)}")
    judge_actor(
        noting.around.actor, promise.by, doing=f"change the promise '{name}' of {state.short}", case=state.short,
        transition=None,
    )  # fmt: skip
    clock = state.clocks.get(name)
    if clock is None or not clock.is_open:
        raise _because(noting, name, "was not made" if clock is None else "has ended")
    return promise, clock


def _because(noting: Noting, promise: str, why: str) -> NotFromHere:
    return NotFromHere(f"{noting.state.short}: the promise '{promise}' {why}", case=noting.state.short, transition=None)
