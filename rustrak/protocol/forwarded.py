"""Who sent a request where proxies stand between: `X-Forwarded-For`, from known ones only.

For every room that asks for an address: a header that anybody may write is worth as much as whoever
handed it over.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_HOPS: Final = 20
"""Proxies in a row that are looked at; the rest of the header is not read."""
_LONGEST_HOP: Final = 64  # characters; an IPv6 address with brackets, zone and port has 60


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of the client, "" where the transport has none.

    `peer` is who connected to us, `forwarded` the `X-Forwarded-For` (several are joined by commas).
    Each proxy adds whom it heard from on the right, so the list is read from there: the first that
    is no trusted proxy is the client. What cannot be read ends the walk at the proxy that wrote it.
    """
    if not trusted or not forwarded or not _is_trusted(peer, tuple(trusted)):
        return peer
    client = peer
    for hop in reversed(forwarded.rsplit(",", MAX_HOPS)[-MAX_HOPS:]):
        address = read_address(hop)
        if address is None:
            return client
        client = str(address)
        if not any(address in network for network in trusted):
            return client
    return client


def read_address(text: str) -> Address | None:
    """An address as proxies write it, with or without a port; None for anything else.

    An IPv4 address written as IPv6 (`::ffff:10.0.0.9`) is IPv4.
    """
    text = text.strip(" \t")
    if len(text) > _LONGEST_HOP:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


@lru_cache(maxsize=1024)
def _is_trusted(peer: str, trusted: tuple[Network, ...]) -> bool:
    address = read_address(peer)
    return address is not None and any(address in network for network in trusted)
