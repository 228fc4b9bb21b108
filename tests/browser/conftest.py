"""A browser for each file of tests, and a tab for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chromium import Browser, Tab, browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    """A tab whose pages have said nothing on their console, and loaded nothing but themselves, when the test ends."""
    opened = chromium.tab()
    opened.size(1200, 900)
    yield opened
    assert opened.said == []
    assert {url.partition("#")[0] for url in opened.requests if not url.startswith("data:")} <= {opened.address}
    opened.close()
