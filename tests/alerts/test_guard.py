"""Which addresses may be sent to, and that the address that was checked is connected to."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from rustrak.alerts.channels.webhook import WebhookConfig, send
from rustrak.alerts.guard import Guard, connect, is_permitted
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed
from tests.receivers import LOOPBACK, allowing, context, notice, web_receiver

Resolve = Callable[[str], list[str]]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%lo",
        "fec0::1",
        "ff02::1",
        "5f00::1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_permitted(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "2606:4700::1111"]
)
def test_public_addresses_are_permitted(address: str) -> None:
    assert is_permitted(address)


def test_allowed_networks_are_permitted_and_their_neighbours_are_not() -> None:
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    assert is_permitted("10.1.2.3", allowed)
    assert is_permitted("::ffff:10.1.2.3", allowed)
    assert is_permitted("fd12::1", allowed)
    assert not is_permitted("10.2.0.1", allowed)
    assert not is_permitted("fe80::1", allowed)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "0",
     "[::ffff:127.0.0.1]", "①②⑦.0.0.1"],
)  # fmt: skip
async def test_no_spelling_of_this_machine_reaches_it(host: str) -> None:
    async with web_receiver() as receiver:
        port = receiver.url.rpartition(":")[2]
        with pytest.raises(DeliveryFailed, match=r"RUSTRAK_ALERT_ALLOWED|canonical") as failed:
            await send(WebhookConfig(url=f"http://{host}:{port}/"), notice(), context(Settings()))
        assert not failed.value.retry
        assert receiver.requests == []


async def test_an_allowed_network_is_reached() -> None:
    async with web_receiver() as receiver:
        await send(WebhookConfig(url=receiver.url), notice(), context(allowing(LOOPBACK)))
        assert len(receiver.requests) == 1


async def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with web_receiver() as receiver:
        port = receiver.url.rpartition(":")[2]
        _resolve(monkeypatch, lambda host: ["127.0.0.1", "10.0.0.7"])
        with pytest.raises(DeliveryFailed) as failed:
            await send(
                WebhookConfig(url=f"http://innocent.example:{port}/"), notice(), context(Settings())
            )
        assert receiver.requests == []
    assert "innocent.example is not at a public address" in str(failed.value)
    assert "127.0.0.1" not in str(failed.value)  # nor is it told what the name stands for


async def test_a_name_server_that_changes_its_mind_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Allowed when it is first looked up, forbidden when it is looked up again."""
    asked: list[str] = []

    def answer(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    async with web_receiver("0.0.0.0") as receiver:
        port = receiver.url.rpartition(":")[2]
        _resolve(monkeypatch, answer)
        config = WebhookConfig(url=f"http://rebinding.example:{port}/")
        here = context(allowing("127.0.0.1/32"))
        await send(config, notice(), here)
        assert asked == ["rebinding.example"]  # one look-up for one delivery
        with pytest.raises(DeliveryFailed, match="not at a public address"):
            await send(config, notice(), here)
        assert len(receiver.requests) == 1


async def test_one_good_address_among_bad_ones_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with web_receiver("0.0.0.0") as receiver:
        port = receiver.url.rpartition(":")[2]
        _resolve(monkeypatch, lambda host: ["127.0.0.2", "127.0.0.1"])
        config = WebhookConfig(url=f"http://both.example:{port}/")
        await send(config, notice(), context(allowing("127.0.0.1/32")))
        assert len(receiver.requests) == 1


async def test_a_connection_made_by_hand_is_guarded_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    async with web_receiver() as receiver:
        port = int(receiver.url.rpartition(":")[2])
        _resolve(monkeypatch, lambda host: ["127.0.0.1"])
        with pytest.raises(OSError, match="not a public address"):
            await connect(Guard(()), "mail.example", port)
        sock = await connect(Guard([ip_network(LOOPBACK)]), "mail.example", port)
        with sock:
            assert sock.getpeername() == ("127.0.0.1", port)


async def test_the_environment_s_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with web_receiver() as proxy, web_receiver() as receiver:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        await send(WebhookConfig(url=receiver.url), notice(), context())
        assert len(receiver.requests) == 1
        assert proxy.requests == []


def _resolve(monkeypatch: pytest.MonkeyPatch, answer: Resolve) -> None:
    """Let names stand for what `answer` says; addresses stand for themselves."""

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        found = answer(host)
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
