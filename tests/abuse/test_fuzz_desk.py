"""Every public call of a desk with arguments of wrong types and odd values: a result, or an error of our own.

The calls are found by their signatures, so a new method is tried as soon as it is there. Of each call's arguments about
half are right. The long form makes 20,000 calls of a ServiceDesk, 2,000 of an AsyncServiceDesk, 1,000 desks of parts
that are none and 1,200 blueprints of what is none; every test makes a tenth, the same each time. An error leaves nothing
behind.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fuzzing import fuzz, seeded_and_whole
from hostile_values import NAMES, hostile, meant
from hypothesis import strategies as st

from service_flow import AsyncServiceDesk, Blueprint, ManualClock, Outcome, ServiceDesk, ServiceFlowError

BLUEPRINT = Blueprint.load("full_process")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEATURES = tuple(feature.name for feature in BLUEPRINT.features)
GOOD: dict[str, list[Any]] = {
    "case": ["R-1", "CU-1", "C-1"], "customer": ["CU-1"], "about": ["R-1"], "by": ["tom", "customer", "import"],
    "transition": ["analyse", "cancel", "hold", "propose", "lapse", "investigate"], "name": ["Anna"], "need": ["A pump"],
    "text": ["Noisy"], "contact": [{"email": "a@example.com"}], "channel": ["phone"], "at": [NOW], "limit": [1, 1000],
    "data": [{}, {"kind": "product"}, {"price": "1 EUR"}, {"reason": "x"}], "flow": ["service_request", "complaint", "customer"],
    "command_id": ["c1", "c2"], "after": [0, None], "as_of": [NOW], "subject": ["request"], "post": ["account_manager"],
    "person": ["tom", "mei"], "open_only": [True], "complaint": ["C-1"], "request": ["R-1"], "into": ["R-1", "C-1", "CU-1"],
    "reason": ["Why not"], "to": ["tom", "mei", "account_manager"], "item": ["heat_pump", "coffee_machine"], "needs": [["A", "B"]],
    "remedy": ["apology", "refund", "repair"], "value": ["10 CNY"], "kind": ["visit", "individual"], "price": ["1 EUR"],
    "until": [NOW], "since": [NOW], "parent": ["R-1"], "skill": ["heating"], "answer": ["accepted"], "quote": [1],
}  # fmt: skip
LEFT_OUT = {"close", "run_due"}
"""Methods that are tried elsewhere."""


def methods_of(offer: object) -> list[str]:
    return [
        name
        for name in dir(type(offer))
        if not name.startswith("_") and name not in LEFT_OUT and inspect.isroutine(getattr(type(offer), name))
    ]


def calls_of(desk: Any) -> list[tuple[str, str]]:
    return [(offer, name) for offer in ("", *FEATURES) for name in methods_of(getattr(desk, offer) if offer else desk)]


with ServiceDesk(BLUEPRINT) as _desk:
    CALLS = calls_of(_desk)
    PARAMETERS = {
        call: dict(inspect.signature(getattr(getattr(_desk, call[0]) if call[0] else _desk, call[1])).parameters)
        for call in CALLS
    }
Call = tuple[tuple[str, str], dict[str, Any]]


@st.composite
def calls(draw: st.DrawFn) -> Call:
    call = draw(st.sampled_from(CALLS))
    arguments = {}
    for name, parameter in PARAMETERS[call].items():
        given = draw(st.booleans()) or parameter.default is inspect.Parameter.empty
        if given:
            right = draw(st.booleans()) and name in GOOD
            arguments[name] = draw(st.sampled_from(GOOD[name]) if right else hostile() | odd_forms(name))
    return call, arguments


def odd_forms(name: str) -> st.SearchStrategy[Any]:
    """For data: right fields with odd values. For everything else the same as any hostile value."""
    if name != "data":
        return hostile()
    fields = [field for flow in BLUEPRINT.flows.values() for field in flow.fields]
    return st.dictionaries(st.sampled_from(fields), hostile(), max_size=3)


def a_desk() -> ServiceDesk:
    desk = ServiceDesk(BLUEPRINT, clock=ManualClock(NOW))
    desk.customers.register(name="Anna", by="tom")
    desk.requests.open(customer="CU-1", need="A pump", by="tom")
    desk.complaints.receive(customer="CU-1", text="Noisy", by="tom")
    return desk


def take_calls(several: list[Call], seen: Counter[str]) -> None:
    with a_desk() as desk:
        for (offer, method), arguments in several:
            before = desk.store.count()["events"]
            try:
                result = getattr(getattr(desk, offer) if offer else desk, method)(**meant(arguments))
            except ServiceFlowError as error:
                seen[f"{offer}.{method} refused"] += 1
                str(error).encode()
                assert len(str(error)) < 5_000
                assert desk.store.count()["events"] == before
            else:
                seen[f"{offer}.{method} done"] += 1
                assert isinstance(result, Outcome) or desk.store.count()["events"] == before


def take_async_calls(several: list[Call], seen: Counter[str]) -> None:
    async def one(desk: AsyncServiceDesk, call: tuple[str, str], arguments: dict[str, Any]) -> None:
        offer, method = call
        try:
            await getattr(getattr(desk, offer) if offer else desk, method)(**meant(arguments))
        except ServiceFlowError:
            seen[f"{offer}.{method} refused"] += 1
        else:
            seen[f"{offer}.{method} done"] += 1

    async def all_at_once() -> None:
        async with AsyncServiceDesk(BLUEPRINT, clock=ManualClock(NOW)) as desk:
            await desk.customers.register(name="Anna", by="tom")
            await desk.requests.open(customer="CU-1", need="A pump", by="tom")
            async with asyncio.timeout(30):
                await asyncio.gather(*(one(desk, *call) for call in several))

    asyncio.run(all_at_once())


def take_parts(parts: tuple[Any, ...], seen: Counter[str]) -> None:
    """A desk made of what is none: an error of our own when it is made, or when it is used."""
    blueprint, store, people, clock = map(meant, parts)
    try:
        with ServiceDesk(blueprint, store, people=people, clock=clock) as desk:
            desk.customers.register(name="Anna", by="tom")
            desk.requests.open(customer="CU-1", need="A pump", by="tom")
            desk.requests.options("R-1", by="tom")
            desk.worklist(person="tom")
    except ServiceFlowError:
        seen["parts refused"] += 1
    else:
        seen["parts done"] += 1


def take_blueprints(parts: list[Any], seen: Counter[str]) -> None:
    one, two, three, four = map(meant, parts)
    for make in (
        lambda: Blueprint.load(one),
        lambda: Blueprint.load("full_process", one),
        lambda: Blueprint(one),
        lambda: Blueprint(BLUEPRINT.source, one),
        lambda: Blueprint.from_models(one, two, three, four),
        lambda: Blueprint.from_models(BLUEPRINT.source.blueprint, one, sections=two),
    ):
        try:
            make()
        except ServiceFlowError as error:
            seen["blueprints refused"] += 1
            assert str(error).replace("\n", "").isprintable()
        else:
            seen["blueprints done"] += 1


ANSWERS = st.sampled_from(NAMES).map(lambda odd: lambda *_: odd.value)
CLOCK = ManualClock(NOW)
UNCALLED = st.sampled_from([odd for odd in NAMES if not callable(odd.value)])
"""What cannot be called; what can, and is of another kind, raises its own error."""
PARTS = st.one_of(
    st.tuples(hostile(), st.just("memory"), st.none(), st.just(CLOCK)),
    st.tuples(st.just(BLUEPRINT), hostile(), st.none(), st.just(CLOCK)),
    st.tuples(st.just(BLUEPRINT), st.just("memory"), UNCALLED | ANSWERS, st.just(CLOCK)),
    st.tuples(st.just(BLUEPRINT), st.just("memory"), st.none(), UNCALLED | ANSWERS),
)
Taking = Callable[[Any, Counter[str]], None]
INPUTS: dict[str, tuple[st.SearchStrategy[Any], Taking, int]] = {
    "calls": (st.lists(calls(), min_size=10, max_size=10), take_calls, 2_000),
    "async calls": (st.lists(calls(), min_size=10, max_size=10), take_async_calls, 200),
    "parts": (PARTS, take_parts, 1_000),
    "blueprints": (st.lists(hostile(), min_size=4, max_size=4), take_blueprints, 200),
}  # fmt: skip


@seeded_and_whole(*INPUTS)
def test_whatever_is_handed_in_ends_in_a_result_or_an_error_of_our_own(name: str, long: bool) -> None:
    inputs, take, whole = INPUTS[name]
    seen: Counter[str] = Counter()
    fuzz(lambda case: take(case, seen), inputs, whole=whole, long=long)
    assert sum(count for what, count in seen.items() if what.endswith("refused")) > whole / 20
    if name == "calls":
        untried = {f"{offer}.{method}" for offer, method in CALLS} - {what.rpartition(" ")[0] for what in seen}
        assert len(untried) <= (0 if long else len(CALLS) / 5)
