"""Cases that move to a revision with other promises and timers: what a dry run tells, and that the real one does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from timed_desks import BY, DAY, HOUR, Told, at, blueprint, flow, moving, promise, told

from service_flow import ServiceDesk
from service_flow.engine.case.events import Migrated
from service_flow.engine.case.promise_events import PromiseRevised, TimerFired, TimerSet
from service_flow.engine.commands import CaseMigration

TIERS = {"tier": {"type": "choice", "choices": ["plain", "vip"]}}


@contextmanager
def moved(case: Told, plan: dict[str, Any] | None = None, **words: Any) -> Iterator[ServiceDesk]:
    """A desk with another revision of the flow, to which the case has been moved as a dry run told."""
    step = moving(**(plan or {}))
    case.desk.run_due()
    with ServiceDesk(blueprint(flow(**words), migrations=[step]), case.desk.store, clock=case.clock) as desk:
        before = case.events
        (dry,) = desk.migrate("step", dry_run=True).cases
        assert case.events == before
        (real,) = desk.migrate("step").cases
        assert (dry.fate, real.fate) == ("moves", "moved"), real.because
        assert [getattr(dry, name) for name in COMPARED] == [getattr(real, name) for name in COMPARED]
        desk.told = real  # type: ignore[attr-defined]
        case.desk = desk
        yield desk


COMPARED = [name for name in CaseMigration.__slots__ if name != "fate"]


def told_of(desk: ServiceDesk) -> dict[str, tuple[Any, Any]]:
    case: CaseMigration = desk.told  # type: ignore[attr-defined]
    return {name: (before, after) for name, before, after in case.promises}


def test_a_promise_with_another_time_is_revised_and_keeps_its_pause() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(HOUR).does("wait")
        case.passes(HOUR).does("wake")
        with moved(case, promises={"answer": promise(within="6 working hours", warn="50%")}) as desk:
            (before, after), *_ = told_of(desk).values()
            assert (before.within, before.due) == ("4 working hours", at(5))
            assert (after.within, after.due) == ("6 working hours", at(7))
            assert case.status().paused == HOUR
            case.passes(DAY).desk.run_due()
            assert case.kinds[-2:] == ["PromiseWarned", "PromiseBroken"]


def test_a_promise_that_only_warns_otherwise_is_revised_and_one_that_is_the_same_is_not() -> None:
    with (
        told(promises={"answer": promise(), "same": promise()}) as case,
        moved(case, promises={"answer": promise(warn="50%"), "same": promise()}) as desk,
    ):
        assert told_of(desk) == {}
        assert [event.promise for event in case.events if isinstance(event, PromiseRevised)] == ["answer"]
        case.passes(2 * HOUR).desk.run_due()
        assert case.times[-1] == ("PromiseWarned", "answer", at(2))


def test_a_promise_that_is_not_made_any_more_is_dropped() -> None:
    with told(promises={"answer": promise()}) as case, moved(case) as desk:
        (before, after), *_ = told_of(desk).values()
        assert (before.due, after) == (at(4), None)
        case.passes(DAY)
        assert case.desk.run_due().events == 0


def test_a_promise_of_a_state_begins_where_the_case_stands_and_ends_where_it_does_not() -> None:
    with told(promises={"left": promise(**{"while": "open"})}) as case:
        promises = {"left": promise(**{"while": "work"}), "there": promise(**{"while": "open"})}
        case.passes(HOUR)
        with moved(case, promises=promises) as desk:
            assert {name: after is not None for name, (_, after) in told_of(desk).items()} == {"left": False, "there": True}
            assert case.status("there").started_at == at(1)


def test_a_promise_goes_on_in_a_state_that_has_another_name() -> None:
    with told(promises={"answer": promise(**{"while": "work"})}) as case:
        case.does("go")
        case.passes(HOUR)
        states = {"open": {"owner": "clerk"}, "workshop": {"owner": "clerk"}, "done": {"final": "completed"}}
        transitions = {"go": {"from": "open", "to": "workshop"}, "finish": {"from": "workshop", "to": "done"}}
        plan = {"states": {"work": "workshop", "waiting": "workshop"}}
        words = {"states": states, "transitions": transitions, "promises": {"answer": promise(**{"while": "workshop"})}}
        with moved(case, plan, **words) as desk:
            assert told_of(desk) == {}
            assert case.status().started_at == at(0)
            case.does("finish")
            assert case.status().state == "kept"


def test_what_was_broken_stays_broken() -> None:
    with told(promises={"answer": promise()}) as case:
        case.passes(5 * HOUR)
        with moved(case, promises={"answer": promise(within="9 working days")}):
            assert case.status().state == "overdue"


def test_what_fell_due_before_the_move_happens_before_it_by_the_old_revision() -> None:
    with told(promises={"answer": promise()}, timers={"soon": {"while": "open", "after": "1 hour", "perform": "go"}}) as case:
        step = moving()
        with ServiceDesk(blueprint(flow(), migrations=[step]), case.desk.store, clock=case.clock) as desk:
            case.desk = desk
            case.passes(DAY)
            (dry,) = desk.migrate("step", dry_run=True).cases
            assert dry.left == ("work",)
            desk.migrate("step")
            assert [type(event).__name__ for event in case.events[3:]] == [
                "TimerFired", "Moved", "PromiseBroken", "Migrated", "PromiseDropped",
            ]  # fmt: skip
            case.check_rows()


def test_a_case_that_a_timer_has_ended_meanwhile_stays() -> None:
    with (
        told(timers={"soon": {"while": "open", "after": "1 hour", "perform": "finish"}}) as case,
        ServiceDesk(blueprint(flow(), migrations=[moving()]), case.desk.store, clock=case.clock) as desk,
    ):
        case.passes(DAY)
        assert [each.fate for each in desk.migrate("step", dry_run=True).cases] == ["closed"]
        assert [each.fate for each in desk.migrate("step").cases] == ["closed"]
        case.desk = desk
        assert not any(isinstance(event, Migrated) for event in case.events)


def test_a_timer_goes_on_with_the_instant_it_had_also_under_other_names_of_states() -> None:
    words = {"soon": {"while": "work", "after": "3 hours", "perform": "finish"}}
    with told(timers=words) as case:
        case.does("go")
        case.passes(HOUR)
        states = {"open": {"owner": "clerk"}, "workshop": {"owner": "clerk"}, "done": {"final": "completed"}}
        transitions = {
            "go": {"from": "open", "to": "workshop"},
            "finish": {"from": "workshop", "to": "done", "by": BY},
        }
        plan = {"states": {"work": "workshop", "waiting": "workshop"}}
        later = {"soon": {"while": "workshop", "after": "3 hours", "perform": "finish"}}
        with moved(case, plan, states=states, transitions=transitions, timers=later):
            assert [event.during for event in case.events if isinstance(event, TimerSet)] == [("work",), ("workshop",)]
            case.passes(DAY).desk.run_due()
            assert [event.at for event in case.events if isinstance(event, TimerFired)] == [at(3)]


def test_a_new_timer_is_set_and_one_that_fired_is_not_set_again() -> None:
    words = {"once": {"while": "open", "after": "1 hour", "perform": "note"}}
    with told(timers=words) as case:
        case.passes(2 * HOUR)
        later = {**words, "new": {"while": "open", "after": "5 hours", "perform": "go"}}
        with moved(case, timers=later):
            case.passes(DAY).desk.run_due()
            assert [(kind, name, when) for kind, name, when in case.times if kind == "TimerFired"] == [
                ("TimerFired", "once", at(1)), ("TimerFired", "new", at(7)),
            ]  # fmt: skip


def test_a_timer_of_which_the_flow_knows_nothing_any_more_is_told_once() -> None:
    with told(timers={"soon": {"while": "open", "after": "3 hours", "perform": "go"}}) as case, moved(case):
        case.passes(DAY)
        assert case.desk.run_due().counts == {"fired": 1, "refused": 1}
        assert case.desk.run_due().events == 0


@pytest.mark.parametrize("tier", ["plain", "vip"])
def test_a_migration_decides_by_what_is_known_of_the_customer(tier: str) -> None:
    with told(promises={"answer": promise()}, customer=TIERS) as case:
        case.rated(tier)
        with moved(case, promises={"answer": promise(within={"decision": "how_soon"})}, customer=TIERS):
            assert case.status().within == {"plain": "2 working days", "vip": "2 working hours"}[tier]


def test_what_a_move_settles_and_brings_about_sets_off_its_effects() -> None:
    effects = {"tell": {"on": "promise.answer.broken", "call": "send_mail"}}
    later = {"greet": {"on": "promise.there.made", "call": "send_mail"}}
    with told(promises={"answer": promise()}, effects=effects) as case:
        words = {"promises": {"there": promise(**{"while": "open"})}, "effects": later}
        with ServiceDesk(blueprint(flow(**words), migrations=[moving()]), case.desk.store, clock=case.clock) as desk:
            case.desk = desk
            case.passes(DAY)
            assert desk.store.effects("pending", limit=9) == []
            desk.migrate("step", dry_run=True)
            assert desk.store.effects("pending", limit=9) == []
            desk.migrate("step")
            assert sorted(row.effect for row in desk.store.effects("pending", limit=9)) == ["greet", "tell"]
