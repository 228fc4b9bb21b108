"""Changes of what was agreed: the customer's wish, what it costs, and his consent, without which nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from service_flow.design.flow import Flow
from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Money
from service_flow.engine.case.decide import check_form
from service_flow.engine.case.events import Event
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.refusing import not_from_here
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_day, checked_instant
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.orders import Note, Noting, Step
from service_flow.errors import DataInvalid, NotFromHere, Refused, meant, printable
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.arguments import checked_fields, checked_name
from service_flow.features.requests.billing.account import account_of, check_currency
from service_flow.features.requests.billing.coins import checked_total
from service_flow.features.requests.events import Answer, ChangeWished, QuoteAnswered, QuoteMade
from service_flow.features.requests.face import SUBJECT, RequestFace
from service_flow.features.requests.words import NAME, ChangeWords, RequestsModel

CHANGE, CONSENT = "change", "consent"
_HALF_A_DAY = timedelta(hours=12)
"""A day that has ended in UTC still lasts so long somewhere."""
ANSWERS: tuple[str, ...] = get_args(Answer)


class Quote(NamedTuple):
    """What the customer was told a change costs, and his answer, if he gave one. `data` are the fields that it sets."""

    number: int
    at: datetime
    valid_until: datetime
    data: Mapping[str, Any]
    answer: str | None = None
    change: int | None = None
    """Which change it is for, counted from 1, where the flow has a step that asks for one."""


class Changes(RequestFace):
    """Changes with a quote and the customer's consent."""

    def change(
        self, case: CaseArgument, *, wish: str, by: str, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take a wish for a change, in the customer's words. What was agreed holds until he accepts a quote."""
        told = checked_text(wish, "wish", most=10_000)

        def decide(noting: Noting) -> Made:
            words = self._change_words(noting.state, noting.flow)
            judge_person(noting, "ask for a change of", also=("customer",))
            _check_open(noting.state)
            wished = (ChangeWished, {"personal": {"wish": told}})
            return [wished] if words is None else [wished, Step(words.ask, {words.wish: told})]

        return self._record(
            case, decide, Given(by, at, channel, command_id), ChangeWished, {"personal": {"wish": told}}
        )

    def quote(
        self, case: CaseArgument, *, price: Money | str, valid_until: datetime, by: str, due_date: date | None = None,
        data: Mapping[str, Any] | None = None, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Tell the customer the new price and due date, what else changes (`data`, fields of the flow), and until when
        that holds: for the change that was asked for last. An earlier quote that was not answered is void from then on.
        The event has its number. Raises NotFromHere where the request stands so that nothing can be changed, and
        DataInvalid for another currency than that in which it was invoiced."""
        given: dict[str, Any] = {"price": checked_total(price, "price")}
        if due_date is not None:
            given["due_date"] = checked_day(due_date, "due_date")
        until, more = checked_instant(valid_until, "valid_until"), checked_fields(data, "data")

        def decide(noting: Noting) -> Made:
            words, state = self._change_words(noting.state, noting.flow), noting.state
            judge_person(noting, "quote a change of", by=() if words is None else tuple(words.by))
            _check_quote(noting, words, given, until)
            values, personal = _filled(state, noting.flow, words, given, more)
            last = quote_of(state)
            number = 1 if last is None else last.number + 1
            quoted = {"number": number, "valid_until": until, "data": values, "personal": personal}
            return [(QuoteMade, {**quoted, "change": _changes_asked_for(state, words)})]

        def is_same(event: Event) -> bool:
            if not isinstance(event, QuoteMade) or event.valid_until != until:
                return False
            state = self._state(event.originator_id)
            flow = self._commands.flows.revision(state.revision)
            try:
                words = self._change_words(state, flow)
                return (event.data, event.personal) == _filled(state, flow, words, given, more)
            except Refused:
                return False

        return self._run(
            Note(
                case=case, subject=SUBJECT, decide=decide, is_same=is_same, by=by, at=at, channel=channel,
                command_id=command_id,
            )
        )  # fmt: skip

    def consent(
        self, case: CaseArgument, *, quote: int, answer: str, by: str, how: str | None = None,
        at: datetime | None = None, channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record what the customer said to a quote, named by its number: "accepted" or "declined", and `how`. With
        "accepted" the change takes effect, in the same command; a quote that is void or has run out is refused."""
        if answer not in ANSWERS:
            message = f"'answer' is one of {', '.join(ANSWERS)}{meant(printable(answer), ANSWERS)}"
            raise DataInvalid(message, fields=("answer",))
        how = None if how is None else checked_name(how, "how")

        def decide(noting: Noting) -> Made:
            words, state = self._change_words(noting.state, noting.flow), noting.state
            judge_person(noting, "answer a quote of", also=("customer",))
            offer = _open_quote(noting, words, quote, answer)
            answered = (QuoteAnswered, {"number": offer.number, "answer": answer, "how": how})
            if answer == "declined" or words is None:
                return [answered]
            if words.consent is not None and how is None:
                raise DataInvalid("'how' the customer consented is asked for", fields=("how",), case=state.short)
            if not offer.data.keys() <= noting.flow.transitions[words.agree].form.fields.keys():
                message = (
                    f"quote {offer.number} of {state.short} was made before its flow was changed; make another one"
                )
                raise DataInvalid(message, fields=("quote",), case=state.short)
            said = {} if words.consent is None else {words.consent: how}
            return [answered, Step(words.agree, {**offer.data, **said})]

        asked = {"number": quote, "answer": answer, "how": how}
        return self._record(case, decide, Given(by, at, channel, command_id), QuoteAnswered, asked)

    def quoted(self, case: CaseArgument) -> Quote | None:
        """The last quote of a request; None where none was made."""
        return quote_of(self._request(case))

    def _change_words(self, state: CaseState, flow: Flow) -> ChangeWords | None:
        """What the blueprint says of changes in this flow. Raises NotFromHere for a request that goes by an older
        revision of it, without these steps: nothing would come of what the customer consents to."""
        model = self._commands.sections.get(NAME)
        words = model.changes.get(flow.name) if isinstance(model, RequestsModel) else None
        for step in () if words is None else (words.ask, words.agree):
            if step not in flow.transitions:
                message = (
                    f"{state.short} goes by an older revision of flow '{flow.name}', which has no '{step}'; migrate it"
                )
                raise NotFromHere(message, case=state.short, transition=step)
        return words


def quote_of(state: CaseState) -> Quote | None:
    quote: Quote | None = state.more.get(CHANGE)
    return quote


def _changes_asked_for(state: CaseState, words: ChangeWords | None) -> int | None:
    return None if words is None else state.times.get(words.ask, 0)


def _check_open(state: CaseState) -> None:
    if state.outcome is not None:
        raise NotFromHere(f"{state.short} is closed; nothing of it can be changed", case=state.short)


def _check_quote(noting: Noting, words: ChangeWords | None, given: Mapping[str, Any], until: datetime) -> None:
    """Raise the Refused that says why nothing can be quoted like that now."""
    state, at, account = noting.state, noting.around.at, account_of(noting.state)
    _check_open(state)
    if words is not None and words.agree not in noting.flow.exits(state.configuration):
        raise not_from_here(state, noting.flow, words.agree)
    if until <= at:
        raise DataInvalid("'valid_until' is past already", fields=("valid_until",), case=state.short)
    if "due_date" in given and given["due_date"] < (at - _HALF_A_DAY).date():
        raise DataInvalid("'due_date' is past already", fields=("due_date",), case=state.short)
    if account is not None:
        check_currency(account, given["price"].currency, "price")


def _open_quote(noting: Noting, words: ChangeWords | None, number: object, answer: str) -> Quote:
    """The quote of that number, if it is still to be answered. Raises the Refused that says why it is not."""
    state, offer = noting.state, quote_of(noting.state)
    if offer is None or type(number) is not int or not 1 <= number <= offer.number:
        raise DataInvalid(f"{state.short} has no such quote", fields=("quote",), case=state.short)
    if number != offer.number:
        message = f"quote {number} of {state.short} is void: quote {offer.number} was made after it"
        raise DataInvalid(message, fields=("quote",), case=state.short)
    if offer.answer is not None:
        raise DataInvalid(f"quote {number} of {state.short} was {offer.answer}", fields=("quote",), case=state.short)
    if answer == "declined":
        return offer
    _check_open(state)
    if offer.change not in (None, _changes_asked_for(state, words)):
        message = f"quote {number} of {state.short} is void: it was made for an earlier change; make another one"
        raise DataInvalid(message, fields=("quote",), case=state.short)
    if noting.around.at > offer.valid_until:
        message = f"quote {number} of {state.short} held until {offer.valid_until.isoformat()}; make another one"
        raise DataInvalid(message, fields=("quote",), case=state.short)
    return offer


def _filled(
    state: CaseState, flow: Flow, words: ChangeWords | None, given: Mapping[str, Any], more: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is quoted as values of the flow's fields, personal ones apart. Raises DataInvalid for what the step that
    carries the change out would not take."""
    if words is None:
        if more:
            message = f"flow '{flow.name}' has no step for changes, so 'data' means nothing here"
            raise DataInvalid(message, fields=("data",), case=state.short)
        return dict(given), {}
    named = {words.price: given["price"], **more}
    if "due_date" in given:
        if words.due_date is None:
            raise DataInvalid("a change sets no due date here", fields=("due_date",), case=state.short)
        named[words.due_date] = given["due_date"]
    for word, field in (("price", words.price), ("due_date", words.due_date)):
        if word in given and field in more:
            message = f"'{field}' is what '{word}' says; leave it out of 'data'"
            raise DataInvalid(message, fields=("data",), case=state.short)
    if words.consent in named:
        raise DataInvalid(f"'{words.consent}' is what the customer says", fields=("data",), case=state.short)
    filled = flow.transitions[words.agree].form.fill(named)
    check_form(
        filled._replace(missing=tuple(name for name in filled.missing if name != words.consent)),
        doing="a quote", case=state.short, transition=words.agree,
    )  # fmt: skip
    return filled.data, filled.personal


@folds(QuoteMade)
def _quoted(state: CaseState, event: QuoteMade) -> None:
    data = MappingProxyType({**event.data, **event.personal})
    quote = Quote(event.number, event.at, event.valid_until, data, change=event.change)
    state.more = {**state.more, CHANGE: quote}


@folds(QuoteAnswered)
def _answered(state: CaseState, event: QuoteAnswered) -> None:
    quote: Quote = state.more[CHANGE]
    state.more = {**state.more, CHANGE: quote._replace(answer=event.answer)}
    if event.answer == "accepted":
        state.more = {**state.more, CONSENT: event.originator_version}


@folds(ChangeWished)
def _wished(state: CaseState, event: ChangeWished) -> None:
    """Kept in the history; the flow holds the wish."""


@guards_know("open_quote", FieldModel(type="boolean"), at_opening=False)
def _open(state: CaseState) -> bool:
    quote = quote_of(state)
    return quote is not None and quote.answer is None


@guards_know("consented", FieldModel(type="boolean"), at_opening=False)
def _consented(state: CaseState) -> bool:
    """Nothing has happened since the customer accepted a quote: so it is for the step that carries this out, in the
    same command, and for no other."""
    return state.more.get(CONSENT) == state.version
