"""Rules: what one event sets off elsewhere, carried out once, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_flow import AsyncServiceDesk, Blueprint, BlueprintError, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.design.organisation import Person
from service_flow.engine.commands.unit import Unit
from service_flow.engine.store import Store
from service_flow.errors import NotFromHere, StoreError
from service_flow.features.complaints import Complaints

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n",
    "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: clerk}}\n",
    "flows/repair.yaml": """\
flow: repair
subject: request
initial: open
data: {grade: {type: integer}}
states:
  open:   {owner: clerk}
  closed: {final: completed}
transitions:
  grade: {from: open, to: closed, by: [clerk], collect: [grade]}
  note:  {from: [open, closed]}
promises:
  soon: {from: opened, until: closed, within: 2 days}
rules:
  poor: {on: grade, when: grade < 3, do: {complaints.receive: {text: "A poor grade", channel: survey}}}
  late: {on: promise.soon.broken, do: {complaints.receive: {text: "Not repaired in time"}}}
""",
    "flows/complaint.yaml": """\
flow: complaint
subject: complaint
initial: received
opening: {by: [clerk, rule]}
states:
  received: {owner: clerk}
  answered: {final: answered}
transitions:
  answer: {from: received, to: answered}
rules:
  visit: {on: [answered], do: {requests.open: {need: "A visit", flow: visit}}}
""",
    "flows/visit.yaml": """\
flow: visit
subject: request
initial: planned
opening: {by: rule}
states:
  planned: {owner: clerk}
  done:    {final: completed}
transitions:
  go: {from: planned, to: done}
""",
}


def load(folder: Path, **other: str) -> Blueprint:
    """The shop; `other` has what is changed of each flow, OLD -> NEW."""
    for name, text in FILES.items():
        old, new = other.get(Path(name).stem, " -> ").split(" -> ")
        assert old in text
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return Blueprint.load(folder)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def desk(tmp_path: Path, store: Store, clock: ManualClock) -> Iterator[ServiceDesk]:
    with ServiceDesk(load(tmp_path / "shop"), store, clock=clock) as made:
        yield made


def a_repair(desk: ServiceDesk) -> Any:
    return desk.requests.open(customer=desk.customers.register(name="Anna", by="tom"), need="x", flow="repair", by="tom")


def test_what_an_event_sets_off_is_there_when_the_command_answers(desk: ServiceDesk) -> None:
    repair = a_repair(desk)
    outcome = desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
    (found,) = desk.complaints.list()
    complaint = desk.complaints.get(found.number)
    assert (complaint.facts["text"], complaint.about, complaint.channel) == ("A poor grade", repair.reference.id, "survey")
    (opened,) = desk.complaints.history(found.number).events[:1]
    assert (opened.by, opened.cause, opened.caused_by) == ("rule", "rule", outcome.events[0].id)
    assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_a_guard_that_does_not_hold_sets_off_nothing(desk: ServiceDesk) -> None:
    desk.requests.perform(a_repair(desk), "grade", by="tom", data={"grade": 5})
    assert len(desk.complaints.list()) == 0


def test_a_rule_sets_off_another(desk: ServiceDesk) -> None:
    desk.requests.perform(a_repair(desk), "grade", by="tom", data={"grade": 1})
    desk.complaints.perform("C-1", "answer", by="tom")
    assert [case.flow for case in desk.requests.list()] == ["repair", "visit"]


def test_a_promise_that_is_broken_sets_off_a_rule(desk: ServiceDesk, clock: ManualClock) -> None:
    a_repair(desk)
    clock.advance(timedelta(days=3))
    desk.run_due()
    assert [desk.complaints.get(case.number).facts["text"] for case in desk.complaints.list()] == ["Not repaired in time"]


def after_the_commit(desk: ServiceDesk) -> None:
    """As if no rule of the desk went with its event."""
    desk.commands.set_off = lambda _: None


def test_what_a_crash_has_left_is_carried_out_once(desk: ServiceDesk) -> None:
    """Given a process that ended right after its commit; then the next run_due carries the rule out, and only one."""
    after_the_commit(desk)
    carried_out, desk.commands.committed = desk.commands.committed, lambda _: None
    desk.requests.perform(a_repair(desk), "grade", by="tom", data={"grade": 1})
    assert len(desk.complaints.list()) == 0
    assert desk.effects.counts()["pending"] == 1
    desk.commands.committed = carried_out
    for _ in range(2):
        desk.run_due()
        assert len(desk.complaints.list()) == 1
    assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_a_rule_that_goes_with_its_event_is_in_the_same_commit(desk: ServiceDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a commit that fails: then neither the event is there nor what it sets off. When it does not: both, and no
    effect is left to be run."""
    repair = a_repair(desk)
    with monkeypatch.context() as broken:
        broken.setattr(Unit, "commit", disk_full)
        with pytest.raises(StoreError, match="full"):
            desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
    assert desk.get(repair).outcome is None
    assert len(desk.complaints.list()) == 0
    commits: list[Unit] = []
    commit = Unit.commit

    def counted(unit: Unit) -> None:
        commits.append(unit)
        commit(unit)

    monkeypatch.setattr(Unit, "commit", counted)
    outcome = desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
    assert len(commits) == 1
    assert len(desk.complaints.list()) == 1
    assert "rule" not in [event.cause for event in outcome.events]
    assert desk.store.effect(repair.reference.id, 3, "rule:poor") is None


def disk_full(_: Unit) -> None:
    raise StoreError("the disk is full")


def test_a_rule_that_fails_leaves_nothing_and_is_tried_again(
    desk: ServiceDesk, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a fault in the middle of the rule's command; then what set it off stands, and the rule is carried out when
    its next try has come."""
    repair = a_repair(desk)
    with monkeypatch.context() as fault:
        fault.setattr(Complaints, "receive", lambda *_, **__: 1 / 0)
        desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
    assert desk.get(repair).outcome == "completed"
    assert len(desk.complaints.list()) == 0
    row = desk.store.effect(repair.reference.id, 3, "rule:poor")
    assert row is not None
    assert (row.state, row.attempts, row.because) == ("pending", 1, "'complaints.receive' raised ZeroDivisionError")
    clock.advance(timedelta(seconds=2))
    desk.run_due()
    assert len(desk.complaints.list()) == 1
    assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_what_changes_while_a_rule_is_decided_is_decided_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a customer whom another desk merges while a rule gives his complaint a number; then all is decided anew,
    and the complaint is that of whom he was merged into."""
    blueprint, url = load(tmp_path / "shop"), f"sqlite:///{tmp_path}/shop.db"
    with ServiceDesk(blueprint, url) as desk, ServiceDesk(blueprint, url) as other:
        repair = a_repair(desk)
        desk.customers.register(name="Anna W.", by="tom")
        receive, times = Complaints.receive, list[int]()

        def slowly(face: Complaints, **given: Any) -> Any:
            if not times:
                other.customers.merge("CU-1", into="CU-2", reason="one person", by="tom")
            times.append(1)
            return receive(face, **given)

        monkeypatch.setattr(Complaints, "receive", slowly)
        desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
        assert len(times) == 2
        assert desk.complaints.get("C-1").customer == desk.get("CU-2").reference.id
        assert [event.cause for event in desk.requests.history(repair).events] == ["command", "automatic"] * 2


def test_carried_out_and_not_yet_written_down_is_not_carried_out_twice(
    desk: ServiceDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a process that ended between the rule's command and the row that says so."""
    after_the_commit(desk)
    with monkeypatch.context() as crash:
        crash.setattr(type(desk.store), "change_effect", lambda *_: False)
        desk.requests.perform(a_repair(desk), "grade", by="tom", data={"grade": 1})
    assert len(desk.complaints.list()) == 1
    desk.run_due()
    assert len(desk.complaints.list()) == 1
    assert desk.effects.counts()["pending"] == 0


def test_a_rule_that_falls_due_while_its_case_is_moved_is_that_of_the_flow_it_was_on(tmp_path: Path) -> None:
    """Given a promise that is broken when the case is moved to a flow that has no such rule any more."""
    clock, url = ManualClock(NOW), f"sqlite:///{tmp_path}/shop.db"
    with ServiceDesk(load(tmp_path / "old"), url, clock=clock) as desk:
        revision = desk.get(a_repair(desk)).revision
    rule = '  late: {on: promise.soon.broken, do: {complaints.receive: {text: "Not repaired in time"}}}\n'
    assert rule in FILES["flows/repair.yaml"]
    load(tmp_path / "new", repair=f"{rule} -> ")
    (tmp_path / "new/migrations").mkdir()
    (tmp_path / "new/migrations/m.yaml").write_text(f"migration: m\nflow: repair\nfrom: [{revision}]\n")
    clock.advance(timedelta(days=3))
    with ServiceDesk(Blueprint.load(tmp_path / "new"), url, clock=clock) as desk:
        assert desk.migrate("m").counts == {"moved": 1}
        assert [desk.complaints.get(case.number).facts["text"] for case in desk.complaints.list()] == ["Not repaired in time"]
        assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_nobody_waits_for_the_hosts_directory_that_a_rule_asks(tmp_path: Path) -> None:
    """Given a directory of the host's own, which looks into the desk itself; then it is asked after the commit."""
    give = "rules:\n  give: {on: opened, do: {assignment.assign: {to: bob}}}\n"
    load(tmp_path / "shop", organisation="people: {tom: {name: Tom, posts: clerk}} ->  ")
    flow = tmp_path / "shop/flows/repair.yaml"
    flow.write_text(flow.read_text().replace("rules:\n", give))
    asked: list[bool] = []

    def people(name: str) -> Person:
        if name == "bob":
            asked.append(desk.get("R-1").outcome is None)
            desk.customers.register(name="Written meanwhile", by="tom")
        return Person(name, posts=["clerk"])

    with ServiceDesk(Blueprint.load(tmp_path / "shop"), f"sqlite:///{tmp_path}/desk.db", people=people) as desk:
        assert desk.assignment.of(a_repair(desk)).person == "bob"
        assert asked and all(asked)
        assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_a_refused_command_sets_off_nothing(desk: ServiceDesk) -> None:
    repair = a_repair(desk)
    desk.requests.perform(repair, "grade", by="tom", data={"grade": 5})
    with pytest.raises(NotFromHere):
        desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
    assert len(desk.complaints.list()) == 0


def test_a_command_that_comes_again_sets_off_nothing_again(desk: ServiceDesk) -> None:
    repair = a_repair(desk)
    for _ in range(2):
        desk.requests.perform(repair, "grade", by="tom", data={"grade": 1}, command_id="web-1")
    assert len(desk.complaints.list()) == 1


def test_a_rule_that_is_refused_is_parked_and_what_set_it_off_stays(tmp_path: Path) -> None:
    """Given channels of which the rule's is none, which only the command finds out."""
    blueprint = load(tmp_path / "shop", blueprint="version: '1' -> version: '1'\nchannels: [phone]")
    with ServiceDesk(blueprint) as desk:
        outcome = desk.requests.perform(a_repair(desk), "grade", by="tom", data={"grade": 1})
        assert desk.get(outcome).outcome == "completed"
        (parked,) = desk.effects.parked()
        assert parked.effect == "rule:poor"
        assert "'survey' is no channel of this desk" in parked.because
        assert desk.effects.retry() == 1
        desk.run_due()
        assert len(desk.effects.parked()) == 1


def test_rules_that_set_each_other_off_for_ever_are_stopped(tmp_path: Path) -> None:
    blueprint = load(tmp_path / "shop", complaint="on: [answered], do: {requests.open: {need: \"A visit\", flow: visit}} -> "
                     "on: opened, do: {complaints.receive: {text: again}}")  # fmt: skip
    with ServiceDesk(blueprint) as desk:
        desk.requests.perform(a_repair(desk), "grade", by="tom", data={"grade": 1})
        assert len(desk.complaints.list()) == 10
        (parked,) = desk.effects.parked()
        assert "10 rules set off one another" in parked.because


def test_a_rule_acts_for_the_customer_into_whom_that_of_the_case_was_merged(desk: ServiceDesk) -> None:
    repair = a_repair(desk)
    desk.customers.register(name="Anna W.", by="tom")
    desk.customers.merge("CU-1", into="CU-2", reason="one person", by="tom")
    desk.requests.perform(repair, "grade", by="tom", data={"grade": 1})
    complaint = desk.complaints.get("C-1")
    assert (complaint.customer, complaint.about) == (desk.get("CU-2").reference.id, repair.reference.id)
    assert desk.effects.counts() == {"pending": 0, "parked": 0}


def test_tasks_set_off_rules_too(tmp_path: Path) -> None:
    async def story() -> int:
        async with AsyncServiceDesk(load(tmp_path / "shop")) as desk:
            anna = await desk.customers.register(name="Anna", by="tom")
            repairs = [
                await desk.requests.open(customer=anna, need="x", flow="repair", by="tom") for _ in range(5)
            ]
            await asyncio.gather(
                *(desk.requests.perform(each, "grade", by="tom", data={"grade": 2}) for each in repairs)
            )
            return len(await desk.complaints.list())

    assert asyncio.run(story()) == 5


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"complaint": "by: [clerk, rule] -> by: [clerk]"}, "rules may not open a case of flow 'complaint'; add `rule`"),
        ({"complaint": "by: [clerk, rule] -> by: rule, collect: [x]"}, "asks for 'x'"),
        ({"repair": 'text: "A poor grade", -> '}, "'complaints.receive' needs 'text'"),
        ({"complaint": "flow: visit -> flow: visits"}, "no flow 'visits' for a request; did you mean 'visit'?"),
        ({"complaint": ", flow: visit -> "}, "the blueprint has 2 flows for a request; name one with `flow`"),
        ({"repair": "on: grade -> on: graded"}, "'graded' is nothing that happens in this flow; did you mean 'grade'?"),
        ({"repair": "promise.soon.broken -> promise.soon.brokn"}, "did you mean 'promise.soon.broken'?"),
    ],
)
def test_a_rule_that_could_never_be_carried_out_is_found_when_the_blueprint_is_read(
    tmp_path: Path, other: dict[str, str], said: str
) -> None:
    with pytest.raises(BlueprintError, match=r"SF2") as caught:
        load(tmp_path / "shop", **other)
    assert said in str(caught.value)
