"""Pages made of text: nothing that anybody wrote becomes markup, and a page can load and run nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from html_trees import ACTING, HOSTILE, check_harmless, tree, words
from service_flow.design.drawing.hypertext import Markup, element, joined, markup, page, visible


class Texts(HTMLParser):
    """The texts and attributes of a page as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@given(st.text())
def test_any_text_is_read_back_as_it_is_seen(text: str) -> None:
    read = Texts(element("p", text, title=text))
    assert "".join(read.texts) == visible(text)
    assert read.attributes == [("title", visible(text))]


@given(st.text())
def test_no_character_that_acts_is_left(text: str) -> None:
    assert not ACTING.search(visible(text))
    visible(text).encode("utf-8")


def test_what_acts_is_shown_by_its_number_and_what_is_read_stays() -> None:
    assert visible("a\x00b\x1bc\u202ed\ud800") == "a<U+0000>b<U+001B>c<U+202E>d<U+D800>"
    kept = "Grüße, 客户 👩‍🔧 שלום می‌خواهم\n\tline two"
    assert visible(kept) == kept
    assert visible("a\r\nb") == "a\nb"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_stays_whole_whatever_stands_in_it(text: str) -> None:
    html = page(text, element("p", text, title=text, data_x=text), joined([text, "end"], text), lang="en", style="p{}")
    check_harmless(html)
    root = tree(html)
    assert [child.tag for child in root] == ["head", "body"]
    assert [child.tag for child in root[1]] == ["p"]
    assert words(root[0].find("title")) == " ".join(visible(text).split())


def test_markup_is_not_escaped_twice() -> None:
    inner = element("b", "1 < 2")
    assert inner == "<b>1 &lt; 2</b>"
    assert markup(inner) is inner
    assert element("p", inner, " & ", class_="x", for_="y", aria_hidden="true") == (
        '<p class="x" for="y" aria-hidden="true"><b>1 &lt; 2</b> &amp; </p>'
    )
    assert isinstance(joined([inner, "<"], ">"), Markup)
    assert joined([inner, "<"], ">") == "<b>1 &lt; 2</b>&gt;&lt;"


def test_attributes_without_a_value_and_elements_without_an_end() -> None:
    assert element("input", type="radio", checked=True, hidden=False, id=None) == '<input type="radio" checked>'
    assert element("td") == "<td></td>"


def policy_of(html: str) -> str:
    return tree(html).find("head/meta[@http-equiv]").get("content")


def test_a_page_may_apply_and_run_just_what_it_was_made_with() -> None:
    html = page("x", element("p", "x"), lang="zh", style="p{color:red}", script="var a = 1 < 2;", drawn_style="g{}")
    policy = policy_of(html)
    assert policy.count("sha256-") == 3
    assert "<script>var a = 1 < 2;</script>" in html
    assert "unsafe" not in policy
    assert "script-src 'none'" in policy_of(page("x", lang="en", style="p{}"))
