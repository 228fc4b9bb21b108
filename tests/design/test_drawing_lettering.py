"""How texts are cleaned, measured and broken into lines for a drawing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_flow.design.drawing.lettering import listed, width, wrapped
from service_flow.design.drawing.wording import WORDS, Wording, cleaned


def test_a_chinese_character_takes_the_room_of_two_latin_ones():
    assert width("全", 10) > 1.5 * width("a", 10)
    assert width("e\u0301", 10) == width("e", 10)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=80), st.integers(1, 4))
def test_lines_are_no_wider_than_their_room_and_no_more_than_asked_for(text, most):
    lines = wrapped(text, 12, 90, most)
    assert len(lines) <= most
    assert all(width(line, 12) <= 90 for line in lines)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=80))
def test_a_text_with_room_enough_is_broken_and_nothing_of_it_lost(text):
    assert "".join(wrapped(text, 12, 90, 200)) == text


def test_a_text_breaks_at_spaces_and_between_chinese_characters_but_not_before_a_comma():
    assert wrapped("Record the outside decision", 12, 100, 3) == ["Record the", "outside decision"]
    assert wrapped("已答复，待客户确认", 10, 32, 9) == ["已答", "复，待", "客户确", "认"]


@pytest.mark.parametrize("one", ["👩‍👩‍👧‍👦", "👍🏽", "🇨🇳", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "e\u0323\u0302", "❤️", "𠮷", "नी"])
def test_no_line_ends_inside_of_what_is_seen_as_one(one):
    for room in (30, 40, 50):
        assert all(line.replace(one, "") == "" for line in wrapped(one * 9, 12, room, 20))


def test_what_does_not_fit_ends_in_an_ellipsis():
    assert wrapped("one two three four", 12, 50, 2) == ["one two", "three…"]


def test_a_list_of_posts_says_how_many_more_there_are():
    posts = ["clerk", "service manager", "technician"]
    assert listed(posts, ", ", 11, 400) == "clerk, service manager, technician"
    assert listed(posts, ", ", 11, 160) == "clerk, service manager +1"
    assert listed(posts, ", ", 11, 10) == "clerk +2"
    assert listed(["clerk"], ", ", 11, 10) == "clerk"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        (" a\t\n\r\u2028b ", "a b"),
        ("\u202eabc\u2069\ufeff\x00\x7f\ud800\uffff", "abc"),
        ("\u061ca\u200eb\u200f", "ab"),
        ("👩‍👧", "👩‍👧"),
    ],
)
def test_only_what_can_be_shown_is_left_of_a_text(text, shown):
    assert cleaned(text) == shown


def test_every_word_of_the_drawing_has_the_same_gaps_in_both_languages():
    assert all(english.count("{}") == chinese.count("{}") for english, chinese in WORDS.values())


def test_the_systems_own_actors_are_named_in_the_language_and_posts_by_their_titles():
    wording = Wording("zh", {"clerk": {"en": "Clerk", "zh": "文员"}})
    assert wording.posts(["customer", "clerk", "field_technician"]) == "客户、文员、field technician"
    assert Wording("en", {}).posts([]) == "anyone known"
