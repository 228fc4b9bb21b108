"""The app, called over HTTP in this process: no server is needed. Run it with `pytest test_app.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from app import create_app
from fastapi import FastAPI

PRODUCT = {"data": {"kind": "product"}}


@asynccontextmanager
async def running(store: str = "memory") -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    app = create_app(store)
    transport = httpx.ASGITransport(app)
    tom = {"X-Person": "tom"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://desk", headers=tom) as client,
    ):
        yield app, client


def play(story: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def main() -> None:
        async with running() as (_, client):
            assert (await client.post("/customers", json={"name": "Anna Weber"})).json()["number"] == "CU-1"
            assert (await client.post("/requests", json={"customer": "CU-1", "need": "A pump"})).status_code == 201
            await story(client)

    asyncio.run(main())


def test_a_value_that_was_answered_is_taken_back() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        order: dict[str, Any] = {
            "items": ["pump"], "price": "4200.00 EUR", "delivery_way": "shipping", "due_date": "2026-05-01",
        }  # fmt: skip
        assert (await client.post("/requests", json={"customer": "CU-1", "need": "Another"})).status_code == 201
        for number in ("R-1", "R-2"):
            path = f"/requests/{number}/transitions"
            assert (await client.post(f"{path}/analyse", json=PRODUCT)).status_code == 200
            assert (await client.post(f"{path}/take_order", json={"data": order})).status_code == 200
            seen = (await client.get(f"/requests/{number}")).json()["data"]
            order = {name: seen[name] for name in order}
            assert order["price"] == {"amount": "4200.00", "currency": "EUR"}
            assert order["due_date"] == "2026-05-01"

    play(story)


def test_a_request_is_opened_carried_on_and_seen() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        opened = await client.post("/requests", json={"customer": "CU-1", "need": "Advice", "channel": "chat"})
        assert opened.headers["Location"] == "/requests/R-2"
        assert opened.json() == {"number": "R-2", "repeated": False}
        options = (await client.get("/requests/R-2/options")).json()
        analyse = next(option for option in options if option["transition"] == "analyse")
        assert [field["name"] for field in analyse["form"] if field["required"]] == ["kind"]
        performed = await client.post("/requests/R-2/transitions/analyse", json=PRODUCT)
        assert performed.json() == {"number": "R-2", "repeated": False}
        seen = (await client.get("/requests/R-2")).json()
        assert seen["state"] == "need.analysed"
        assert (seen["facts"], seen["data"], seen["owners"]) == (
            {"need": "Advice"},
            {"kind": "product"},
            ["account_manager"],
        )
        history = (await client.get("/requests/R-2/history")).json()
        assert [entry["what"] for entry in history["entries"] if "promise" not in entry["what"]] == [
            "opened",
            "analyse",
        ]
        earlier = {"as_of": history["entries"][0]["at"]}
        assert (await client.get("/requests/R-2/history", params=earlier)).json()["state"] == "need.identified"
        work = (await client.get("/worklist", params={"limit": 1})).json()
        assert [item["number"] for item in work["items"]] == ["R-1"]
        rest = (await client.get("/worklist", params={"post": "account_manager", "after": work["next"]})).json()
        assert [item["number"] for item in rest["items"]] == ["R-2"]

    play(story)


def test_a_call_with_an_idempotency_key_is_safe_to_send_twice() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "form-1"}
        path = "/requests/R-1/transitions/analyse"
        answers = await asyncio.gather(*(client.post(path, json=PRODUCT, headers=key) for _ in range(5)))
        assert sorted(answer.json()["repeated"] for answer in answers) == [False, True, True, True, True]
        entries = (await client.get("/requests/R-1/history")).json()["entries"]
        assert [entry["what"] for entry in entries].count("analyse") == 1
        other = await client.post(path, json={"data": {"kind": "advice"}}, headers=key)
        assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "command-reused")
        hers = await client.post(path, json=PRODUCT, headers={**key, "X-Person": "hanna"})
        assert hers.json()["repeated"] is False

    play(story)


PERFORM = "/requests/R-1/transitions/"


@pytest.mark.parametrize(
    ("call", "path", "body", "person", "status", "kind", "more"),
    [
        ("POST", PERFORM + "hand_over", {}, "tom", 409, "not-from-here", {"case": "R-1", "transition": "hand_over"}),
        ("POST", PERFORM + "analyse", {}, "tom", 422, "data-missing", {"fields": ["kind"]}),
        ("POST", PERFORM + "analyse", {"data": {"kind": "secret"}}, "tom", 422, "data-invalid", {"fields": ["kind"]}),
        ("POST", PERFORM + "analyse", PRODUCT, "paolo", 403, "not-allowed", {"case": "R-1"}),
        ("POST", PERFORM + "analyse", PRODUCT, "secret", 403, "not-allowed", {}),
        ("GET", "/requests/R-9", None, "tom", 404, "not-found", {"instance": "/requests/R-9"}),
        ("POST", "/requests", {"customer": "CU-9", "need": "secret"}, "tom", 404, "not-found", {}),
        ("POST", "/requests", {"customer": 5, "need": "secret"}, "tom", 422, "unreadable", {"fields": ["customer"]}),
        ("GET", "/worklist?limit=0", None, "tom", 422, "data-invalid", {"fields": ["limit"]}),
        ("GET", "/nothing", None, "tom", 404, "http", {"title": "Not Found"}),
        ("DELETE", "/requests/R-1", None, "tom", 405, "http", {}),
    ],
)  # fmt: skip
def test_every_no_is_a_problem_that_says_why(
    call: str, path: str, body: object, person: str, status: int, kind: str, more: dict[str, object]
) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        answer = await client.request(call, path, json=body, headers={"X-Person": person})
        problem = answer.json()
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert (problem["status"], problem["type"]) == (status, f"https://example.com/problems/{kind}")
        assert problem["title"]
        assert more.items() <= problem.items()
        assert person == "secret" or "secret" not in answer.text
        assert "memory" not in answer.text

    play(story)


def test_a_guard_that_says_no_is_a_conflict() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        await client.post(PERFORM + "analyse", json={"data": {"kind": "advice"}})
        answer = await client.post(PERFORM + "begin_design", json={})
        assert answer.status_code == 409
        assert "the guard says no" in answer.json()["detail"]

    play(story)


def test_many_callers_at_once_are_all_served() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        calls = [client.post("/requests", json={"customer": "CU-1", "need": f"Pump {turn}"}) for turn in range(50)]
        calls.append(client.post("/requests", json={"customer": "CU-1", "need": " "}))
        *opened, refused = await asyncio.gather(*calls)
        assert {answer.status_code for answer in opened} == {201}
        assert sorted(int(answer.json()["number"][2:]) for answer in opened) == list(range(2, 52))
        assert refused.status_code == 422

    play(story)


def test_a_store_that_is_gone_is_said_without_saying_where_it_is() -> None:
    async def story() -> None:
        async with running() as (app, client):
            app.state.desk.store.close()
            for answer in (
                await client.get("/requests/R-1"),
                await client.post("/customers", json={"name": "Anna Weber"}),
            ):
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
                assert "memory" not in answer.text

    asyncio.run(story())


def test_what_was_accepted_is_there_after_a_restart(tmp_path: object) -> None:
    async def story() -> None:
        async with running(f"sqlite:///{tmp_path}/desk.db") as (_, client):
            await client.post("/customers", json={"name": "Anna Weber"})
            await client.post("/requests", json={"customer": "CU-1", "need": "A pump"})
        async with running(f"sqlite:///{tmp_path}/desk.db") as (_, client):
            assert (await client.get("/requests/R-1")).json()["facts"] == {"need": "A pump"}

    asyncio.run(story())
