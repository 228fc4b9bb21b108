"""Deciding about remedies: may this be granted, by whom, or does it wait for somebody above him."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from service_flow.design.language.values import Money
from service_flow.design.organisation import Actor
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.faces import Made
from service_flow.engine.commands.orders import Noting
from service_flow.errors import DataInvalid, GuardSaidNo, NotAllowed, NotFromHere, meant, printable
from service_flow.features.recovery.events import RemedyAsked, RemedyGranted
from service_flow.features.recovery.kept import Remedy, remedies_of, remedies_with_merged
from service_flow.features.recovery.plan import Authority, Plan, Proposal
from service_flow.features.recovery.values import hold_against_catalogue, smallest, total_with
from service_flow.features.recovery.words import RemedyModel

DEPUTY = "staff:deputy"
"""The entries that say for whom a person stands in; their key is the person, their value names the other as `for`."""


class Wish(NamedTuple):
    """What somebody wants to grant."""

    remedy: str
    value: Money | None
    reason: str


def model_of(plan: Plan, remedy: object) -> RemedyModel:
    """The remedy of that name. Raises DataInvalid."""
    found = plan.remedies.get(remedy) if isinstance(remedy, str) else None
    if found is None:
        shown = printable(remedy)
        raise DataInvalid(f"there is no remedy '{shown}'{meant(shown, plan.remedies)}", fields=("remedy",))
    return found


def granted_or_asked(plan: Plan, wish: Wish, noting: Noting, proposals: tuple[Proposal, ...]) -> Made:
    """The event by which a remedy is granted, or asked for where it is above the authority of whoever wants to grant
    it. Raises the Refused that says why it is neither."""
    state, actor = noting.state, noting.around.actor
    model = model_of(plan, wish.remedy)
    still_open(state, "no remedy can be granted")
    own = plan.authorities(actor.posts)
    if not own or actor.system:
        known = ", ".join(sorted(plan.authority))
        raise NotAllowed(f"{_who(actor)} may grant no remedies; it takes {known}", case=state.short)
    remedies = _remedies(noting)
    hold_against_catalogue(wish.remedy, model, wish.value, remedies, state.short)
    row = _row(wish.remedy, wish.value, proposals, own, state)
    fields: dict[str, Any] = {
        "number": len(remedies_of(state)) + 1, "remedy": wish.remedy, "row": row,
        "amount": None if wish.value is None else wish.value.amount,
        "currency": None if wish.value is None else wish.value.currency,
        "done_by": tuple(model.carried_out.by), "personal": {"reason": wish.reason},
    }  # fmt: skip
    total = total_with(remedies, wish.value)
    able = next((each for each in own if each.covers(wish.remedy, total)), None)
    if able is not None:
        return [(RemedyGranted, {**fields, "granted_as": able.post})]
    approvers = plan.approvers([each.post for each in own], wish.remedy, total)
    if not approvers:
        raise NotAllowed(_above(wish.remedy, total, state, f"{_who(actor)} may grant"), case=state.short)
    return [(RemedyAsked, {**fields, "approvers": approvers})]


def may_ask(
    plan: Plan, proposal: Proposal, actor: Actor, state: CaseState, remedies: tuple[Remedy, ...]
) -> bool:  # fmt: skip
    """Whether somebody may grant what is proposed, or ask for it, with the least value that it may have."""
    own = [] if actor.system or state.outcome is not None else plan.authorities(actor.posts)
    posts = [each.post for each in own]
    values: list[Money | None] = [proposal.least.get(currency, smallest(currency)) for currency in proposal.most]
    return any(
        plan.able(posts, proposal.remedy, total) or plan.approvers(posts, proposal.remedy, total)
        for total in (total_with(remedies, value) for value in values or [None])
    )


def approved(plan: Plan, remedy: Remedy, noting: Noting, proposals: tuple[Proposal, ...]) -> Made:
    """The event by which what was asked for is granted. Raises NotAllowed for whoever may not, and the Refused that
    says why it is not granted any more: the catalogue, the table or the complaint may have changed meanwhile."""
    state, remedies = noting.state, _remedies(noting)
    still_open(state, "no remedy can be granted")
    post = _approver(plan, remedy, total_with(remedies, remedy.value), noting)
    hold_against_catalogue(remedy.name, model_of(plan, remedy.name), remedy.value, remedies, state.short)
    row = remedy.row  # whoever asked had the right to an exception, if it is one
    if row is not None:
        row = _row(remedy.name, remedy.value, proposals, plan.authorities(noting.around.actor.posts), state)
    fields = {
        "number": remedy.number, "remedy": remedy.name, "row": row, "granted_as": post,
        "amount": None if remedy.value is None else remedy.value.amount,
        "currency": None if remedy.value is None else remedy.value.currency,
        "asked_by": remedy.asked_by, "done_by": remedy.done_by, "personal": {},
    }  # fmt: skip
    return [(RemedyGranted, fields)]


def judge_decliner(plan: Plan, remedy: Remedy, noting: Noting) -> None:
    """Raises NotAllowed for whoever may not decline what was asked for: it takes one who could have granted it, or any
    post that was asked."""
    _four_eyes(remedy, noting)
    if noting.around.actor.posts.isdisjoint(remedy.approvers):
        _approver(plan, remedy, total_with(_remedies(noting), remedy.value), noting)


def judge_withdrawer(plan: Plan, remedy: Remedy, noting: Noting) -> None:
    """Raises NotAllowed for whoever may not take a remedy back: it takes one who asked for it or granted it, or could
    have granted it."""
    actor, short = noting.around.actor, noting.state.short
    if actor.system or actor.id not in (remedy.asked_by, remedy.granted_by):
        able = plan.able(sorted(plan.authority), remedy.name, remedy.value)
        if actor.system or actor.posts.isdisjoint(able):
            takes = ", ".join(["whoever asked for it or granted it", *able])
            what = f"take back '{remedy.name}' of {short}"
            raise NotAllowed(f"{_who(actor)} may not {what}; it takes {takes}", case=short)


def _remedies(noting: Noting) -> tuple[Remedy, ...]:
    """All that count together; what was merged into the complaint changes no more."""
    return remedies_with_merged(noting.state, noting.unit.state)


def _four_eyes(remedy: Remedy, noting: Noting) -> None:
    """Raises NotAllowed for whoever asked for the remedy himself, and for his deputy."""
    actor, asked_by, short = noting.around.actor, remedy.asked_by, noting.state.short
    what = f"'{remedy.name}' (number {remedy.number}) of {short}"
    if actor.system:
        raise NotAllowed(f"{_who(actor)} decides about no remedy", case=short)
    if actor.id == asked_by:
        raise NotAllowed(f"'{actor.id}' asked for {what} himself; somebody else must decide", case=short)
    if asked_by in _stood_in_for(noting):
        message = f"'{actor.id}' stands in for whoever asked for {what}; somebody else must decide"
        raise NotAllowed(message, case=short)


def _stood_in_for(noting: Noting) -> set[str]:
    """Everybody for whom the actor stands in now, also by way of others who are away."""
    at = noting.around.at.isoformat(timespec="microseconds")
    found: set[str] = set()
    asked = [noting.around.actor.id]
    while asked:
        for row in noting.entries(DEPUTY, asked.pop()):
            deputy = json.loads(row.value)
            now = deputy["since"] <= at and (deputy["until"] is None or at < deputy["until"])
            if now and deputy["for"] not in found:
                found.add(deputy["for"])
                asked.append(deputy["for"])
    return found


def _approver(plan: Plan, remedy: Remedy, total: Money | None, noting: Noting) -> str:
    """The post as which the actor may grant what was asked for: one of those above whoever asked that may grant it."""
    _four_eyes(remedy, noting)
    actor, state = noting.around.actor, noting.state
    able = [
        each.post for each in plan.authorities(actor.posts)
        if each.post in remedy.approvers and each.covers(remedy.name, total)
    ]  # fmt: skip
    if able:
        return able[0]
    could = plan.able(remedy.approvers, remedy.name, total)
    takes = f"it takes {', '.join(could)}" if could else "nobody above whoever asked may grant as much now"
    said = _above(remedy.name, total, state, f"{_who(actor)} may grant", takes)
    raise NotAllowed(said, case=state.short)


def _row(
    remedy: str, value: Money | None, proposals: tuple[Proposal, ...], own: list[Authority], state: CaseState
) -> int | None:  # fmt: skip
    """The row of the table by which a remedy is granted; None for an exception. Raises GuardSaidNo for what the table
    does not propose, where whoever wants to grant it has no right to an exception."""
    proposed = [each for each in proposals if each.remedy == remedy]
    row = next((each.row for each in proposed if each.takes(value)), None)
    if row is not None or any(each.exceptions for each in own):
        return row
    if proposed:
        ranges = " or ".join(dict.fromkeys(text for each in proposed for text in _ranges(each, value)))
        message = f"'{remedy}' is proposed for {state.short} with {ranges}"
    else:
        known = ", ".join(dict.fromkeys(each.remedy for each in proposals)) or "nothing"
        message = f"'{remedy}' is not proposed for {state.short}; the table proposes {known}"
    raise GuardSaidNo(f"{message}. It takes a post with `exceptions`.", case=state.short)


def _ranges(proposal: Proposal, value: Money | None) -> Iterator[str]:
    """What a row proposes in the currency of a value; in every currency, where it has none in that."""
    here = [currency for currency in proposal.most if value is not None and currency == value.currency]
    for currency in here or proposal.most:
        least, most = proposal.least.get(currency), proposal.most[currency]
        yield f"{most} at most" if least is None else f"{least} to {most}"


def _above(
    remedy: str, total: Money | None, state: CaseState, whose: str, takes: str = "nobody above may either"
) -> str:  # fmt: skip
    if total is None:
        return f"'{remedy}' is above what {whose} for {state.short}; {takes}"
    return f"'{remedy}', with which the remedies of {state.short} come to {total}, is above what {whose}; {takes}"


def _who(actor: Actor) -> str:
    if actor.system:
        return f"the system actor '{actor.id}'"
    return f"'{actor.id}' ({', '.join(sorted(actor.posts)) or 'no post'})"


def still_open(state: CaseState, so: str) -> None:
    """Raises NotFromHere for a complaint that has ended."""
    if state.outcome is not None:
        raise NotFromHere(f"{state.short} is closed ({state.outcome}); {so}", case=state.short)


def one_of(state: CaseState, named: object) -> Remedy:
    """The remedy that is meant by its number in the complaint, or by its name where only one of that name is open.
    Raises DataInvalid."""
    remedies = remedies_of(state)
    if isinstance(named, int) and not isinstance(named, bool):
        found = [each for each in remedies if each.number == named]
    else:
        named_so = [each for each in remedies if each.name == named]
        found = [each for each in named_so if each.is_open] or named_so[-1:]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{each.number} {each.name} ({each.status})" for each in remedies) or "none"
    if found:
        said = f"{state.short} has several '{printable(named)}' that are open; name one by its number: {known}"
    else:
        shown = named if isinstance(named, int) and 0 <= named <= len(remedies) + 1_000 else printable(named)
        said = f"{state.short} has no remedy '{shown}'; it has: {known}"
    raise DataInvalid(said, fields=("remedy",), case=state.short)
