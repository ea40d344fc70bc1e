"""Every route SDKs use."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from rustrak.errors import Problem, Unexpected
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import preflight, refusal
from rustrak.logging import Note, log

Handler = Callable[[web.Request], Awaitable[web.Response]]


def ingest_routes(intake: Intake) -> list[web.RouteDef]:
    """The table; with and without the trailing slash, because redirects lose bodies."""

    async def options(request: web.Request) -> web.Response:
        return preflight(request)

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


def answering(handler: Handler) -> Handler:
    """A handler whose refusals are answered in the protocol's words."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except Problem as problem:
            log.info(
                Note.ENVELOPE_REFUSED, path=request.path, status=problem.status, why=str(problem)
            )
            return refusal(request, problem)
        except Exception:
            log.exception(Note.REQUEST_FAILED, path=request.path)
            return refusal(request, Unexpected("the server made a mistake; it is in its log"))

    return answer
