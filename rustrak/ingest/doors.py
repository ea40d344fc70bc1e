"""The socket side of intake: plain requests are answered here, all others go on to aiohttp.

A connection starts at a Door. As long as it brings plain requests (see `plain`), the Door answers
them itself; with the first other request it hands the connection over to aiohttp, with all bytes
that came and for good. Both ways lead to the same Intake and the same replies.

Performance: an aiohttp request costs 100 us of CPU beyond its body, one here 15 (docs/decisions).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from rustrak.errors import Malformed
from rustrak.ingest.body import READ_TIMEOUT, TooSlow
from rustrak.ingest.plain import PlainRequest, Verdict, read_plain
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply, stored
from rustrak.ingest.routes import refuse

SWEEP = 1.0  # seconds between two looks for connections that are slow or idle
READ_AHEAD = 128 * 1024  # bytes a client may send before it has its answer


class Doors:
    """All connections of a listener that are not aiohttp's; call it for the next one."""

    def __init__(
        self, intake: Intake, other: Callable[[], asyncio.Protocol], *, keep_alive: float
    ) -> None:
        self.intake = intake
        self.other = other
        self.closing = False
        self.open: set[Door] = set()
        self._keep_alive = keep_alive

    def __call__(self) -> "Door":
        return Door(self)

    async def sweep(self) -> None:
        """For ever: end requests that do not arrive and connections that nobody uses."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SWEEP)
            now = clock()
            for door in list(self.open):
                door.tidy(now - READ_TIMEOUT, now - self._keep_alive)

    async def close(self, patience: float) -> None:
        """Close what is idle, wait for the answers under way, at most `patience` seconds."""
        self.closing = True
        for door in list(self.open):
            door.close_if_idle()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await asyncio.gather(*(door.closed.wait() for door in self.open))
        for door in list(self.open):
            door.abort()


class Door(asyncio.Protocol):
    """One connection. At most one request is under way; what comes early waits in the buffer."""

    __slots__ = (
        "_buffer", "_clock", "_doors", "_ended", "_event_id", "_full", "_paused", "_remote",
        "_request", "_since", "_transport", "closed",
    )  # fmt: skip

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self.closed = asyncio.Event()
        self._buffer = b""
        self._request: PlainRequest | None = None
        self._event_id = ""
        self._ended = self._full = self._paused = False
        self._clock = asyncio.get_running_loop().time
        self._since = self._clock()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._remote = str(peer[0]) if isinstance(peer, tuple) else ""
        self._doors.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._leave()
        if self._buffer and self._request is None:
            refuse(Malformed("the connection broke off before the request had arrived"), "", None)

    def data_received(self, data: bytes) -> None:
        if not self._buffer:
            self._since = self._clock()
        self._buffer += data
        if self._request is None:
            self._advance()
        if len(self._buffer) > READ_AHEAD and self in self._doors.open:
            self._paused = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends no more; it still gets the answer under way."""
        self._ended = True
        return self._request is not None

    def pause_writing(self) -> None:
        """The client does not read its answers; it gets no more until it does."""
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        if self._request is None:
            self._go_on()

    def tidy(self, slow: float, idle: float) -> None:
        """Give up on a request that began before `slow`, and on silence since before `idle`."""
        if self._request is not None:
            return
        if self._buffer and self._since < slow:
            error = TooSlow(f"the request did not arrive within {READ_TIMEOUT:.0f} seconds")
            self._write(refuse(error, "", None), close=True)
        elif not self._buffer and self._since < idle:
            self._transport.close()

    def close_if_idle(self) -> None:
        """Close a connection that has brought nothing which is not answered."""
        if self._request is None and not self._buffer:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection."""
        self._transport.abort()

    def _advance(self) -> None:
        """Take the next requests from the buffer, until one is under way."""
        while self._buffer and self._request is None and not self._full:
            request = read_plain(self._buffer)
            if request is Verdict.INCOMPLETE:
                return
            if request is Verdict.OTHER or not self._submit(request):
                self._hand_over()
                return

    def _submit(self, request: PlainRequest) -> bool:
        """Whether the request was dealt with, or is under way."""
        self._request = request
        try:
            event_id = self._doors.intake.submit(request, self._remote, self._settle)
        except Exception as error:
            self._answer(error)
            return True
        if event_id is None:
            self._request = None
            return False
        self._event_id = event_id
        return True

    def _settle(self, error: Exception | None) -> None:
        """The request under way is stored, or has failed."""
        self._answer(error)
        self._go_on()

    def _go_on(self) -> None:
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._advance()

    def _answer(self, error: Exception | None) -> None:
        request, self._request = self._request, None
        assert request is not None
        origin = request.headers.get("Origin")
        if error is None:
            reply = stored(origin, self._event_id)
        else:
            reply = refuse(error, f"/api/{request.project_id}/envelope/", origin)
        self._buffer = self._buffer[request.size :]
        self._since = self._clock()
        is_last = self._doors.closing or self._ended or not request.keep_alive
        self._write(reply, close=is_last)

    def _write(self, reply: Reply, *, close: bool) -> None:
        if self._transport.is_closing():
            self._buffer = b""
            return
        self._transport.write(reply.as_bytes(close=close))
        if close:
            self._buffer = b""
            self._transport.close()

    def _hand_over(self) -> None:
        """From now on the connection is aiohttp's."""
        self._leave()
        other = self._doors.other()
        self._transport.set_protocol(other)
        other.connection_made(self._transport)
        other.data_received(self._buffer)

    def _leave(self) -> None:
        self._doors.open.discard(self)
        self.closed.set()
