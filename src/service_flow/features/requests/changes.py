"""Changes of what was agreed: the customer's wish, what it costs, and his consent, without which nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from service_flow.design.flow import Flow
from service_flow.design.language.model import FieldModel
from service_flow.design.language.values import Money, read_date
from service_flow.engine.case.decide import check_form
from service_flow.engine.case.events import Event
from service_flow.engine.case.folding import folds
from service_flow.engine.case.known import guards_know
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.arguments import checked_instant, checked_line
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import Given, Made
from service_flow.engine.commands.orders import Note, Noting, Step
from service_flow.errors import DataInvalid, NotFromHere, Refused, meant, printable
from service_flow.features.requests.actors import judge_person
from service_flow.features.requests.billing.coins import checked_price
from service_flow.features.requests.events import Answer, ChangeWished, QuoteAnswered, QuoteMade
from service_flow.features.requests.face import SUBJECT, RequestFace
from service_flow.features.requests.words import NAME, ChangeWords, RequestsModel

CHANGE = "change"
ANSWERS: tuple[str, ...] = get_args(Answer)


class Quote(NamedTuple):
    """What the customer was told a change costs, and his answer, if he gave one. `data` are the fields that it sets."""

    number: int
    at: datetime
    valid_until: datetime
    data: Mapping[str, Any]
    answer: str | None = None


class Changes(RequestFace):
    """Changes with a quote and the customer's consent."""

    def change(
        self, case: CaseArgument, *, wish: str, by: str, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Take a wish for a change, in the customer's words. What was agreed holds until he accepts a quote."""
        told = checked_text(wish, "wish", most=10_000)

        def decide(noting: Noting) -> Made:
            words = self._change_words(noting.flow)
            judge_person(noting, "ask for a change of", also=("customer",))
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
        that holds. An earlier quote that was not answered is void from then on. The event has its number."""
        given: dict[str, Any] = {"price": checked_price(price, "price")}
        if due_date is not None:
            given["due_date"] = _day(due_date)
        until = checked_instant(valid_until, "valid_until")
        more = _mapping(data)

        def decide(noting: Noting) -> Made:
            words, state = self._change_words(noting.flow), noting.state
            judge_person(noting, "quote a change of", by=() if words is None else tuple(words.by))
            if state.outcome is not None:
                raise NotFromHere(f"{state.short} is closed; nothing of it can be changed", case=state.short)
            if until <= noting.around.at:
                raise DataInvalid("'valid_until' is past already", fields=("valid_until",), case=state.short)
            values, personal = _filled(state, noting.flow, words, given, more)
            last = quote_of(state)
            number = 1 if last is None else last.number + 1
            return [(QuoteMade, {"number": number, "valid_until": until, "data": values, "personal": personal})]

        def is_same(event: Event) -> bool:
            if not isinstance(event, QuoteMade) or event.valid_until != until:
                return False
            state = self._state(event.originator_id)
            flow = self._commands.flows.revision(state.revision)
            try:
                return (event.data, event.personal) == _filled(state, flow, self._change_words(flow), given, more)
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
        how = None if how is None else checked_line(how, "how", most=100)

        def decide(noting: Noting) -> Made:
            words, state = self._change_words(noting.flow), noting.state
            judge_person(noting, "answer a quote of", also=("customer",))
            offer = _open_quote(noting, quote, answer)
            answered = (QuoteAnswered, {"number": offer.number, "answer": answer, "how": how})
            if answer == "declined" or words is None:
                return [answered]
            if words.consent is not None and how is None:
                raise DataInvalid("'how' the customer consented is asked for", fields=("how",), case=state.short)
            said = {} if words.consent is None else {words.consent: how}
            return [answered, Step(words.agree, {**offer.data, **said})]

        asked = {"number": quote, "answer": answer, "how": how}
        return self._record(case, decide, Given(by, at, channel, command_id), QuoteAnswered, asked)

    def quoted(self, case: CaseArgument) -> Quote | None:
        """The last quote of a request; None where none was made."""
        return quote_of(self._request(case))

    def _change_words(self, flow: Flow) -> ChangeWords | None:
        model = self._commands.sections.get(NAME)
        words = model.changes.get(flow.name) if isinstance(model, RequestsModel) else None
        # A case of an older revision may stand in a flow that has not these steps.
        return words if words is not None and {words.ask, words.agree} <= flow.transitions.keys() else None


def quote_of(state: CaseState) -> Quote | None:
    quote: Quote | None = state.more.get(CHANGE)
    return quote


def _open_quote(noting: Noting, number: object, answer: str) -> Quote:
    """The quote of that number, if it is still to be answered. Raises the Refused that says why it is not."""
    state, offer = noting.state, quote_of(noting.state)
    if offer is None or type(number) is not int or not 1 <= number <= offer.number:
        raise DataInvalid(f"{state.short} has no such quote", fields=("quote",), case=state.short)
    if number != offer.number:
        message = f"quote {number} of {state.short} is void: quote {offer.number} was made after it"
        raise DataInvalid(message, fields=("quote",), case=state.short)
    if offer.answer is not None:
        raise DataInvalid(f"quote {number} of {state.short} was {offer.answer}", fields=("quote",), case=state.short)
    if answer == "accepted" and noting.around.at > offer.valid_until:
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
    if words.consent in named:
        raise DataInvalid(f"'{words.consent}' is what the customer says", fields=("data",), case=state.short)
    filled = flow.transitions[words.agree].form.fill(named)
    check_form(
        filled._replace(missing=tuple(name for name in filled.missing if name != words.consent)),
        doing="a quote", case=state.short, transition=words.agree,
    )  # fmt: skip
    return filled.data, filled.personal


def _mapping(data: object) -> Mapping[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise DataInvalid("'data' is not a mapping of field names to values", fields=("data",))
    return data


def _day(value: object) -> date:
    try:
        return read_date(value)
    except ValueError as error:
        raise DataInvalid(f"'due_date' {error}", fields=("due_date",)) from None


@folds(QuoteMade)
def _quoted(state: CaseState, event: QuoteMade) -> None:
    quote = Quote(event.number, event.at, event.valid_until, MappingProxyType({**event.data, **event.personal}))
    state.more = {**state.more, CHANGE: quote}


@folds(QuoteAnswered)
def _answered(state: CaseState, event: QuoteAnswered) -> None:
    quote: Quote = state.more[CHANGE]
    state.more = {**state.more, CHANGE: quote._replace(answer=event.answer)}


@folds(ChangeWished)
def _wished(state: CaseState, event: ChangeWished) -> None:
    """Kept in the history; the flow holds the wish."""


@guards_know("open_quote", FieldModel(type="boolean"), at_opening=False)
def _open(state: CaseState) -> bool:
    quote = quote_of(state)
    return quote is not None and quote.answer is None
