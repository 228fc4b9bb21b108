"""What a history says of properties is what their words mean, and what the check has proved: on a real desk."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from random_lives import Lives, blueprint_of

from random_flows import Dice, seeds
from random_guards import small_flow
from service_flow.design.checking.proofs import prove
from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel, PropertyModel
from service_flow.design.properties import form_of
from service_flow.engine.case.numbers import short
from service_flow.errors import BlueprintError
from service_flow.insight.histories import ConformSummary, conform_history, conform_store, export_history

sys.path.insert(0, str(Path(__file__).parents[1] / "design"))
from direct_properties import at, breaks
from every_case import Moment, moments

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]


class Lived:
    """A flow that was lived in, with what its properties, put into the language of stories, say of each case."""

    def __init__(self, model: FlowModel, number: int, commands: int, *, asked_later: bool) -> None:
        self.asked = Flow(model)
        self.blueprint = blueprint_of(model)
        lived_in = blueprint_of(model.model_copy(update={"properties": {}})) if asked_later else self.blueprint
        self.flows = [self.asked] if asked_later else None
        self.lives = Lives(lived_in, Dice(number))
        self.lives.live(commands)
        self.stories = {self._number(case.id): self._story(case.id) for case in self.lives.cases}

    def _number(self, case: Any) -> str:
        row = self.lives.desk.store.row(case)
        assert row is not None
        return short(row.subject, row.number)

    def _story(self, case: Any) -> list[Moment]:
        return list(moments(self.asked, None, self.lives.desk.store.events(case)))

    def broken(self) -> dict[tuple[str, str], int]:
        """The first event of each case by which its story breaks a property, by the words of the reference."""
        found = {}
        for name, wish in self.asked.model.properties.items():
            for case, story in self.stories.items():
                ends = [end for end in range(1, len(story) + 1) if breaks(wish, story[:end], self.asked)]
                if ends:
                    found[name, case] = ends[0]
        return found

    def owing(self, broken: dict[tuple[str, str], int]) -> Counter[str]:
        """How many cases still owe what `after .. eventually` asks for."""
        return Counter(
            name
            for name, wish in self.asked.model.properties.items()
            for case, story in self.stories.items()
            if (name, case) not in broken and wish.after is not None and _owes(wish, story, self.asked)
        )

    def proved(self) -> set[str]:
        findings = list(prove(self.blueprint.source, {"random": self.asked}))
        doubted = {
            name
            for finding in findings
            for name in self.asked.model.properties
            if finding.code in ("SF701", "SF702") and f"'{name}'" in finding.message
        }
        return set(self.asked.model.properties) - doubted


def _owes(wish: PropertyModel, story: list[Moment], flow: Flow) -> bool:
    return story[-1].outcome is None and any(
        at(wish.after or "", moment, flow)
        and not any(at(place, later, flow) for later in story[index:] for place in wish.eventually or ())
        for index, moment in enumerate(story)
    )


def told(summary: ConformSummary) -> list[Any]:
    return [(v.flow, v.name, v.kept, v.broken, v.open, v.not_asked, v.breaches) for v in summary.verdicts]


def agree(number: int, folder: Path, seen: Counter[str]) -> None:
    model = small_flow(Dice(number))
    if not model.properties:
        return
    try:
        lived = Lived(model, number, 25, asked_later=number % 2 == 0)
    except BlueprintError:
        return  # a check refuses it
    with lived.lives.desk as desk:
        summary = conform_store(desk.store, flows=lived.flows)
        path = folder / "history.jsonl"
        with path.open("w", encoding="utf-8") as out:
            export_history(desk.store, out)
    assert told(conform_history(path, flows=lived.flows)) == told(summary), "a store and its export say the same"
    broken = lived.broken()
    owing = lived.owing(broken)
    assert {(v.name, b.case): b.event for v in summary.verdicts for b in v.breaches} == broken
    for verdict in summary.verdicts if lived.stories else ():
        count = sum(name == verdict.name for name, _ in broken)
        assert (verdict.broken, verdict.open, verdict.not_asked) == (count, owing[verdict.name], 0)
        assert verdict.kept + verdict.broken + verdict.open == len(lived.stories)
    proved = lived.proved()
    assert not proved & {name for name, _ in broken}, "no history breaks what is proved"
    seen.update(flows=1, owing=owing.total(), proved=len(proved), doubted=len(model.properties) - len(proved))
    seen.update(str(form_of(model.properties[name])) for name, _ in broken)


def all_agree(examples: int, folder: Path) -> Counter[str]:
    seen: Counter[str] = Counter()

    @seed(20261122)
    @settings(max_examples=examples, deadline=None, suppress_health_check=QUIET, phases=[Phase.generate], database=None)
    @given(seeds)
    def law(number: int) -> None:
        agree(number, folder, seen)

    law()
    return seen


def test_a_history_is_judged_as_the_words_of_its_properties_mean_and_never_against_a_proof(tmp_path: Path) -> None:
    seen = all_agree(150, tmp_path)
    assert seen["flows"] > 70
    assert seen["owing"] > 3
    assert seen["proved"] > 80
    assert seen["doubted"] > 30
    for form in ("every", "before", "after", "never", "at_most", "always"):
        assert seen[form] > 3, f"'{form}' was broken by too few cases"


@pytest.mark.long
def test_many_histories_are_judged_as_the_words_of_their_properties_mean(tmp_path: Path) -> None:
    assert all_agree(2_000, tmp_path)["flows"] > 1_000
