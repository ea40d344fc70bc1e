"""What changes while somebody looks on: server-sent events."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import orjson
from aiohttp import web

from rustrak.errors import RustrakError

STOPPING: web.AppKey[asyncio.Event] = web.AppKey("stopping", asyncio.Event)
PAUSE: Final = 4.0  # seconds between two looks

_UNSEEN: Final = object()


async def end_streams(app: web.Application) -> None:
    """Let every stream end, so that nobody waits for it at shutdown."""
    app[STOPPING].set()


async def watch(
    request: web.Request,
    look: Callable[[], Awaitable[object]],
    said: object,
    *,
    before: object = _UNSEEN,
) -> web.StreamResponse:
    """Say something whenever a look finds another thing than `before`, or than the last one did;
    until nobody listens, the server stops, or looking is refused. The browser then asks again."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    with suppress(RustrakError, ConnectionError):
        await response.write(b"retry: 3000\n\n")
        while True:
            now = await look()
            if before is not _UNSEEN and now != before:
                await response.write(b"data: " + orjson.dumps(said) + b"\n\n")
            before = now
            if await _is_over(request.app[STOPPING]):
                break
    return response


async def _is_over(stopping: asyncio.Event) -> bool:
    """Wait a while; whether the server stops."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PAUSE):
            await stopping.wait()
    return stopping.is_set()
