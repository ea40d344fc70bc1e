"""Webhooks: what is sent, how it is signed, and what every kind of answer means."""

import asyncio
import gzip
import hashlib
import hmac
import ssl
from datetime import UTC, datetime

import pytest
import trustme
from aiohttp import web

from rustrak.alerts.channels import masked, merged, read_config, send, stored
from rustrak.alerts.channels.webhook import WebhookConfig, signature
from rustrak.alerts.delivery import Delivered
from rustrak.alerts.post import seconds_to_wait
from rustrak.errors import DeliveryFailed, Invalid
from tests.receivers import WebReceiver, context, notice, web_receiver

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def _send(receiver: WebReceiver, seconds: float = 20.0, **config: object) -> Delivered:
    read = read_config("webhook", {"url": receiver.url + "/hook?a=1", **config})
    return await send("webhook", read, notice(), context(timeout=seconds))


async def _fails(receiver: WebReceiver, seconds: float = 20.0) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        await _send(receiver, seconds)
    return failed.value


def test_the_signature_is_the_documented_one() -> None:
    expected = "d4fe3b4723c48b2edf5056fde1195425f1a4142bed1241e55d66c2c34842085d"
    assert signature("test-secret", 1706140800, b'{"test":"data"}') == f"sha256={expected}"


async def test_the_notice_arrives_signed() -> None:
    async with web_receiver() as receiver:
        delivered = await _send(receiver, secret="hush", headers={"X-Api-Key": "k1"})
        (request,) = receiver.requests
    assert delivered == Delivered(200)
    assert (request.method, request.path) == ("POST", "/hook?a=1")
    assert request.json["issue"]["short_id"] == "OURS-3"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-api-key"] == "k1"
    assert request.headers["x-rustrak-request-id"] == "1-abc-1772366400000"
    assert request.headers["idempotency-key"] == "ours-1"
    signed = request.headers["x-rustrak-timestamp"].encode() + b"." + request.body
    code = hmac.new(b"hush", signed, hashlib.sha256).hexdigest()
    assert request.headers["x-rustrak-signature"] == f"sha256={code}"


async def test_a_header_of_theirs_replaces_our_name() -> None:
    async with web_receiver() as receiver:
        await _send(receiver)
        await _send(receiver, headers={"user-agent": "theirs"})
        first, second = (request.headers["user-agent"] for request in receiver.requests)
    assert first.startswith("Rustrak/")
    assert second == "theirs"


async def test_without_a_secret_nothing_is_signed() -> None:
    async with web_receiver() as receiver:
        await _send(receiver)
        assert "x-rustrak-signature" not in receiver.requests[0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_success(status: int) -> None:
    async with web_receiver() as receiver:
        receiver.says(status)
        assert await _send(receiver) == Delivered(status)


@pytest.mark.parametrize(
    ("status", "retry"),
    [(400, False), (401, False), (404, False), (410, False), (408, True), (425, True), (429, True),
     (500, True), (503, True)],
)  # fmt: skip
async def test_a_refusal_says_whether_to_try_again(status: int, retry: bool) -> None:
    async with web_receiver() as receiver:
        receiver.says(status, "no such\n hook\0", Retry_After="17")
        failure = await _fails(receiver)
    assert (failure.http_status, failure.retry, failure.retry_after) == (status, retry, 17)
    assert str(failure) == f"HTTP {status}: no such hook\ufffd"


async def test_redirects_are_not_followed() -> None:
    async with web_receiver() as inside, web_receiver() as receiver:
        receiver.says(307, Location=inside.url)
        failure = await _fails(receiver)
        assert inside.requests == []
    assert "redirects are not followed" in str(failure)
    assert (failure.http_status, failure.retry) == (307, False)


async def test_only_the_beginning_of_a_huge_answer_is_read() -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        while written < 1 << 30:
            await response.write(b"x" * 65536)
            written += 65536
        return response

    async with web_receiver() as receiver:
        receiver.reply = endless
        failure = await _fails(receiver)
    assert str(failure) == "HTTP 500: " + "x" * 200
    assert written < 1 << 26


async def test_a_compressed_answer_is_not_inflated() -> None:
    async def bomb(_request: web.Request) -> web.Response:
        body = gzip.compress(b"x" * 10_000_000)
        return web.Response(status=500, body=body, headers={"Content-Encoding": "gzip"})

    async with web_receiver() as receiver:
        receiver.reply = bomb
        failure = await _fails(receiver)
    assert failure.http_status == 500
    assert "xxx" not in str(failure)


async def test_a_silent_receiver_is_given_up_on() -> None:
    async def silence(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with web_receiver() as receiver:
        receiver.reply = silence
        failure = await _fails(receiver, seconds=0.2)
    assert (str(failure), failure.retry) == ("Request timed out", True)


async def test_an_answer_that_never_ends_has_answered() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"o")
        await asyncio.Event().wait()
        raise AssertionError

    async with web_receiver() as receiver:
        receiver.reply = drip
        assert await _send(receiver, seconds=0.5) == Delivered(200)


async def test_a_connection_that_breaks_is_tried_again() -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with web_receiver() as receiver:
        receiver.reply = hang_up
        assert (await _fails(receiver)).retry
    failure = await _fails(receiver)  # by now nobody listens there
    assert failure.retry
    assert "Connection to 127.0.0.1 failed" in str(failure)


async def test_a_receiver_that_cannot_prove_its_name_is_told_nothing() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)  # of an authority nobody knows
    async with web_receiver(tls=tls) as receiver:
        failure = await _fails(receiver)
        assert receiver.requests == []
    assert "certificate verify failed" in str(failure)


async def test_a_name_nobody_has_is_a_failure() -> None:
    config = WebhookConfig(url="http://no-such-host.invalid/")
    with pytest.raises(DeliveryFailed, match="Connection to no-such-host") as failed:
        await send("webhook", config, notice(), context())
    assert failed.value.retry


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("0", 0), ("30", 30), ("9" * 5000, 86_400), ("-5", None), ("", None), ("soon", None),
     ("Sun, 01 Mar 2026 12:01:00 GMT", 60), ("Sun, 01 Mar 2020 12:01:00 GMT", 0),
     ("Sun, 01 Mar 2026 12:01:00", 60), ("Fri, 31 Feb 2026 99:99:99 GMT", None)],
)  # fmt: skip
def test_how_long_to_wait_is_read_in_both_forms(asked: str, seconds: int | None) -> None:
    assert seconds_to_wait(asked, NOW) == seconds


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, "url: Field required"),
        ({"url": None}, "url: Field required"),
        ({"url": 7}, "url: Input should be a valid string"),
        ({"url": "example.com"}, "url: must be a web address such as https://example.com/alerts"),
        ({"url": "ftp://example.com"}, "url: must be a web address"),
        ({"url": "http://"}, "url: "),
        ({"url": "http://a..b/"}, "url: must be a web address"),
        ({"url": "http://exa mple.com"}, "url: must be a web address"),
        ({"url": "http://" + "x" * 64 + ".com"}, "url: must be a web address"),
        ({"url": "http://h:99999/"}, "url: is not a web address: Port out of range"),
        ({"url": "http://h/\r\nX: y"}, "url: must not contain line breaks"),
        ({"url": "http://me:pw@h/"}, "url: must not contain a user or password"),
        ({"url": "http://h/" + "x" * 2048}, "url: String should have at most 2048 characters"),
        ({"url": "http://h/", "secret": "a\0b"}, "secret: must not contain line breaks"),
        ({"url": "http://h/", "secret": "\ud800"}, "secret: "),
        ({"url": "http://h/", "secret": "**********"}, "secret: is hidden here"),
        ({"url": "http://h/", "headers": {"X": "a\r\nY: b"}}, "headers.X: must not contain line"),
        ({"url": "http://h/", "headers": {"X Y": "a"}}, "headers.X Y: is not the name of a header"),
        ({"url": "http://h/", "headers": {f"X-{n}": "a" for n in range(21)}}, "headers: Dict"),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(config: dict[str, object], reason: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_config("webhook", config)
    assert str(invalid.value).startswith(reason)


@pytest.mark.parametrize(
    "name",
    ["Host", "content-length", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Expect",
     "Content-Type", "X-Rustrak-Signature", "x-rustrak-anything", "Idempotency-Key"],
)  # fmt: skip
def test_headers_of_ours_and_of_the_connection_cannot_be_set(name: str) -> None:
    with pytest.raises(Invalid, match=f"headers.{name}: cannot be set"):
        read_config("webhook", {"url": "http://h/", "headers": {name: "x"}})


def test_secrets_are_shown_masked_and_kept_when_sent_back() -> None:
    given = {"url": "https://h/x", "secret": "hush", "headers": {"Authorization": "Bearer t"}}
    config = read_config("webhook", given)
    assert stored(config) == given
    assert read_config("webhook", stored(config)) == config
    shown = masked(config)
    assert shown == {
        "url": "https://h/x",
        "secret": "**********",
        "headers": {"Authorization": "**********"},
    }
    assert "hush" not in repr(config)
    shown["headers"]["X-More"] = "1"
    changed = merged(config, shown)
    assert changed["secret"] == "hush"
    assert changed["headers"] == {"Authorization": "Bearer t", "X-More": "1"}
    assert merged(config, {"url": "https://h/x", "secret": "new"})["secret"] == "new"
    assert "secret" not in merged(config, {"url": "https://h/x"})


def test_a_secret_does_not_follow_the_channel_to_another_address() -> None:
    config = read_config("webhook", {"url": "https://h/x", "headers": {"Authorization": "t"}})
    moved = merged(config, {**masked(config), "url": "https://evil.example/"})
    with pytest.raises(Invalid, match=r"headers\.Authorization: is hidden here"):
        read_config("webhook", moved)


def test_an_unknown_kind_of_channel_is_refused() -> None:
    with pytest.raises(Invalid, match="channel_type must be one of webhook, email, slack"):
        read_config("pigeon", {})
