"""The log of a telephone repair service, in XES with starts and ends. See examples/phone_repair/README.md."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from real_logs import real_log

from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.insight.histories import ImportSummary, import_log

REPAIR = Path(__file__).parents[2] / "examples" / "phone_repair"
CASES, ROWS, STARTS = 1104, 11855, 4122


@pytest.fixture(scope="module")
def log() -> Path:
    return real_log("phone_repair_simulated.xes.gz")


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
    for trace in tree.getroot().findall("{*}trace"):
        done = [
            {one.attrib["key"]: one for one in event}
            for event in trace.findall("{*}event")
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
