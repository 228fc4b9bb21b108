"""Histories asked about properties: of stores and of exports, across revisions, and what is not asked."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.design.flow import Flow
from service_flow.design.language.model import BlueprintModel, FlowModel, MigrationModel, OrganisationModel
from service_flow.engine.store import Store, open_store
from service_flow.errors import HistoryDiverged, InputError, NotFound, StoreError
from service_flow.insight.histories import ConformSummary, conform_history, conform_store, conforming, export_history

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "flow": "order",
    "subject": "request",
    "initial": "asked",
    "data": {"price": {"type": "integer"}, "note": {"type": "text", "personal": True}},
    "states": {
        "asked": {"owner": "clerk"},
        "work": {"owner": "clerk", "initial": "making", "states": {"making": {}, "made": {}}},
        "closed": {"final": "completed"},
    },
    "transitions": {
        "start": {"from": "asked", "to": "work", "collect": {"optional": ["price", "note"]}},
        "finish": {"from": "work.making", "to": "work.made"},
        "redo": {"from": "work.made", "to": "work.making"},
        "close": {"from": ["asked", "work.made"], "to": "closed"},
        "reopen": {"from": "closed", "to": "asked"},
    },
}
CUSTOMER = FlowModel.model_validate(
    {"flow": "customer", "subject": "customer", "initial": "active", "states": {"active": {}}}
)
Properties = dict[str, dict[str, Any]]


def order(properties: Properties | None = None, **changed: Any) -> FlowModel:
    return FlowModel.model_validate({**ORDER, **changed, "properties": properties or {}})


def blueprint(model: FlowModel, *plans: dict[str, Any]) -> Blueprint:
    return Blueprint.from_models(
        BlueprintModel(blueprint="shop", version="1", features=["customers", "requests"]),
        [model, CUSTOMER],
        OrganisationModel.model_validate(
            {"posts": {"clerk": {}}, "people": {"tom": {"name": "Tom", "posts": ["clerk"]}}}
        ),
        migrations=[MigrationModel.model_validate(plan) for plan in plans],
    )


class Shop:
    """A desk on which orders are carried along, each step an hour later."""

    def __init__(self, store: Store, model: FlowModel | None = None, *plans: dict[str, Any]) -> None:
        self.clock = ManualClock(START)
        self.desk = ServiceDesk(blueprint(model or order(), *plans), store, clock=self.clock)
        known = store.numbered("customer", 1)
        self.anna: Any = known.case_id if known else self.desk.customers.register(name="Anna", by="tom")

    def opened(self, *steps: str, **data: Any) -> str:
        case = self.desk.requests.open(customer=self.anna, need="x", by="tom").number
        self.goes_on(case, *steps, **data)
        return case

    def goes_on(self, case: str, *steps: str, **data: Any) -> None:
        for step in steps:
            self.clock.advance(timedelta(hours=1))
            self.desk.requests.perform(case, step, by="tom", data=data if step == "start" else {})


def asked(store: Store, properties: Properties, **changed: Any) -> ConformSummary:
    """What a flow that was never lived in asks of the store."""
    return conform_store(store, flows=[Flow(order(properties, **changed))])


def counts(summary: ConformSummary) -> dict[str, tuple[int, int, int, int]]:
    """Kept, broken, open and not asked, for each property."""
    return {v.name: (v.kept, v.broken, v.open, v.not_asked) for v in summary.verdicts}


def exported(store: Store, folder: Path) -> Path:
    path = folder / "history.jsonl"
    with path.open("w", encoding="utf-8") as out:
        export_history(store, out)
    return path


@pytest.fixture
def memory() -> Iterator[Store]:
    with open_store("memory") as store:
        yield store


@pytest.fixture
def shop(memory: Store) -> Shop:
    return Shop(memory)


PROMISES: Properties = {
    "made": {"every": "completed", "visits": "work.made"},
    "started": {"before": "work.made", "visits": "start"},
    "finished": {"after": "start", "eventually": "finish"},
    "cheap": {"never": "work.making", "when": "price > 100"},
    "once": {"at_most": 1, "times": "work.making"},
    "answered_for": {"always": "one_owner"},
}


def test_each_case_counts_as_kept_broken_or_open_and_the_first_breach_is_told(store: Store) -> None:
    shop = Shop(store)
    shop.opened("start", "finish", "close")
    shop.opened("close", "reopen", "close")
    shop.opened("start", "finish", "redo", "finish", "redo", price=300)
    shop.opened("start")
    summary = asked(store, PROMISES)
    assert counts(summary) == {
        "made": (3, 1, 0, 0),
        "started": (4, 0, 0, 0),
        "finished": (3, 0, 1, 0),
        "cheap": (3, 1, 0, 0),
        "once": (3, 1, 0, 0),
        "answered_for": (4, 0, 0, 0),
    }
    assert (summary.cases, summary.events, summary.passed_over, summary.clean) == (5, 17, 1, False)
    told = {
        v.name: [(b.case, b.event, b.did, b.transition, b.at - START, b.stands) for b in v.breaches]
        for v in summary.verdicts
        if v.broken
    }
    hour = timedelta(hours=1)
    assert told == {
        "made": [("R-2", 2, "performed", "close", 4 * hour, ("closed",))],
        "cheap": [("R-3", 2, "performed", "start", 7 * hour, ("work.making",))],
        "once": [("R-3", 4, "performed", "redo", 9 * hour, ("work.making",))],
    }


def test_a_case_is_asked_what_the_flow_it_stands_on_asks(memory: Store) -> None:
    shop = Shop(memory, order({"made": {"every": "completed", "visits": "work"}}))
    shop.opened("close")
    later = Shop(memory, order({"made": {"every": "completed", "visits": "asked"}}))
    later.opened("close")
    summary = conform_store(memory)
    assert [(v.name, v.model.visits, [*v.revisions], v.kept, v.broken) for v in summary.verdicts] == [
        ("made", ["work"], [shop.desk.blueprint.flows["order"].revision], 0, 1),
        ("made", ["asked"], [later.desk.blueprint.flows["order"].revision], 1, 0),
    ]


def test_an_export_says_the_same_as_its_store_also_compressed_and_across_revisions(
    store: Store, tmp_path: Path
) -> None:
    Shop(store, order(PROMISES)).opened("start", "finish", "redo", price=300)
    Shop(store, order({**PROMISES, "once": {"at_most": 0, "times": "start"}})).opened("start")
    path = exported(store, tmp_path)
    packed = tmp_path / "history.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))

    def told(summary: ConformSummary) -> Any:
        return summary.cases, summary.events, [(v.name, v.model, [*v.revisions], v.breaches) for v in summary.verdicts]

    assert told(conform_history(path)) == told(conform_history(packed)) == told(conform_store(store))
    assert counts(conform_history(path))["cheap"] == (1, 1, 0, 0)


def test_a_case_that_was_moved_is_judged_from_its_opening_by_the_flow_it_stands_on(store: Store) -> None:
    shop = Shop(store)
    before, after = shop.opened("start", "finish"), shop.opened()
    promises = {"made": {"every": "completed", "visits": "work.made"}, "quick": {"at_most": 0, "times": "finish"}}
    moved = Shop(store, order(promises), {"migration": "promise", "flow": "order"})
    moved.desk.migrate("promise")
    moved.goes_on(before, "close")
    moved.goes_on(after, "close")
    summary = conform_store(store)
    assert counts(summary) == {"made": (1, 1, 0, 0), "quick": (1, 1, 0, 0)}
    told = {v.name: [(b.case, b.event, b.did) for b in v.breaches] for v in summary.verdicts}
    assert told == {"made": [(after, 3, "performed")], "quick": [(before, 3, "performed")]}


def test_a_migration_may_be_what_breaks_a_property(memory: Store) -> None:
    shop = Shop(memory)
    case = shop.opened("start")
    plan = {"migration": "back", "flow": "order", "states": {"work.making": "asked"}}
    moved = Shop(memory, order({"asked_once": {"at_most": 1, "times": "asked"}}), plan)
    moved.desk.migrate("back")
    breach = conform_store(memory).verdicts[0].breaches[0]
    assert (breach.case, breach.event, breach.did, breach.transition, breach.stands) == (
        case, 3, "migrated", "", ("asked",),
    )  # fmt: skip


def test_a_property_about_what_a_revision_does_not_know_is_not_asked_of_its_cases(shop: Shop, memory: Store) -> None:
    shop.opened("close")
    states = {**ORDER["states"], "checked": {"owner": "clerk"}}
    steps = {
        **ORDER["transitions"],
        "check": {"from": "asked", "to": "checked"},
        "pass": {"from": "checked", "to": "closed"},
    }
    data = {**ORDER["data"], "size": {"type": "integer"}}
    properties = {
        "state": {"every": "completed", "visits": "checked"},
        "transition": {"never": "check"},
        "field": {"never": "closed", "when": "!has(size)"},
        "count": {"never": "closed", "when": "times.check == 0"},
        "known": {"every": "completed", "visits": ["asked"]},
    }
    summary = asked(memory, properties, states=states, transitions=steps, data=data)
    assert counts(summary) == {
        **dict.fromkeys(("state", "transition", "field", "count"), (0, 0, 0, 1)),
        "known": (1, 0, 0, 0),
    }


def test_a_moved_case_is_not_asked_about_what_its_older_revision_does_not_know(memory: Store) -> None:
    shop = Shop(memory)
    case = shop.opened()
    states = {**ORDER["states"], "checked": {"owner": "clerk"}}
    steps = {
        **ORDER["transitions"],
        "check": {"from": "asked", "to": "checked"},
        "pass": {"from": "checked", "to": "closed"},
    }
    model = order({"checked": {"every": "completed", "visits": "checked"}}, states=states, transitions=steps)
    moved = Shop(memory, model, {"migration": "promise", "flow": "order"})
    moved.desk.migrate("promise")
    moved.goes_on(case, "check", "pass")
    moved.opened("check", "pass")
    assert counts(conform_store(memory)) == {"checked": (1, 0, 0, 1)}


def test_a_flow_of_the_same_name_for_another_subject_is_another_flow(shop: Shop, memory: Store) -> None:
    shop.opened("close")
    summary = asked(memory, {"made": PROMISES["made"]}, subject="complaint")
    assert (summary.passed_over, counts(summary)) == (2, {"made": (0, 0, 0, 0)})


def test_values_of_an_older_revision_count_where_the_field_is_of_a_like_type_today(shop: Shop, memory: Store) -> None:
    shop.opened("start", price=300)
    properties = {"cheap": {"never": "work", "when": "price > 100"}}
    price = {**ORDER["data"], "price": {"type": "decimal"}}
    assert counts(asked(memory, properties, data=price)) == {"cheap": (0, 1, 0, 0)}
    price = {**ORDER["data"], "price": {"type": "date"}}
    properties = {"late": {"never": "work", "when": 'price > date("2020-01-01")'}}
    assert counts(asked(memory, properties, data=price)) == {"late": (1, 0, 0, 0)}, "what is no date breaks nothing"


def test_states_that_the_flow_that_asks_has_no_more_do_not_hinder_it(shop: Shop, memory: Store) -> None:
    shop.opened("start", "finish", "close")
    states = {name: ORDER["states"][name] for name in ("asked", "closed")}
    steps = {"close": {"from": "asked", "to": "closed"}}
    properties: Properties = {
        "asked": {"every": "completed", "visits": "asked"},
        "never": {"never": "closed"},
        "answered_for": {"always": "one_owner"},
    }
    assert counts(asked(memory, properties, states=states, transitions=steps)) == {
        "asked": (1, 0, 0, 0), "never": (0, 1, 0, 0), "answered_for": (1, 0, 0, 0),
    }  # fmt: skip


def test_one_case_or_one_property_may_be_asked_alone(shop: Shop, memory: Store, tmp_path: Path) -> None:
    shop.opened("close")
    case = shop.opened("start", price=300)
    flows = [Flow(order(PROMISES))]
    path = exported(memory, tmp_path)
    row = memory.numbered("request", 2)
    assert row is not None
    for named in (case, case.lower(), str(row.case_id)):
        alone = conform_store(memory, flows=flows, case=named, properties=["cheap", "made"])
        assert (alone.cases, counts(alone)) == (1, {"made": (1, 0, 0, 0), "cheap": (0, 1, 0, 0)})
        assert counts(conform_history(path, flows=flows, case=named, properties=["cheap", "made"])) == counts(alone)


def test_what_is_not_there_is_named(shop: Shop, memory: Store, tmp_path: Path) -> None:
    shop.opened()
    path, flows = exported(memory, tmp_path), [Flow(order(PROMISES))]
    for ask in (lambda **how: conform_store(memory, **how), lambda **how: conform_history(path, **how)):
        with pytest.raises(NotFound, match="did you mean 'cheap'"):
            ask(flows=flows, properties=["cheep"])
        with pytest.raises(NotFound, match="no flow has a property 'cheap'"):
            ask(properties=["cheap"])
        for case in ("R-9", "00000000-0000-0000-0000-000000000001"):
            with pytest.raises(NotFound, match="no case"):
                ask(case=case)


def test_the_breaches_that_are_told_are_bounded_and_all_are_counted(
    shop: Shop, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        shop.opened("close")
    monkeypatch.setattr(conforming, "MOST_BREACHES", 3)
    verdict = asked(memory, {"made": PROMISES["made"]}).verdicts[0]
    assert (verdict.broken, [breach.case for breach in verdict.breaches]) == (5, ["R-1", "R-2", "R-3"])


def test_progress_is_told_of_the_events(
    shop: Shop, memory: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.opened("close")
    monkeypatch.setattr(conforming, "EVERY", 1)
    heard: list[tuple[int, int | None]] = []
    conform_store(memory, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (3, 3)]
    heard.clear()
    conform_history(exported(memory, tmp_path), progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (3, 3)]


def lines_of(memory: Store, folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(memory, folder).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (lambda lines: lines.pop(), "6:1", "the file ends early"),
        (lambda lines: lines.clear(), "1:1", "the file is empty"),
        (lambda lines: lines.append({}), "8:1", "nothing may follow"),
        (lambda lines: lines[0].pop("service_flow_history"), "1:1", "this is no history"),
        (lambda lines: lines[0].update(service_flow_history=7), "1:1", "of format 7"),
        (lambda lines: lines[0].update(revisions=[]), "1:1", "'revisions' is not an object"),
        (lambda lines: lines[0].update(revisions={"x": {"form": {}}}), "1:1", "revision 'x' cannot be read"),
        (lambda lines: lines[0].update(revisions={}), "1:1", "whose flow the history does not have"),
        (lambda lines: lines.insert(1, {"x": 1}), "2:1", "no part of a history"),
        (lambda lines: lines[2].pop("case"), "3:1", "needs its 'case'"),
        (lambda lines: lines[2].update(version="1"), "3:1", "an event needs"),
        (lambda lines: lines[2].update(version=-1), "3:1", "counted from 1"),
        (lambda lines: lines[2].update(version=10**30), "3:1", "counted from 1"),
        (lambda lines: lines[2].update(topic="x"), "3:1", "unknown topic 'x'"),
        (lambda lines: lines[3]["event"].pop("entered"), "4:1", "wrong in entered"),
        (lambda lines: lines[3].update(version=7), "4:1", "cannot follow"),
        (lambda lines: lines.pop(2), "3:1", "does not begin with its opening"),
        (lambda lines: lines.insert(3, lines[3]), "5:1", "cannot follow"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_history_that_cannot_be_read_is_refused_at_its_line(
    shop: Shop, memory: Store, tmp_path: Path, change: Any, place: str, said: str
) -> None:
    shop.opened("close")
    lines = lines_of(memory, tmp_path)
    change(lines)
    path = tmp_path / "changed.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    with pytest.raises(InputError) as caught:
        conform_history(path, flows=None if said.startswith("whose") else [Flow(order(PROMISES))])
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert said in str(caught.value)


def test_a_store_whose_events_do_not_follow_each_other_is_told(shop: Shop, memory: Store, monkeypatch: Any) -> None:
    shop.opened("close")
    events = memory.events

    def torn(case: Any) -> list[Any]:
        return events(case)[1:] or events(case)

    monkeypatch.setattr(memory, "events", torn)
    with pytest.raises(HistoryDiverged, match="does not begin with its opening"):
        asked(memory, PROMISES)


def test_a_case_in_the_index_that_has_no_events_is_told(shop: Shop, memory: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(memory, "events", lambda case: [])
    with pytest.raises(StoreError, match="has no events; `service-flow doctor --deep`"):
        asked(memory, PROMISES)


def test_a_property_that_cannot_be_read_is_told_by_its_name_and_revision(memory: Store, tmp_path: Path) -> None:
    Shop(memory, order({"cheap": PROMISES["cheap"]})).opened()
    path = exported(memory, tmp_path)
    path.write_text(path.read_text("utf-8").replace('"price > 100"', '"price >"'), "utf-8")
    with pytest.raises(StoreError, match=r"property 'cheap' of revision [0-9a-f]{16} cannot be read"):
        conform_history(path)


def test_memory_does_not_grow_with_the_history(shop: Shop, memory: Store, tmp_path: Path) -> None:
    case = shop.opened("start", "finish", "redo", "finish", "close")
    row = memory.numbered(*("request", int(case[2:])))
    assert row is not None
    head, *lines, end = exported(memory, tmp_path).read_text("utf-8").splitlines()
    life = [line for line in lines if str(row.case_id) in line and '"event"' in line]

    cases = 2_000
    copies = (line.replace(str(row.case_id), str(UUID(int=number))) for number in range(cases) for line in life)
    path = tmp_path / "long.jsonl"
    path.write_text("\n".join([head, *copies, end]) + "\n", "utf-8")
    flows = [Flow(order({"made": PROMISES["made"], "finished": PROMISES["finished"]}))]
    tracemalloc.start()
    try:
        summary = conform_history(path, flows=flows)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (summary.cases, summary.events, summary.clean) == (cases, 6 * cases, True)
    assert held < 1_000_000, "the states of so many cases alone would take several times that"


def test_no_breach_tells_of_a_case_s_data(shop: Shop, memory: Store) -> None:
    shop.opened("start", "finish", price=300, note="Anna Geheim")
    summary = asked(memory, {**PROMISES, "quiet": {"never": "work", "when": 'note != ""'}})
    assert counts(summary)["quiet"] == (0, 1, 0, 0)
    told = repr([v.breaches for v in summary.verdicts])
    assert "Geheim" not in told and "300" not in told
