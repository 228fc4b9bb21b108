"""The log of a telephone repair service, in XES with starts and ends. See examples/phone_repair/README.md."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from real_logs import real_log
from xes_logs import event, trace
from xes_logs import log as log_of

from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.insight.histories import ImportSummary, import_log

REPAIR = Path(__file__).parents[2] / "examples" / "phone_repair"
CASES, ROWS, STARTS = 1104, 11855, 4122


@pytest.fixture(scope="module")
def log() -> Path:
    return real_log("phone_repair_simulated.xes.gz")


def life(*steps: str) -> str:
    """A telephone's life as a trace; a step is `who activity`, and tests also say `true` or `false` and a number."""
    events = []
    for minute, step in enumerate(steps):
        who, _, activity = step.partition(" ")
        activity, _, result = activity.partition(": ")
        fixed, _, repairs = result.partition(" ")
        more = {"defectFixed": fixed, "numberRepairs": repairs} if result else {}
        events.append(
            event(
                step=activity, who=who, time=f"2026-03-02T09:{minute:02}:00Z", defectType="4", phoneType="T2",
                **{"lifecycle:transition": "complete"}, **more,
            )
        )  # fmt: skip
    return log_of(trace("1", *events))


BEGUN = ("System Register", "Tester1 Analyze Defect", "System Inform User")
FAILED = ("SolverS1 Repair (Simple)", "Tester1 Test Repair: false {}")
AGAIN = "System Restart Repair"


def failures(count: int) -> list[str]:
    """So many repairs that fail, each but the first behind a decision to try again."""
    steps = [step.format(number) for number in range(1, count + 1) for step in (AGAIN, *FAILED)]
    return steps[1:]


@pytest.mark.parametrize(
    ("steps", "outcome", "refusals"),
    [
        ((*BEGUN, "SolverC1 Repair (Complex)", "Tester1 Test Repair: true 0", "System Archive Repair"), "completed", []),
        ((*BEGUN, *failures(3), "System Archive Repair"), "not_repaired", []),
        ((*BEGUN, *failures(2), "System Archive Repair"), None, ["GuardSaidNo: 'archive' from 'tested'"]),
        ((*BEGUN, *failures(3), AGAIN), None, ["GuardSaidNo: 'repair_again' from 'tested'"]),
        ((*BEGUN, "Tester1 Repair (Simple)", "Tester1 Test Repair: true 0"), None,
         ["NotAllowed: 'repair' by post 'tester'; it takes 'specialist' or 'technician'", "NotFromHere: 'test' from 'diagnosed'"]),
        ((*BEGUN[:2], "SolverS1 Repair (Simple)", "Tester1 Test Repair: true 0", "System Archive Repair"), None,
         ["GuardSaidNo: 'archive' from 'tested'"]),
    ],
    ids=["repaired", "given up", "not given up yet", "not a fourth time", "not by a tester", "owner not informed"],
)  # fmt: skip
def test_the_flow_takes_what_a_repair_service_does_and_refuses_the_rest(
    tmp_path: Path, steps: tuple[str, ...], outcome: str | None, refusals: list[str]
) -> None:
    log = tmp_path / "one.xes"
    log.write_text(life(*steps), encoding="utf-8")
    summary, outcomes = run(log)
    assert sorted(summary.refusals) == refusals
    assert outcomes == {outcome: 1}
    assert summary.accepted_cases == (outcome is not None)


def test_the_blueprint_has_no_findings() -> None:
    assert Blueprint.load(REPAIR / "blueprint").findings == ()


def run(log: Path, mapping: Path = REPAIR / "mapping.yaml") -> tuple[ImportSummary, dict[str | None, int]]:
    """The summary, and how many cases ended with each outcome."""
    with ServiceDesk(Blueprint.load(REPAIR / "blueprint")) as desk:
        summary = import_log(desk.commands, log, mapping)
        rows = desk.store.cases(subject="request", limit=2 * CASES)
        outcomes: dict[str | None, int] = Counter(row.outcome for row in rows)
        return summary, outcomes


def test_every_repair_that_was_filed_is_accepted_and_no_row_is_refused(log: Path) -> None:
    summary, outcomes = run(log)
    assert (summary.cases, summary.events, summary.left_out) == (CASES, ROWS - STARTS, STARTS)
    assert (summary.accepted_cases, summary.refused_moves) == (1000, 0)
    assert outcomes == {"completed": 964, "not_repaired": 36, None: 104}


def test_without_the_lifecycle_word_starts_count_as_steps_and_are_refused(log: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    text = (REPAIR / "mapping.yaml").read_text(encoding="utf-8")
    mapping.write_text(text.replace("lifecycle: complete\n", ""), encoding="utf-8")
    summary, _ = run(log, mapping)
    assert (summary.events, summary.left_out) == (ROWS, 0)
    assert summary.accepted_cases == 0


def test_steps_shuffled_over_their_instants_are_refused_in_nearly_all_cases(log: Path, tmp_path: Path) -> None:
    dice = random.Random(7)
    with gzip.open(log) as packed:
        tree = ElementTree.parse(packed)
    for one_trace in tree.getroot().findall("{*}trace"):
        done = [
            {one.attrib["key"]: one for one in event}
            for event in one_trace.findall("{*}event")
            if event.find("*[@key='lifecycle:transition'][@value='complete']") is not None
        ]
        instants = [attributes["time:timestamp"] for attributes in done[1:]]
        values = [instant.attrib["value"] for instant in instants]
        dice.shuffle(values)
        for instant, value in zip(instants, values, strict=True):
            instant.set("value", value)
    shuffled = tmp_path / "shuffled.xes"
    tree.write(shuffled, encoding="utf-8", xml_declaration=True)
    summary, _ = run(shuffled)
    assert summary.cases == CASES
    assert summary.accepted_cases / summary.cases <= 0.05
