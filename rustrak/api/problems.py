"""Errors as JSON: one shape for the whole API, from one family of exceptions."""

import uuid
from collections.abc import Awaitable, Callable, Sequence

import orjson
from aiohttp import web
from psycopg import OperationalError
from psycopg.errors import QueryCanceled
from psycopg_pool import PoolTimeout

from rustrak.errors import Fault, Malformed, Overloaded, Problem, Throttled, Unexpected
from rustrak.logging import Note, log

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def problem_reply(problem: Problem) -> web.Response:
    """`{"error": {"type", "message", "fields"?}}` with the problem's status."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(problem, Throttled | Overloaded):
        headers["Retry-After"] = str(problem.retry_after)
    message = f"{problem.prefix}{problem}"
    return error_reply(problem.status, problem.kind, message, headers, problem.faults)


def error_reply(
    status: int,
    kind: str,
    message: str,
    headers: dict[str, str],
    faults: Sequence[Fault] = (),
) -> web.Response:
    """An error of a status and a kind."""
    error: dict[str, object] = {"type": kind, "message": message}
    if faults:
        error["fields"] = faults
    body = orjson.dumps({"error": error})
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what handlers raise into the API's error shape; a bug becomes a 500 with a number to
    quote."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem_reply(problem)
    except QueryCanceled:  # by the statement timeout
        return problem_reply(Overloaded("the answer takes too long; ask for less", 5))
    except (OperationalError, PoolTimeout):
        return problem_reply(Overloaded("the database is not reachable; try again soon", 5))
    except web.HTTPException as error:
        return _http_error(error)
    except (ConnectionError, web.RequestPayloadError):
        return problem_reply(Malformed("the connection broke off before the body had arrived"))
    except Exception:
        incident = uuid.uuid4().hex[:12]
        log.exception(
            Note.REQUEST_FAILED, path=request.path, method=request.method, incident=incident
        )
        return problem_reply(Unexpected(f"it is logged as incident {incident}"))


def _http_error(error: web.HTTPException) -> web.Response:
    """What aiohttp itself refuses: unknown paths, wrong methods, oversized bodies."""
    kind = {404: "NotFound", 405: "MethodNotAllowed", 413: "PayloadTooLarge"}.get(
        error.status, "HttpError"
    )
    headers = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
    return error_reply(error.status, kind, error.reason, headers)
