"""Smaller answers for who can read them."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

WORTH_IT: Final = 1024
"""Bytes; shorter answers fit a packet anyway."""
TEXTUAL: Final = frozenset({"application/json", "text/html"})


@web.middleware
async def compress_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Compress long texts that are read with GET; secrets are only ever answered to POST, so that
    no length tells of them."""
    response = await handler(request)
    if request.method != "GET" or response.content_type not in TEXTUAL:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if isinstance(response, web.Response) and len(response.body or b"") > WORTH_IT:  # type: ignore[arg-type]
        response.enable_compression()
    return response
