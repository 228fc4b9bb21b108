"""The webhook effect: what it sends, where it refuses to send, and what each answer means."""

from __future__ import annotations

import base64
import hmac
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from effect_desks import Receiver, receiver
from effect_desks import blueprint as toy_in
from service_flow import Blueprint, ManualClock, ServiceDesk, ServiceFlowError
from service_flow.effects import EffectCall, EffectFailed, webhook
from service_flow.engine.work.webhook.addresses import is_public

SECRET = "0123456789abcdef0123456789abcdef"
PRIVATE = "Anna Weber 4711"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return toy_in(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as recording:
        yield recording


@pytest.fixture(scope="module")
def call(toy: Blueprint) -> EffectCall:
    """A call with personal data in it."""
    calls: list[EffectCall] = []
    clock = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    with ServiceDesk(toy, clock=clock, effects={"send": calls.append}) as desk:
        anna = desk.customers.register(name=PRIVATE, by="tom")
        request = desk.requests.open(customer=anna, need=PRIVATE, by="tom")
        desk.requests.perform(request, "set_price", by="tom", data={"price": 150, "note": PRIVATE})
        desk.run_effects()
    return calls[-1]


def posted(there: Receiver, call: EffectCall, **how: Any) -> None:
    webhook(there.url, secret=SECRET, allow_private=True, **how)(call)


def test_a_cloud_event_is_posted_and_signed(there: Receiver, call: EffectCall) -> None:
    posted(there, call)
    (post,) = there.posts
    assert post.path == "/hook?token=s3cret"
    assert post.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert post.headers["idempotency-key"] == post.headers["webhook-id"] == post.event["id"] == call.key
    assert post.event == {
        "specversion": "1.0", "id": call.key, "source": "/service-flow", "type": "service_flow.request.set_price",
        "subject": "R-1", "time": "2026-03-02T09:00:00Z", "datacontenttype": "application/json",
        "data": {
            "effect": "dear", "with": {}, "case": "R-1", "case_id": str(call.case.reference.id), "flow": "order",
            "what": "set_price", "about": None, "left": "work.open", "entered": "work.priced", "outcome": None,
            "version": call.entry.version, "at": "2026-03-02T09:00:00Z", "recorded_at": "2026-03-02T09:00:00Z",
        },
    }  # fmt: skip
    sent_at = int(post.headers["webhook-timestamp"])
    assert abs(sent_at - time.time()) < 60
    signed = f"{call.key}.{sent_at}.".encode() + post.body
    wanted = base64.b64encode(hmac.new(SECRET.encode(), signed, sha256).digest()).decode()
    assert post.headers["webhook-signature"] == f"v1,{wanted}"


def test_no_personal_data_is_sent_unless_the_host_says_which(there: Receiver, call: EffectCall) -> None:
    assert call.customer is not None and call.customer.facts["name"] == PRIVATE
    posted(there, call)
    assert PRIVATE.encode() not in there.posts[0].body
    posted(there, call, data=lambda given: {"name": given.customer.facts["name"]}, source="https://desk.example")
    assert there.posts[1].event["data"] == {"name": PRIVATE}
    assert there.posts[1].event["source"] == "https://desk.example"


def test_a_secret_in_base64_is_read(there: Receiver, call: EffectCall) -> None:
    key = b"k" * 24
    webhook(there.url, secret=f"whsec_{base64.b64encode(key).decode()}", allow_private=True)(call)
    webhook(there.url, secret=key, allow_private=True)(call)
    first, second = there.posts
    for post in (first, second):
        signed = f"{call.key}.{post.headers['webhook-timestamp']}.".encode() + post.body
        wanted = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
        assert post.headers["webhook-signature"] == f"v1,{wanted}"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 429])
def test_these_answers_are_tried_again(status: int, there: Receiver, call: EffectCall) -> None:
    there.status = status
    with pytest.raises(EffectFailed, match=f"127.0.0.1 answered {status}") as failed:
        posted(there, call)
    assert failed.value.retry and failed.value.after is None
    assert "s3cret" not in str(failed.value)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 408, 410, 425])
def test_these_answers_are_not(status: int, there: Receiver, call: EffectCall) -> None:
    there.status, there.headers = status, {"Location": there.url, "Retry-After": "5"}
    with pytest.raises(EffectFailed) as failed:
        posted(there, call)
    assert not failed.value.retry
    assert len(there.posts) == 1  # no redirect was followed


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("99999999999", timedelta(days=1)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_honoured(said: str, wait: timedelta | None, there: Receiver, call: EffectCall) -> None:
    there.status, there.headers = 503, {"Retry-After": said}
    with pytest.raises(EffectFailed) as failed:
        posted(there, call)
    assert failed.value.after == wait


def test_retry_after_may_be_an_instant(there: Receiver, call: EffectCall) -> None:
    there.status = 429
    there.headers = {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)}
    with pytest.raises(EffectFailed) as failed:
        posted(there, call)
    assert failed.value.after is not None and timedelta(minutes=4) < failed.value.after < timedelta(minutes=6)


def test_a_server_that_is_not_there_is_tried_again(call: EffectCall) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(EffectFailed, match="cannot be reached: ConnectionRefusedError") as failed:
            webhook(url, secret=SECRET, allow_private=True)(call)
    assert failed.value.retry
    with pytest.raises(EffectFailed, match=r"address of nowhere\.invalid cannot be found") as failed:
        webhook("https://nowhere.invalid/", secret=SECRET)(call)
    assert failed.value.retry


@pytest.mark.parametrize("letters", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["silent", "slow"])
def test_a_server_that_never_ends_is_late_however_slowly_it_speaks(letters: bytes, call: EffectCall) -> None:
    ended = threading.Event()

    def speak() -> None:
        connection, _ = listening.accept()
        with connection:
            try:
                for letter in letters:
                    connection.sendall(bytes([letter]))
                while not ended.wait(0.05):
                    if letters:
                        connection.sendall(b"x")
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(EffectFailed, match=r"no answer within 0\.5 s"):
            webhook(f"http://127.0.0.1:{listening.getsockname()[1]}/", secret=SECRET, allow_private=True, timeout=0.5)(
                call
            )
        assert time.monotonic() - begun < 3
        ended.set()
        thread.join()


def test_an_answer_that_is_no_http_is_tried_again(call: EffectCall) -> None:
    def speak() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"220 mail.example ESMTP\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        with pytest.raises(EffectFailed, match="cannot be reached") as failed:
            webhook(f"http://127.0.0.1:{listening.getsockname()[1]}/", secret=SECRET, allow_private=True)(call)
        assert failed.value.retry
        thread.join()


NOT_PUBLIC = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_these_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_these_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1"])
def test_private_addresses_are_refused_however_they_are_written(
    host: str, there: Receiver, call: EffectCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = there.url.split(":")[2].split("/")[0]
    with pytest.raises(EffectFailed, match="leads to no public address") as failed:
        webhook(f"http://{host}:{port}/", secret=SECRET)(call)
    assert not failed.value.retry
    assert there.posts == []


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(
    there: Receiver, call: EffectCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, *_: object, **__: object) -> list[Any]:
        """Public when it is asked for the first time, private from then on."""
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], *_: object) -> socket.socket:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    port = int(there.url.split(":")[2].split("/")[0])
    with pytest.raises(EffectFailed, match="cannot be reached"):
        webhook(f"http://hooks.example.com:{port}/", secret=SECRET)(call)
    assert asked == ["hooks.example.com"]
    assert connected == [("93.184.215.14", port)]


def test_of_several_addresses_only_public_ones_are_tried(call: EffectCall, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["10.0.0.1", "93.184.215.14", "127.0.0.1", "93.184.215.15"]
    connected: list[str] = []

    def connect(place: tuple[str, int], *_: object) -> socket.socket:
        connected.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (each, 443)) for each in addresses])
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(EffectFailed):
        webhook("https://hooks.example.com/", secret=SECRET)(call)
    assert connected == ["93.184.215.14", "93.184.215.15"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody vouches for, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    key, made = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_text(made.read_text() + key.read_text())
    return made


def test_only_a_server_with_a_good_certificate_is_spoken_to(
    call: EffectCall, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with receiver(context) as there:
        hook = webhook(there.url, secret=SECRET, allow_private=True)
        with pytest.raises(EffectFailed, match="cannot be reached: SSLCertVerificationError") as failed:
            hook(call)
        assert failed.value.retry and there.posts == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        hook(call)
        assert [post.key for post in there.posts] == [call.key]
        elsewhere = webhook(there.url.replace("127.0.0.1", "localhost"), secret=SECRET, allow_private=True)
        with pytest.raises(EffectFailed, match="SSLCertVerificationError"):
            elsewhere(call)


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "example.com", "https://", "https://tom:pw@example.com/", "https://example.com/#x",
     "https://exa mple.com/", "https://example.com:x/", "https://example.com/\nX: y", "https://büro.example/", 7, ""],
)  # fmt: skip
def test_a_url_that_is_none_is_refused_at_once(url: Any) -> None:
    with pytest.raises(ServiceFlowError, match="webhook's URL") as refused:
        webhook(url, secret=SECRET)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize("secret", ["", "short", b"short", "whsec_!!", "whsec_c2hvcnQ=", None, 7])
def test_a_secret_that_is_none_is_refused_at_once(secret: Any) -> None:
    with pytest.raises(ServiceFlowError, match="webhook's secret"):
        webhook("https://example.com/", secret=secret)


@pytest.mark.parametrize("timeout", [0, -1, 301, "10", True, None])
def test_a_timeout_that_is_none_is_refused_at_once(timeout: Any) -> None:
    with pytest.raises(ServiceFlowError, match="webhook's timeout"):
        webhook("https://example.com/", secret=SECRET, timeout=timeout)


def test_a_desk_delivers_by_webhook_and_tries_again(toy: Blueprint, there: Receiver, clock: ManualClock) -> None:
    hook = webhook(there.url, secret=SECRET, allow_private=True)
    there.statuses = [503, 204, 429]
    with ServiceDesk(toy, clock=clock, effects={"send": hook}) as desk:
        desk.requests.open(customer=desk.customers.register(name=PRIVATE, by="tom"), need="x", by="tom")
        desk.run_effects()
        clock.advance(timedelta(minutes=1))
        desk.run_effects()
        clock.advance(timedelta(minutes=1))
        desk.run_effects()
        assert desk.effects.counts() == {"pending": 0, "parked": 0}
    assert sorted(there.keys().values()) in ([1, 2], [1, 3], [2, 2])
    assert PRIVATE.encode() not in b"".join(post.body for post in there.posts)
