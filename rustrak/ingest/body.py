"""Reading a request body with a cap on its bytes and on the client's patience."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import StreamReader
from aiohttp.web import Request, RequestPayloadError

from rustrak.errors import Malformed, Problem, TooLarge

T = TypeVar("T")

READ_TIMEOUT = 20.0  # seconds for a whole body; SDKs send theirs in one go
OFF_LOOP = (
    64 * 1024
)  # bytes; larger bodies are inflated in a thread, so that others are not held up


class TooSlow(Problem):
    """The body did not arrive in time."""

    status = 408


async def off_loop(function: Callable[..., T], body: bytes, *more: Any) -> T:
    """`function(body, *more)`, in a thread when the body is large."""
    if len(body) <= OFF_LOOP:
        return function(body, *more)
    return await asyncio.to_thread(function, body, *more)


async def read_body(request: Request, *, limit: int) -> bytes:
    """The body as it arrived, still encoded.

    Raises TooLarge beyond `limit` bytes (at once when Content-Length admits it), TooSlow when it
    takes longer than READ_TIMEOUT, Malformed when it is empty or the client goes away. A broken
    chunk ends as TooSlow, because the HTTP parser falls silent after it.
    """
    declared = request.content_length
    if declared is not None and declared > limit:
        raise TooLarge(f"the body has {declared} bytes; the limit is {limit}")
    content = request.content
    if content.is_eof() and content.exception() is None:  # it came along with the headers
        return _checked(content.read_nowait(), limit)
    try:
        async with asyncio.timeout(READ_TIMEOUT):
            body = await _read(content, limit)
    except TimeoutError:
        raise TooSlow(f"the body did not arrive within {READ_TIMEOUT:.0f} seconds") from None
    except (ConnectionError, RequestPayloadError):
        raise Malformed("the connection broke off before the body had arrived") from None
    return _checked(body, limit)


def _checked(body: bytes, limit: int) -> bytes:
    if not body:
        raise Malformed("the request body is empty")
    if len(body) > limit:
        raise TooLarge(f"the body has more than {limit} bytes")
    return body


async def _read(content: StreamReader, limit: int) -> bytes:
    chunks = []
    size = 0
    while chunk := await content.readany():
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            chunks.clear()
            raise TooLarge(f"the body has more than {limit} bytes")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
