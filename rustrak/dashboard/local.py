"""The API in the same process, asked without a socket: its handlers are given the browser's own
request with another address, so that they see the same cookie, the same client and the same
site."""

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from multidict import CIMultiDict
from yarl import URL

from rustrak.api.problems import answer_errors
from rustrak.dashboard.backend import Answer

LARGEST_FORM: Final = 1024 * 1024  # bytes; as aiohttp takes of a form
_OF_THE_BODY: Final = ("Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding")


def _content(body: bytes) -> StreamReader:
    """A body that has arrived."""
    protocol = BaseProtocol(asyncio.get_running_loop())
    content = StreamReader(protocol, LARGEST_FORM, loop=asyncio.get_running_loop())
    if body:
        content.feed_data(body)
    content.feed_eof()
    return content


class LocalBackend:
    """Asks for one request. Make it before the body of that request is read."""

    def __init__(self, request: web.Request) -> None:
        self._request = request.clone()
        self._app = request.app
        headers = CIMultiDict(request.headers)
        for name in _OF_THE_BODY:
            headers.popall(name, None)
        headers.popall("Authorization", None)  # a page is asked for by a session
        self._headers = headers

    async def ask(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Answer:
        url = URL(path, encoded=True).with_query(dict(query))
        headers = CIMultiDict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = self._request.clone(method=method, rel_url=url, headers=headers)
        request._payload = _content(body or b"")  # aiohttp has no public way to hand a body over
        match = await self._app.router.resolve(request)
        match.add_app(self._app)
        match.freeze()
        request._match_info = match
        response = await answer_errors(request, match.handler)
        content = response.body if isinstance(response, web.Response) else b""
        return Answer(
            response.status,
            content if isinstance(content, bytes) else b"",
            CIMultiDict(response.headers),
        )
