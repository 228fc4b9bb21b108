"""The site, called with Django's test client: no server is needed. Run it with `pytest test_app.py`."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from service_desk import close_desk, opened_desk

PERFORM = "/requests/R-1/transitions/"
PRODUCT = {"data": {"kind": "product"}}


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def post(client: Client, path: str, sent: object, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, sent, content_type="application/json", headers=named)


@pytest.fixture
def tom() -> Client:
    """Tom's browser, at a desk with one customer and one request."""
    client = signed_in("tom")
    assert post(client, "/customers", {"name": "Anna Weber"}).json()["number"] == "CU-1"
    assert post(client, "/requests", {"customer": "CU-1", "need": "A pump"}).status_code == 201
    return client


def test_a_request_is_opened_carried_on_and_seen(tom: Client) -> None:
    opened = post(tom, "/requests", {"customer": "CU-1", "need": "Advice", "channel": "chat"})
    assert opened.headers["Location"] == "/requests/R-2"
    assert opened.json() == {"number": "R-2", "repeated": False}
    options = tom.get("/requests/R-2/options").json()["options"]
    analyse = next(option for option in options if option["transition"] == "analyse")
    assert [field["name"] for field in analyse["form"] if field["required"]] == ["kind"]
    assert post(tom, "/requests/R-2/transitions/analyse", PRODUCT).json() == {"number": "R-2", "repeated": False}
    seen = tom.get("/requests/R-2").json()
    assert (seen["state"], seen["facts"], seen["data"], seen["owners"]) == (
        "need.analysed", {"need": "Advice"}, {"kind": "product"}, ["account_manager"],
    )  # fmt: skip
    history = tom.get("/requests/R-2/history").json()
    done = [(entry["what"], entry["by"]) for entry in history["entries"] if "promise" not in entry["what"]]
    assert done == [("opened", "tom"), ("analyse", "tom")]
    earlier = tom.get("/requests/R-2/history", {"as_of": history["entries"][0]["at"]}).json()
    assert earlier["state"] == "need.identified"
    work = tom.get("/worklist", {"limit": 1}).json()
    assert [item["number"] for item in work["items"]] == ["R-1"]
    rest = tom.get("/worklist", {"post": "account_manager", "after": work["next"]}).json()
    assert [item["number"] for item in rest["items"]] == ["R-2"]


def test_a_field_of_every_kind_comes_back_as_the_desk_takes_it(tom: Client) -> None:
    order = {"items": ["pump"], "price": "4200.00 EUR", "delivery_way": "shipping", "due_date": "2026-05-01"}
    assert post(tom, PERFORM + "analyse", PRODUCT).status_code == 200
    assert post(tom, PERFORM + "take_order", {"data": order}).status_code == 200
    seen = tom.get("/requests/R-1").json()["data"]
    given = {**order, "price": {"amount": "4200.00", "currency": "EUR"}}  # money has one form in JSON
    assert {name: seen[name] for name in order} == given
    assert post(tom, "/requests", {"customer": "CU-1", "need": "Another"}).json()["number"] == "R-2"
    assert post(tom, "/requests/R-2/transitions/analyse", PRODUCT).status_code == 200
    assert post(tom, "/requests/R-2/transitions/take_order", {"data": given}).status_code == 200


def test_a_call_with_an_idempotency_key_is_safe_to_send_twice(tom: Client) -> None:
    path, key = PERFORM + "analyse", {"Idempotency_Key": "form-1"}
    assert [post(tom, path, PRODUCT, **key).json()["repeated"] for _ in range(3)] == [False, True, True]
    entries = tom.get("/requests/R-1/history").json()["entries"]
    assert [entry["what"] for entry in entries].count("analyse") == 1
    other = post(tom, path, {"data": {"kind": "advice"}}, **key)
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "command-reused")
    theirs = post(signed_in("mei"), "/customers", {"name": "Ben"}, **key)
    assert theirs.json() == {"number": "CU-2", "repeated": False}


@pytest.mark.usefixtures("kept")
def test_threads_that_send_one_call_at_once_carry_it_out_once(tom: Client) -> None:
    def send(_: int) -> bool:
        client = Client()
        client.cookies = tom.cookies
        try:
            return bool(post(client, PERFORM + "analyse", PRODUCT, Idempotency_Key="form-1").json()["repeated"])
        finally:
            connections.close_all()  # a thread has connections of its own

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(send, range(5))) == [False, True, True, True, True]
    entries = tom.get("/requests/R-1/history").json()["entries"]
    assert [entry["what"] for entry in entries].count("analyse") == 1


@pytest.mark.parametrize(
    ("call", "path", "sent", "status", "kind", "more"),
    [
        ("post", PERFORM + "hand_over", {}, 409, "not-from-here", {"case": "R-1", "transition": "hand_over"}),
        ("post", PERFORM + "analyse", {}, 422, "data-missing", {"fields": ["kind"]}),
        ("post", PERFORM + "analyse", {"data": {"kind": "secret"}}, 422, "data-invalid", {"fields": ["kind"]}),
        ("post", PERFORM + "analyse", {"data": "secret"}, 422, "data-invalid", {"fields": ["data"]}),
        ("post", "/requests", {"customer": "CU-9", "need": "secret"}, 404, "not-found", {}),
        ("post", "/requests", {"customer": 5, "need": "secret"}, 404, "not-found", {}),
        ("post", "/requests", {"need": "secret"}, 422, "data-invalid", {"fields": ["customer"]}),
        ("post", "/customers", {"contact": "secret"}, 422, "data-invalid", {"fields": ["name"]}),
        ("post", "/customers", '{"name": "secret"', 400, "unreadable", {}),
        ("post", "/customers", "[" * 100_000, 400, "unreadable", {}),
        ("post", "/customers", '["secret"]', 400, "unreadable", {}),
        ("get", "/requests/R-9", {}, 404, "not-found", {"instance": "/requests/R-9"}),
        ("get", "/worklist", {"limit": 0}, 422, "data-invalid", {"fields": ["limit"]}),
        ("get", "/worklist", {"limit": "secret"}, 400, "unreadable", {}),
        ("get", "/requests/R-1/history", {"as_of": "2026-04-31T00:00:00Z"}, 400, "unreadable", {}),
        ("get", "/requests/R-1/history", {"as_of": "2026-04-30T00:00:00"}, 422, "data-invalid", {"fields": ["as_of"]}),
        ("get", "/nothing", {}, 404, "no-such-address", {}),
    ],
)
def test_every_no_is_a_problem_that_says_why(
    tom: Client, call: str, path: str, sent: Any, status: int, kind: str, more: dict[str, object]
) -> None:
    answer = tom.get(path, sent) if call == "get" else post(tom, path, sent)
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["type"]) == (status, f"https://example.com/problems/{kind}")
    assert problem["title"]
    assert more.items() <= problem.items()
    assert "secret" not in answer.content.decode()
    assert "memory" not in answer.content.decode()


def test_the_refusal_that_the_readme_shows_is_the_answer(tom: Client) -> None:
    page = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    said, answered = json.loads(shown), post(tom, PERFORM + "hand_over", {}).json()
    assert answered.pop("detail").startswith(said.pop("detail").removesuffix("..."))
    assert (answered, list(answered)) == (said, list(said))


@pytest.mark.usefixtures("tom")
def test_a_user_may_do_what_his_groups_may() -> None:
    paolo = signed_in("paolo")
    assert post(paolo, PERFORM + "analyse", PRODUCT).status_code == 403
    assert "analyse" not in [option["transition"] for option in paolo.get("/requests/R-1/options").json()["options"]]
    assert [item["number"] for item in signed_in("mei").get("/worklist").json()["items"]] == ["R-1"]


def test_a_user_who_has_left_acts_no_more_and_his_history_stays(tom: Client) -> None:
    assert post(tom, PERFORM + "analyse", PRODUCT).status_code == 200
    User.objects.filter(username="tom").update(is_active=False)
    try:
        assert post(tom, PERFORM + "begin_design", {}).status_code == 401
        assert opened_desk().commands.people.actor(str(User.objects.get(username="tom").pk)) is None
        entries = signed_in("mei").get("/requests/R-1/history").json()["entries"]
        assert {entry["by"] for entry in entries} == {"tom"}
        assert entries[0]["what"] == "opened"
    finally:
        User.objects.filter(username="tom").update(is_active=True)


def test_a_user_who_is_named_like_an_actor_of_the_system_has_no_rights_by_it() -> None:
    """The blueprint lets the actor `customer` register. The desk knows users by their keys, not by their names."""
    User.objects.create_user("customer")
    assert post(signed_in("customer"), "/customers", {"name": "Ben"}).status_code == 403


@pytest.mark.parametrize("path", ["/requests/R-1", "/requests/R-1/options", "/requests/R-1/history", "/worklist"])
@pytest.mark.usefixtures("tom")
def test_nothing_is_shown_without_a_session(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["title"]) == (401, "Sign in first")


def test_signing_in_gives_the_token_that_every_post_needs() -> None:
    client = Client(enforce_csrf_checks=True)
    before = client.get("/session").json()
    assert before["user"] is None
    form = {"username": "tom", "password": "tom-1"}
    assert post(client, "/session", form).json()["type"].endswith("/no-csrf-token")
    wrong = {**form, "password": "tom-2"}
    assert post(client, "/session", wrong, X_CSRFToken=before["csrf"]).status_code == 401
    after = post(client, "/session", form, X_CSRFToken=before["csrf"]).json()
    assert after["user"] == "tom"
    assert post(client, "/customers", {"name": "Anna Weber"}).status_code == 403
    assert post(client, "/customers", {"name": "Anna Weber"}, X_CSRFToken=after["csrf"]).status_code == 201


def test_a_store_that_is_gone_is_said_without_saying_where_it_is(tom: Client) -> None:
    opened_desk().store.close()
    for answer in (tom.get("/requests/R-1"), post(tom, "/customers", {"name": "Anna Weber"})):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "memory" not in answer.content.decode()


@pytest.mark.usefixtures("kept")
def test_what_was_accepted_is_there_after_a_restart(tom: Client) -> None:
    close_desk()
    assert tom.get("/requests/R-1").json()["facts"] == {"need": "A pump"}


@pytest.mark.usefixtures("kept")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_workers_that_were_forked_before_the_first_call_share_the_store() -> None:
    """As gunicorn does with `--preload`: the project is loaded, the desk is not opened yet."""
    tom = signed_in("tom")
    connections.close_all()
    close_desk()
    workers = []
    for name in ("a", "b", "c"):
        worker = os.fork()
        if worker == 0:
            try:
                calls = [post(tom, "/customers", {"name": name}).status_code for _ in range(10)]
                close_desk()
                os._exit(0 if calls == [201] * 10 else 1)
            finally:
                os._exit(2)
        workers.append(worker)
    assert [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers] == [0, 0, 0]
    found = [customer.facts["name"] for customer in opened_desk().customers.list()]
    assert sorted(found) == ["a"] * 10 + ["b"] * 10 + ["c"] * 10
