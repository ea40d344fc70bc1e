"""What changes while somebody looks on: server-sent events."""

import asyncio
from contextlib import suppress
from typing import Final

import orjson
from aiohttp import web

STOPPING: web.AppKey[asyncio.Event] = web.AppKey("stopping", asyncio.Event)
LONGEST: Final = 300.0  # seconds of one stream; the browser asks again
PAUSE: Final = 4.0  # seconds between two looks


async def end_streams(app: web.Application) -> None:
    """Let every stream end, so that nobody waits for it at shutdown."""
    app[STOPPING].set()


class Stream:
    """One stream of events to a browser."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )

    async def open(self) -> web.StreamResponse:
        await self._response.prepare(self._request)
        await self._response.write(b"retry: 3000\n\n")
        return self._response

    async def tell(self, said: object) -> bool:
        """Send one; False once nobody listens."""
        with suppress(ConnectionError, RuntimeError):
            await self._response.write(b"data: " + orjson.dumps(said) + b"\n\n")
            return True
        return False

    async def pause(self) -> bool:
        """Wait; False if the stream is to end."""
        stopping = self._request.app[STOPPING]
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE):
                await stopping.wait()
        return not stopping.is_set()
