"""Customers: their files, and their life as customers (prospect, active, at risk, lapsed, won back) as a flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from service_flow.engine.case.decide import judge_actor
from service_flow.engine.case.events import Event, Opened
from service_flow.engine.case.refusing import check_goes_on
from service_flow.engine.commands import CaseArgument, Commands, Outcome
from service_flow.engine.commands.awaited import AsyncCases, command, reading
from service_flow.engine.commands.cases import Cases, checked_text
from service_flow.engine.commands.orders import Merging, Noted, Noting, Runner, Step
from service_flow.engine.views import LIMIT, Case, Page, case_view, checked_limit, listed
from service_flow.errors import DataInvalid
from service_flow.features.customers.arguments import (
    checked_contacts,
    checked_kind,
    checked_mapping,
    checked_preferences,
    checked_profile,
    invalid,
)
from service_flow.features.customers.evaluating import after, evaluated, rung_for
from service_flow.features.customers.events import CustomerEvaluated, CustomerRegistered
from service_flow.features.customers.facts import facts_of
from service_flow.features.customers.file import CustomerFile, Evaluation
from service_flow.features.customers.finding import Candidate, alike, found
from service_flow.features.customers.keeping import Keeping
from service_flow.features.customers.merging import taken_over
from service_flow.features.customers.recording import Made, held
from service_flow.features.customers.timeline import LINES, Timelines, Touch

RULE = "rule"


class Customers(Keeping):
    """`desk.customers`."""

    opened: ClassVar[type[Opened]] = CustomerRegistered

    def __init__(self, commands: Commands, run: Runner | None = None) -> None:
        super().__init__(commands, run)
        self._timelines = Timelines(commands)

    def register(
        self, *, name: str, by: str, contact: Mapping[str, str] | None = None, data: Mapping[str, Any] | None = None,
        kind: str | None = None, profile: Mapping[str, Any] | None = None, language: str | None = None,
        preferences: Mapping[str, Any] | None = None,
        flow: str | None = None, entry: str | None = None, channel: str | None = None, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Begin a customer's file. `contact` maps a kind of address (email, phone, ...) to the address; `kind` is a
        class of the blueprint and `profile` has fields of it; `language` is one of the `preferences` (language,
        channel, calendar, contact_times). What `data` says of class and preferences, where the flow has fields for
        them, may not differ. `entry` names the place in the flow where it begins, if that is not the usual one."""
        words = self._words
        facts: dict[str, Any] = {"name": checked_text(name, "name")}
        fields = {} if data is None else checked_mapping(data, "data")
        if kind is None and isinstance(said := fields.get(words.class_field or ""), str) and said in words.classes:
            kind = said
        addresses, found_by = checked_contacts(words, {} if contact is None else contact)
        facts |= ({"contact": addresses} if addresses else {}) | ({"found_by": found_by} if found_by else {})
        if kind is not None:
            facts["kind"] = checked_kind(words, kind)
            fields = self._asked(fields, words.class_field, "kind", facts["kind"], flow, entry)
        if profile is not None:
            plain, personal, _ = checked_profile(words, kind, profile)
            facts |= {"profile": {**plain, **personal}} if plain or personal else {}
        wanted = {} if preferences is None else dict(checked_mapping(preferences, "preferences"))
        if language is not None and wanted.setdefault("language", language) != language:
            raise invalid("language", "is another one among the preferences")
        if wanted:
            facts["preferences"] = held(checked_preferences(words, self._commands, wanted))
            for preference, value in facts["preferences"].items():
                model = words.preferred.get(preference)
                field = None if model is None else model.field
                fields = self._asked(fields, field, preference, value, flow, entry)
        return self._open(
            facts, by=by, flow=flow, data=fields, at=at, channel=channel, command_id=command_id, entry=entry
        )

    def _asked(
        self, data: Mapping[str, Any], field: str | None, argument: str, value: Any, flow: str | None, entry: str | None
    ) -> Mapping[str, Any]:
        """The data with a field that says what the file says, where the opening asks for it. Raises DataInvalid where
        it says otherwise."""
        if field is None:
            return data
        if data.get(field) is not None:
            if data[field] != value:
                raise DataInvalid(f"'{field}' says otherwise than '{argument}'", fields=(field, argument))
            return data
        form = self._commands.flows.for_opening(self.subject, flow).beginning(entry).form
        return {**data, field: value} if field in form.fields else data

    def evaluation(self, customer: CaseArgument, *, at: datetime | None = None) -> Evaluation:
        """The tier that the table of customers.yaml proposes now, the row that gives it and the facts it was asked
        with; nothing is recorded. Raises GuardSaidNo where no row fits, and NotFromHere for a customer who was merged
        into another, or erased."""
        state = self._commands.current(customer, self.subject)
        check_goes_on(state)
        instant = self._commands.asked(at, state.changed_at)
        return evaluated(self._words, state, facts_of(self._words, state, self._commands.store, instant))

    def evaluate(
        self, customer: CaseArgument, *, by: str, at: datetime | None = None, command_id: str | None = None
    ) -> Outcome:
        """Weigh a customer: record the tier that the table proposes, by the transition that customers.yaml names, and
        take the step on the ladder that the facts ask for. Whoever does it must be allowed to take these transitions;
        a tier that is as it was is only noted."""
        words, store = self._words, self._commands.store

        def decide(noting: Noting, file: CustomerFile) -> Made:
            state, flow = noting.state, noting.flow
            facts = facts_of(words, state, store, noting.around.at)
            found = evaluated(words, state, facts)
            tiers = words.tiers
            moving = tiers is not None and not tiers.in_file
            before = state.data.get(tiers.field) if tiers is not None and moving else _before(file)
            fields = {
                "tier": found.tier, "before": before, "row": found.row, "because": found.because, "basis": found.basis,
            }  # fmt: skip
            made: list[Any] = [(CustomerEvaluated, fields)]
            if tiers is not None and moving and before != found.tier:
                step = Step(tiers.transition, {tiers.field: found.tier})
                state = after(step, state, flow, noting.around)
                made.append(step)
            rung = rung_for(words, state, flow, noting.around, facts)
            return made if rung is None else [*made, rung]

        def is_same(event: Event) -> bool:
            return isinstance(event, CustomerEvaluated)

        may = (*words.by, RULE) if words.by or by == RULE else None
        return self._note(
            customer, decide, is_same, doing="evaluate the file", by=by, at=at, command_id=command_id, may=may
        )

    def merge(
        self, case: CaseArgument, *, into: CaseArgument, reason: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Merge the file of a customer `into` that of another, who is the same one. The other goes on: he takes over
        what his file lacks, of consents the stricter, and all cases are his from then on, in lists, timelines and for
        what was promised; nothing of their history is written anew. The first refuses everything from then on. Who may
        is said by `merged_by` in customers.yaml, beside whoever may open a file. Raises Refused, and NotFound."""
        words, flows = self._words, self._commands.flows
        posts = frozenset(words.merged_by or words.by)

        def more(both: Merging) -> Sequence[Noted]:
            loser, winner = both.loser, both.winner
            what = f"merge {loser.short} into {winner.short}"
            judge_actor(both.actor, posts, doing=what, case=loser.short, transition=None)
            return [taken_over(words, loser, winner, flows.revision(winner.revision))]

        return self._merge(
            case, into=into, reason=reason, by=by, at=at, channel=channel, command_id=command_id, more=more
        )

    def erase(
        self, customer: CaseArgument, *, reason: str, by: str, force: bool = False, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """As `desk.erasure.erase`: the customer is erased for good, with what all his cases hold of him."""
        erase = self._commands.erase_customer
        return erase(customer, reason=reason, by=by, force=force, at=at, command_id=command_id)

    def find(
        self, text: str | None = None, *, phone: str | None = None, email: str | None = None,
        contact: Mapping[str, str] | None = None, limit: int = LIMIT,
    ) -> tuple[Case, ...]:  # fmt: skip
        """The customers of whom all that is given is true, the first `limit` by number: every word of `text` stands in
        the name or in a text of the profile, or the whole of it is an address; the addresses are theirs, however they
        are written, a number whatever kind of phone number it was filed as. Whoever was merged is found as the customer
        he was merged into. Raises DataMissing for nothing to find by, and DataInvalid."""
        wanted = {**(checked_mapping(contact, "contact") if contact else {}), **held({"phone": phone, "email": email})}
        states = found(self._words, self._commands, text, wanted, checked_limit(limit))
        return tuple(case_view(state, self._commands.flows.known(state.revision)) for state in states)

    def duplicates(self, customer: CaseArgument, *, limit: int = LIMIT) -> tuple[Candidate, ...]:
        """Customers who may be the same one, each with what is the same and what that counts, by the weights and the
        threshold of customers.yaml; the likeliest first. Nothing is merged by it."""
        state = self._commands.current(customer, self.subject)
        return alike(self._words, self._commands, state, checked_limit(limit))

    def timeline(
        self, customer: CaseArgument, *, limit: int = LINES, after: str | None = None
    ) -> Page[Touch]:
        """Everything that touched the customer, the newest first: what happened to his file and to all his cases, those
        of customers who were merged into him too. `after` is the `next` of the page before."""
        return self._timelines.page(customer, checked_limit(limit), after)

    def list(self, *, limit: int = LIMIT, after: str | None = None) -> Page[Case]:
        """The customers in the order of their numbers."""
        page = listed(self._commands.store, subject=self.subject, limit=limit, after=after)
        return Page(tuple(self.get(item.reference) for item in page), page.next)


def _before(file: CustomerFile) -> str | None:
    return None if file.evaluated is None else file.evaluated.tier


class AsyncCustomers(AsyncCases):
    """`desk.customers` of an AsyncServiceDesk."""

    face: ClassVar[type[Cases]] = Customers

    register = command(Customers.register)
    change = command(Customers.change)
    add_contact = command(Customers.add_contact)
    remove_contact = command(Customers.remove_contact)
    prefer_contact = command(Customers.prefer_contact)
    give_consent = command(Customers.give_consent)
    withdraw_consent = command(Customers.withdraw_consent)
    prefer = command(Customers.prefer)
    evaluate = command(Customers.evaluate)
    merge = command(Customers.merge)
    erase = reading(Customers.erase)  # it writes too, beside the commands of tasks, as another process would
    record_value = command(Customers.record_value)
    file = reading(Customers.file)
    consented = reading(Customers.consented)
    evaluation = reading(Customers.evaluation)
    find = reading(Customers.find)
    duplicates = reading(Customers.duplicates)
    timeline = reading(Customers.timeline)
    list = reading(Customers.list)
