"""The path of a command: idempotence, races, many in one commit."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service_flow.clock import ManualClock
from service_flow.design.flow import Flow
from service_flow.design.language.model import OrganisationModel
from service_flow.design.organisation import People
from service_flow.engine.commands import Commands, FlowBook, Open, Outcome, Perform
from service_flow.engine.store import Store
from service_flow.errors import CommandReused, DataInvalid, NotAllowed, NotFound, NotFromHere, Refused
from service_flow.features.complaints import ComplaintReceived
from service_flow.features.customers import CustomerRegistered
from service_flow.features.requests import RequestOpened
from small_flows import repair

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = OrganisationModel.model_validate(
    {
        "posts": {"clerk": {}, "technician": {}},
        "people": {"tom": {"name": "Tom", "posts": ["clerk", "technician"]}},
    }
)


@pytest.fixture
def commands(store: Store) -> Commands:
    return make_commands(store)


def make_commands(store: Store) -> Commands:
    model = repair()
    customer = model.model_copy(update={"flow": "customer", "subject": "customer", "transitions": {}})
    complaint = model.model_copy(update={"flow": "complaint", "subject": "complaint"})
    flows = FlowBook([Flow(model), Flow(customer), Flow(complaint)], store)
    return Commands(store, flows, People(PEOPLE), ManualClock(NOW), frozenset({"phone", "email"}))


def register(commands: Commands, **more: object) -> Outcome:
    return commands.run(Open(opened=CustomerRegistered, facts={"name": "Anna"}, by="tom", **more))


def open_request(commands: Commands, customer: object = None, **more: object) -> Outcome:
    return commands.run(Open(opened=RequestOpened, facts={"need": "It rattles"}, by="tom", customer=customer, **more))


def inspect(case: object, **more: object) -> Perform:
    return Perform(
        **{
            "case": case,
            "subject": "request",
            "transition": "inspect",
            "by": "tom",
            "data": {"fault": "worn"},
            **more,
        }
    )


def test_a_command_answers_with_reference_number_and_new_events(commands: Commands) -> None:
    anna = register(commands)
    request = open_request(commands, anna, channel="phone")
    outcome = commands.run(inspect(request))
    assert (anna.number, request.number, outcome.number) == ("CU-1", "R-1", "R-1")
    assert outcome.reference == request.reference
    (event,) = outcome.events
    assert (event.by, event.post, event.at, event.left, event.entered) == (
        "tom", "technician", NOW, ("intake.received",), ("intake.checked",),
    )  # fmt: skip


def test_a_case_is_named_by_outcome_reference_id_number_or_text(commands: Commands) -> None:
    request = open_request(commands)
    for name in (
        request,
        request.reference,
        request.reference.id,
        str(request.reference.id),
        "R-1",
        "r-1",
        str(request.reference),
    ):
        assert commands.current(name).id == request.reference.id
    with pytest.raises(NotFound, match="no case R-2"):
        commands.current("R-2")
    with pytest.raises(NotFound, match="is a request; a complaint is asked for"):
        commands.current("R-1", "complaint")
    with pytest.raises(NotFound, match="names no case"):
        commands.current("nothing")
    with pytest.raises(NotFound, match="no case"):
        commands.current(UUID(int=5))


def test_the_same_command_id_gives_the_same_answer_and_appends_nothing(commands: Commands, store: Store) -> None:
    request = open_request(commands, command_id="open")
    again = open_request(commands, command_id="open")
    assert (again.reference, again.events, again.repeated) == (request.reference, request.events, True)
    first = commands.run(inspect(request, command_id="web-1"))
    second = commands.run(inspect(request, command_id="web-1"))
    assert (second.events, second.repeated, first.repeated) == (first.events, True, False)
    assert len(store.events(request.reference.id)) == 2


def test_the_same_command_id_with_other_content_is_refused(commands: Commands) -> None:
    request = open_request(commands)
    commands.run(inspect(request, command_id="web-1"))
    other = open_request(commands)
    for changed in (
        inspect(request, command_id="web-1", data={"fault": "broken"}),
        inspect(request, command_id="web-1", transition="note", data={"note": "x"}),
        inspect(other, command_id="web-1"),
        inspect(request, command_id="web-1", channel="phone"),
        inspect(request, command_id="web-1", at=NOW + timedelta(hours=1)),
    ):
        with pytest.raises(CommandReused, match="stands for another command on R-1"):
            commands.run(changed)
    with pytest.raises(CommandReused):
        open_request(commands, command_id="web-1")


def test_a_refused_command_leaves_no_receipt_and_may_be_tried_again(commands: Commands, store: Store) -> None:
    request = open_request(commands)
    with pytest.raises(Refused):
        commands.run(inspect(request, command_id="web-1", data={}))
    assert store.receipt("web-1") is None
    assert not commands.run(inspect(request, command_id="web-1")).repeated


def test_many_commands_share_a_commit_and_a_refused_one_does_not_touch_the_others(
    commands: Commands, store: Store
) -> None:
    case = UUID(int=42)
    answers = commands.run_together(
        [
            Open(opened=RequestOpened, facts={"need": "x"}, by="tom", case_id=case, command_id="1"),
            Perform(case=case, subject=None, transition="finish", by="tom", command_id="2"),
            inspect(case, command_id="3"),
            inspect(case, command_id="3"),
        ]
    )
    assert isinstance(answers[0], Outcome)
    assert isinstance(answers[1], NotFromHere)
    assert isinstance(answers[2], Outcome)
    assert isinstance(answers[3], Outcome)
    assert answers[3].repeated
    assert [event.originator_version for event in store.events(case)] == [1, 2]
    again = commands.run_together(
        [
            Open(opened=RequestOpened, facts={"need": "x"}, by="tom", case_id=case, command_id="1"),
            inspect(case, command_id="3"),
        ]
    )
    assert [isinstance(answer, Outcome) and answer.repeated for answer in again] == [True, True]


def test_a_state_that_another_process_changed_is_decided_again(commands: Commands, store: Store) -> None:
    request = open_request(commands)
    elsewhere = make_commands(store)
    elsewhere.run(inspect(request))
    quoted = commands.run(Perform(case=request, subject=None, transition="quote", by="tom", data={"price": "5 EUR"}))
    assert quoted.events[0].originator_version == 3
    elsewhere.run(Perform(case=request, subject=None, transition="hold", by="tom"))
    with pytest.raises(NotFromHere, match="stands in 'on_hold'"):
        commands.run(Perform(case=request, subject=None, transition="finish", by="tom"))
    assert commands.current(request).configuration == ("on_hold",)


def test_eight_threads_on_one_case_lose_nothing_and_double_nothing(commands: Commands, store: Store) -> None:
    request = open_request(commands)
    rivals = [make_commands(store) for _ in range(8)]
    failures: list[BaseException] = []

    def work(rival: Commands, who: int) -> None:
        try:
            for number in range(5):
                rival.run(
                    Perform(
                        case=request,
                        subject=None,
                        transition="note",
                        by="tom",
                        data={"note": "x"},
                        command_id=f"{who}-{number}",
                    )
                )
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(rival, who)) for who, rival in enumerate(rivals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    events = store.events(request.reference.id)
    assert sorted(event.command_id for event in events[1:]) == sorted(
        f"{who}-{number}" for who in range(8) for number in range(5)
    )


def test_one_command_id_in_eight_threads_is_carried_out_once(commands: Commands, store: Store) -> None:
    request = open_request(commands)
    outcomes: list[Outcome] = []

    def work(rival: Commands) -> None:
        outcomes.append(rival.run(inspect(request, command_id="once")))

    threads = [threading.Thread(target=work, args=(make_commands(store),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.repeated for outcome in outcomes) == [False] + [True] * 7
    assert len({outcome.events for outcome in outcomes}) == 1
    assert len(store.events(request.reference.id)) == 2


def test_a_clock_that_jumps_back_never_makes_a_case_go_back(commands: Commands) -> None:
    request = open_request(commands)
    commands.clock.advance(timedelta(hours=-3))  # type: ignore[attr-defined]
    event = commands.run(inspect(request)).events[0]
    assert event.at == NOW
    assert event.recorded_at == NOW - timedelta(hours=3)


def test_a_complaint_is_about_a_request_of_its_own_customer(commands: Commands) -> None:
    anna, bob = register(commands), register(commands)
    request = open_request(commands, anna)
    order = {"opened": ComplaintReceived, "facts": {"text": "Loud"}, "by": "tom"}
    complaint = commands.run(Open(**order, customer=anna, about=request))
    state = commands.current(complaint)
    assert (state.customer, state.about) == (anna.reference.id, request.reference.id)
    with pytest.raises(DataInvalid, match="R-1 is not a request of CU-2"):
        commands.run(Open(**order, customer=bob, about=request))
    with pytest.raises(NotFound, match="R-1 is a request; a customer is asked for"):
        commands.run(Open(**order, customer="R-1"))


@pytest.mark.parametrize(
    ("more", "kind", "because"),
    [
        ({"by": "nobody"}, NotAllowed, "nobody named 'nobody' is known"),
        ({"by": None}, NotAllowed, "'by' is no person's id"),
        ({"by": "timer"}, NotAllowed, "the system actor 'timer' may not 'inspect' R-1"),
        ({"at": datetime(2026, 3, 2, 9, 0)}, DataInvalid, "'at' is not an instant"),
        ({"at": NOW - timedelta(seconds=1)}, DataInvalid, "before the last event of R-1"),
        ({"at": "soon"}, DataInvalid, "'at' is not an instant"),
        ({"channel": "fone"}, DataInvalid, "did you mean 'phone'?"),
        ({"channel": 3}, DataInvalid, "is no channel"),
        ({"command_id": ""}, DataInvalid, "'command_id'"),
        ({"command_id": "x" * 201}, DataInvalid, "'command_id'"),
        ({"at": NOW + timedelta(days=2)}, DataInvalid, "which is still to come"),
        ({"command_id": 5}, DataInvalid, "'command_id'"),
        ({"data": ["fault"]}, DataInvalid, "'data' is not a mapping"),
        ({"data": {"fault": 1.5}}, DataInvalid, "'fault' is not one of"),
        ({"data": {1: 2, "fault": "worn"}}, DataInvalid, "'int' is not asked for"),
        ({"transition": "refund"}, NotFromHere, "no transition 'refund'"),
        ({"transition": None}, NotFromHere, "no transition '<NoneType>'"),
    ],
)
def test_bad_arguments_are_refused_with_a_reason_and_append_nothing(
    commands: Commands, store: Store, more: dict[str, object], kind: type[Refused], because: str
) -> None:
    request = open_request(commands)
    with pytest.raises(kind) as caught:
        commands.run(inspect(request, **more))
    assert because in caught.value.because
    assert len(store.events(request.reference.id)) == 1
