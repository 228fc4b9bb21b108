"""An AsyncServiceDesk answers as a ServiceDesk does, on every store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from async_desks import SMALL, TOM, answers, desk_on, play, poisoned

from service_flow import (
    AsyncServiceDesk,
    Blueprint,
    CommandReused,
    DataInvalid,
    ManualClock,
    NotAllowed,
    NotFound,
    NotFromHere,
    Outcome,
    ServiceDesk,
    StoreError,
    Verdict,
)  # fmt: skip
from service_flow.engine.store import Store


def test_the_public_face_works_as_written(blueprint: Blueprint, store: Store, clock: ManualClock) -> None:
    async def story() -> None:
        async with AsyncServiceDesk(blueprint, store, clock=clock) as desk:
            anna = await desk.customers.register(name="Anna Weber", contact={"email": "a@example.com"}, by="tom")
            request = await desk.requests.open(customer=anna, need="A heat pump", channel="phone", by="tom")
            options = await desk.requests.options(request, by="tom")
            assert "analyse" in [option.transition for option in options]
            assert await desk.requests.may(request, "analyse", by="tom") == Verdict("yes")
            kind = {"kind": "product"}
            outcome = await desk.requests.perform(request, "analyse", by="tom", data=kind, command_id="web-8813")
            again = await desk.requests.perform(request, "analyse", by="tom", data=kind, command_id="web-8813")
            assert (again.events, again.repeated) == (outcome.events, True)
            assert (await desk.requests.get(request)).state == "need.analysed"
            assert [item.number for item in await desk.worklist(post="account_manager")] == ["R-1"]
            history = await desk.history(request)
            assert [entry.what for entry in history if entry.about is None] == ["opened", "analyse"]
            complaint = await desk.complaints.receive(customer=anna, about=request, text="Noisy", by="tom")
            assert (await desk.complaints.get("C-1")).reference == complaint.reference
            assert [item.number for item in await desk.requests.list(customer=anna)] == ["R-1"]
            assert (await desk.get(anna)).facts["name"] == "Anna Weber"
            assert desk.complaints.subject == "complaint"

    play(story())


ARGUMENTS: list[tuple[str, str, dict[str, Any]]] = [
    ("customers", "register", {"name": "Anna", "by": "tom", "command_id": "1"}),
    ("customers", "register", {"name": " ", "by": "tom"}),
    ("customers", "register", {"name": "Bo", "by": "nobody"}),
    ("customers", "register", {"name": "Anna", "by": "tom", "command_id": "1"}),
    ("customers", "register", {"name": "Eva", "by": "tom", "command_id": "1"}),
    ("requests", "open", {"customer": "CU-1", "need": "It rattles", "by": "tom", "data": {"fault": "worn"}}),
    ("requests", "open", {"customer": "CU-9", "need": "It rattles", "by": "tom"}),
    ("requests", "open", {"customer": "CU-1", "need": "It rattles", "by": "tom", "at": datetime(2026, 3, 2)}),
    ("requests", "perform", {"case": "R-1", "transition": "inspect", "by": "tom"}),
    ("requests", "perform", {"case": "R-1", "transition": "inspect", "by": "tom", "data": {"fault": "worn"}}),
    ("requests", "perform", {"case": "R-1", "transition": "finish", "by": "tom"}),
    ("requests", "perform", {"case": "R-1", "transition": "quote", "by": "tom", "data": {"price": "-1 EUR"}}),
    ("requests", "perform", {"case": "CU-1", "transition": "inspect", "by": "tom"}),
    ("requests", "perform", {"case": "R-1", "transition": "note", "by": "tom", "command_id": ""}),
    ("requests", "perform", {"case": "R-1", "transition": "note", "by": "tom", "data": {"note": "\ud800"}}),
    ("requests", "perform", {"case": "R-1", "transition": "note", "by": "tom", "data": {"note": "poison"}}),
    ("requests", "may", {"case": "R-1", "transition": "quote", "by": "tom"}),
    ("requests", "may", {"case": "R-2", "transition": "quote", "by": "tom"}),
    ("requests", "options", {"case": "R-1", "by": "tom"}),
    ("requests", "form", {}),
    ("requests", "form", {"flow": "repar"}),
    ("requests", "list", {"open_only": True, "limit": 1}),
    ("requests", "list", {"after": "rubbish"}),
    ("customers", "history", {"case": "CU-1"}),
    ("customers", "get", {"case": "R-1"}),
]


def test_every_call_answers_or_refuses_as_on_a_service_desk(
    store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned(monkeypatch)

    def told(answer: object) -> object:
        # Ids are new on every desk; all else is the same.
        if isinstance(answer, Outcome):
            return answer.number, answer.repeated, [event.model_dump(exclude=_IDS) for event in answer.events]
        if isinstance(answer, BaseException):
            return type(answer), str(answer).replace(store.url, "memory"), getattr(answer, "fields", None)
        return repr(answer) if not hasattr(answer, "__iter__") else len(answer)  # type: ignore[arg-type]

    def ask(desk: ServiceDesk, feature: str, method: str, arguments: dict[str, Any]) -> object:
        try:
            return getattr(getattr(desk, feature), method)(**arguments)
        except Exception as error:
            return error

    async def story() -> list[object]:
        async with desk_on(store, clock) as desk:
            found = []
            for feature, method, arguments in ARGUMENTS:
                found += await answers([getattr(getattr(desk, feature), method)(**arguments)])
            return found

    with ServiceDesk(SMALL, people={"tom": TOM}.get, clock=clock) as other:
        expected = [told(ask(other, *asked)) for asked in ARGUMENTS]
    assert [told(answer) for answer in play(story())] == expected
    kinds = {entry[0] for entry in expected if isinstance(entry, tuple) and isinstance(entry[0], type)}
    assert kinds >= {CommandReused, DataInvalid, NotAllowed, NotFound, NotFromHere, StoreError}


_IDS = {"id", "originator_id", "customer"}
