"""Answers to SDKs, in the protocol's words: JSON, CORS on every answer, errors with detail and
causes.

Sentry protocol: responses and rate limits; CORS.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from uuid import UUID

import orjson
from aiohttp.web import Response

from rustrak.errors import Overloaded, Problem, Throttled

ALLOWED_HEADERS = (
    "x-sentry-auth, x-requested-with, x-forwarded-for, origin, referer, accept, content-type, "
    "authentication, authorization, content-encoding, transfer-encoding, sentry-trace, baggage"
)
RATE_LIMITS = "X-Sentry-Rate-Limits"
_PIXEL = (
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0"
    b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
)
_EXPOSED = {"Access-Control-Expose-Headers": "x-sentry-error, x-sentry-rate-limits, retry-after"}
_ANYONE = {"Access-Control-Allow-Origin": "*", **_EXPOSED}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is written to a socket."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    content_type: str = "application/json"

    def as_response(self) -> Response:
        """For aiohttp."""
        content_type = self.content_type if self.body else None
        return Response(
            status=self.status, body=self.body, content_type=content_type, headers=self.headers
        )

    def as_bytes(self, *, close: bool = False) -> bytes:
        """As HTTP/1.1; with `close` the client is told that the connection ends."""
        lines = _head(self.status, self.content_type, tuple(self.headers.items()), int(time.time()))
        connection = "Connection: close\r\n" if close else ""
        tail = f"{connection}Content-Length: {len(self.body)}\r\n\r\n"
        return lines + tail.encode() + self.body


@lru_cache(maxsize=64)
def _head(status: int, content_type: str, headers: tuple[tuple[str, str], ...], now: int) -> bytes:
    """Everything but the length; the same for all answers of a second that look alike."""
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Content-Type: {content_type}",
        f"Date: {formatdate(now, usegmt=True)}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def stored(origin: str | None, event_id: str, rate_limits: str = "") -> Reply:
    """200 with the event's id; anything else would make some SDKs throw the event away or resend
    it. `rate_limits` says what of it was refused."""
    headers = _cors(origin)
    if rate_limits:
        headers = {**headers, RATE_LIMITS: rate_limits}
    return Reply(200, headers, b'{"id":"%b"}' % event_id.encode())


def nothing_to_store(origin: str | None, event_id: str | None) -> Reply:
    """200 for an envelope without items."""
    return Reply(200, _cors(origin), orjson.dumps({"id": event_id} if event_id else {}))


def done(origin: str | None, status: int = 200) -> Reply:
    """An empty answer, where a program only looks at the status."""
    return Reply(status, _cors(origin))


def crash_stored(origin: str | None, event_id: str) -> Reply:
    """200 with the dashed id as text, which crash uploaders write to their log."""
    return Reply(200, _cors(origin), str(UUID(event_id)).encode(), "text/plain")


def nothing_to_say(origin: str | None) -> Reply:
    """200 with an empty object: OTLP's export response, and what the dialog's clients expect."""
    return Reply(200, _cors(origin), b"{}")


def pixel(origin: str | None) -> Reply:
    """200 with a transparent GIF of one pixel, for pages that report through an image."""
    headers = {**_cors(origin), "Cache-Control": "no-store"}
    return Reply(200, headers, _PIXEL, "image/gif")


def script(origin: str | None, source: bytes, cache_control: str) -> Reply:
    """200 with a script for a page of somebody else's."""
    headers = {
        **_cors(origin),
        "Cache-Control": cache_control,
        "X-Content-Type-Options": "nosniff",
    }
    return Reply(200, headers, source, "text/javascript")


def preflight(origin: str | None) -> Reply:
    """The answer to OPTIONS; no authentication, nothing parsed."""
    headers = {
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": "3600",
        **_cors(origin),
    }
    return Reply(200, headers)


def refusal(origin: str | None, problem: Problem) -> Reply:
    """An error as `{"detail", "causes"}` and, for old clients, one line in X-Sentry-Error."""
    text = str(problem)
    headers = {**_cors(origin), "X-Sentry-Error": _header_text(text)}
    if isinstance(problem, Throttled | Overloaded):
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, Throttled) and problem.rate_limits:
        headers[RATE_LIMITS] = problem.rate_limits
    causes = [str(problem.__cause__)] if isinstance(problem.__cause__, Problem) else []
    body = {"detail": text, "causes": causes} if causes else {"detail": text}
    return Reply(problem.status, headers, orjson.dumps(body))


def _cors(origin: str | None) -> Mapping[str, str]:
    """Any page may send us its errors, without credentials; its origin is echoed if it gave one."""
    if origin is None:
        return _ANYONE
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **_EXPOSED}


def _header_text(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\r", " ").replace("\n", " ")[:200]
