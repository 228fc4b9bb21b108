"""What makes a guess of many columns quick leaves nothing out: formats told by their shape, names told apart early."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import draws
from service_flow.insight.histories.guessing.moments import _FORMATS, moments
from service_flow.insight.histories.guessing.naming import likeness, name_of

MOMENTS = (
    datetime(2026, 3, 2, 9, 5, 7, 120_000, UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, timezone(timedelta(hours=-9, minutes=-30))),
    datetime(2008, 5, 10, 12, 0, 0, 1, timezone(timedelta(hours=14))),
)
"""One with all digits small, one with all large, one whose month is short and long alike."""


@pytest.mark.parametrize("moment", MOMENTS, ids=["small", "large", "may"])
def test_a_text_in_any_format_is_told_to_be_in_it_also_without_leading_zeros(moment: datetime) -> None:
    missed = []
    for form in _FORMATS:
        text = moment.strftime(form)
        bare = re.sub(r"(?<![\d:.+-])0(?=\d[./年月日-])", "", text)
        for cell in {text, bare, text.upper(), text.casefold()}:
            found = moments([cell])
            fitting = (*found.formats, *found.others) if found is not None else ()
            # Of formats that read the same instant only the first is named.
            instants = [datetime.strptime(cell, other) for other in fitting]
            if datetime.strptime(cell, form) not in instants and len(re.findall(r"\d", cell)) >= 4:
                missed.append((cell, form))
    assert not missed


@pytest.mark.parametrize("cell", ["column 1234", "0170 123 45 67", "12-34-56789", "1-abc-2026", "31.13.2026", "x" * 61])
def test_a_text_of_digits_is_no_instant_for_that(cell: str) -> None:
    assert moments([cell]) is None


NAMES = st.one_of(
    st.lists(st.sampled_from(["take", "taken", "charge", "order", "assign", "seriousness", "ticket"]), max_size=4).map(
        " ".join
    ),
    st.text("abcdeinort ", max_size=20),
)


@settings(max_examples=draws(300), deadline=None)
@given(one=NAMES, other=NAMES, least=st.floats(0, 1))
def test_a_likeness_that_reaches_the_least_is_the_same_as_without_one(one: str, other: str, least: float) -> None:
    exact, quick = likeness(name_of(one), name_of(other)), likeness(name_of(one), name_of(other), least)
    assert quick == exact if exact >= least else quick <= exact


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("taken", "take", True), ("Take in charge ticket", "take_charge_ticket", True), ("re-open", "reopen", False),
        ("case_id", "caseId", True), ("opening", "open", True),
    ],
)  # fmt: skip
def test_endings_and_small_words_do_not_tell_names_apart(one: str, other: str, same: bool) -> None:
    assert (likeness(name_of(one), name_of(other)) == 1) == same
