"""Notes: inner by default, shown where it is said so, kept in the history."""

from __future__ import annotations

import pytest
from request_desks import shop

from service_flow.engine.case.evolve import rebuild
from service_flow.errors import CommandReused, DataInvalid, NotAllowed, NotFound
from service_flow.features.requests.events import NoteAdded


def test_a_note_is_inner_unless_it_is_said_that_the_customer_may_see_it(store_url: str) -> None:
    with shop(store_url) as opened:
        opened.requests.note(opened.order, text="Calls only at noon", by="mei", channel="phone")
        opened.requests.note(opened.order, text="We begin on Monday", by="tom", shown_to_customer=True)
        inner, shown = opened.requests.notes(opened.order)
        assert (inner.text, inner.by, inner.shown, inner.at) == ("Calls only at noon", "mei", False, opened.clock())
        assert shown.shown
        opened.holds()


def test_what_the_customer_writes_himself_he_sees() -> None:
    with shop() as opened:
        opened.requests.note(opened.order, text="I am away in May", by="customer")
        assert opened.requests.notes(opened.order)[0].shown


def test_a_note_stands_in_the_history_and_its_text_is_personal() -> None:
    with shop() as opened:
        event = opened.requests.note(opened.order, text="Calls only at noon", by="mei").events[0]
        assert isinstance(event, NoteAdded) and event.personal == {"text": "Calls only at noon"}
        assert opened.desk.history(opened.order).entries[-1].what == "note_added"
        assert "noon" not in repr(event)


def test_the_last_fifty_notes_are_at_hand_and_all_are_in_the_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_flow.features.requests.notes.KEPT", 3)
    with shop() as opened:
        for number in range(5):
            opened.requests.note(opened.order, text=f"note {number}", by="mei")
        assert [note.text for note in opened.requests.notes(opened.order)] == ["note 2", "note 3", "note 4"]
        events = opened.desk.store.events(opened.order.reference.id)
        assert sum(isinstance(event, NoteAdded) for event in events) == 5
        assert rebuild(events) == opened.desk.commands.current(opened.order)


def test_a_note_is_written_once_under_one_command_id() -> None:
    with shop() as opened:
        first = opened.requests.note(opened.order, text="Calls only at noon", by="mei", command_id="n-1")
        again = opened.requests.note(opened.order, text="Calls only at noon", by="mei", command_id="n-1")
        assert again.repeated and again.events == first.events
        opened.refuses(
            CommandReused, "another command",
            lambda: opened.requests.note(opened.order, text="Another", by="mei", command_id="n-1"),
        )  # fmt: skip


def test_a_note_says_something_and_a_known_person_writes_it() -> None:
    with shop() as opened:
        note = opened.requests.note
        opened.refuses(DataInvalid, "'text'", lambda: note(opened.order, text="  ", by="mei"))
        opened.refuses(DataInvalid, "10000", lambda: note(opened.order, text="x" * 10_001, by="mei"))
        opened.refuses(
            DataInvalid, "shown_to_customer",
            lambda: note(opened.order, text="x", by="mei", shown_to_customer="no"),  # type: ignore[arg-type]
        )  # fmt: skip
        opened.refuses(NotAllowed, "nobody", lambda: note(opened.order, text="x", by="nobody"))
        opened.refuses(NotAllowed, "system actor 'timer'", lambda: note(opened.order, text="x", by="timer"))
        with pytest.raises(NotFound, match="a request is asked for"):
            note(opened.anna, text="x", by="mei")


def test_who_may_read_a_note_is_a_part_of_what_its_command_id_stands_for() -> None:
    with shop() as opened:
        opened.requests.note(opened.order, text="It is built", by="mei", command_id="n-1")
        opened.refuses(
            CommandReused, "another command",
            lambda: opened.requests.note(
                opened.order, text="It is built", by="mei", shown_to_customer=True, command_id="n-1"
            ),
        )  # fmt: skip
        opened.requests.note(opened.order, text="Thank you", by="customer", command_id="n-2")
        assert opened.requests.note(opened.order, text="Thank you", by="customer", command_id="n-2").repeated
