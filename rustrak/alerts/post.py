"""HTTP to the world: one guarded POST, no redirects, no proxies, little of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from yarl import URL

from rustrak import __version__
from rustrak.alerts.delivery import Context
from rustrak.alerts.guard import CONNECT_TIMEOUT, Guard
from rustrak.errors import DeliveryFailed
from rustrak.protocol.jsontext import clean_text

ANSWER: Final = 4096  # bytes read of an answer
LONGEST_WAIT: Final = 86_400  # seconds of Retry-After that are believed
_ALWAYS = {
    "Accept-Encoding": "identity",  # and nothing is inflated: no bombs
    "Content-Type": "application/json",
    "User-Agent": f"Rustrak/{__version__}",
}
_SHOWN = 200  # characters of an answer in an error
_MEND_THEMSELVES = (408, 425, 429)  # of 4xx; 5xx do too


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back with a 2xx: the beginning of the body."""

    status: int
    body: bytes


async def post_json(
    context: Context,
    url: str,
    document: Any,
    headers: Mapping[str, str] | None = None,
    *,
    limit: int = ANSWER,
) -> Answer:
    """POST a document as JSON; see `post`."""
    return await post(context, url, orjson.dumps(document), headers or {}, limit=limit)


async def post(
    context: Context, url: str, body: bytes, headers: Mapping[str, str], *, limit: int = ANSWER
) -> Answer:
    """POST a JSON body to an address that passes the guard; answers only with a 2xx.

    `limit`: bytes read of the answer. Raises DeliveryFailed for everything else.
    """
    target = _target(context, url)
    guard = Guard(context.settings.alert_allowed_networks)
    timeout = ClientTimeout(context.timeout, connect=min(CONNECT_TIMEOUT, context.timeout))
    try:
        async with (
            ClientSession(
                connector=TCPConnector(socket_factory=guard.open_socket, force_close=True),
                cookie_jar=DummyCookieJar(),
                headers=_ALWAYS,
                auto_decompress=False,
                trust_env=False,
                timeout=timeout,
            ) as session,
            session.post(target, data=body, headers=headers, allow_redirects=False) as response,
        ):
            answer = Answer(response.status, await _beginning(response, limit))
            if 200 <= response.status < 300:
                return answer
            raise _refusal(response, answer.body)
    except TimeoutError:
        raise DeliveryFailed("Request timed out", retry=True) from None
    except InvalidURL as error:
        raise DeliveryFailed(f"not a web address: {error.description}", retry=False) from None
    except (ClientError, OSError, ValueError) as error:
        raise guard.failure(target.host or url, error) from None


def _target(context: Context, url: str) -> URL:
    target = URL(url)
    origin = context.origins.get(str(target.origin()))
    return target if origin is None else URL(origin).join(target.relative())


async def _beginning(response: ClientResponse, limit: int) -> bytes:
    """The first bytes of the body; less when it breaks off or dawdles: the status has been said."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) >= limit:
                break
    except (ClientError, OSError):  # TimeoutError is an OSError
        pass
    return bytes(body[:limit])


def _refusal(response: ClientResponse, body: bytes) -> DeliveryFailed:
    status = response.status
    if 300 <= status < 400:
        return DeliveryFailed(
            f"HTTP {status}: redirects are not followed; give the final address",
            retry=False,
            http_status=status,
        )
    shown = clean_text(" ".join(body.decode(errors="replace").split()))[:_SHOWN]
    return DeliveryFailed(
        f"HTTP {status}: {shown}" if shown else f"HTTP {status}",
        retry=status >= 500 or status in _MEND_THEMSELVES,
        http_status=status,
        retry_after=seconds_to_wait(response.headers.get("Retry-After", ""), datetime.now(UTC)),
    )


def seconds_to_wait(retry_after: str, now: datetime) -> int | None:
    """What `Retry-After` asks for, as seconds or as a date; None when it says nothing readable."""
    from email.utils import parsedate_to_datetime

    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(int((moment - now).total_seconds()), 0), LONGEST_WAIT)
