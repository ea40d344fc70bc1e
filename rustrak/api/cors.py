"""CORS of the management API: a page of any origin may use it with a bearer token.

Never with a cookie: `Access-Control-Allow-Credentials` is left out, so that a browser gives no page
of another origin an answer to a request that carried one.
"""

from aiohttp import hdrs, web

from rustrak.api.problems import Handler

METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
REQUEST_HEADERS = (
    "authorization, accept, content-type, content-encoding, x-sentry-auth, sentry-trace, baggage"
)
EXPOSED_HEADERS = "retry-after, content-disposition"
KEPT = "3600"  # seconds a browser may keep the answer to a preflight
VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


@web.middleware
async def share_with_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer preflights and let pages read answers; intake does both by itself."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    if _is_preflight(request) and request.match_info.http_exception is not None:
        response: web.StreamResponse = web.Response(
            headers={
                hdrs.ACCESS_CONTROL_ALLOW_METHODS: METHODS,
                hdrs.ACCESS_CONTROL_ALLOW_HEADERS: REQUEST_HEADERS,
                hdrs.ACCESS_CONTROL_MAX_AGE: KEPT,
            }
        )
    else:
        response = await handler(request)
    if origin and origin.isascii() and hdrs.ACCESS_CONTROL_ALLOW_ORIGIN not in response.headers:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = EXPOSED_HEADERS
        response.headers[hdrs.VARY] = VARY
    return response


def _is_preflight(request: web.Request) -> bool:
    return (
        request.method == hdrs.METH_OPTIONS
        and hdrs.ORIGIN in request.headers
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )
