"""One HTTP session: the token, tries, time limits, and what an answer means."""

import asyncio
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import ValidationError
from yarl import URL

from rustrak import __version__
from rustrak.client.errors import BY_STATUS, ApiError, UnexpectedAnswer
from rustrak.errors import ConfigurationError, Invalid, ServerUnreachable
from rustrak.schemas.base import Error, ErrorDetail

TRIES: Final = 3
LONGEST_WAIT: Final = 60.0
"""Seconds a call waits when the server asks it to; longer ones are the caller's decision."""
FIRST_WAIT: Final = 0.5
"""Seconds before the second try where nobody says how long; doubles."""


class Transport:
    """Sends requests of one token to one server.

    Redirects are not followed: the token is for this address alone.
    """

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        self._base = _checked_url(url)
        headers = {"User-Agent": f"rustrak-client/{__version__}", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {_checked_token(token)}"
        self._headers = headers
        self._timeout = ClientTimeout(total=timeout)
        self._session: ClientSession | None = None

    async def open(self) -> None:
        """Raises nothing; connections are made when they are needed."""
        self._session = ClientSession(headers=self._headers, timeout=self._timeout)
        # aiohttp repeats a PUT or DELETE on a broken connection itself; it has no public switch
        self._session._retry_connection = False

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self,
        method: str,
        path: str,
        query: dict[str, Any] | None = None,
        body: bytes | None = None,
    ) -> bytes:
        """The body of a successful answer.

        A 429 is tried again when the server's Retry-After is over; a 503 and a broken connection
        too if the request is a GET. Others may have worked: sent twice, a POST makes two things, a
        PATCH takes back what somebody changed meanwhile, a DELETE that worked ends as not found.
        Raises ApiError and ServerUnreachable.
        """
        url = URL(f"{self._base}{path}{_query_string(query or {})}", encoded=True)
        for attempt in range(1, TRIES + 1):
            wait = FIRST_WAIT * 2 ** (attempt - 1)
            try:
                return await self._send(method, url, body)
            except ApiError as error:
                is_limit = error.status == 429 or (error.status == 503 and method == "GET")
                wait = wait if error.retry_after is None else float(error.retry_after)
                if not is_limit or attempt == TRIES or wait > LONGEST_WAIT:
                    raise
            except ServerUnreachable:
                if attempt == TRIES or method != "GET":
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def _send(self, method: str, url: URL, body: bytes | None) -> bytes:
        if self._session is None:
            raise RuntimeError("use the client in `async with`")
        headers = {"Content-Type": "application/json"} if body is not None else None
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                content = await response.read()
        except TimeoutError:
            raise ServerUnreachable(
                f"{self._base} does not answer within {self._timeout.total:g} s"
            ) from None
        except ClientError as error:
            raise ServerUnreachable(f"cannot reach {self._base}: {error}") from None
        if 300 <= response.status < 400:
            place = response.headers.get("Location", "another address")
            raise UnexpectedAnswer(
                f"{self._base} sends elsewhere, to {place[:200]}; use that address"
            )
        if response.status >= 400:
            raise _refusal(response.status, content, response.headers.get("Retry-After"))
        return content


def join_path(parts: tuple[object, ...]) -> str:
    """A path of quoted parts. Raises Invalid for one that would change the path's meaning."""
    texts = [str(part) for part in parts]
    for text in texts:
        if text in ("", ".", ".."):
            raise Invalid(f"{text!r} is no name")
    return "".join(f"/{quote(text, safe='')}" for text in texts)


def _query_string(query: dict[str, Any]) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("the server's address must look like https://errors.example.com")
    if parts.username is not None:
        raise ConfigurationError("this is a DSN; give the address alone, and a token")
    return url.rstrip("/")


def _checked_token(token: str) -> str:
    token = token.strip()
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise ConfigurationError("this is no token; `rustrak token create NAME` makes one")
    return token


def _refusal(status: int, content: bytes, retry_after: str | None) -> ApiError:
    try:
        error = Error.model_validate_json(content).error
    except ValidationError:
        error = ErrorDetail(type="HttpError", message="without saying why")
    return BY_STATUS.get(status, ApiError)(
        status, error.type, error.message, error.fields, _seconds(retry_after)
    )


def _seconds(retry_after: str | None) -> int | None:
    """A number of seconds; a date, which servers may also send, says nothing here."""
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit()):
        return None
    return int(retry_after[:9])
