"""Health: alive is a matter of the process, ready one of the database."""

import asyncio

from aiohttp import web
from psycopg import Error
from psycopg_pool import PoolTimeout

from rustrak.api.context import INTAKE_STATE, POOL
from rustrak.database.migrate import require_current
from rustrak.errors import SchemaOutdated

READY_TIMEOUT = 3.0  # seconds


async def live(_request: web.Request) -> web.Response:
    """GET /health and /health/live; never touches the database."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """GET /health/ready: 200 when the database answers, its schema is ours and intake is open."""
    checks = {"database": await _database_state(request), "intake": request.app[INTAKE_STATE]()}
    is_ready = set(checks.values()) == {"ok"}
    return web.json_response(
        {"status": "ready" if is_ready else "not_ready", "checks": checks},
        status=200 if is_ready else 503,
    )


async def _database_state(request: web.Request) -> str:
    try:
        async with asyncio.timeout(READY_TIMEOUT), request.app[POOL].connection(timeout=2) as conn:
            await require_current(conn)
    except SchemaOutdated:
        return "migrations pending"
    except (Error, PoolTimeout, TimeoutError):
        return "error"
    return "ok"
