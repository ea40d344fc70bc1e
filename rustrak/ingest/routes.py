"""Every route SDKs, browsers and crash uploaders use."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from rustrak.errors import MethodNotAllowed, Overloaded, Problem, Throttled, Unexpected
from rustrak.ingest import checkins, crashes, feedback, loader, otlp, reports
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply, preflight, refusal
from rustrak.logging import Note, log

Handler = Callable[[Intake, web.Request], Awaitable[Reply]]

_PROJECT = "/api/{project_id}"
_STORE: Mapping[str, Handler] = {"POST": Intake.receive_store, "GET": Intake.receive_pixel}
_CHECK_IN: Mapping[str, Handler] = {
    "POST": checkins.receive_check_in,
    "GET": checkins.receive_check_in,
}
_TRACES: Mapping[str, Handler] = {"POST": otlp.receive_traces}
_LOGS: Mapping[str, Handler] = {"POST": otlp.receive_logs}
_REPORTS: Mapping[str, Handler] = {"POST": reports.receive_security}

ENDPOINTS: Final[Mapping[str, Mapping[str, Handler]]] = {
    _PROJECT + "/envelope": {"POST": Intake.receive_envelope},
    _PROJECT + "/store": _STORE,
    "/api/store": _STORE,
    _PROJECT + "/security": _REPORTS,
    _PROJECT + "/csp-report": _REPORTS,
    _PROJECT + "/nel": _REPORTS,
    _PROJECT + "/minidump": {"POST": crashes.receive_minidump},
    _PROJECT + "/unreal/{sentry_key}": {"POST": crashes.receive_unreal},
    _PROJECT + "/events/{event_id}/attachments": {"POST": crashes.receive_attachments},
    _PROJECT + "/cron/{monitor_slug}": _CHECK_IN,
    _PROJECT + "/cron/{monitor_slug}/{sentry_key}": _CHECK_IN,
    _PROJECT + "/integration/otlp/v1/traces": _TRACES,
    _PROJECT + "/integration/otlp/v1/logs": _LOGS,
    _PROJECT + "/otlp/v1/traces": _TRACES,
    _PROJECT + "/otlp/v1/logs": _LOGS,
    "/api/embed/error-page": {"GET": feedback.show_dialog, "POST": feedback.receive_dialog},
    "/api/0/projects/{organization}/{project}/user-feedback": {
        "POST": feedback.receive_user_report
    },
    "/js-sdk-loader/{file}": {"GET": loader.serve_loader},
}
"""Handlers by path and method."""


def ingest_routes(intake: Intake) -> list[web.RouteDef]:
    """The table, for every method: what is refused is refused in the protocol's words."""
    return [
        web.route("*", tolerant(path), answering(intake, handlers))
        for path, handlers in ENDPOINTS.items()
    ]


def tolerant(path: str) -> str:
    """The pattern of a path with or without final slash, which takes doubled slashes too.

    No redirects, because they lose bodies.
    """
    parts = path.removeprefix("/").split("/")
    return "".join(f"/{{_{n}:/*}}{part}" for n, part in enumerate(parts)) + "{_end:/*}"


def answering(
    intake: Intake, handlers: Mapping[str, Handler]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handlers of a path, with refusals answered in the protocol's words."""
    allowed = ", ".join([*handlers, "OPTIONS"])

    async def answer(request: web.Request) -> web.Response:
        origin = request.headers.get("Origin")
        if request.method == "OPTIONS":
            return preflight(origin).as_response()
        try:
            handler = handlers.get(request.method)
            if handler is None:
                raise MethodNotAllowed(f"this path answers {allowed}")
            reply = await handler(intake, request)
        except Exception as error:
            reply = refuse(error, request.path, origin)
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
