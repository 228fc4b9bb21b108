"""Characters that act instead of being seen: which they are, and that no writing is harmed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile_texts import SCRIPTS
from service_flow.characters import MOST_MARKS, escaped_json, safe, unpiled
from service_flow.design.drawing.hypertext import visible


@pytest.mark.parametrize("name", SCRIPTS)
def test_texts_of_all_scripts_are_shown_as_they_are(name: str) -> None:
    text = SCRIPTS[name]
    assert safe(text) == visible(text) == unpiled(text, lambda _: "") == text


@pytest.mark.parametrize("between", ["", "\u200d", "\u200c"])
def test_marks_that_are_too_many_on_a_letter_are_replaced_and_no_others(between: str) -> None:
    pile = "".join(f"\u0301{between}" for _ in range(MOST_MARKS))
    assert unpiled(f"a{pile}b{pile}", lambda _: "?") == f"a{pile}b{pile}"
    assert unpiled(f"a{pile}\u0302\u0303 b{pile}", lambda mark: f"<{ord(mark):x}>") == f"a{pile}<302><303> b{pile}"
    assert safe(f"a{pile}\u0302").endswith("<U+0302>")


@given(st.text())
def test_json_with_escapes_holds_the_same_text_and_nothing_to_obey(text: str) -> None:
    escaped = escaped_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(escaped) == text
    assert not set(escaped) & set("\x7f\x85\x9b\u2028\u2029\u202e\u2066")
