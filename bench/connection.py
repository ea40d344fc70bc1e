"""One keep-alive HTTP/1.1 connection that parses no more of an answer than it must.

Called by the load client and by the target's look-ups.
"""

import asyncio
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from bench.dsn import Dsn

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)

NO_ANSWER = 0
"""The status given for a request whose connection broke: nobody knows whether it was served."""

Answered = Callable[["Connection", int, bytes], None]


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an answer says; `length` is None when only the end of the body tells."""

    status: int
    length: int | None
    chunked: bool
    close: bool


@lru_cache(maxsize=64)
def read_head(head: bytes) -> Head:
    """Parse a head; servers repeat the same bytes for a second, so most calls cost a look-up."""
    length = _LENGTH.search(head)
    status = int(head[9:12])
    chunked = _CHUNKED.search(head) is not None
    size = int(length[1]) if length else (0 if status in (204, 304) else None)
    ends_with_connection = size is None and not chunked
    close = ends_with_connection or head.startswith(b"HTTP/1.0") or bool(_CLOSE.search(head))
    return Head(status, size, chunked, close)


class Connection(asyncio.Protocol):
    """At most one request in flight. `idle` is called when the next one may be sent.

    `answered` gets the status and the body, or NO_ANSWER if the connection broke instead.
    `lost` is done when the connection is gone; its result says whether that was orderly.
    """

    def __init__(self, idle: Callable[["Connection"], None], answered: Answered) -> None:
        self.lost: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.request = -1
        self._idle = idle
        self._answered = answered
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        # uvloop's transports are not subclasses of asyncio's: nothing to check with isinstance.
        self._transport = cast(asyncio.Transport, transport)
        self._idle(self)

    def send(self, number: int, request: bytes) -> None:
        """Send `request`; `number` is the caller's name for it, kept in `self.request`."""
        self.request = number
        self._transport.write(request)

    def close(self) -> None:
        """Drop the connection now; a request in flight counts as not answered."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Called by the event loop; mostly with one whole answer."""
        if self._received:
            data = self._received + data
        end = data.find(b"\r\n\r\n") + 4
        if end == 3:
            self._received = data
            return
        head = read_head(data[:end])
        if head.length is not None:
            complete = len(data) - end >= head.length
        else:
            complete = head.chunked and data.endswith(b"0\r\n\r\n")
        if complete:
            self._finish(head, data[end:])
        else:
            self._received = data

    def eof_received(self) -> None:
        """Called by the event loop; the end of the body, for a server that sends no length."""
        head_end = self._received.find(b"\r\n\r\n") + 4
        if head_end > 3:
            head = read_head(self._received[:head_end])
            if head.length is None and not head.chunked:
                self._finish(head, self._received[head_end:])

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the event loop."""
        orderly = error is None and self.request < 0
        if self.request >= 0:
            self._answered(self, NO_ANSWER, b"")
            self.request = -1
        if not self.lost.done():
            self.lost.set_result(orderly)

    def _finish(self, head: Head, body: bytes) -> None:
        self._received = b""
        if self.request < 0:  # nobody asked: a server saying why it hangs up
            self._transport.abort()
            return
        self._answered(self, head.status, body)
        self.request = -1
        if head.close:
            self._transport.close()
        else:
            self._idle(self)


async def open_connection(
    dsn: Dsn, idle: Callable[[Connection], None], answered: Answered
) -> Connection:
    """Connect to the server of `dsn`; raises OSError."""
    context = ssl.create_default_context() if dsn.scheme == "https" else None
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        lambda: Connection(idle, answered), dsn.host, dsn.port, ssl=context
    )
    return connection
