"""`service-flow show`, `worklist` and `history`: what the store holds, for people in two languages and for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_calls import answer, call

from service_flow.blueprint import Blueprint
from service_flow.clock import ManualClock
from service_flow.desk import ServiceDesk


def rows(text: str) -> dict[str, str]:
    """Labels and values of a case as it is shown."""
    pairs = (line.split("  ", 1) for line in text.splitlines()[1:])
    return {label: value.strip() for label, value in pairs}


def test_a_case_is_shown_with_its_titles_and_values(desk_url: str, my_desk: Path) -> None:
    result = call("show", "R-1", "--store", desk_url)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "R-1  request  Completed"
    shown = rows(result.stdout)
    assert shown["Flow"] == "Service request"
    assert shown["Need"] == "The boiler is cold"
    assert (shown["Kind"], shown["Price"]) == ("Repair", "120.00 EUR")
    assert (shown["Customer"], shown["Channel"], shown["Outcome"]) == ("CU-1", "phone", "completed")
    assert (shown["Opened"], shown["Since"]) == ("2026-03-02 08:00Z", "2026-03-04 12:30Z")
    assert list(shown)[-5:] == ["Kind", "Price", "Work done", "Question to the customer", "The customer's reply"]
    assert rows(call("show", "c-1", "--store", desk_url).stdout)["About"] == "R-1"


def test_a_case_is_shown_in_chinese_with_the_posts_of_the_blueprint(desk_url: str, my_desk: Path) -> None:
    result = call("show", "CU-1", "--store", desk_url, "--lang", "zh", "--blueprint", my_desk)
    assert result.stdout.splitlines()[0] == "CU-1  客户  活跃"
    shown = rows(result.stdout)
    assert shown["负责岗位"] == "客服专员"
    assert shown["姓名或名称"] == "Anna Weber"
    request = rows(call("--lang", "zh", "show", "R-1", "--store", desk_url).stdout)
    assert (request["类型"], request["价格"], request["结果"]) == ("维修", "120.00 EUR", "已完成")
    assert rows(call("--lang", "zh", "show", "C-1", "--store", desk_url).stdout)["是否成立"] == "是"


def test_a_case_for_programs_holds_values_that_forms_take_back(desk_url: str) -> None:
    case = answer("show", "R-1", "--store", desk_url)
    assert case["number"] == "R-1"
    assert case["data"]["price"] == {"amount": "120.00", "currency": "EUR"}
    assert case["facts"] == {"need": "The boiler is cold"}
    assert (case["state"], case["outcome"], case["owners"], case["clock"]) == (
        "completed",
        "completed",
        [],
        "stopped",
    )
    assert case["titles"] == [{"en": "Completed", "zh": "已完成"}]
    assert datetime.fromisoformat(case["opened_at"]) == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert answer("show", case["id"], "--store", desk_url) == case
    assert answer("show", "CU-1", "--store", desk_url)["id"] == case["customer"]


def test_a_history_lists_what_happened_and_who_did_it(desk_url: str, my_desk: Path) -> None:
    result = call("history", "R-1", "--store", desk_url, "--blueprint", my_desk)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "R-1  request"
    assert lines[1].split() == ["No", "When", "What", "State", "By", "As", "Channel"]
    assert [line.split()[0] for line in lines[2:]] == [str(number) for number in range(1, 8)]
    assert "Opened" in lines[2] and "phone" in lines[2]
    assert "Understand the need" in lines[3] and "Ada" in lines[3] and "Service agent" in lines[3]
    assert "Take the reply" in lines[6] and "Customer" in lines[6]
    chinese = call("history", "R-1", "--store", desk_url, "--lang", "zh").stdout
    assert "明确需求" in chinese and "已明确" in chinese and "建立" in chinese


def test_a_history_for_programs_comes_in_pages_and_as_of_an_instant(desk_url: str) -> None:
    whole = answer("history", "R-1", "--store", desk_url)
    assert [entry["what"] for entry in whole["entries"]] == [
        "opened", "understand", "agree", "ask", "reply", "finish", "confirm",
    ]  # fmt: skip
    assert whole["entries"][1]["data"] == {"kind": "repair"}
    assert whole["entries"][0]["facts"] == {"need": "The boiler is cold"}
    assert whole["entries"][4]["left"] == "waiting"
    assert whole["entries"][4]["entered"] == "agreed"

    first = answer("history", "R-1", "--store", desk_url, "--limit", "3")
    assert first["next"] == 3
    rest = answer("history", "R-1", "--store", desk_url, "--after", str(first["next"]))
    assert first["entries"] + rest["entries"] == whole["entries"]
    assert rest["next"] is None

    early = answer("history", "R-1", "--store", desk_url, "--as-of", "2026-03-02T09:20:00+01:00")
    assert [entry["what"] for entry in early["entries"]] == ["opened", "understand"]
    assert early["case"]["state"] == "need.understood"


def test_a_page_that_is_not_the_last_says_how_to_go_on(desk_url: str) -> None:
    result = call("history", "R-1", "--store", desk_url, "--limit", "3")
    assert result.stderr == "more: --after 3\n"
    assert "more" not in result.stdout


@pytest.fixture
def busy(tmp_path: Path) -> str:
    """A store with three open requests, raised an hour apart, two of them analysed; and a complaint."""
    url = f"sqlite:///{tmp_path}/busy.db"
    clock = ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    with ServiceDesk(Blueprint.load("full_process"), url, clock=clock) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        for _ in range(3):
            desk.requests.open(customer=anna, need="x", by="tom")
            clock.advance(timedelta(hours=1))
        desk.complaints.receive(customer=anna, text="x", by="mei")
        for number in ("R-1", "R-2"):
            clock.advance(timedelta(hours=1))
            desk.requests.perform(number, "analyse", by="tom", data={"kind": "product"})
    return url


def test_a_worklist_lists_open_cases_the_longest_waiting_first(busy: str) -> None:
    result = call("worklist", "--store", busy)
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Case", "Subject", "State", "Owner", "Since", "Clock", "Due"]
    assert [line.split()[0] for line in lines[1:]] == ["R-3", "C-1", "R-1", "R-2"]
    assert "Need identified" in lines[1] and "account_manager" in lines[1] and "2026-03-02 11:00Z" in lines[1]
    titled = call("worklist", "--store", busy, "--lang", "zh", "--blueprint", "full_process").stdout.splitlines()
    assert "客户经理" in titled[1] and "需求已提出" in titled[1] and "计时中" in titled[1]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        (["--post", "account_manager"], ["R-3", "R-1", "R-2"]),
        (["--post", "support_agent"], ["C-1"]),
        (["--person", "mei", "--blueprint", "full_process"], ["C-1"]),
        (["--person", "tom", "--blueprint", "full_process"], ["R-3", "R-1", "R-2"]),
        (["--person", "zhang_wei", "--blueprint", "full_process"], []),
        (["--subject", "complaint"], ["C-1"]),
        (["--subject", "customer"], ["CU-1"]),
        (["--post", "account_manager", "--subject", "customer"], ["CU-1"]),
        (["--post", "logistics_coordinator"], []),
    ],
)
def test_a_worklist_is_narrowed_by_post_person_and_subject(busy: str, asked: list[str], listed: list[str]) -> None:
    assert [item["number"] for item in answer("worklist", "--store", busy, *asked)["items"]] == listed


def test_a_worklist_comes_in_pages(busy: str) -> None:
    first = answer("worklist", "--store", busy, "--limit", "3")
    rest = answer("worklist", "--store", busy, "--after", first["next"])
    assert [item["number"] for item in first["items"] + rest["items"]] == ["R-3", "C-1", "R-1", "R-2"]
    assert rest["next"] is None
    result = call("worklist", "--store", busy, "--limit", "3")
    assert result.stderr == f"more: --after '{first['next']}'\n"


def test_an_empty_worklist_says_so(desk_url: str) -> None:
    assert call("worklist", "--store", desk_url).output == "nothing waits\n"
    assert answer("worklist", "--store", desk_url) == {"items": [], "next": None}


def test_the_store_may_come_from_the_environment(desk_url: str) -> None:
    result = call("show", "R-1", env={"SERVICE_FLOW_STORE": desk_url})
    assert result.stdout == call("show", "R-1", "--store", desk_url).stdout


@pytest.mark.parametrize("command", [["show", "R-1"], ["history", "R-1"], ["worklist"], ["export", "-o", "-"]])
def test_a_command_that_reads_makes_no_store(tmp_path: Path, command: list[str]) -> None:
    result = call(*command, "--store", f"sqlite:///{tmp_path}/nothing.db")
    assert result.exit_code == 2
    assert "there is no store here yet" in result.stderr
    assert list(tmp_path.iterdir()) == []
    assert "empty when it is opened" in call(*command, "--store", "memory").stderr
    (tmp_path / "empty.db").touch()
    assert "there is no store here yet" in call(*command, "--store", f"sqlite:///{tmp_path}/empty.db").stderr
    assert (tmp_path / "empty.db").stat().st_size == 0


@pytest.mark.parametrize("command", [["show", "R-1"], ["history", "R-1"], ["worklist"]])
def test_a_command_that_reads_changes_nothing(desk_url: str, command: list[str]) -> None:
    file = Path(desk_url.removeprefix("sqlite:///"))
    before = file.read_bytes()
    assert call(*command, "--store", desk_url).exit_code == 0
    assert file.read_bytes() == before


def test_every_kind_of_value_is_shown_as_people_write_it(tmp_path: Path, my_desk: Path) -> None:
    import shutil

    folder = tmp_path / "values"
    shutil.copytree(my_desk, folder)
    flow = folder / "flows" / "service_request.yaml"
    kinds = (
        "  whole: {type: integer}\n  exact: {type: decimal}\n  day: {type: date}\n  when: {type: instant}\n  span: {type: duration}\n"
        "  words: {type: list, of: choice, choices: {a: {en: First, zh: 甲}, b: {en: Second, zh: 乙}}}\n"
        "  other: {type: reference, to: request}\n"
    )
    text = flow.read_text("utf-8").replace("data:\n", "data:\n" + kinds, 1)
    flow.write_text(
        text.replace(
            "  by: [agent, customer]\n\n",
            "  by: [agent, customer]\n  collect: {optional: [whole, exact, day, when, span, words, other]}\n\n",
            1,
        ),
        "utf-8",
    )
    url = f"sqlite:///{tmp_path}/values.db"
    with ServiceDesk(Blueprint.load(folder), url) as desk:
        anna = desk.customers.register(name="Anna", by="ada")
        first = desk.requests.open(customer=anna, need="x", by="ada")
        given = {
            "whole": 7, "exact": "1.50", "day": "2026-03-01", "when": "2026-03-01T12:00:00+02:00", "span": "1h 30min",
            "words": ["b", "a"], "other": first,
        }  # fmt: skip
        desk.requests.open(customer=anna, need="y", by="ada", data=given)
        reference = str(first.reference)
    shown = rows(call("show", "R-2", "--store", url).stdout)
    assert [shown[name] for name in ("whole", "exact", "day", "when", "span", "words", "other")] == [
        "7", "1.50", "2026-03-01", "2026-03-01 10:00Z", "1:30:00", "Second, First", reference,
    ]  # fmt: skip
    assert rows(call("show", "R-2", "--store", url, "--lang", "zh").stdout)["words"] == "乙, 甲"
    data = answer("show", "R-2", "--store", url)["data"]
    assert data == {
        "whole": 7, "exact": "1.50", "day": "2026-03-01", "when": "2026-03-01T10:00:00+00:00", "span": 5400,
        "words": ["b", "a"], "other": reference,
    }  # fmt: skip
    with ServiceDesk(Blueprint.load(folder), url) as desk:
        again = desk.requests.open(customer="CU-1", need="z", by="ada", data=data)
        assert desk.requests.get(again).data == desk.requests.get("R-2").data


@pytest.fixture
def lived(tmp_path: Path) -> str:
    """A store of the shipped blueprint with a few things that features record."""
    url = f"sqlite:///{tmp_path / 'lived.db'}"
    with ServiceDesk(Blueprint.load("full_process"), url, clock=ManualClock(datetime(2026, 3, 2, 2, tzinfo=UTC))) as desk:
        anna = desk.customers.register(name="Anna Weber", by="tom")
        desk.customers.evaluate(anna, by="tom")
        order = desk.requests.open(
            customer=anna, need="A pump", by="tom", entry="after_sale", data={"kind": "repair"}, channel="phone"
        )
        if desk.assignment.of(order).person is None:
            desk.assignment.assign(order, by="tom")
        desk.assignment.release(order, reason="Geheim", by="tom")
        desk.assignment.hand_to_party(order, "carrier", reason="Geheim", by="tom")
        desk.requests.open_child(
            order, need="Advice", relation="advice", by="tom", entry="pre_sale_advice", data={"kind": "advice"}
        )
    return url


def test_a_history_says_to_whom_a_case_went_and_what_else_features_record(lived: str) -> None:
    told = call("history", "R-1", "--store", lived, "--blueprint", "full_process").stdout
    people = Blueprint.load("full_process").organisation.people.values()
    assert any(f"Assigned: {person.name} " in told for person in people)
    assert "Handed to an outside party: Carrier " in told
    chinese = call("history", "R-1", "--store", lived, "--blueprint", "full_process", "--lang", "zh").stdout
    assert "已转交外部单位：承运商" in chinese
    assert "R-2" in chinese  # the child
    assert "已转交外部单位：carrier" in call("history", "R-1", "--store", lived, "--lang", "zh").stdout
    weighed = call("history", "CU-1", "--store", lived, "--blueprint", "full_process", "--lang", "zh").stdout
    assert "：标准" in weighed or "：普通" in weighed
    assert "Geheim" not in told + chinese


def test_a_history_for_programs_has_what_features_record(lived: str) -> None:
    entries = answer("history", "R-1", "--store", lived, "--format", "json")["entries"]
    (handed,) = [entry["data"] for entry in entries if entry["what"] == "handed_to_party"]
    assert handed == {"party": "carrier", "reason": "Geheim"}
    (began,) = [entry["data"] for entry in entries if entry["what"] == "child_began"]
    assert (began["number"], began["relation"]) == ("R-2", "advice")


def test_a_case_is_shown_with_who_has_it_and_its_parts(lived: str) -> None:
    shown = rows(call("show", "R-1", "--store", lived, "--blueprint", "full_process").stdout)
    assert (shown["With"], shown["Parts"]) == ("Carrier", "R-2 advice (open)")
    assert "Assigned to" not in shown  # it was released
    chinese = rows(call("show", "R-1", "--store", lived, "--blueprint", "full_process", "--lang", "zh").stdout)
    assert (chinese["外部单位"], chinese["子单"]) == ("承运商", "R-2 advice (未完成)")
    kept = answer("show", "R-1", "--store", lived, "--format", "json")["kept"]
    assert (kept["person"], kept["party"]) == (None, "carrier")
    assert kept["parts"] == [{"number": "R-2", "relation": "advice", "outcome": None}]


def test_a_customers_file_is_shown_with_what_it_holds_now(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'files.db'}"
    with ServiceDesk(Blueprint.load("full_process"), url) as desk:
        acme = desk.customers.register(
            name="Acme", by="tom", kind="organisation", contact={"email": "old@acme.example"},
            preferences={"channel": "chat"},
        )  # fmt: skip
        desk.customers.add_contact(acme, "email", "new@acme.example", by="tom", preferred=True)
        desk.customers.remove_contact(acme, "email", "old@acme.example", by="tom")
        (purpose, *_) = desk.blueprint.source.sections["customers"].purposes  # type: ignore[attr-defined]
        desk.customers.give_consent(acme, purpose, source="form of 2 March", by="tom")
    text = call("show", "CU-1", "--store", url, "--blueprint", "full_process").stdout
    shown = rows(text)
    assert "old@acme.example" not in text
    assert shown["Contact"] == "email: new@acme.example"
    assert shown["Prefers"] == "channel: chat"
    assert shown["Consents"].endswith(": yes")
    kept = answer("show", "CU-1", "--store", url, "--format", "json")["kept"]
    assert kept["kind"] == "organisation"
    assert kept["contacts"] == [{"kind": "email", "address": "new@acme.example", "preferred": True}]
    assert kept["consents"][purpose]["source"] == "form of 2 March"
