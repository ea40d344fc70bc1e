"""The API at another address, for a dashboard that runs apart from its server."""

from collections.abc import Mapping

from aiohttp import ClientError, ClientSession, web
from multidict import CIMultiDict
from yarl import URL

from rustrak.api.identify import COOKIE
from rustrak.dashboard.backend import Answer, Refused

SERVER: web.AppKey[URL] = web.AppKey("server", URL)
SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)
SESSION_COOKIES = (COOKIE, "rustrak_sso")


class RemoteBackend:
    """Passes the browser's session on to the server, and nothing else of it."""

    def __init__(self, request: web.Request) -> None:
        self._session = request.app[SESSION]
        self._server = request.app[SERVER]
        cookies = [f"{n}={request.cookies[n]}" for n in SESSION_COOKIES if n in request.cookies]
        self._headers = {"Cookie": "; ".join(cookies)} if cookies else {}
        self._headers["User-Agent"] = request.headers.get("User-Agent", "")[:200]

    async def ask(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Answer:
        url = self._server.join(URL(path, encoded=True).with_query(dict(query)))
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                content = await response.read()
                return Answer(response.status, content, CIMultiDict(response.headers))
        except (ClientError, TimeoutError):
            raise Refused(503, f"{self._server} does not answer") from None
