"""What is wrong with appointments.yaml, catalogue.yaml and knowledge.yaml is said before anything runs, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from served_shop import blueprint
from service_flow import BlueprintError

POSTS = "posts: {mechanic: {calendar: office}}\n"


def visit(more: str) -> str:
    return f"{POSTS}kinds: {{visit: {{post: mechanic, length: 1 hour, {more}}}}}"


def booked(step: str) -> str:
    return visit(f"flows: {{repair: {{booked: {step}}}}}")


ARTICLE = "articles: {hours: {title: Hours, text: From nine on.}}\n"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "appointments",
            visit("notice: 10 days, horizon: 5 days"),
            "2:57: SF288 nothing can be booked: it takes 10 days",
        ),
        ("appointments", visit("notice: 1 working hour, horizon: 1 working hour"), "SF288 nothing can be booked"),
        (
            "appointments",
            booked("{perform: book, fills: {visit: start}, data: {visit: x}}"),
            "SF288 'visit' is given here, and filled in from the appointment too; keep one of the two",
        ),
        (
            "appointments",
            booked("{perform: book, fills: {visit: start}, data: {on: 5}}"),
            "SF284 the value given for 'on' is not a date",
        ),
        ("catalogue", "by: clrek", "1:5: SF220 unknown post 'clrek'; did you mean 'clerk'?"),
        ("catalogue", "work: {w: {}}\nserved_by: {w: customer}", "2:16: SF280 'customer' is a flow for a customer"),
        ("knowledge", "articles: {hours: {title: Hours, text: {}}}", "'text' needs at least 1, and has none"),
        (
            "knowledge",
            ARTICLE + "answered: {repair: {perform: advise, fills: {advice: text}, data: {advice: x}}}",
            "2:68: SF287 'advice' is given here, and filled in from the article too",
        ),
        (
            "knowledge",
            ARTICLE + "answered: {repair: {perform: diagnose, data: {cause: ware}}}",
            "SF284 the value given for 'cause'",
        ),
    ],
    ids=lambda value: value if len(value) < 15 else None,
)
def test_what_cannot_work_is_found(file: str, text: str, said: str, tmp_path: Path) -> None:
    others = {"knowledge": None} if file == "catalogue" else {}
    with pytest.raises(BlueprintError) as caught:
        blueprint(tmp_path, **{file: text, **others})
    assert said in str(caught.value)


def test_different_sorts_of_time_are_not_compared(tmp_path: Path) -> None:
    assert blueprint(tmp_path, appointments=visit("notice: 10 working days, horizon: 9 days")).findings == ()


def test_a_kind_whose_skills_nobody_on_the_post_has_is_warned_of(tmp_path: Path) -> None:
    """Ben alone answers the hotline, and a training may give him the skill."""
    kinds = "kinds: {advice: {post: hotline, length: 1 hour, skills: {gas: 2}}}"
    (found,) = blueprint(tmp_path, appointments="posts: {hotline: {calendar: office}}\n" + kinds).findings
    assert (found.code, found.severity, found.line) == ("SF288", "warning", 2)
    assert found.message == (
        "nobody listed on 'hotline' has 'gas' at level 2; nothing is free before a training gives it"
    )
    fixed = blueprint(tmp_path / "fixed", appointments="posts: {hotline: {calendar: office, at_once: 1}}\n" + kinds)
    assert fixed.findings == ()
