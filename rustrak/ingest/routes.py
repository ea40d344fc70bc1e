"""Every route SDKs use."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from rustrak.errors import Overloaded, Problem, Throttled, Unexpected
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply, preflight, refusal
from rustrak.logging import Note, log

Handler = Callable[[web.Request], Awaitable[Reply]]


def ingest_routes(intake: Intake) -> list[web.RouteDef]:
    """The table; with and without the trailing slash, because redirects lose bodies."""

    async def options(request: web.Request) -> web.Response:
        return preflight(request.headers.get("Origin")).as_response()

    routes = []
    for slash in ("/", ""):
        envelope = f"/api/{{project_id}}/envelope{slash}"
        store = f"/api/{{project_id}}/store{slash}"
        routes += [
            web.post(envelope, answering(intake.receive_envelope)),
            web.options(envelope, options),
            web.post(store, answering(intake.receive_store)),
            web.options(store, options),
        ]
    return routes


def answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler whose refusals are answered in the protocol's words."""

    async def answer(request: web.Request) -> web.Response:
        try:
            reply = await handler(request)
        except Exception as error:
            reply = refuse(error, request.path, request.headers.get("Origin"))
        return reply.as_response()

    return answer


def refuse(error: Exception, path: str, origin: str | None) -> Reply:
    """The answer to a request that failed, after a line in the log."""
    if isinstance(error, Problem):
        is_flood = isinstance(error, Throttled | Overloaded)  # others count these and note them
        say = log.debug if is_flood else log.info
        say(Note.ENVELOPE_REFUSED, path=path, status=error.status, why=str(error))
        return refusal(origin, error)
    log.error(Note.REQUEST_FAILED, path=path, exc_info=error)
    return refusal(origin, Unexpected("the server made a mistake; it is in its log"))
