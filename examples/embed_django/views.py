"""One function for each call. The desk says what is wrong with a call; problems.py answers with that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import authenticate, get_user_model, login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from problems import NotSignedIn
from service_desk import opened_desk

from service_flow import Money, Outcome, Reference


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and the token that every POST brings along; POST signs in."""
    if request.method == "POST":
        sent = body(request)
        user = authenticate(request, username=str(sent.get("username")), password=str(sent.get("password")))
        if user is None:
            raise NotSignedIn
        login(request, user)
    name = request.user.get_username() if request.user.is_authenticated else None
    return JsonResponse({"user": name, "csrf": get_token(request)})


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    by, sent = who_acts(request), body(request)
    outcome = opened_desk().customers.register(
        name=sent.get("name"), contact=sent.get("contact"), by=by, command_id=command_id(request)
    )
    return accepted(outcome, status=201)


@require_POST
def open_request(request: HttpRequest) -> HttpResponse:
    by, sent = who_acts(request), body(request)
    outcome = opened_desk().requests.open(
        customer=sent.get("customer"), need=sent.get("need"), channel=sent.get("channel"), data=sent.get("data"),
        by=by, command_id=command_id(request),
    )  # fmt: skip
    return accepted(outcome, status=201, headers={"Location": f"/requests/{outcome.number}"})


@require_GET
def see_request(request: HttpRequest, number: str) -> HttpResponse:
    who_acts(request)
    case = opened_desk().requests.get(number)
    return answer({
        "number": case.number, "state": case.state, "titles": case.titles, "owners": case.owners,
        "outcome": case.outcome, "facts": case.facts, "data": case.data,
        "opened_at": case.opened_at, "changed_at": case.changed_at,
    })  # fmt: skip


@require_GET
def see_options(request: HttpRequest, number: str) -> HttpResponse:
    """What the user may do next, each with the form that a screen can draw."""
    options = opened_desk().requests.options(number, by=who_acts(request))
    return answer({
        "options": [
            {
                "transition": option.transition,
                "title": option.title,
                "form": [
                    {"name": field.name, "type": field.type, "required": field.required, "choices": field.choices}
                    for field in option.form
                ],
            }
            for option in options
        ]
    })  # fmt: skip


@require_POST
def perform(request: HttpRequest, number: str, transition: str) -> HttpResponse:
    by, sent = who_acts(request), body(request)
    outcome = opened_desk().requests.perform(
        number, transition, by=by, data=sent.get("data"), command_id=command_id(request)
    )
    return accepted(outcome)


@require_GET
def see_history(request: HttpRequest, number: str) -> HttpResponse:
    who_acts(request)
    history = opened_desk().requests.history(
        number, as_of=instant(request, "as_of"), after=whole(request, "after", 0), limit=whole(request, "limit", 50)
    )
    # Events know a user by his id, for ever; his name is Django's and may change.
    users = get_user_model().objects.in_bulk([entry.by for entry in history if entry.by.isdecimal()])
    names = {str(key): user.get_username() for key, user in users.items()}
    return answer({
        "state": history.case.state,
        "entries": [
            {
                "at": entry.at, "what": entry.what, "title": entry.title, "entered": entry.entered,
                "by": names.get(entry.by, entry.by),
            }
            for entry in history
        ],
        "next": history.next,
    })  # fmt: skip


@require_GET
def see_worklist(request: HttpRequest) -> HttpResponse:
    """What waits at a post, or at any post of the user who asks; the longest waiting first."""
    person, post = who_acts(request), request.GET.get("post")
    page = opened_desk().worklist(
        post=post, person=None if post else person, after=request.GET.get("after"), limit=whole(request, "limit", 50)
    )
    items = [
        {"number": item.number, "state": item.state, "owners": item.owners, "since": item.entered_at} for item in page
    ]
    return answer({"items": items, "next": page.next})


def who_acts(request: HttpRequest) -> str:
    """The signed-in user's id, by which the desk finds him. Raises NotSignedIn."""
    if not request.user.is_authenticated:
        raise NotSignedIn
    return str(request.user.pk)


def command_id(request: HttpRequest) -> str | None:
    """The id that makes a call safe to send twice. Each user has ids of his own, so nobody gets another's answer."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= 100:
        raise BadRequest("An Idempotency-Key has 1 to 100 characters")
    return f"{who_acts(request)}:{key}"


def body(request: HttpRequest) -> Any:
    """The JSON object that was sent; the desk reads what is in it. Raises BadRequest."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON") from None
    if not isinstance(sent, dict):
        raise BadRequest("The body is not a JSON object")
    return sent


def whole(request: HttpRequest, name: str, default: int) -> int:
    try:
        return int(request.GET.get(name, default))
    except ValueError:
        raise BadRequest(f"'{name}' is not a whole number") from None


def instant(request: HttpRequest, name: str) -> Any:
    if name not in request.GET:
        return None
    try:
        found = parse_datetime(request.GET[name])
    except ValueError:  # a text of the right form that is no instant, such as the 31st of April
        found = None
    if found is None:
        raise BadRequest(f"'{name}' is not an instant; write 2026-03-31T14:00:00Z")
    return found


def plain(value: Any) -> Any:
    """A value of a case in the one form that JSON has for it; the desk takes it back.

    Money is an amount and its currency, a duration is in seconds, decimals, dates and references to cases are texts.
    """
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, timedelta):
        seconds, rest = divmod(value, timedelta(seconds=1))
        return f"{seconds}.{rest.microseconds:06} seconds" if rest else seconds
    if isinstance(value, Decimal | Reference):  # a Reference is a tuple too
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    # To the microsecond: Django's own encoder cuts instants to milliseconds, and `as_of` would miss an event by it.
    return value.isoformat() if isinstance(value, date) else value


def answer(content: Mapping[str, Any]) -> HttpResponse:
    return JsonResponse(plain(content))


def accepted(outcome: Outcome, **more: Any) -> HttpResponse:
    return JsonResponse({"number": outcome.number, "repeated": outcome.repeated}, **more)
