"""What checking and proving a blueprint takes, by its size; and what one guard takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable

from bench.timing import Bar
from service_flow import Blueprint
from service_flow.design.checking import CHECKS, run_checks
from service_flow.design.checking.proofs import Theme
from service_flow.design.checking.proofs.fields import prove_fields
from service_flow.design.checking.proofs.guards import prove_guards
from service_flow.design.checking.proofs.soundness import prove_soundness
from service_flow.design.checking.proofs.structure import prove_structure
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import INT, Choice, Expression, Record
from service_flow.design.language.model import BlueprintModel, FlowModel, OrganisationModel
from service_flow.errors import Finding

SIZES = (100, 1_000, 10_000)
TOP = BlueprintModel.model_validate({"blueprint": "large", "version": "1"})
POSTS = OrganisationModel.model_validate({"posts": {"clerk": {}}})
GUARD = 'request.amount > 500 && customer.tier in ["gold", "vip"]'
NAMES = {"request": Record({"amount": INT}), "customer": Record({"tier": Choice(("plain", "gold", "vip"))})}
VALUES = {"request": {"amount": 750}, "customer": {"tier": "vip"}}


def large(states: int) -> FlowModel:
    """A process of so many states and three times as many transitions: onward, back, and beside; some ask for data, some
    have guards on it."""
    steps: dict[str, object] = {}
    for number in range(states):
        onward = f"s{number + 1}" if number + 1 < states else "closed"
        step: dict[str, object] = {"from": f"s{number}", "to": onward}
        if number % 50 == 0:
            step["collect"] = ["kind", "amount"]
        elif number % 10 == 0:
            step["when"] = 'kind != "a" || amount > 5'
            steps[f"skip{number}"] = {"from": f"s{number}", "to": onward, "when": 'kind == "a" && amount <= 5'}
        steps[f"go{number}"] = step
        steps[f"back{number}"] = {"from": f"s{number}", "to": f"s{max(0, number - 7)}"}
        steps[f"note{number}"] = {"from": f"s{number}"}
    words = {
        "flow": "large", "subject": "request", "initial": "s0",
        "data": {"kind": {"type": "choice", "choices": ["a", "b", "c"]}, "amount": {"type": "integer"}},
        "states": {**{f"s{number}": {"owner": "clerk"} for number in range(states)}, "closed": {"final": "completed"}},
        "transitions": steps,
    }  # fmt: skip
    return FlowModel.model_validate(words)


def seconds(work: Callable[[], Iterable[Finding]], rounds: int = 3) -> float:
    """The median seconds of the processor that it takes to find everything."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        found = list(work())
        times.append(time.process_time() - begun)
        assert [finding for finding in found if finding.code not in ("SF502", "SF602")] == []
    return statistics.median(times)


def by_size() -> dict[int, dict[str, float]]:
    """Seconds of each part of a check, by the number of states."""
    found = {}
    for states in SIZES:
        model = large(states)
        source = BlueprintSource("", TOP, {"large": model}, POSTS)
        flow = Flow(model)
        found[states] = {
            "names": seconds(lambda source=source: run_checks(source, CHECKS)),
            "structure": seconds(lambda s=source, f=flow: prove_structure(Theme(s, f))),
            "data": seconds(lambda s=source, f=flow: prove_fields(Theme(s, f))),
            "guards": seconds(lambda s=source, f=flow: prove_guards(Theme(s, f))),
            "whole": seconds(lambda s=source, f=flow: prove_soundness(Theme(s, f)), rounds=1),
        }
    return found


def microseconds_of_a_guard() -> float:
    """The median microseconds of one answer of a guard, over rounds of ten thousand."""
    guard = Expression.read(GUARD, NAMES)
    times = []
    for _ in range(30):
        begun = time.perf_counter()
        for _ in range(10_000):
            guard.holds(VALUES)
        times.append((time.perf_counter() - begun) / 10_000 * 1e6)
    return statistics.median(times)


def full_process() -> float:
    """Seconds of the processor to load and prove the shipped blueprint."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        assert Blueprint.load("full_process").check() == ()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def bars() -> list[Bar]:
    """The figures, told, and the bars they are held against."""
    sizes = by_size()
    print("\nChecking a generated flow (s of the processor, by its states; transitions are three times as many)")
    print(f"  {'':<12}" + "".join(f"{states:>12,}" for states in SIZES))
    for part in sizes[SIZES[0]]:
        print(f"  {part:<12}" + "".join(f"{sizes[states][part]:>12.3f}" for states in SIZES))
    guard, whole = microseconds_of_a_guard(), full_process()
    print(f"\nfull_process, loaded and proved: {whole:.2f} s; one answer of a guard: {guard:.2f} microseconds")
    _, thousand, most = SIZES
    grown = {part: sizes[most][part] / sizes[thousand][part] for part in ("names", "structure", "data")}
    return [
        Bar("full_process: load and prove", whole, 1, unit="s"),
        Bar("1,000 states and 3,000 transitions: all checks", sum(sizes[thousand].values()), 10, unit="s"),
        *(Bar(f"10,000 against 1,000 states: {part}", ratio, 20) for part, ratio in grown.items()),
        Bar(f"one answer of {GUARD}", guard, 1, unit="us"),
    ]
