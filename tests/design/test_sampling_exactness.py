"""A few samples show every answer that a guard can give, wherever the check says that they do."""

from __future__ import annotations

import pytest
from typed_guards import DATA, flow_of, guard_text, value_of

from random_flows import Dice
from service_flow.design.checking.sampling import Question, answer
from service_flow.design.flow import Flow, Guard
from service_flow.design.flow.names import data_types, guard_names
from service_flow.design.language.expressions import Expression
from service_flow.design.language.model import FlowModel

MODEL: FlowModel = flow_of("true")
NAMES = guard_names(MODEL, data_types(MODEL))
FLOW = Flow(MODEL)


def guard(text: str) -> Guard:
    return Guard(Expression.read(text, NAMES), {})


def shown_by_values(dice: Dice, question: Question, tries: int) -> dict[str, dict[str, object]]:
    """Each answer that random values show, with the first values that show it. What a guard asks for with has() may
    have no value."""
    found: dict[str, dict[str, object]] = {}
    for _ in range(tries):
        world = {
            name: value_of(dice, name) for name, mark in question.marks.items() if not (mark.asked and dice.may(0.3))
        }
        found.setdefault(answer(question.guards[0], world), world)
    return found


def disagreement(seed: int, tries: int) -> str | None:
    """What random values show and the samples of a question that says it is exact do not."""
    dice = Dice(seed)
    text, _ = guard_text(dice)
    question = Question([guard(text)])
    if not question.is_exact:
        return None
    sampled = {answer(question.guards[0], world) for world in question.worlds()}
    for said, world in shown_by_values(dice, question, tries).items():
        if said not in sampled:
            return f"seed {seed}: {text} is {said} for {world}; samples: {question.values}"
    return None


def test_samples_show_every_answer_that_random_values_show() -> None:
    assert [found for seed in range(600) if (found := disagreement(seed, 150))] == []


@pytest.mark.long
def test_samples_show_every_answer_that_very_many_random_values_show() -> None:
    assert [found for seed in range(1_000, 3_000) if (found := disagreement(seed, 10_000))] == []


def test_most_of_these_guards_are_decided() -> None:
    """Otherwise the tests above would show nothing."""
    exact = sum(Question([guard(guard_text(Dice(seed))[0])]).is_exact for seed in range(300))
    assert exact > 240


def test_every_sample_is_a_value_that_its_field_takes() -> None:
    for seed in range(300):
        question = Question([guard(guard_text(Dice(seed))[0])])
        for name, values in question.values.items():
            for value in values if name in DATA else ():
                assert FLOW.fields[name].read(value) == value


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("i > 5 && i < 7", {"true", "false"}),
        ("i > 5 && i < 6", {"false"}),
        ("x > 5 && x < 6", {"true", "false"}),
        ("i > 9223372036854775806 && i != 9223372036854775807", {"false"}),
        ("times.go < 0", {"false"}),
        ("times.go >= 0", {"true"}),
        ("times.go > -5", {"true"}),
        ('case.time_in_state < duration("0s")', {"false"}),
        ('on < date("0001-01-01")', {"false"}),
        ('on > date("9999-12-31")', {"false"}),
        ('u > timestamp("2026-01-01T00:00:00Z") && u < timestamp("2026-01-01T00:00:00.000001Z")', {"false"}),
        ('u > timestamp("0001-01-01T00:00:00Z") && u < timestamp("0001-01-01T00:00:00.000002Z")', {"true", "false"}),
        ("x > 99999999999999999999999999999999.4 && x < 99999999999999999999999999999999.5", {"true", "false"}),
        ("i == x && x > 2 && x < 9", {"true", "false"}),
        ("i < x && x < j && i > 2 && j < 4", {"false"}),
        ("i < x && x < j && i > 2 && j < 5", {"true", "false"}),
        ("price == paid", {"true", "false", "error"}),
        ("price.currency == paid.currency", {"true", "false"}),
        ('price.currency == "eur"', {"false"}),
        ("k == s", {"true", "false"}),
        ('k == s && s != "a" && s != "b"', {"true", "false"}),
        ('k == l && k == "a"', {"false"}),
        ('size(tags) > 3 && "a" in tags && "b" in tags && "c" in tags', {"true", "false"}),
        ('size(tags) > 1 && !("a" in tags) && !("b" in tags) && !("c" in tags)', {"false"}),
        ("size(flags) == 2 && !(true in flags)", {"true", "false"}),
        ("2 in prices", {"true", "false"}),
        ("2.5 in counts", {"false"}),
        ("(i > 1) == p", {"true", "false"}),
        ("p && !p", {"false"}),
        ("has(p) && p", {"true", "false"}),
        ('(k == "a" ? i > 3 : i < 1) && i == 2', {"false"}),
    ],
)
def test_the_answers_of_a_guard_are_known_exactly(text: str, answers: set[str]) -> None:
    question = Question([guard(text)])
    assert question.is_exact
    assert {answer(question.guards[0], world) for world in question.worlds()} == answers


@pytest.mark.parametrize(
    "text",
    [
        "i + j > 5", "price > x", 's.contains("a")', 's < "b"', 'price.currency < "M"', "size(s) > 3", "counts[0] == 1",
        'tags.exists(t, t == "a")', "(p ? i : j) > 3", "i in [1, j]", "tags == []", "size(tags) > 60",
        'now - case.opened_at > duration("1d")',
    ],
)  # fmt: skip
def test_what_is_beyond_samples_is_said_to_be(text: str) -> None:
    assert not Question([guard(text)]).is_exact
