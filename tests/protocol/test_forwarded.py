"""Whose address a request has, with proxies in between and without."""

from ipaddress import ip_network

import pytest

from rustrak.config import load_settings
from rustrak.errors import ConfigurationError
from rustrak.protocol.forwarded import MAX_HOPS, client_address

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),  # the client wrote the first itself
        ("10.0.0.1", "203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7,10.9.9.9 ,\t10.8.8.8", "203.0.113.7"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),  # all of them ours
        ("10.0.0.1", "203.0.113.7:51234", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::7]:51234", "2001:db8::7"),
        ("10.0.0.1", "2001:DB8::7", "2001:db8::7"),
        ("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("fd00::1", "fe80::1%eth0", "fe80::1"),
        ("203.0.113.9", "203.0.113.7", "203.0.113.9"),  # anybody may write the header
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, ", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, _hidden, 10.3.3.3", "10.3.3.3"),
        ("10.0.0.1", "\x00\ud800", "10.0.0.1"),
        ("", "203.0.113.7", ""),
        ("unix", "203.0.113.7", "unix"),
    ],
)
def test_the_first_from_the_right_that_is_no_proxy_is_the_client(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_address(peer, forwarded, TRUSTED) == client


def test_without_trusted_proxies_the_header_says_nothing() -> None:
    assert client_address("10.0.0.1", "203.0.113.7", ()) == "10.0.0.1"


def test_a_long_header_is_read_from_the_right_and_not_to_its_end() -> None:
    assert client_address("10.0.0.1", "6.6.6.6," + "10.1.1.1," * MAX_HOPS + "10.2.2.2", TRUSTED)
    assert client_address("10.0.0.1", "," * 1_000_000, TRUSTED) == "10.0.0.1"
    assert client_address("10.0.0.1", "1" * 1_000_000, TRUSTED) == "10.0.0.1"
    ours = ",".join(["10.1.1.1"] * 100_000)
    assert client_address("10.0.0.1", f"6.6.6.6,{ours}", TRUSTED) == "10.1.1.1"


def test_trusted_proxies_are_networks() -> None:
    settings = load_settings({"RUSTRAK_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8,127.0.0.1"})
    assert [str(network) for network in settings.trusted_proxies] == [
        "10.0.0.0/8",
        "fd00::/8",
        "127.0.0.1/32",
    ]
    for wrong in ("proxy", "10.0.0.0/33", "10.0.0.1/8", "*"):
        with pytest.raises(ConfigurationError, match="RUSTRAK_TRUSTED_PROXIES: must look like"):
            load_settings({"RUSTRAK_TRUSTED_PROXIES": wrong})
