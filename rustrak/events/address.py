"""Client addresses: whose address an event carries, and addresses that name a network only.

For intake, which alone knows where a request came from, and for scrubbing.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv6Address
from typing import Any, Final

from rustrak.events.document import interface
from rustrak.events.user import AUTO_ADDRESS, is_address

UNREADABLE: Final = "[Filtered]"
"""What stands in the place of something like an IPv6 address that is none."""

_IMPLIED_PLATFORMS = ("javascript", "cocoa", "objc")  # their SDKs run on the user's own device
_NETWORK_BITS = 48  # of an IPv6 address: what a provider assigns to a site
# At least two colons make it IPv6, four numbers IPv4 (a port may follow). Bounded repetition.
_ADDRESS = re.compile(
    r"(?P<v6>(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f:.]*+)"
    r"|(?<![0-9.])(?P<network>[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)[0-9]{1,3}(?![0-9])"
)


def client_address(document: Any, remote_addr: str) -> str:
    """The address of the user of an event; "" when there is none or it must not be filled in.

    In this order: the explicit `user.ip_address`; `remote_addr`, the sender of the request, where
    that says `{{auto}}`; `request.env.REMOTE_ADDR`; `remote_addr` for SDKs on the user's device.
    `sdk.settings.infer_ip` overrules it: `auto` always fills in, `never` and unknown values leave
    the explicit address alone. Total on any JSON; texts that are no address count as missing.
    Source: Sentry protocol, user, client address.
    """
    if not isinstance(document, dict):
        return ""
    stated = _members(interface(document, "user")).get("ip_address")
    if is_address(stated):
        return str(stated)
    asked = _members(_members(document.get("sdk")).get("settings")).get("infer_ip")
    if asked not in (None, "auto"):  # SDKs older than the question do not answer it
        return ""
    sender = remote_addr if is_address(remote_addr) else ""
    if stated == AUTO_ADDRESS and sender:
        return sender
    environment = _members(_members(interface(document, "request")).get("env"))
    if is_address(environment.get("REMOTE_ADDR")):
        return str(environment["REMOTE_ADDR"])
    implied = asked == "auto" or document.get("platform") in _IMPLIED_PLATFORMS
    return sender if implied else ""


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def anonymise_addresses(text: str) -> str:
    """The text with the last octet of each IPv4 and the last 80 bits of each IPv6 address zero.

    Empty when no address is in it. An IPv4 address written as IPv6 (`::ffff:10.0.0.9`) is IPv4.
    """
    shortened, found = _ADDRESS.subn(_network, text)
    return shortened if found else ""


def _network(match: re.Match[str]) -> str:
    if match["v6"] is None:
        return match["network"] + "0"
    try:
        address = IPv6Address(match["v6"])
    except ValueError:
        return UNREADABLE
    if address.ipv4_mapped is not None:
        return "::ffff:" + str(address.ipv4_mapped).rpartition(".")[0] + ".0"
    host_bits = address.max_prefixlen - _NETWORK_BITS
    return str(IPv6Address(int(address) >> host_bits << host_bits))
