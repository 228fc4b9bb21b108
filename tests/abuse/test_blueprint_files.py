"""Blueprint folders that were made to hurt: each is refused at its place, or read for what it is.

Every one is read by `Blueprint.load` and by `service-flow check`, in a process of its own with at most 1 GB of address
space (the system grants no more), 20 seconds of processor time for each reading (measured; the system ends it after
40), and 200 MB of memory held at once (measured), of which the library itself is about 60.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bounded_reads import CAN_FORK, MEASURES_MEMORY, ReadingRoom, clean, refused
from yaml_tricks import CLEAN, LARGE, REFUSED

from service_flow import Blueprint

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="the readings are copies of one process")


@pytest.mark.parametrize("name", REFUSED)
def test_a_text_made_to_hurt_is_refused_at_its_place_in_200_mb_and_20_seconds(
    room: ReadingRoom, shop: Path, name: str
) -> None:
    text, code, line, column = REFUSED[name]
    (shop / "flows/repair.yaml").write_bytes(text)
    read = refused(room, shop, code, line, column)
    assert len(read.text) < 2_000


@pytest.mark.parametrize("name", CLEAN)
def test_an_odd_text_that_is_right_is_read_for_what_it_is_in_200_mb_and_20_seconds(
    room: ReadingRoom, shop: Path, name: str
) -> None:
    (shop / "flows/repair.yaml").write_bytes(CLEAN[name])
    clean(room, shop)


def test_line_ends_marks_and_the_words_of_yaml_11_mean_what_they_say(shop: Path) -> None:
    file = shop / "flows/repair.yaml"
    revisions = set()
    for name in ("CRLF", "lone CR", "the mark of UTF-8", "no line end at the end", "a document with its marks"):
        file.write_bytes(CLEAN[name])
        revisions.add(Blueprint.load(shop).flows["repair"].revision)
    assert len(revisions) == 1
    file.write_bytes(CLEAN["words that YAML 1.1 takes for truths"])
    assert list(Blueprint.load(shop).flows["repair"].states) == ["open", "no", "on", "y", "off", "yes"]
    titles = {"a time that YAML 1.1 takes for 90": "1:30", "a date": "2026-03-01", "a number in quotes": "1e3"}
    for name, title in titles.items():
        file.write_bytes(CLEAN[name])
        assert Blueprint.load(shop).flows["repair"].title == {"en": title}
    file.write_bytes(CLEAN["an anchor that is set again"])
    fields = Blueprint.load(shop).flows["repair"].fields
    assert [fields[field].title["en"] for field in "abc"] == ["A", "B", "B"]


IN_FLOWS = [("flows/repair.yaml", name) for name in LARGE]
ELSEWHERE = [(file, "comments") for file in ("blueprint.yaml", "organisation.yaml", "calendars.yaml")]


@pytest.mark.parametrize(("file", "name"), [*IN_FLOWS, *ELSEWHERE])
def test_a_file_of_50_mb_is_refused_unread_in_100_mb_and_two_seconds(
    room: ReadingRoom, shop: Path, file: str, name: str
) -> None:
    with (shop / file).open("wb") as out:
        out.writelines(LARGE[name]())
    assert (shop / file).stat().st_size > 10_000_000
    read = refused(room, shop, "SF105", 1, 1, file)
    assert read.seconds < 2
    assert not MEASURES_MEMORY or read.megabytes < 100
