"""`desk.staff`: the file of each member of staff, with trainings, absences, deputies and what is asked of them."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from service_flow.design.language.values import Reference
from service_flow.engine.case import numbers
from service_flow.engine.case.decide import judge
from service_flow.engine.case.events import Event, Opened
from service_flow.engine.case.foresee import Verdict
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_instant
from service_flow.engine.commands.awaited import AsyncCases, command, reading
from service_flow.engine.commands.cases import Cases, checked_text
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.orders import Note, Noting, Open, Opening, Step
from service_flow.engine.commands.outcome import Option
from service_flow.engine.views import LIMIT, Case, History, Page, WorkItem, listed
from service_flow.errors import DataInvalid, NotFound, NotFromHere, meant, printable
from service_flow.features.staff.absences import absence_to_end, check_absence, check_deputy
from service_flow.features.staff.arguments import (
    checked_level,
    checked_person,
    checked_skill,
    checked_time,
    file_named,
)
from service_flow.features.staff.availability import Availability, Known
from service_flow.features.staff.events import StaffAbsent, StaffBack, StaffEnrolled, StaffLeft, StaffTrained
from service_flow.features.staff.figures import INSTANT, Count, StaffFigures, Survey, count
from service_flow.features.staff.file import StaffFile, file_id, file_of

STEPS = ("train", "plan_absence", "absent", "back", "leave")
"""The transitions that belong to the commands of this feature. `absent` performs `plan_absence` where it is known when
the absence ends."""


class Staff(Cases):
    """`desk.staff`. A person is named by the id that the directory knows him by; a file's short number (S-3) does too.

    Each command performs the transition of its name in the flow for `staff`, which says who may.
    """

    opened: ClassVar[type[Opened]] = StaffEnrolled

    def enrol(
        self, person: str, *, by: str, data: Mapping[str, Any] | None = None, flow: str | None = None,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Begin the file of a person whom the directory knows; each has one. Raises DataInvalid otherwise."""
        named = checked_person(person)
        listed = self._commands.people.person(named)
        known = named if listed is None else listed.id  # a directory may write it otherwise

        def check(_: Opening) -> Mapping[str, Any]:
            if listed is None:
                raise DataInvalid("'person' is nobody whom the directory knows", fields=("person",))
            return {}

        return self._run(
            Open(
                opened=self.opened, facts={"person": known}, flow=flow, data={} if data is None else data, by=by, at=at,
                command_id=command_id, case_id=file_id(known), id_of="person", more=check,
            )
        )  # fmt: skip

    def train(
        self, person: CaseArgument, *, skill: str, level: int, course: str, by: str,
        valid_until: datetime | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record a training that gave a skill of a level, 1 to 5, until an instant or for good. The latest training of
        a skill counts."""
        name, reached = checked_skill(skill, self._commands.organisation.skills), checked_level(level)
        until = None if valid_until is None else checked_instant(valid_until, "valid_until")
        asked = {
            "skill": name, "level": reached, "valid_until": until,
            "personal": {"course": checked_text(course, "course", most=1_000)},
        }  # fmt: skip

        def decide(noting: Noting) -> Mapping[str, Any]:
            if until is not None and until <= noting.around.at:
                because = "'valid_until' has passed: such a training gives nothing"
                raise DataInvalid(because, fields=("valid_until",), case=noting.state.short)
            return asked

        return self._record(person, "train", StaffTrained, asked, decide, by, at, command_id)

    def absent(
        self, person: CaseArgument, *, since: datetime, reason: str, by: str, until: datetime | None = None,
        deputy: str | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record an absence: one with an end, also one that is to come, or one that has begun and lasts until further
        notice. `deputy` acts meanwhile: somebody else, with a file, who is not away then too."""
        begun, ended = checked_time(since, until)
        told = checked_text(reason, "reason", most=1_000)
        acting = None if deputy is None else checked_person(deputy, "deputy")
        if begun is None:
            raise DataInvalid("'since' is not given", fields=("since",))
        asked = {"since": begun, "until": ended, "deputy": acting, "personal": {"reason": told}}

        def decide(noting: Noting) -> Mapping[str, Any]:
            check_absence(noting, begun, ended)
            if acting is not None:
                check_deputy(noting, self._commands.people, acting, begun, ended)
            return asked

        step = "absent" if ended is None else "plan_absence"
        return self._record(person, step, StaffAbsent, asked, decide, by, at, command_id)

    def back(
        self, person: CaseArgument, *, by: str, since: datetime | None = None, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that an absent person is back, or that somebody who had left is. With `since`, the absence that begins
        then is ended, or called off if it has not begun."""
        begun = None if since is None else checked_instant(since, "since")

        def decide(noting: Noting) -> Mapping[str, Any]:
            left = file_of(noting.state).left is not None
            return {"absence": None if left else absence_to_end(noting, begun).since}

        asked = {} if begun is None else {"absence": begun}
        return self._record(person, "back", StaffBack, asked, decide, by, at, command_id)

    def leave(
        self, person: CaseArgument, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome:
        """Record that a person leaves the service, which ends the file. A rule `on: leave` hands his cases over."""
        return self._record(person, "leave", StaffLeft, {}, lambda _: {}, by, at, command_id)

    # --- questions

    def file(self, person: CaseArgument) -> StaffFile:
        """All that is recorded of a person: trainings with their courses, absences with their reasons, and since when
        he has left. Raises NotFound where there is no file."""
        return file_of(self._commands.current(self._named(person), self.subject))

    def skills(self, person: CaseArgument, *, at: datetime | None = None) -> Mapping[str, int]:
        """The level of each skill that a person has, by the directory and by trainings that are valid."""
        return self._known.skills(self._id(person), self._asked(at))

    def lacks(self, person: CaseArgument, *, at: datetime | None = None) -> Mapping[str, int]:
        """The skills that a person's posts ask for and he does not have, each with the level wanted: what trainings
        are for."""
        return self._known.lacks(self._id(person), self._asked(at))

    def available(self, person: CaseArgument, *, at: datetime | None = None) -> Availability:
        """Whether a person is at work: has not left, is not absent, and has hours by his calendar."""
        return self._known.available(self._id(person), self._asked(at))

    def acting_for(self, person: CaseArgument, *, at: datetime | None = None) -> str | None:
        """Who acts for a person: himself while he is not absent, otherwise his deputy, or that one's; None for
        nobody."""
        return self._known.acting_for(self._id(person), self._asked(at))

    def stands_in_for(self, person: CaseArgument, *, at: datetime | None = None) -> tuple[str, ...]:
        """Those who are absent and for whom a person acts, as their deputy or as their deputy's, in order of their ids;
        none while he is absent himself. What is assigned to them is his to look after."""
        return self._known.stands_in_for(self._id(person), self._asked(at))

    def figures(
        self, person: CaseArgument, *, since: datetime | None = None, until: datetime | None = None,
        survey: tuple[str, str] | None = None, progress: Callable[[int, int], None] | None = None,
    ) -> StaffFigures:  # fmt: skip
        """What a person did for customers from `since` until right before `until`, with the load beside it. `survey`
        names the two fields in which customers say what they expected and what they perceived. It reads all cases;
        `progress` is told how many, and of how many. Raises DataInvalid."""
        asked = None if survey is None else self._survey(survey)
        if progress is not None and not callable(progress):
            raise DataInvalid("'progress' is not a function that is told two numbers", fields=("progress",))
        begun, ended = checked_time(since, until)
        name = self._id(person)
        _, known = self._known.both(name)
        zone = {} if known is None or known.calendar is None else {"zone": self._zone(known.calendar)}
        end = self._commands.now() + INSTANT if ended is None else ended
        counting = Count(name, begun, end, survey=asked, **zone)
        return count(self._commands.store, counting, progress)

    def list(self, *, open_only: bool = False, limit: int = LIMIT, after: str | None = None) -> Page[WorkItem]:
        """The files in the order of their numbers; with `open_only`, of those who have not left."""
        return listed(self._commands.store, subject=self.subject, open_only=open_only, limit=limit, after=after)

    def _survey(self, named: object) -> Survey:
        """The two fields of a survey, which some flow has."""
        if not isinstance(named, tuple | list) or len(named) != 2 or not all(isinstance(name, str) for name in named):
            raise DataInvalid("'survey' names two fields: what was expected, what was perceived", fields=("survey",))
        known = {name for flow in self._commands.flows.named.values() for name in flow.fields}
        for name in named:
            if name not in known:
                shown = printable(name)
                raise DataInvalid(f"no flow has a field '{shown}'{meant(shown, known)}", fields=("survey",))
        return Survey(*named)

    # --- what all cases offer, for a person too

    def perform(
        self, case: CaseArgument, transition: str, *, by: str, data: Mapping[str, Any] | None = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Perform another transition of the flow; those of this feature's own commands are performed by them."""
        if transition in STEPS:
            command = "absent" if transition == "plan_absence" else transition
            because = f"'{transition}' belongs to the command `staff.{command}`, which records what it is about"
            raise NotFromHere(because, transition=transition)
        return super().perform(
            self._named(case), transition, by=by, data=data, at=at, channel=channel, command_id=command_id
        )

    def may(
        self, case: CaseArgument, transition: str, *, by: str, data: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Verdict:  # fmt: skip
        """Whether the flow lets `by` do that now; what the command itself asks for is not looked at."""
        return super().may(self._named(case), transition, by=by, data=data, at=at)

    def options(self, case: CaseArgument, *, by: str, at: datetime | None = None) -> builtins.list[Option]:
        """What `by` may do with the file next, each with the form it asks for."""
        return super().options(self._named(case), by=by, at=at)

    def get(self, case: CaseArgument) -> Case:
        """The file as it is stored now. Raises NotFound."""
        return super().get(self._named(case))

    def history(
        self, case: CaseArgument, *, as_of: datetime | None = None, limit: int = LIMIT, after: int = 0
    ) -> History:
        """What happened to the file, oldest first; with `as_of`, as it stood at that instant."""
        return super().history(self._named(case), as_of=as_of, limit=limit, after=after)

    # --- inside

    @property
    def _known(self) -> Known:
        return Known(self._commands)

    def _named(self, person: CaseArgument) -> CaseArgument:
        """The file that is meant. Raises NotFound with the person's id, for that of the file says nothing to people."""
        named = file_named(person)
        if isinstance(named, Reference) and named is not person and self._commands.store.row(named.id) is None:
            raise NotFound(f"no case {_none_for(person)}")
        return named

    def _id(self, person: CaseArgument) -> str:
        """The id of a person who is named by it, or by his file."""
        if isinstance(person, str) and numbers.parse(person) is None:
            return checked_person(person)
        return self.file(person).person

    def _asked(self, at: datetime | None) -> datetime:
        return self._commands.now() if at is None else checked_instant(at, "at")

    def _zone(self, calendar: str) -> Any:
        return self._commands.keeper.calendar(calendar).zone

    def _record(
        self, person: CaseArgument, step: str, kind: type[Event], asked: Mapping[str, Any],
        decide: Callable[[Noting], Mapping[str, Any]], by: str, at: datetime | None, command_id: str | None,
    ) -> Outcome:  # fmt: skip
        """Record an event of this `kind` with the fields that `decide` gives, which are those that were `asked` for,
        and perform the `step` that goes with it."""

        def made(noting: Noting) -> Made:
            judge(noting.state, noting.flow, step, noting.around, {})  # who may not is told nothing else
            return [(kind, decide(noting)), Step(step)]

        def is_same(event: Event) -> bool:
            return type(event) is kind and all(getattr(event, name) == value for name, value in asked.items())

        named = file_named(person)
        return self._run(
            Note(
                case=named, subject=self.subject, decide=made, is_same=is_same, by=by, at=at, command_id=command_id,
                called=None if named is person else _none_for(person),
            )
        )  # fmt: skip


def _none_for(person: CaseArgument) -> str:
    return f"for '{printable(person)}': `staff.enrol` begins one"


class AsyncStaff(AsyncCases):
    """`desk.staff` of an AsyncServiceDesk."""

    face: ClassVar[type[Cases]] = Staff

    enrol = command(Staff.enrol)
    train = command(Staff.train)
    absent = command(Staff.absent)
    back = command(Staff.back)
    leave = command(Staff.leave)
    perform = command(Staff.perform)
    may = reading(Staff.may)
    options = reading(Staff.options)
    get = reading(Staff.get)
    history = reading(Staff.history)
    file = reading(Staff.file)
    skills = reading(Staff.skills)
    lacks = reading(Staff.lacks)
    available = reading(Staff.available)
    acting_for = reading(Staff.acting_for)
    stands_in_for = reading(Staff.stands_in_for)
    figures = reading(Staff.figures)
    list = reading(Staff.list)
