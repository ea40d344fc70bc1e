"""The description of this API, for programs and for people."""

import asyncio
import hashlib
from functools import cache
from typing import NamedTuple

from aiohttp import ETag, web

from rustrak.api.call import Call


class _Written(NamedTuple):
    body: bytes
    etag: str
    policy: str

    @classmethod
    def of(cls, body: bytes, policy: str = "default-src 'none'") -> "_Written":
        return cls(body, hashlib.sha256(body).hexdigest()[:32], policy)


async def get_openapi(call: Call) -> web.StreamResponse:
    """This description as an OpenAPI 3.1 document."""
    written, _ = await asyncio.to_thread(_write)
    return _answer(call.request, written, "application/json")


async def get_docs(call: Call) -> web.StreamResponse:
    """This description as a page to read."""
    _, written = await asyncio.to_thread(_write)
    return _answer(call.request, written, "text/html")


@cache
def _write() -> tuple[_Written, _Written]:
    """Document and page, made when first asked for: a server nobody asks needs no memory for
    them."""
    from rustrak.api.docs_page import POLICY, render
    from rustrak.api.openapi import describe, write

    described = describe()
    return _Written.of(write(described)), _Written.of(render(described).encode(), POLICY)


def _answer(request: web.Request, written: _Written, content_type: str) -> web.Response:
    """The bytes, or 304 for who has them."""
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": written.policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    known = {tag.value for tag in request.if_none_match or ()}
    if known & {written.etag, "*"}:
        response = web.Response(status=304, headers=headers)
    else:
        response = web.Response(
            body=written.body, content_type=content_type, charset="utf-8", headers=headers
        )
    response.etag = ETag(written.etag, is_weak=True)  # of any coding
    return response
