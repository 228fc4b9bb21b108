"""Keeping a customer's file: profile, contacts, consents, preferences, and what he brought and cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service_flow.design.language.values import Money, read_money
from service_flow.engine.case.erasure_events import NAME as ERASED
from service_flow.engine.case.events import Event
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.merged import goes_on_as
from service_flow.engine.commands.naming import identify
from service_flow.engine.commands.orders import Noting
from service_flow.errors import DataInvalid, DataMissing
from service_flow.features.customers.arguments import (
    checked_contact,
    checked_kind,
    checked_preferences,
    checked_profile,
    checked_purpose,
    typed,
)
from service_flow.features.customers.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactAdded,
    ContactEvent,
    ContactPreferred,
    ContactRemoved,
    PreferencesChanged,
    ProfileChanged,
    ValueRecorded,
)
from service_flow.features.customers.file import Contact, CustomerFile, file_of
from service_flow.features.customers.recording import Files, Made, held, not_so, said
from service_flow.features.customers.words import CustomersModel


class _Unsaid(str):
    __slots__ = ()


KEEP = _Unsaid()
"""Stands for a preference that is not spoken of."""


class Keeping(Files):
    """The commands that change a file. Who may is said by `by` in customers.yaml; without it any known person."""

    def file(self, customer: CaseArgument) -> CustomerFile:
        """The customer's file as it is stored now, with what he prefers, wherever that is kept."""
        return shown_file(self._words, self._commands.current(customer, self.subject))

    def change(
        self, customer: CaseArgument, *, by: str, name: str | None = None, kind: str | None = None,
        profile: Mapping[str, Any] | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Change the name, the class, or fields of the profile; a field that is given as None is taken out. Fields that
        another class does not have are taken out with the class."""
        words = self._words
        called = None if name is None else checked_text(name, "name")
        wanted = None if kind is None else checked_kind(words, kind)
        if called is None and wanted is None and not profile:
            message = "nothing is changed: give a name, a kind or a profile"
            raise DataMissing(message, fields=("name", "kind", "profile"))

        def decide(noting: Noting, file: CustomerFile) -> Made:
            before = kind_of(words, noting.state)
            now = wanted or before
            plain, personal, removed = checked_profile(words, now, profile or {})
            if wanted not in (None, before):
                known = words.profiles.get(wanted, {})
                removed = (*removed, *(field for field in file.profile if field not in (*known, *removed)))
            fields = {
                "customer_class": wanted, "removed": removed, "profile": plain,
                "personal": held({"name": called}) | personal,
                "data": {} if wanted is None else self._mirrored(noting, words.class_field, wanted),
            }  # fmt: skip
            return [(ProfileChanged, fields)]

        def is_same(event: Event) -> bool:
            if not said(event, ProfileChanged, customer_class=wanted) or not isinstance(event, ProfileChanged):
                return False
            try:
                asked = typed(words, profile or {})
            except ValueError:
                return False
            told = {**event.profile, **event.personal}
            gone = {field for field, value in asked.items() if value is None}
            return told == held(asked) | held({"name": called}) and gone <= {*event.removed}

        return self._note(customer, decide, is_same, doing="change the file", by=by, at=at, command_id=command_id)

    def add_contact(
        self, customer: CaseArgument, kind: str, address: str, *, by: str, preferred: bool = False,
        at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Put an address of a kind into the file; a `preferred` one is used before the others of its kind. Refused if
        the file has it, however it is written."""
        kind, text, found_by = checked_contact(self._words, kind, address)

        def decide(noting: Noting, file: CustomerFile) -> Made:
            if any(contact.kind == kind and contact.found_by == found_by for contact in file.contacts):
                raise not_so(noting, f"the file has this contact of kind '{kind}' already")
            personal = {"address": text, "found_by": found_by}
            return [(ContactAdded, {"contact": kind, "preferred": bool(preferred), "personal": personal})]

        def is_same(event: Event) -> bool:
            same = said(event, ContactAdded, contact=kind, preferred=bool(preferred))
            return same and isinstance(event, ContactAdded) and event.personal.get("address") == text

        return self._note(customer, decide, is_same, doing="change the file", by=by, at=at, command_id=command_id)

    def remove_contact(
        self, customer: CaseArgument, kind: str, address: str, *, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take an address out of the file, however it is written."""
        return self._of_contact(ContactRemoved, customer, kind, address, by=by, at=at, command_id=command_id)

    def prefer_contact(
        self, customer: CaseArgument, kind: str, address: str, *, by: str, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Of the addresses of one kind use this one first."""
        return self._of_contact(ContactPreferred, customer, kind, address, by=by, at=at, command_id=command_id)

    def _of_contact(
        self, event_class: type[ContactEvent], customer: CaseArgument, kind: str, address: str, *, by: str,
        at: datetime | None, command_id: str | None,
    ) -> Outcome:  # fmt: skip
        kind, _, found_by = checked_contact(self._words, kind, address)
        words = self._words

        def decide(noting: Noting, file: CustomerFile) -> Made:
            there = next((one for one in file.contacts if (one.kind, one.found_by) == (kind, found_by)), None)
            if there is None:
                raise not_so(noting, f"the file has no such contact of kind '{kind}'")
            if there.preferred and event_class is ContactPreferred:
                raise not_so(noting, f"this contact of kind '{kind}' is preferred already")
            return [(event_class, {"contact": kind, "personal": {"address": there.address}})]

        def is_same(event: Event) -> bool:
            if not isinstance(event, event_class) or event.contact != kind:
                return False
            return words.normal(kind, event.personal.get("address", "")) == found_by

        return self._note(customer, decide, is_same, doing="change the file", by=by, at=at, command_id=command_id)

    def give_consent(
        self, customer: CaseArgument, purpose: str, *, source: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that the customer agrees to a purpose. `source` says where that is on record ("form of 12 May"). What
        was withdrawn may be given again."""
        return self._of_consent(
            ConsentGiven, customer, purpose, source, by=by, at=at, channel=channel, command_id=command_id
        )

    def withdraw_consent(
        self, customer: CaseArgument, purpose: str, *, source: str, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that the customer does not, or no longer, agree to a purpose; also where he was never asked."""
        return self._of_consent(
            ConsentWithdrawn, customer, purpose, source, by=by, at=at, channel=channel, command_id=command_id
        )

    def _of_consent(
        self, event_class: type[ConsentGiven] | type[ConsentWithdrawn], customer: CaseArgument, purpose: str,
        source: str, *, by: str, at: datetime | None, channel: str | None, command_id: str | None,
    ) -> Outcome:  # fmt: skip
        purpose = checked_purpose(self._words, purpose)
        personal = {"source": checked_text(source, "source", most=500)}

        def decide(noting: Noting, file: CustomerFile) -> Made:
            known = file.consents.get(purpose)
            if known is not None and known.given is (event_class is ConsentGiven):
                state = "given" if known.given else "withdrawn"
                raise not_so(noting, f"the consent to '{purpose}' is {state} already")
            return [(event_class, {"purpose": purpose, "personal": personal})]

        def is_same(event: Event) -> bool:
            return said(event, event_class, purpose=purpose, personal=personal)

        return self._note(
            customer, decide, is_same, doing="record a consent in the file", by=by, at=at, channel=channel,
            command_id=command_id,
        )  # fmt: skip

    def consented(self, customer: CaseArgument, purpose: str) -> bool:
        """Whether the customer agrees to a purpose now. Whoever was never asked has not agreed, nor has anybody who was
        erased; for whoever was merged into another the other's consent counts."""
        checked, read = checked_purpose(self._words, purpose), self._commands.current
        state = goes_on_as(read, read(customer, self.subject))
        if state is None or ERASED in state.more:
            return False
        consent = file_of(state).consents.get(checked)
        return consent is not None and consent.given

    def prefer(
        self, customer: CaseArgument, *, by: str, language: str | None = KEEP, channel: str | None = KEEP,
        calendar: str | None = KEEP, contact_times: object = KEEP, at: datetime | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record what the customer prefers; what is left out stays as it is, None takes it away. Contact times are
        lines such as "monday 09:00-12:00" or "every_day 18:00-20:00"."""
        given = {"language": language, "channel": channel, "calendar": calendar, "contact_times": contact_times}
        words = self._words
        spoken = {name: value for name, value in given.items() if value is not KEEP}
        wanted = checked_preferences(words, self._commands, spoken)
        if not wanted:
            raise DataMissing("nothing is changed: give what the customer prefers", fields=tuple(given))

        def decide(noting: Noting, _: CustomerFile) -> Made:
            data: dict[str, Any] = {}
            personal: dict[str, Any] = {}
            plain, removed = {}, []
            for name, value in wanted.items():
                model = words.preferred.get(name)
                field = None if model is None else noting.flow.fields.get(model.field or "")
                if value is None:
                    removed.append(name)
                elif field is None or not field.personal:
                    plain[name] = value
                if field is not None:
                    kept = {field.name: None} if value is None else self._mirrored(noting, field.name, value)
                    (personal if field.personal else data).update(kept)
            fields = {"preferences": plain, "removed": tuple(removed), "data": data, "personal": personal}
            return [(PreferencesChanged, fields)]

        def is_same(event: Event) -> bool:
            if not isinstance(event, PreferencesChanged):
                return False
            fields = {model.field: name for name, model in words.preferred.items()}
            personal = {fields[field]: value for field, value in event.personal.items() if field in fields}
            return {**personal, **event.preferences, **dict.fromkeys(event.removed)} == wanted

        return self._note(
            customer, decide, is_same, doing="change the preferences", by=by, at=at, command_id=command_id
        )

    def record_value(
        self, customer: CaseArgument, what: str, money: Money | str, *, by: str,
        request: CaseArgument | None = None, at: datetime | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record what the customer brought ("revenue") or cost ("cost"); a correction is an amount below zero.
        `request` is the request of his that it came from. It counts for the month of `at`."""
        if not isinstance(what, str) or what not in ("revenue", "cost"):
            raise DataInvalid("'what' is revenue or cost", fields=("what",))
        try:
            amount = read_money(money)
        except ValueError as error:
            raise DataInvalid(f"'money' {error}", fields=("money",)) from None
        currency = self._words.currency
        if currency is not None and amount.currency != currency:
            raise DataInvalid(f"'money' is not in {currency}, in which customers are reckoned", fields=("money",))
        if amount.amount == 0:
            raise DataInvalid("'money' is nothing", fields=("money",))
        about = None if request is None else identify(request, self._commands.store, "request")

        def decide(noting: Noting, file: CustomerFile) -> Made:
            if about is not None:
                row = self._commands.store.row(about)
                if row is None or row.customer not in (noting.state.id, *file.merged):
                    message = f"'request' is no request of {noting.state.short}"
                    raise DataInvalid(message, fields=("request",), case=noting.state.short)
            fields = {"what": what, "amount": amount.amount, "currency": amount.currency, "about": about}
            return [(ValueRecorded, fields)]

        def is_same(event: Event) -> bool:
            return said(
                event, ValueRecorded, what=what, amount=amount.amount, currency=amount.currency, about=about
            )

        return self._note(
            customer, decide, is_same, doing="record a value in the file", by=by, at=at, command_id=command_id
        )


def kind_of(words: CustomersModel, state: CaseState) -> str | None:
    """The customer's class: what his flow says, where it has a field for it, or his file."""
    kept = None if words.class_field is None else state.data.get(words.class_field)
    return kept if kept is not None else file_of(state).kind


def preferences_of(words: CustomersModel, state: CaseState) -> dict[str, Any]:
    """What a customer prefers, by name: what his flow says, where it has a field for it, or his file."""
    found = dict(file_of(state).preferences)
    for name, model in words.preferred.items():
        if model.field is not None and model.field in state.data:
            value = state.data[model.field]
            if value is None:
                found.pop(name, None)
            else:
                found[name] = value
    return found


def shown_file(words: CustomersModel, state: CaseState) -> CustomerFile:
    """The file for whoever asks: nothing in it is that of the store."""
    file = file_of(state)
    return file._replace(
        kind=kind_of(words, state), profile=dict(file.profile), consents=dict(file.consents), value=dict(file.value),
        preferences=preferences_of(words, state), contacts=tuple(Contact(*contact) for contact in file.contacts),
    )  # fmt: skip
