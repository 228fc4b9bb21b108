"""Histories written out and replayed: what the file holds, and that every tampering is found and named."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_logs import NOW, commands_on, flow, imported

from service_flow.design.organisation import Actor
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Open, Perform
from service_flow.engine.store import CaseRow, Store, open_store
from service_flow.errors import InputError
from service_flow.features.requests import RequestOpened
from service_flow.insight.histories import Difference, export_history, replay_history
from service_flow.insight.histories.parts import DIGESTED

Lines = list[dict[str, Any]]
IDA = Actor("ida", frozenset({"clerk", "technician"}))


def exported(store: Store) -> str:
    out = io.StringIO()
    export_history(store, out)
    return out.getvalue()


def small_export(folder: Path) -> Lines:
    """The lines of an export of the small log, with a case that came back from hold and was reopened."""
    with open_store("memory") as store:
        imported(store, folder)
        commands = commands_on(store)
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("R-1", "hold", {}), ("R-1", "resume", {}), ("R-2", "reopen", {}), ("R-2", "note", {"note": "Zurück 回来"}),
        ]  # fmt: skip
        for case, transition, data in steps:
            commands.run(Perform(case=case, subject="request", transition=transition, by=IDA, data=data))
        return [json.loads(line) for line in exported(store).splitlines()]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    return small_export(tmp_path_factory.mktemp("export"))


def replayed(folder: Path, lines: Lines) -> list[Difference]:
    path = folder / "history.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return replay_history(path).differences


def test_an_export_replays_clean(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path)
    path = tmp_path / "history.jsonl"
    heard: list[tuple[int, int | None]] = []
    with path.open("w", encoding="utf-8") as out:
        written = export_history(store, out, progress=lambda done, total: heard.append((done, total)))
    summary = replay_history(path)
    assert (written.cases, written.events, written.revisions) == (6, 15, 2)
    assert (summary.cases, summary.events, summary.clean, summary.differences) == (6, 15, True, [])
    assert heard == [(15, 15)]


def test_an_export_begins_with_a_head_then_events_in_order_of_the_log_then_states_then_the_end(
    lines: Lines,
) -> None:
    head, *rest, end = lines
    assert head["service_flow_history"] == 1
    assert head["library"]
    kept = {revision: entry["flow"] for revision, entry in head["revisions"].items()}
    assert kept == {flow().revision: "repair", flow("client", "customer").revision: "client"}
    assert head["revisions"][flow().revision]["form"] == json.loads(flow().form)
    events = [line for line in rest if "event" in line]
    states = [line for line in rest if "state" in line]
    assert rest == events + states
    assert events[0].keys() == {"case", "version", "topic", "event"}
    assert [line["version"] for line in events if line["case"] == events[0]["case"]][:1] == [1]
    assert {line["case"] for line in events} == {line["case"] for line in states}
    assert end == {"end": {"cases": len(states), "events": len(events)}}


def test_every_part_of_a_state_is_compared() -> None:
    in_index = set(CaseRow._fields) - {"case_id"} | {"id"}
    made_of_others = {"reference", "short", "ahead"}
    made_of_parts = {"entered_at", "next_due", "promised"}
    assert (in_index - made_of_parts) | set(DIGESTED) | made_of_others == set(CaseState.__slots__)


def test_the_states_at_the_end_hold_no_personal_data(lines: Lines) -> None:
    states = json.dumps([line for line in lines if "state" in line])
    assert "Anna" in json.dumps(lines) and "rattles" in json.dumps(lines)
    assert "Anna" not in states and "rattles" not in states


def test_an_export_may_be_compressed(tmp_path: Path, lines: Lines) -> None:
    path = tmp_path / "history.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    assert replay_history(path).clean


def test_an_empty_store_has_a_history_of_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(exported(store))
    assert (replay_history(path).cases, replay_history(path).clean) == (0, True)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE service_flow_cases SET clock = 'paused' WHERE number = 3", "clock"),
        ("UPDATE service_flow_cases SET version = version - 1 WHERE number = 3", "version"),
        ("DELETE FROM service_flow_cases WHERE number = 3", "state"),
        ("DELETE FROM stored_events WHERE originator_version > 4", "version"),
        ("DELETE FROM stored_events WHERE topic = 'service_flow:customer-registered'", "state"),
    ],
)
def test_a_store_whose_index_and_log_disagree_is_found_by_its_export(tmp_path: Path, statement: str, what: str) -> None:
    with open_store(f"sqlite:///{tmp_path / 'desk.db'}") as store:
        imported(store, tmp_path)
    with closing(sqlite3.connect(tmp_path / "desk.db")) as database, database:
        assert database.execute(statement).rowcount
    path = tmp_path / "history.jsonl"
    with open_store(f"sqlite:///{tmp_path / 'desk.db'}") as store, path.open("w", encoding="utf-8") as out:
        export_history(store, out)
    assert what in {difference.what for difference in replay_history(path).differences}


def test_what_is_appended_while_the_export_runs_does_not_disturb_it(tmp_path: Path) -> None:
    with open_store("memory") as store:
        imported(store, tmp_path)
        commands = commands_on(store, flow(), flow("client", "customer"), flow("late"))
        reopened = commands.current("R-2").id

        class Busy(io.StringIO):
            """Takes a line while others go on working."""

            def write(self, text: str) -> int:
                if '"version":1,' in text and len(store.cases(subject="request", limit=9)) < 6:
                    need = {"need": "More"}
                    commands.run(Open(opened=RequestOpened, facts=need, flow="late", by=IDA, at=NOW))
                    commands.run(Perform(case="R-1", subject="request", transition="note", by=IDA, data={"note": "x"}))
                if '"state":' in text and '"digests"' in text and store.row(reopened).outcome:  # type: ignore[union-attr]
                    commands.run(Open(opened=RequestOpened, facts={"need": "Last"}, flow="repair", by=IDA))
                    commands.run(Perform(case="R-2", subject="request", transition="reopen", by=IDA))
                return super().write(text)

        out = Busy()
        export_history(store, out)
    path = tmp_path / "history.jsonl"
    path.write_text(out.getvalue(), encoding="utf-8")
    summary = replay_history(path)
    assert summary.differences == []
    assert summary.events == out.getvalue().count('"event":')


def an_event(lines: Lines, transition: str) -> dict[str, Any]:
    return next(line["event"] for line in lines if line.get("event", {}).get("transition") == transition)


def a_state(lines: Lines, number: int) -> dict[str, Any]:
    return next(
        line
        for line in lines
        if line.get("state", {}).get("subject") == "request" and line["state"]["number"] == number
    )


def set_in(lines: Lines, performed: str, /, **changes: Any) -> None:
    an_event(lines, performed).update(changes)


def drop(lines: Lines, word: str, index: int = 0) -> None:
    lines.remove([line for line in lines if word in line][index])


TAMPERINGS: list[tuple[str, Callable[[Lines], object], str]] = [
    ("a transition that the flow lacks", lambda all: set_in(all, "quote", transition="gift"), "transition from 'intake.checked'"),
    ("another target", lambda all: set_in(all, "quote", entered=["returned"]), "target of 'quote'"),
    ("a target in no flow", lambda all: set_in(all, "quote", entered=["moon"]), "target of 'quote'"),
    ("a way back that was another", lambda all: set_in(all, "resume", entered=["at_work"]), "target of 'resume'"),
    ("a way back that is none", lambda all: set_in(all, "resume", returned=False), "target of 'resume'"),
    ("another state left", lambda all: set_in(all, "finish", left=["waiting"]), "state left"),
    ("another clock", lambda all: set_in(all, "hold", clock="running"), "standing in 'on_hold'"),
    ("another owner", lambda all: set_in(all, "inspect", owners=["clerk"]), "standing in 'intake.checked'"),
    ("an outcome that is none", lambda all: set_in(all, "quote", outcome="completed"), "standing in 'at_work'"),
    ("data that was not there", lambda all: set_in(all, "finish", data={"hours": 4}), "data"),
    ("an earlier instant", lambda all: set_in(all, "finish", at="2026-03-01T00:00:00Z"), "instant"),
    ("a later instant", lambda all: set_in(all, "finish", at="2026-03-05T09:00:01Z"), "events"),
    ("another actor", lambda all: set_in(all, "finish", by="eve"), "events"),
    ("another revision", lambda all: set_in(all, "quote", revision="0" * 16), "revision"),
    ("a need that was another", lambda all: all[1]["event"]["facts"].update(name="Eve"), "facts"),
    ("another opening", lambda all: all[2]["event"].update(entered=["at_work"]), "initial state"),
    ("another flow", lambda all: all[2]["event"].update(flow="client"), "flow"),
    ("another number", lambda all: a_state(all, 3)["state"].update(number=33), "number"),
    ("another state at the end", lambda all: a_state(all, 1)["state"].update(configuration=["moon"]), "configuration"),
    ("a word less at the end", lambda all: a_state(all, 1)["state"].pop("outcome"), "outcome"),
    ("another digest at the end", lambda all: a_state(all, 1)["digests"].update(came_from="0"), "came_from"),
    ("a digest less at the end", lambda all: a_state(all, 1)["digests"].pop("data"), "data"),
    ("a case that the index lost", lambda all: a_state(all, 1).update(state=None), "state"),
    ("an event less", lambda all: drop(all, "event", 3), "event"),
    ("an opening less", lambda all: drop(all, "event", 1), "event"),
    ("the last event less", lambda all: drop(all, "event", -1), "version"),
    ("a state less", lambda all: drop(all, "state"), "state"),
    ("an event twice", lambda all: all.insert(3, all[2]), "event 1"),
    ("a case with no events", lambda all: drop(all, "event", 0), "state"),
    ("other counts at the end", lambda all: all[-1]["end"].update(events=1), "number of events"),
    ("another flow of a revision", lambda all: form_of(all)["transitions"].pop("scrap"), "revision of a flow"),
]  # fmt: skip


def form_of(lines: Lines) -> dict[str, Any]:
    form: dict[str, Any] = lines[0]["revisions"][flow().revision]["form"]
    return form


@pytest.mark.parametrize(
    ("tamper", "what"), [(tamper, what) for _, tamper, what in TAMPERINGS], ids=[t[0] for t in TAMPERINGS]
)
def test_a_tampering_is_found_and_named(
    tmp_path: Path, lines: Lines, tamper: Callable[[Lines], object], what: str
) -> None:
    changed: Lines = json.loads(json.dumps(lines))
    tamper(changed)
    assert changed != lines
    differences = replayed(tmp_path, changed)
    assert any(what in difference.what for difference in differences), differences
    assert not any(word in str(differences) for word in ("Anna", "Eve", "rattles", "回来"))
    assert all(difference.expected != difference.found for difference in differences)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.data())
def test_no_word_can_be_taken_from_an_event_unnoticed(tmp_path: Path, lines: Lines, choice: st.DataObject) -> None:
    changed: Lines = json.loads(json.dumps(lines))
    event = choice.draw(st.sampled_from([line["event"] for line in changed if "event" in line]))
    word = choice.draw(st.sampled_from(sorted(event)))
    event.pop(word)
    try:
        assert replayed(tmp_path, changed)
    except InputError as error:
        assert word in error.message


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (lambda text: "", 1, "the file is empty"),
        (lambda text: "{}\n", 1, "this is no history"),
        (lambda text: "[1]\n", 1, "not a JSON object"),
        (
            lambda text: text.replace('"service_flow_history": 1', '"service_flow_history": 2', 1),
            1,
            "of format 2",
        ),
        (
            lambda text: text.replace('"revisions": {', '"revisions": 1, "x": {', 1),
            1,
            "'revisions' is not an object",
        ),
        (
            lambda text: text.replace('"initial": "intake"', '"initial": 7', 1),
            1,
            "cannot be read by this release",
        ),
        (
            lambda text: text.replace('"initial": "intake"', '"initial": "moon"', 1),
            1,
            "cannot be read by this release",
        ),
        (lambda text: text[: len(text) // 2], None, "not JSON, or is cut off"),
        (lambda text: text[: text.rindex('{"end"')], None, "the file ends early"),
        (lambda text: text + "{}\n", None, "nothing may follow"),
        (lambda text: text.replace('"version": 1', '"version": "1"', 1), 2, "'version', a whole number"),
        (lambda text: text.replace('"version": 1', '"version": true', 1), 2, "'version', a whole number"),
        (lambda text: text.replace('{"case": "', '{"case": "x', 1), 2, "the id of a case"),
        (lambda text: text.replace("service_flow:customer", "service_flow:kustomer", 1), 2, "unknown topic"),
        (lambda text: text.replace('"by": "tom"', '"bye": "tom"', 1), 2, "it is wrong in by, bye"),
        (lambda text: text.replace('"event": {', '"event": 1, "x": {', 1), 2, "'event' is not an object"),
        (lambda text: text.replace("\n", "\n\n", 1), 2, "not JSON"),
        (lambda text: text.replace("\n", '\n{"x": 1}\n', 1), 2, "no part of a history"),
        (lambda text: text.replace('"state": {', '"state": 1, "x": {', 1), 21, "'state' is not an object"),
        (lambda text: twice(text, '"digests"'), 22, "given before"),
        (lambda text: twice(text, '"event"', behind='"digests"'), None, "may not follow the state"),
    ],
)
def test_a_malformed_line_is_named(
    tmp_path: Path, lines: Lines, change: Callable[[str], str], line: int | None, message: str
) -> None:
    path = tmp_path / "history.jsonl"
    text = "".join(json.dumps(line) + "\n" for line in lines)
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        replay_history(path)
    assert caught.value.file == str(path)
    assert line in (None, caught.value.line)


def twice(text: str, word: str, behind: str | None = None) -> str:
    """The text with its first line of this kind a second time, behind it or behind the last line of another kind."""
    lines = text.splitlines(keepends=True)
    first = next(line for line in lines if word in line)
    place = max(index for index, line in enumerate(lines) if behind in line) if behind else lines.index(first)
    return "".join([*lines[: place + 1], first, *lines[place + 1 :]])
