"""`service-flow conform`: properties asked of stores and of exported histories, told in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_calls import answer, call, spawn

from service_flow import Blueprint, ServiceDesk
from service_flow.characters import safe
from service_flow.cli import conform

FLOW = """flow: loan
subject: request
title: {en: Loan, zh: 借阅}
initial: wished
data:
  days: {type: integer}
  reader: {type: text, personal: true}
states:
  wished: {title: {en: Wished, zh: 已申请}, owner: clerk}
  lent: {title: {en: Lent, zh: 已借出}, owner: clerk}
  on_desk:
    title: {en: On the desk, zh: 前台办理}
    regions:
      book: {initial: there, states: {there: {title: {en: Book there, zh: 书已到}}}}
      card: {initial: here, states: {here: {title: {en: Card here, zh: 证已到}, owner: clerk}}}
  back: {title: {en: Given back, zh: 已归还}, final: completed}
  gone: {title: {en: Lost, zh: 已丢失}, final: lost}
transitions:
  lend: {title: {en: Lend, zh: 借出}, from: wished, to: lent, by: clerk, collect: {optional: [days, reader]}}
  give_back: {title: {en: Give back, zh: 归还}, from: [lent, wished, on_desk], to: back, by: clerk}
  hold: {title: {en: Put aside, zh: 暂存}, from: wished, to: on_desk, by: clerk}
  remind: {title: {en: Remind, zh: 催还}, from: lent, to: stay, by: clerk}
  lose: {title: {en: Lose, zh: 登记丢失}, from: lent, to: gone, by: clerk}
"""
PROPERTIES = """properties:
  lent_first: {title: {en: Only what was lent comes back, zh: 借出之后方可归还}, every: completed, visits: [lent, hold]}
  ends_well: {every: back, visits: remind}
  lent_before: {before: remind, visits: [hold, on_desk]}
  comes_back: {after: lend, eventually: back}
  never_lost: {never: lose}
  short: {never: lent, when: days > 30}
  one_place: {never: [on_desk.book.there, on_desk.card.here]}
  reminded: {at_most: 1, times: remind}
  answered_for: {always: one_owner}
"""


def write(folder: Path, flow: str) -> Path:
    (folder / "flows").mkdir(parents=True)
    (folder / "blueprint.yaml").write_text('blueprint: library\nversion: "1"\nfeatures: [customers, requests]\n')
    (folder / "organisation.yaml").write_text(
        "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: [clerk]}}\n", encoding="utf-8"
    )
    (folder / "flows" / "loan.yaml").write_text(flow, encoding="utf-8")
    (folder / "flows" / "reader.yaml").write_text(
        "flow: reader\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, its export, and two blueprints: `old`, which promises nothing, and `new`."""
    folder = tmp_path_factory.mktemp("library")
    write(folder / "new", FLOW + PROPERTIES)
    with ServiceDesk(Blueprint.load(write(folder / "old", FLOW)), f"sqlite:///{folder / 'desk.db'}") as desk:
        anna = desk.customers.register(name="Anna Geheim", by="tom")
        for steps in (
            ["lend", "remind", "remind", "give_back"], ["give_back"], ["lend", "lose"], ["hold", "give_back"], ["lend"],
        ):  # fmt: skip
            case = desk.requests.open(customer=anna, need="Geheim", by="tom")
            for step in steps:
                data = {"days": 90, "reader": "Anna Geheim"} if step == "lend" and "lose" in steps else {}
                desk.requests.perform(case, step, by="tom", data=data)
    assert call("export", "--store", f"sqlite:///{folder / 'desk.db'}", "-o", folder / "history.jsonl").exit_code == 0
    return folder


def source(library: Path) -> list[str]:
    return ["--store", f"sqlite:///{library / 'desk.db'}"]


REASONS = {
    "lent_first": ["R-2", "ended as 'completed' without having been at 'Lent' or 'Put aside'",
                   "以“已完成”结束，却未经过“已借出”或“暂存”"],
    "ends_well": ["R-2", "ended as 'Given back' without having been at 'Remind'", "以“已归还”结束，却未经过“催还”"],
    "lent_before": ["R-1", "came to 'Remind' without having been at 'Put aside' or 'On the desk'",
                    "到“催还”之前未经过“暂存”或“前台办理”"],
    "comes_back": ["R-3", "ended without coming to 'Given back' after 'Lend'", "经过“借出”之后，未到“已归还”便已结束"],
    "never_lost": ["R-3", "came to 'Lose'", "到了“登记丢失”"],
    "short": ["R-3", "came to 'Lent' while days > 30", "到了“已借出”，而当时 days > 30"],
    "one_place": ["R-4", "stood in 'Book there' and 'Card here' at once", "同时处于“书已到”和“证已到”"],
    "reminded": ["R-1", "came to 'Remind' 2 times, 1 at most", "到“催还”共2次，至多1次"],
    "answered_for": ["R-4", "stood in 'Book there', for which no post is accountable", "处于“书已到”，该处没有负责岗位"],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_form_of_a_property_is_told_in_words(library: Path, lang: str) -> None:
    told = answer("conform", *source(library), "--blueprint", library / "new", "--lang", lang, exit_code=1)
    found = {
        verdict["property"]: [verdict["breaches"][0]["case"], verdict["breaches"][0]["because"]]
        for verdict in told["properties"]
    }
    assert found == {name: [case, zh if lang == "zh" else en] for name, (case, en, zh) in REASONS.items()}


def test_the_answer_for_programs_says_all_of_a_breach(library: Path) -> None:
    told = answer(
        "conform", library / "history.jsonl", "--blueprint", library / "new", "--property", "comes_back", exit_code=1
    )
    (verdict,) = told.pop("properties")
    assert told == {"clean": False, "cases": 6, "events": 16, "passed_over": 0}
    (breach,) = verdict.pop("breaches")
    revision = Blueprint.load(library / "new").flows["loan"].revision
    assert verdict == {
        "flow": "loan", "property": "comes_back", "title": {}, "revisions": [revision],
        "kept": 3, "broken": 1, "open": 1, "not_asked": 0,
    }  # fmt: skip
    assert breach.pop("id") in (library / "history.jsonl").read_text("utf-8")
    assert breach.pop("at").endswith("+00:00")
    assert breach == {
        "case": "R-3", "event": 3, "did": "performed", "transition": "lose", "stands": ["gone"], "revision": revision,
        "because": "ended without coming to 'Given back' after 'Lend'",
    }  # fmt: skip


def test_a_table_counts_and_another_names_the_cases(library: Path) -> None:
    result = call(
        "conform", *source(library), "--blueprint", library / "new", "--property", "lent_first", "--property", "short"
    )
    assert result.exit_code == 1
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[:4] == [
        "6 cases, 16 events: broken: lent_first, short",
        "Flow Property Kept Broken Open What must hold",
        "loan lent_first 4 1 0 Only what was lent comes back",
        "loan short 4 1 0",
    ]
    assert lines[4:7] == ["", "loan lent_first Only what was lent comes back", "Case No When What Why"]
    assert lines[7].startswith("R-2 2 20")
    assert lines[7].endswith("Z Give back ended as 'completed' without having been at 'Lent' or 'Put aside'")


def test_it_is_told_in_chinese(library: Path) -> None:
    result = call(
        "conform", *source(library), "--blueprint", library / "new", "--property", "lent_first", "--lang", "zh"
    )
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[:3] == [
        "个案 6 个，事件 16 条：违反：lent_first",
        "流程 性质 符合 违反 未了结 要求",
        "loan lent_first 4 1 0 借出之后方可归还",
    ]
    assert lines[-1].endswith("Z 归还 以“已完成”结束，却未经过“已借出”或“暂存”")


def test_a_state_that_another_revision_gave_an_owner_is_named(tmp_path: Path) -> None:
    asking = FLOW + "properties: {answered_for: {always: one_owner}}\n"
    book = "there: {title: {en: Book there, zh: 书已到}"
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    for name, flow in (("later", asking.replace(book, f"{book}, owner: clerk")), ("earlier", asking)):
        with ServiceDesk(Blueprint.load(write(tmp_path / name, flow)), url) as desk:
            reader = desk.customers.register(name="Anna", by="tom")
            case = desk.requests.open(customer=reader, need="A book", by="tom")
            desk.requests.perform(case, "hold", by="tom")
    (verdict,) = answer("conform", "--store", url, exit_code=1)["properties"]
    assert (verdict["kept"], verdict["broken"], len(verdict["revisions"])) == (1, 1, 2)
    assert verdict["breaches"][0]["because"] == "stood in 'Book there', for which no post is accountable"


def test_one_case_that_kept_everything_ends_well(library: Path) -> None:
    result = call(
        "conform", *source(library), "--blueprint", library / "new", "--case", "R-5", "--property", "comes_back"
    )
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "1 case, 2 events: every property was kept")
    assert result.stdout.splitlines()[2].split() == ["loan", "comes_back", "0", "0", "1"]


def test_flows_that_declare_no_property_ask_nothing(library: Path) -> None:
    result = call("conform", library / "history.jsonl")
    assert (result.exit_code, result.stdout) == (0, "6 cases, 16 events: no property was asked\n")


def test_cases_of_flows_that_the_blueprint_does_not_have_are_counted(library: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", (FLOW + PROPERTIES).replace("flow: loan", "flow: lease"))
    result = call("conform", *source(library), "--blueprint", other)
    assert result.exit_code == 0
    assert "5 cases of flows that the blueprint does not have" in result.stdout


def test_only_so_many_cases_are_listed(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conform, "MOST_BREACHES", 1)
    ask = ["conform", *source(library), "--blueprint", library / "new", "--property", "ends_well"]
    assert call(*ask).stdout.splitlines()[-1] == "and 1 more; --format json has the first 1,000"
    assert call(*ask, "--lang", "zh").stdout.splitlines()[-1].startswith("另有 1 个")


def test_nothing_that_is_said_tells_what_a_case_holds(library: Path) -> None:
    ask = ["conform", *source(library), "--blueprint", library / "new"]
    assert "Geheim" not in call(*ask).output + call(*ask, "--format", "json").output
    verdicts = answer(*ask, exit_code=1)["properties"]
    assert "90" not in str([breach["because"] for verdict in verdicts for breach in verdict["breaches"]])


def test_bad_input_ends_with_2(library: Path, tmp_path: Path) -> None:
    url, history = source(library)[1], str(library / "history.jsonl")
    (tmp_path / "cut.jsonl").write_text((library / "history.jsonl").read_text("utf-8")[:-30], "utf-8")
    for arguments, said in (
        ([], "name a HISTORY"),
        ([history, "--store", url], "not both"),
        ([str(tmp_path / "nowhere")], "there is no such file"),
        ([str(tmp_path / "cut.jsonl")], "cut off"),
        (["--store", f"sqlite:///{tmp_path}/nowhere.db"], "nowhere.db"),
        ([history, "--blueprint", str(tmp_path / "nowhere")], "nowhere"),
        ([history, "--blueprint", str(library / "new"), "--property", "sort"], "did you mean 'short'?"),
        ([history, "--case", "R-99"], "no case R-99"),
        (["--store", url, "--case", "Anna"], "names no case"),
        ([history, "--case", "\x1b[31mAnna"], "no case"),
    ):
        result = call("conform", *arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert said in result.stderr
        assert result.stderr == "".join(f"{safe(line)}\n" for line in result.stderr.splitlines())


def test_a_history_that_is_named_goes_before_a_store_of_the_environment(library: Path, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/nowhere.db"
    done = spawn("conform", library / "history.jsonl", "--format", "json", SERVICE_FLOW_STORE=nowhere)
    assert (done.returncode, json.loads(done.stdout)["cases"]) == (0, 6)
    done = spawn("conform", SERVICE_FLOW_STORE=source(library)[1], SERVICE_FLOW_BLUEPRINT=str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (0, "6 cases, 16 events: no property was asked\n")
