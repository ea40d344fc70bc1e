"""Apprise: what it receives, and that only services the operator allowed are used."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web

from rustrak.alerts.channels import check_config, masked, merged, read_config, send, stored
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed, Invalid
from tests.receivers import WebReceiver, context, issue, notice, web_receiver

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

JSON = Settings(apprise_schemes="json, ntfy")  # type: ignore[arg-type]


def _config(receiver: WebReceiver, **query: str) -> Any:
    address = receiver.url.removeprefix("http://")
    words = "&".join(f"{name}={value}" for name, value in query.items())
    url = f"json://me:pw@{address}/hook" + (f"?{words}" if words else "")
    return read_config("apprise", {"url": url})


async def test_the_notice_arrives_as_text() -> None:
    async with web_receiver() as receiver:
        await send("apprise", _config(receiver), notice(), context(JSON))
        (request,) = receiver.requests
    assert request.path.startswith("/hook")
    assert request.json["title"] == "[Ours] New Issue - OURS-3"
    assert "OURS-3  ValueError: it broke" in request.json["message"]


async def test_a_service_that_refuses_is_a_failure() -> None:
    async with web_receiver() as receiver:
        receiver.says(500)
        with pytest.raises(DeliveryFailed, match="json did not take the message") as failed:
            await send("apprise", _config(receiver), notice(issue=issue(7)), context(JSON))
    assert failed.value.retry
    assert "pw" not in str(failed.value)


async def test_a_silent_service_is_given_up_on() -> None:
    async def silence(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with web_receiver() as receiver:
        receiver.reply = silence
        told = _config(receiver, rto="1", cto="1")  # seconds, of the thread left behind
        with pytest.raises(DeliveryFailed, match="did not finish in time") as failed:
            await send("apprise", told, notice(), context(JSON, timeout=0.3))
    assert failed.value.retry


async def test_only_services_the_operator_allowed_are_used() -> None:
    async with web_receiver() as receiver:
        for allowed in ("", "tgram,xml"):
            settings = Settings(apprise_schemes=allowed)  # type: ignore[arg-type]
            with pytest.raises(DeliveryFailed, match="RUSTRAK_APPRISE_SCHEMES") as failed:
                await send("apprise", _config(receiver), notice(), context(settings))
            assert not failed.value.retry
        assert receiver.requests == []
        anything = Settings(apprise_schemes="*")  # type: ignore[arg-type]
        await send("apprise", _config(receiver), notice(), context(anything))
        assert len(receiver.requests) == 1
    with pytest.raises(Invalid, match="xml:// is not among the services"):
        check_config("apprise", {"url": "xml://h"}, JSON)


@pytest.mark.parametrize("separator", [",", " ", "\t,", ";", "%20,%20"])
async def test_no_second_service_hides_behind_an_allowed_one(separator: str) -> None:
    async with web_receiver() as first, web_receiver() as second:
        other = second.url.replace("http://", "xml://")
        url = first.url.replace("http://", "json://") + separator + other
        with suppress(DeliveryFailed, Invalid):
            await send("apprise", read_config("apprise", {"url": url}), notice(), context(JSON))
        assert second.requests == []


@pytest.mark.parametrize("url", ["json", "://h", "file", "json//h", "json://", "\0json://h"])
def test_what_is_no_apprise_url_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match=r"^url: must"):
        read_config("apprise", {"url": url})


async def test_a_url_apprise_cannot_read_is_a_failure_for_good() -> None:
    settings = Settings(apprise_schemes="*")  # type: ignore[arg-type]
    config = read_config("apprise", {"url": "nosuchservice://h"})
    with pytest.raises(DeliveryFailed, match="cannot read the URL") as failed:
        await send("apprise", config, notice(), context(settings))
    assert not failed.value.retry


def test_the_url_is_a_secret_but_for_its_service() -> None:
    config = read_config("apprise", {"url": "tgram://123:token/456"})
    assert masked(config) == {"url": "tgram://**********"}
    assert merged(config, masked(config)) == stored(config) == {"url": "tgram://123:token/456"}
