"""A service desk behind HTTP. Run it with `uvicorn app:app` in this folder; README.md shows the calls.

DESK_STORE names the store, sqlite:///desk.db if it is not set.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from problems import answer_with_problems
from pydantic import BaseModel

from service_flow import AsyncServiceDesk, Blueprint, Money, Outcome, Reference

router = APIRouter()


def create_app(store: str) -> FastAPI:
    """The app on the store of that URL. The desk is opened when the app starts, and closed when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncServiceDesk(Blueprint.load("full_process"), store) as desk:
            app.state.desk = desk
            yield

    app = FastAPI(title="Service desk", lifespan=lifespan)
    app.include_router(router)
    answer_with_problems(app)
    return app


async def opened_desk(request: Request) -> AsyncServiceDesk:
    desk: AsyncServiceDesk = request.app.state.desk
    return desk


async def who_acts(x_person: Annotated[str, Header()]) -> str:
    """The person's id. An app of your own takes it from its login, never from a header that anybody can send."""
    return x_person


Desk = Annotated[AsyncServiceDesk, Depends(opened_desk)]
Person = Annotated[str, Depends(who_acts)]


async def named_command(
    person: Person, idempotency_key: Annotated[str | None, Header(min_length=1, max_length=100)] = None
) -> str | None:
    """The id that makes a call safe to send twice. Each person has ids of their own, so nobody gets another's answer."""
    return None if idempotency_key is None else f"{person}:{idempotency_key}"


CommandId = Annotated[str | None, Depends(named_command)]


class NewCustomer(BaseModel):
    name: str
    contact: dict[str, str] = {}


class NewRequest(BaseModel):
    customer: str
    need: str
    channel: str | None = None
    data: dict[str, Any] = {}


class Form(BaseModel):
    data: dict[str, Any] = {}


@router.post("/customers", status_code=201)
async def register(body: NewCustomer, desk: Desk, person: Person, command_id: CommandId) -> dict[str, Any]:
    outcome = await desk.customers.register(name=body.name, contact=body.contact, by=person, command_id=command_id)
    return accepted(outcome)


@router.post("/requests", status_code=201)
async def open_request(
    body: NewRequest, desk: Desk, person: Person, command_id: CommandId, response: Response
) -> dict[str, Any]:
    outcome = await desk.requests.open(
        customer=body.customer, need=body.need, channel=body.channel, data=body.data, by=person, command_id=command_id
    )
    response.headers["Location"] = f"/requests/{outcome.number}"
    return accepted(outcome)


@router.get("/requests/{number}")
async def see_request(number: str, desk: Desk) -> dict[str, Any]:
    case = await desk.requests.get(number)
    return {
        "number": case.number,
        "state": case.state,
        "titles": case.titles,
        "owners": case.owners,
        "outcome": case.outcome,
        "facts": plain(case.facts),
        "data": plain(case.data),
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
    }


@router.get("/requests/{number}/options")
async def see_options(number: str, desk: Desk, person: Person) -> list[dict[str, Any]]:
    """What the person may do next, each with the form that a screen can draw."""
    return [
        {
            "transition": option.transition,
            "title": option.title,
            "form": [
                {"name": field.name, "type": field.type, "required": field.required, "choices": field.choices}
                for field in option.form
            ],
        }
        for option in await desk.requests.options(number, by=person)
    ]


@router.post("/requests/{number}/transitions/{transition}")
async def perform(
    number: str, transition: str, body: Form, desk: Desk, person: Person, command_id: CommandId
) -> dict[str, Any]:
    return accepted(await desk.requests.perform(number, transition, by=person, data=body.data, command_id=command_id))


@router.get("/requests/{number}/history")
async def see_history(
    number: str, desk: Desk, as_of: datetime | None = None, after: int = 0, limit: int = 50
) -> dict[str, Any]:
    history = await desk.requests.history(number, as_of=as_of, after=after, limit=limit)
    return {
        "state": history.case.state,
        "entries": [
            {"at": entry.at, "what": entry.what, "title": entry.title, "entered": entry.entered, "by": entry.by}
            for entry in history
        ],
        "next": history.next,
    }


@router.get("/worklist")
async def see_worklist(
    desk: Desk, person: Person, post: str | None = None, after: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """What waits at a post, or at any post of the person who asks; the longest waiting first."""
    page = await desk.worklist(post=post, person=None if post else person, after=after, limit=limit)
    return {
        "items": [
            {"number": item.number, "state": item.state, "owners": item.owners, "since": item.entered_at}
            for item in page
        ],
        "next": page.next,
    }


def accepted(outcome: Outcome) -> dict[str, Any]:
    return {"number": outcome.number, "repeated": outcome.repeated}


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
    return value.isoformat() if isinstance(value, date) else value


app = create_app(os.environ.get("DESK_STORE", "sqlite:///desk.db"))
