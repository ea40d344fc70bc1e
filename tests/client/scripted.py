"""A server that answers what a test tells it to, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Scripted:
    url: str = ""
    answers: list[Callable[[], web.Response]] = field(default_factory=list)
    """Given one after the other; the last one again and again."""
    asked: list[web.Request] = field(default_factory=list)
    stalls: bool = False

    async def answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.asked.append(request)
        if self.stalls:
            await asyncio.Event().wait()
        turn = min(len(self.asked), len(self.answers))
        return self.answers[turn - 1]()


@asynccontextmanager
async def scripted(*answers: Callable[[], web.Response]) -> AsyncIterator[Scripted]:
    server = Scripted(answers=list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()


def refusing(
    status: int, retry_after: str | None = None, **error: object
) -> Callable[[], web.Response]:
    """A refusal in the API's shape."""
    body = {"error": {"type": "Refused", "message": "no", **error}}
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    return lambda: web.json_response(body, status=status, headers=headers)


def saying(text: str, status: int = 200, **headers: str) -> Callable[[], web.Response]:
    """Any answer at all."""
    return lambda: web.Response(
        text=text, status=status, headers=headers, content_type="application/json"
    )
