"""Changed scenarios, mappings and steps of tests: each is refused at its place, or it works.

Scenarios and mappings are those of the blueprint that ships and of the examples, their letters, lines and trees changed
as those of blueprints are. The long form takes 1,500 scenarios, 1,500 mappings and 1,000 stories of `given`, `when` and
`then`; every test takes a tenth, the same each time. (`test_log_fuzz` changes mappings and logs otherwise.)
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bounded import HEADER, HELP_DESK, ROW
from fuzzing import fuzz, seeded_and_whole
from hostile_values import hostile, meant
from hypothesis import strategies as st
from mutations import changed_text, changed_tree

from service_flow import Blueprint, ServiceDesk, ServiceFlowError
from service_flow.blueprint import SHIPPED
from service_flow.errors import InputError
from service_flow.insight.histories import import_log
from service_flow.testing import moved, open_request, opened, perform, receive_complaint, register
from service_flow.testing.scenarios import read_scenario, run_scenario
from service_flow.testing.steps import Told

FULL = Blueprint.load("full_process")
SHOP = Blueprint.load(HELP_DESK / "real")
SCENARIOS = [file.read_text(encoding="utf-8") for file in sorted((SHIPPED / "full_process/scenarios").glob("*.yaml"))]
MAPPINGS = [(HELP_DESK / name).read_text(encoding="utf-8") for name in ("mapping.yaml", "mapping_xes.yaml")]
LOG = f"{HEADER}\n" + "".join(ROW.format(case=case) for case in (1, 2, 1))


def either(texts: list[str]) -> st.SearchStrategy[bytes]:
    return (changed_text(texts) | changed_tree(texts)).map(lambda text: text.encode("utf-8", "surrogatepass"))


def placed(error: InputError, file: Path) -> None:
    assert error.file == str(file)
    assert error.line >= 1 and error.column >= 1
    assert all(line.isprintable() for line in str(error).split("\n"))


def take_scenario(text: bytes, seen: Counter[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "story.yaml")
        file.write_bytes(text)
        try:
            scenario = read_scenario(file)
        except InputError as error:
            seen["refused"] += 1
            placed(error, file)
            return
        seen["read"] += 1
        result = run_scenario(scenario, blueprint=FULL)
        seen["as expected" if result else "otherwise"] += 1
        for finding in result.failures:
            assert finding.code
            assert str(finding).isprintable()
            assert finding.line >= 1 and finding.column >= 1


def take_mapping(text: bytes, seen: Counter[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, ServiceDesk(SHOP) as desk:
        file, log = Path(folder, "mapping.yaml"), Path(folder, "log.csv")
        file.write_bytes(text)
        log.write_text(LOG, encoding="utf-8")
        try:
            summary = import_log(desk.commands, log, file)
        except InputError as error:
            seen["refused"] += 1
            assert error.file in (str(file), str(log))
            placed(error, Path(error.file))
            assert desk.store.count()["events"] == 0
        else:
            seen["read"] += 1
            assert summary.refused_moves == sum(summary.refusals.values())


STEPS: dict[str, Callable[..., Any]] = {
    "register": register, "open": open_request, "receive": receive_complaint, "perform": perform,
}  # fmt: skip
WORDS = {
    "register": ["name", "contact", "data", "by", "at", "channel", "command_id", "flow"],
    "open": ["need", "customer", "data", "by", "at", "channel", "command_id", "flow", "on"],
    "receive": ["text", "customer", "about", "data", "by", "at", "channel", "flow", "on"],
    "perform": ["transition", "data", "by", "at", "channel", "command_id", "on"],
}


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    kinds = draw(st.lists(st.sampled_from(list(STEPS)), max_size=3))
    story = []
    for kind in ["register", "open", *kinds]:
        odd = draw(st.booleans())
        some = draw(st.lists(st.sampled_from(WORDS[kind]), max_size=2, unique=True)) if odd else []
        arguments = {name: draw(hostile()) for name in some}
        if kind == "perform":
            arguments.setdefault("transition", draw(st.sampled_from(["analyse", "cancel", "nothing"])))
        story.append((kind, arguments))
    return story


def take_story(story: list[tuple[str, dict[str, Any]]], seen: Counter[str]) -> None:
    """A story may also fail as a test fails, with an AssertionError that says why."""
    with ServiceDesk(FULL) as desk:
        told = Told(desk, "tom")
        try:
            steps = [STEPS[kind](**meant(arguments)) for kind, arguments in story]
            told.given(*steps[:-1]).when(steps[-1])
            told.then_refused() if told.refusal is not None else told.then(opened() if story[-1][0] != "perform" else moved("analyse"))
        except ServiceFlowError:
            seen["refused"] += 1
        except AssertionError as error:
            seen["failed"] += 1
            assert str(error)
        else:
            seen["read"] += 1


INPUTS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any, Counter[str]], None], int]] = {
    "scenarios": (either(SCENARIOS), take_scenario, 1_500),
    "mappings": (either(MAPPINGS), take_mapping, 1_500),
    "stories": (stories(), take_story, 1_000),
}


@seeded_and_whole(*INPUTS)
def test_what_stands_beside_a_blueprint_is_refused_at_its_place_or_works(name: str, long: bool) -> None:
    inputs, take, whole = INPUTS[name]
    seen: Counter[str] = Counter()
    fuzz(lambda case: take(case, seen), inputs, whole=whole, long=long)
    assert min(seen["refused"], seen["read"]) > whole / 200, json.dumps(seen)
