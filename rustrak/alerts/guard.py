"""Which addresses alerts may be sent to, checked on the address that is connected to.

A name is looked up once, and every address that comes out (of a name, a literal in any spelling, or
a DNS server that changes its mind) passes `Guard.open_socket` before the connection is made.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from aiohappyeyeballs import AddrInfoType, start_connection

from rustrak.errors import DeliveryFailed

Network = IPv4Network | IPv6Network

CONNECT_TIMEOUT: Final = 10.0  # seconds to look a name up and connect

EVERYWHERE: Final[tuple[Network, ...]] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""For hosts the operator named."""

# Own tables, because `is_global` differs between releases of Python 3.11 and knows nothing of
# tunnels. Source: IANA special-purpose address registries.
_SPECIAL_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT; metadata at 100.100.100.200
            "127.0.0.0/8",
            "168.63.129.16/32",  # metadata of a cloud, though public
            "169.254.0.0/16",  # link-local; metadata at 169.254.169.254
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",
        ),
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
"""Outside are loopback, private, link-local and multicast networks, IPv4 in IPv6, and NAT64."""
_SPECIAL_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments; Teredo carries IPv4
            "2001:db8::/32",
            "2002::/16",  # 6to4 carries IPv4
            "3fff::/20",
        ),
    )
)


class Guard:
    """Opens sockets for one delivery, to public addresses and to `allowed` networks only."""

    def __init__(self, allowed: Iterable[Network]) -> None:
        self._allowed = tuple(allowed)
        self._refused = False
        self._opened = False

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for one address; the `socket_factory` of aiohttp. Raises PermissionError."""
        family, kind, protocol, _, where = info
        if not is_permitted(str(where[0]), self._allowed):
            self._refused = True
            raise PermissionError("not a public address")
        self._opened = True
        return socket.socket(family, kind, protocol)

    def failure(self, host: str, error: Exception) -> DeliveryFailed:
        """Why there is no connection to a host; which address it has is nobody's business."""
        if self._refused and not self._opened:
            return DeliveryFailed(
                f"{host} is not at a public address. Whoever runs this installation can allow its "
                "network with RUSTRAK_ALERT_ALLOWED_NETWORKS",
                retry=False,
            )
        reason = str(error) or type(error).__name__
        return DeliveryFailed(f"Connection to {host} failed: {reason}"[:500], retry=True)


async def connect(guard: Guard, host: str, port: int) -> socket.socket:
    """A connected socket, to the address that was checked.

    Raises OSError, and UnicodeError for what cannot be a host name.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return await start_connection(
        found, happy_eyeballs_delay=0.25, socket_factory=guard.open_socket, loop=loop
    )


def is_permitted(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address, as `getaddrinfo` writes it, is public or in an allowed network."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in allowed):
        return True
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _SPECIAL_V4)
    return ip in _GLOBAL_V6 and not any(ip in network for network in _SPECIAL_V6)
