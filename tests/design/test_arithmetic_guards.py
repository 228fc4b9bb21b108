"""Guards that compute: what samples leave open is settled by z3, and only what was tried out is shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_guards import flow_of, guard_text, value_of

from random_flows import Dice
from service_flow.design.checking.arithmetic import Effort, reasoner_for
from service_flow.design.checking.arithmetic.reasoner import Reasoner
from service_flow.design.checking.proofs.settling import settle_answers
from service_flow.design.checking.sampling import Question, answer
from service_flow.design.flow import Guard
from service_flow.design.flow.names import data_types, guard_names
from service_flow.design.language.expressions import Expression

MODEL = flow_of("true")
NAMES = guard_names(MODEL, data_types(MODEL))
SETTLED = (
    # numbers
    ("x > y * 2 && x < y && y > 0", set()),
    ("2 * i == 7", set()),
    ("i * i < 0", set()),
    ("i % 2 == 3", set()),
    ("-7 / 2 == -3 && i - i == 0", {"true"}),
    ("-7 % 2 == -1 && i - i == 0", {"true"}),
    ("i % 2 == 0 || i % 2 == 1", {"true", "false"}),
    ("i % 2 == 0 || i % 2 == 1 || i % 2 == -1", {"true"}),
    ("i + 1 > i", {"true"}),
    ("i + j == 9223372036854775807 && i == j", set()),
    ("i - 1 > i || i > 9223372036854775807 - 1 && i + 1 == i", set()),
    ("i > 9223372036854775806 && i + 1 > j", set()),
    ('d > duration("999999998d") && d + d > e', set()),
    ("i / (j - j) == 0", set()),
    ("i / j * j + i % j == i", {"true", "error"}),
    ("x * 3 == 10", set()),
    ("x * 4 == 10", {"true", "false"}),
    ("x / 3 * 3 == x", {"true", "false"}),
    ("x / 3 > x && x > 0", set()),
    ("i + x == 0.5 && x == 1", set()),
    # money
    ("price > paid * 2 && price < paid && paid > 0", set()),
    ("price + paid > 3 && price.currency != paid.currency", set()),
    ("price - paid == 0 || price - paid != 0", {"true", "error"}),
    ("price.amount * 3 == 10", set()),
    ('price.currency == "eur" && price * 2 > 1', set()),
    # times
    ('u + d < u && d > duration("0s")', set()),
    ('u - v > duration("1s") && u < v', set()),
    ('on - till > duration("3d") && on < till', set()),
    ('on - till == duration("36h")', set()),
    ("case.time_in_state + d < d", set()),
    ("times.go + times.come < 0", set()),
    # words, lists, what may be absent, what is computed behind a condition
    ('s == "x" && t == s && t != "x" && i + j == 2', set()),
    ('k == l && k == "a" && i + j == 2', set()),
    ('"a" in tags && "b" in tags && size(tags) * 2 == 2', set()),
    ('"a" in tags && "b" in tags && size(tags) * 2 == 6', {"true", "false"}),
    ("has(price) && price * 2 > paid && !has(price)", set()),
    ("(p ? i : j) + 1 > 5 && i < 3 && j < 3", set()),
    ("i + j in [1, 2] && i + j > 2", set()),
    # what is beyond z3 may be anything, and does not matter here
    ('s.startsWith("a") && i + j > 3 && i + j < 2', set()),
    ("counts.all(each, each > 3) && i + j > 3 && i + j < 2", set()),
)
OPEN = ('s.contains("xy") && !s.contains("x")', "i * i * i + j * j * j == 114 * (i + 5) * j * j - 7")


def guard(text: str) -> Guard:
    return Guard(Expression.read(text, NAMES), {})


def reasoner(question: Question, effort: Effort | None = None) -> Reasoner:
    found = reasoner_for(question, Effort() if effort is None else effort)
    assert found is not None, "the extra `proofs` belongs to the extra `dev`"
    return found


def settled(text: str) -> set[str] | None:
    """The answers that arithmetic shows, without any that samples show; None where it does not settle them."""
    one, answers = guard(text), set[str]()
    return answers if settle_answers(reasoner(Question([one])), one, answers) else None


@pytest.mark.parametrize(("text", "answers"), SETTLED, ids=[text for text, _ in SETTLED])
def test_arithmetic_shows_which_answers_there_are(text: str, answers: set[str]) -> None:
    found = settled(text)
    assert found is not None
    assert found == answers


@pytest.mark.parametrize("text", OPEN)
def test_what_is_not_settled_is_not_told(text: str) -> None:
    assert settled(text) is None


def test_what_is_thought_about_is_counted_and_no_more_than_was_given() -> None:
    one = guard(OPEN[1])
    effort = Effort(left=100_000)
    assert not settle_answers(reasoner(Question([one]), effort), one, set())
    assert -10_000 <= effort.left <= 0
    assert not settle_answers(reasoner(Question([one]), effort), one, set()), "nothing is left"
    assert not settle_answers(reasoner(Question([guard("2 * i == 7")]), effort), guard("2 * i == 7"), set())


def test_the_same_question_takes_the_same_steps() -> None:
    left = set()
    for _ in range(3):
        one, effort = guard("x * y > 7 && x * x + y * y < 20.5 && i % 3 == 1"), Effort()
        assert settle_answers(reasoner(Question([one]), effort), one, set())
        left.add(effort.left)
    assert len(left) == 1


# --- against brute force

BOX = range(-4, 5)
NUMBERS = st.sampled_from(["i", "j", "k", "0", "1", "2", "3", "-1", "-2", "7"])
SUMS = st.recursive(
    NUMBERS, lambda inside: st.builds("({} {} {})".format, inside, st.sampled_from("+-*/%"), inside), max_leaves=4
)
TESTS = st.recursive(
    st.builds("{} {} {}".format, SUMS, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), SUMS),
    lambda inside: st.one_of(
        st.builds("({} {} {})".format, inside, st.sampled_from(["&&", "||"]), inside),
        st.builds("!({})".format, inside),
        st.builds("({} ? {} : {})".format, inside, inside, inside),
        st.builds("(has(i) && {})".format, inside),
    ),
    max_leaves=4,
)
WHOLE = {"i": "i", "j": "j", "k": "times.go"}


def boxed(one: Guard, question: Question) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a guard says for every combination of small numbers, those that may be absent left out too."""
    names = list(question.marks)
    choices = [
        [*(BOX if name != "times.go" else range(5)), *([None] if question.marks[name].asked else [])] for name in names
    ]
    for chosen in product(*choices):
        world = {name: value for name, value in zip(names, chosen, strict=True) if value is not None}
        yield answer(one, world), world


@settings(max_examples=150, deadline=None)
@given(TESTS)
def test_what_brute_force_shows_is_never_ruled_out_and_what_arithmetic_shows_is_so(text: str) -> None:
    one = guard(text.replace("k", WHOLE["k"]))
    question = Question([one])
    mind = reasoner(question, Effort(2_000_000))
    truth = mind.truth(one)
    wanted = {"true": truth.yes, "false": truth.no, "error": mind.terms.error(truth)}
    shown = {said for said, _ in boxed(one, question)}
    for word, when in wanted.items():
        found = mind.find(when, lambda world, word=word: answer(one, world) == word)
        if found.world is not None:
            assert answer(one, found.world) == word
        elif found.certain:
            assert word not in shown, f"{text} can be {word}"


# --- against samples, for every type


def told_otherwise(seed: int) -> str | None:
    """What arithmetic says of a guard that samples decide exactly, where it says something else."""
    text, _ = guard_text(Dice(seed))
    one = guard(text)
    question = Question([one])
    if not question.is_exact:
        return None
    sampled = {answer(one, world) for world in question.worlds()}
    mind = reasoner(question)
    truth = mind.truth(one)
    for word, when in (("true", truth.yes), ("false", truth.no), ("error", mind.terms.error(truth))):
        found = mind.find(when, lambda world, word=word: answer(one, world) == word)
        if found.certain and (found.world is not None) != (word in sampled):
            return f"seed {seed}: {text}: {word}; samples: {sampled}, arithmetic: {found.world}"
    return None


def test_arithmetic_and_samples_agree_where_both_decide() -> None:
    assert [found for seed in range(150) if (found := told_otherwise(seed)) is not None] == []


def test_most_of_these_guards_are_decided_by_arithmetic_too() -> None:
    """Otherwise the tests around would show nothing."""
    guards = [guard(guard_text(Dice(seed))[0]) for seed in range(100)]
    assert sum(settle_answers(reasoner(Question([one])), one, set()) for one in guards) > 90


@pytest.mark.long
def test_arithmetic_and_samples_agree_on_very_many_guards() -> None:
    assert [found for seed in range(1_000, 8_000) if (found := told_otherwise(seed)) is not None] == []


def ruled_out(seed: int) -> str | None:
    """An answer that random values show, and that arithmetic says there is none of."""
    dice = Dice(seed)
    text, _ = guard_text(dice)
    one = guard(text)
    question = Question([one])
    mind = reasoner(question)
    truth = mind.truth(one)
    never = {
        word
        for word, when in (("true", truth.yes), ("false", truth.no))
        if mind.find(when, lambda world: True) == (None, True)
    }
    for _ in range(100):
        world = {
            name: value_of(dice, name) for name, mark in question.marks.items() if not (mark.asked and dice.may(0.3))
        }
        if answer(one, world) in never:
            return f"seed {seed}: {text} is {answer(one, world)} for {world}"
    return None


def test_arithmetic_rules_out_nothing_that_random_values_show() -> None:
    assert [found for seed in range(150) if (found := ruled_out(seed)) is not None] == []
