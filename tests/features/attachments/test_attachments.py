"""Attachments: where the files of a case are kept, never what is in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from served_shop import Shop, because, blueprint, check_sound
from service_flow import AsyncServiceDesk, Blueprint, DataInvalid, NotAllowed, NotFound, NotFromHere
from service_flow.errors import CommandReused

PHOTO: dict[str, Any] = {
    "name": "boiler.jpg", "size": 52_117, "sha256": sha256(b"a photo").hexdigest(),
    "address": "s3://shop-files/2026/boiler.jpg", "media_type": "image/jpeg", "by": "tom",
}  # fmt: skip


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("trade"))


@pytest.fixture
def shop(trade: Blueprint) -> Iterator[Shop]:
    with Shop(trade) as opened:
        yield opened


def test_a_file_is_attached_listed_and_detached(trade: Blueprint, store_url: str) -> None:
    with Shop(trade, store_url) as shop:
        face = shop.desk.attachments
        face.attach(shop.request, **PHOTO)
        face.attach(
            shop.request, **PHOTO | {"name": "报价.pdf", "media_type": "application/PDF"}, shown_to_customer=True
        )
        first, second = face.list(shop.request)
        told = [event.for_customer for event in shop.desk.history(shop.request).events[1:]]
        assert told == [None, "报价.pdf"]  # the customer reads of what he may see
        assert (first.number, first.name, first.size, first.address) == (1, "boiler.jpg", 52_117, PHOTO["address"])
        assert (first.at, first.by) == (shop.clock(), "tom")
        assert second.media_type == "application/pdf"
        assert face.list(shop.request, for_customer=True) == (second,)
        face.detach(shop.request, 1, reason="It shows somebody else's boiler", by="tom")
        assert face.list(shop.request) == (second,)
        face.attach(shop.request, **PHOTO)  # a number is never given again
        assert [file.number for file in face.list(shop.request)] == [2, 3]
        check_sound(shop.desk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": " "}, {"name": "a/b.jpg"}, {"name": "a\\b.jpg"}, {"name": "a\nb"}, {"name": "n" * 256},
        {"name": 5}, {"size": -1}, {"size": 1.5}, {"size": True}, {"size": 2**63}, {"size": "12"},
        {"sha256": "abc"}, {"sha256": "g" * 64}, {"sha256": b"x" * 32}, {"media_type": "jpeg"}, {"media_type": "a/b; c=d"},
        {"address": "boiler.jpg"}, {"address": "//host/x"}, {"address": "https:"}, {"address": "https://x y/z"},
        {"address": "data:image/png;base64,AAAA"}, {"address": "javascript:alert(1)"},
        {"address": "https://tom:secret@files.example.com/a"}, {"address": "https://tom@files.example.com/a"},
        {"address": "https://files.example.com/a?X-Amz-Signature=abc"},
        {"address": "https://files.example.com/a?sig=abc"}, {"address": "https://files.example.com/a?access_token=abc"},
        {"address": "https://files.example.com/a?api_key="}, {"address": "https://files.example.com/a?v=1;sig=abc"},
        {"address": "https://files.example.com/a?jwt=abc"}, {"address": "https://files.example.com/a?rlkey=abc&dl=0"}, {"address": "https://files.example.com/a#access_token=abc"}, {"address": "https://x/\u2028y"}, {"address": "http://[bad/a"}, {"address": "x:" + "a" * 2_000},
        {"shown_to_customer": "no"},
    ],
    ids=lambda wrong: next(f"{name} {str(value)[:28]}".replace("\n", " ") for name, value in wrong.items()),
)  # fmt: skip
def test_what_is_no_reference_to_a_file_is_refused_without_a_word_of_it(shop: Shop, wrong: dict[str, Any]) -> None:
    said = because(DataInvalid, lambda: shop.desk.attachments.attach(shop.request, **PHOTO | wrong), shop.desk)
    (name,) = wrong
    assert f"'{name}'" in said or f"{name}=" in said
    assert "secret" not in said and "abc" not in said


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example.com/a?version=2", "file:///srv/files/a.jpg", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "https://files.example.com/a?design=1&assigned=2&author=3&key=2026/a.jpg",
    ],
)  # fmt: skip
def test_an_address_that_lets_nobody_in_is_taken(shop: Shop, address: str) -> None:
    shop.desk.attachments.attach(shop.request, **PHOTO | {"address": address})
    assert shop.desk.attachments.list(shop.request)[0].address == address


def test_the_same_file_is_attached_once_and_what_is_not_there_is_not_detached(shop: Shop) -> None:
    face, desk = shop.desk.attachments, shop.desk
    face.attach(shop.request, **PHOTO)
    said = because(NotFromHere, lambda: face.attach(shop.request, **PHOTO | {"size": 1}), desk)
    assert said == "R-1: the file is attached already, as number 1"
    said = because(DataInvalid, lambda: face.detach(shop.request, 2, reason="Wrong", by="tom"), desk)
    assert said == "R-1 has no attachment of that number; it has 1"
    for number in (True, 1.0, "1", None, -1):
        because(DataInvalid, lambda number=number: face.detach(shop.request, number, reason="Wrong", by="tom"), desk)  # type: ignore[misc]
    because(DataInvalid, lambda: face.detach(shop.request, 1, reason=" ", by="tom"), desk)
    because(NotAllowed, lambda: face.detach(shop.request, 1, reason="Wrong", by="nobody"), desk)
    because(NotFound, lambda: face.attach("R-9", **PHOTO), desk)


def test_a_closed_case_takes_files_too(shop: Shop) -> None:
    shop.desk.requests.perform(shop.request, "drop", by="tom")
    shop.desk.attachments.attach(shop.request, **PHOTO)
    assert len(shop.desk.attachments.list(shop.request)) == 1


def test_what_tells_which_file_it_is_is_personal(shop: Shop) -> None:
    outcome = shop.desk.attachments.attach(shop.request, **PHOTO)
    held = {name: PHOTO[name] for name in ("name", "address", "sha256")}
    assert outcome.events[0].personal == held  # type: ignore[attr-defined]
    assert not any(text in repr(outcome.events) for text in held.values())


def test_a_command_that_comes_twice_is_done_once(shop: Shop) -> None:
    face = shop.desk.attachments
    for _ in range(2):
        attached = face.attach(shop.request, **PHOTO, command_id="a")
        detached = face.detach(shop.request, 1, reason="Wrong", by="tom", command_id="d")
    assert attached.repeated and detached.repeated
    because(CommandReused, lambda: face.attach(shop.request, **PHOTO | {"size": 1}, command_id="a"), shop.desk)


def test_the_async_face_attaches_and_lists(trade: Blueprint) -> None:
    with Shop(trade) as shop:

        async def story() -> list[int]:
            async with AsyncServiceDesk(trade, shop.desk.store, clock=shop.clock) as desk:
                await desk.attachments.attach(shop.request, **PHOTO)
                await desk.attachments.attach(shop.request, **PHOTO | {"name": "b.jpg"})
                await desk.attachments.detach(shop.request, 1, reason="Wrong", by="tom")
                return [file.number for file in await desk.attachments.list(shop.request)]

        assert asyncio.run(story()) == [2]
