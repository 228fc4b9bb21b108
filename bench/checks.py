"""What checking and proving a blueprint takes, by its size; and what one guard takes."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench.timing import Bar
from service_flow import Blueprint
from service_flow.design.checking import CHECKS, run_checks
from service_flow.design.checking.proofs import Proof, Theme
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


def large(states: int) -> dict[str, object]:
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
    return {
        "flow": "large", "subject": "request", "initial": "s0",
        "data": {"kind": {"type": "choice", "choices": ["a", "b", "c"]}, "amount": {"type": "integer"}},
        "states": {**{f"s{number}": {"owner": "clerk"} for number in range(states)}, "closed": {"final": "completed"}},
        "transitions": steps,
    }  # fmt: skip


def seconds(work: Callable[[], Iterable[Finding]], rounds: int = 3) -> float:
    """The median seconds of the processor that it takes to find everything."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        found = list(work())
        times.append(time.process_time() - begun)
        assert [finding for finding in found if finding.code not in ("SF502", "SF602")] == []
    return statistics.median(times)


def seconds_of_loading(words: dict[str, object]) -> float:
    """Seconds of the processor to read a blueprint with this flow from its files (JSON is YAML), and to check its
    names."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "flows").mkdir()
        (folder / "blueprint.yaml").write_text("blueprint: large\nversion: '1'\n")
        (folder / "organisation.yaml").write_text("posts: {clerk: {}}\n")
        (folder / "flows/large.yaml").write_text(json.dumps(words))
        begun = time.process_time()
        Blueprint.load(folder)
        return time.process_time() - begun


def by_size() -> dict[int, dict[str, float]]:
    """Seconds of each part of a check, by the number of states."""
    found = {}
    for states in SIZES:
        words = large(states)
        model = FlowModel.model_validate(words)
        source = BlueprintSource("", TOP, {"large": model}, POSTS)
        flow = Flow(model)
        found[states] = {
            "loading": seconds_of_loading(words),
            "names": seconds(partial(run_checks, source, CHECKS)),
            "structure": seconds(_of(prove_structure, source, flow)),
            "data": seconds(_of(prove_fields, source, flow)),
            "guards": seconds(_of(prove_guards, source, flow)),
            "whole": seconds(_of(prove_soundness, source, flow), rounds=1),
        }
    return found


def _of(proof: Proof, source: BlueprintSource, flow: Flow) -> Callable[[], Iterable[Finding]]:
    """A proof of a flow of which nothing is known yet."""
    return lambda: proof(Theme(source, flow))


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
    grown = {part: sizes[most][part] / sizes[thousand][part] for part in ("loading", "names", "structure", "data")}
    proofs = {part: taken for part, taken in sizes[thousand].items() if part != "names"}  # loading holds the names
    return [
        Bar("full_process: load and prove", whole, 1, unit="s"),
        Bar("1,000 states and 3,000 transitions: loaded and proved", sum(proofs.values()), 10, unit="s"),
        *(Bar(f"10,000 against 1,000 states: {part}", ratio, 20) for part, ratio in grown.items()),
        Bar(f"one answer of {GUARD}", guard, 1, unit="us"),
    ]
