"""What is handed out may be changed by the host; no state, no event and no other case may change with it."""

from __future__ import annotations

from attack_desks import a_request

from service_flow import ServiceDesk


def test_changing_the_data_of_an_event_does_not_reach_the_events_of_other_cases(memory_desk: ServiceDesk) -> None:
    first = memory_desk.requests.perform(a_request(memory_desk), "start", by="tom")
    try:
        first.events[0].data["note"] = "Anna's secret"
    except TypeError:
        return  # it cannot be changed: as good
    try:
        other = a_request(memory_desk)
        memory_desk.requests.perform(other, "start", by="tom")
        assert memory_desk.store.events(other.reference.id)[-1].data == {}
        assert memory_desk.get(other).data == {}
    finally:
        first.events[0].data.clear()  # it is shared by the whole process


def test_changing_a_list_of_a_case_that_was_handed_out_opens_no_guard(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    told = memory_desk.requests.perform(request, "tell", by="tom", data={"texts": []})
    assert not memory_desk.requests.may(request, "ship", by="tom")
    for texts in (
        memory_desk.get(request).data["texts"],
        told.events[0].personal["texts"],
        memory_desk.history(request).case.data["texts"],
        memory_desk.history(request).events[-1].personal["texts"],
    ):
        try:
            texts.append("x")
        except AttributeError:
            continue
        assert not memory_desk.requests.may(request, "ship", by="tom")
        assert memory_desk.get(request).data["texts"] == ()


def test_changing_the_facts_of_an_outcome_or_a_case_changes_no_file(memory_desk: ServiceDesk) -> None:
    anna = memory_desk.customers.register(name="Anna", contact={"email": "a@example.com"}, by="tom")
    for facts in (anna.events[0].facts, memory_desk.get(anna).facts):
        for change in (lambda facts=facts: facts.update(name="Eve"), lambda facts=facts: facts["contact"].clear()):
            try:
                change()
            except (TypeError, AttributeError):
                continue
            assert memory_desk.get(anna).facts == {"name": "Anna", "contact": {"email": "a@example.com"}}


def test_changing_the_contact_that_was_handed_in_changes_no_file(memory_desk: ServiceDesk) -> None:
    contact = {"email": "a@example.com"}
    anna = memory_desk.customers.register(name="Anna", contact=contact, by="tom")
    contact["email"] = "eve@example.com"
    assert memory_desk.get(anna).facts["contact"] == {"email": "a@example.com"}


def test_changing_the_titles_of_an_option_changes_no_flow(memory_desk: ServiceDesk) -> None:
    request = a_request(memory_desk)
    shown = {option.transition: option for option in memory_desk.requests.options(request, by="tom")}
    kind = next(field for field in shown["tell"].form if field.name == "kind")
    try:
        kind.choices["huge"] = {}  # type: ignore[index]
    except TypeError:
        return
    again = {option.transition: option for option in memory_desk.requests.options(request, by="tom")}
    choices = next(field for field in again["tell"].form if field.name == "kind").choices
    kind.choices.pop("huge")  # type: ignore[attr-defined]
    assert list(choices) == ["small", "large"]
