"""Answers to SDKs, in the protocol's words: JSON, CORS on every answer, errors with detail and
causes.

Sentry protocol: responses and rate limits; CORS.
"""

from collections.abc import Mapping

import orjson
from aiohttp.web import Request, Response

from rustrak.errors import Overloaded, Problem, Throttled

ALLOWED_HEADERS = (
    "x-sentry-auth, x-requested-with, x-forwarded-for, origin, referer, accept, content-type, "
    "authentication, authorization, content-encoding, transfer-encoding, sentry-trace, baggage"
)
_EXPOSED = {"Access-Control-Expose-Headers": "x-sentry-error, x-sentry-rate-limits, retry-after"}
_ANYONE = {"Access-Control-Allow-Origin": "*", **_EXPOSED}


def stored(request: Request, event_id: str) -> Response:
    """200 with the event's id; anything else would make some SDKs throw the event away or resend
    it."""
    return _json(request, 200, b'{"id":"%b"}' % event_id.encode())


def nothing_to_store(request: Request, event_id: str | None) -> Response:
    """200 for an envelope without items."""
    return _json(request, 200, orjson.dumps({"id": event_id} if event_id else {}))


def preflight(request: Request) -> Response:
    """The answer to OPTIONS; no authentication, nothing parsed."""
    headers = {
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": "3600",
        **_cors(request),
    }
    return Response(status=200, headers=headers)


def refusal(request: Request, problem: Problem) -> Response:
    """An error as `{"detail", "causes"}` and, for old clients, one line in X-Sentry-Error."""
    text = str(problem)
    headers = {"X-Sentry-Error": _header_text(text)}
    if isinstance(problem, Throttled | Overloaded):
        headers["Retry-After"] = str(problem.retry_after)
    causes = [str(problem.__cause__)] if isinstance(problem.__cause__, Problem) else []
    body = {"detail": text, "causes": causes} if causes else {"detail": text}
    return _json(request, problem.status, orjson.dumps(body), headers)


def _json(
    request: Request, status: int, body: bytes, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        status=status,
        body=body,
        content_type="application/json",
        headers={**_cors(request), **(headers or {})},
    )


def _cors(request: Request) -> Mapping[str, str]:
    """Any page may send us its errors, without credentials; its origin is echoed if it gave one."""
    origin = request.headers.get("Origin")
    if origin is None:
        return _ANYONE
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **_EXPOSED}


def _header_text(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\r", " ").replace("\n", " ")[:200]
