"""Transactions by name: how many, how fast, how many of them failed."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.filters import word
from rustrak.api.old_messages import LARGEST_PAGE, choice, number_in_path, number_in_query, reply
from rustrak.api.schemas import Reply
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql
from rustrak.errors import Invalid

MOST_HOURS = 30 * 24  # percentiles read every transaction of the time asked for
EXAMPLES = 10  # slowest ones shown
LIMIT = 100  # names listed unless more are asked for


class Sort(StrEnum):
    COUNT = "count"
    FAILURE_RATE = "failure_rate"
    P50 = "p50"
    P95 = "p95"
    LAST_SEEN = "last_seen"
    NAME = "name"


class Transaction(Reply):
    """One name; durations are None when no run told a usable one."""

    name: str
    count: int
    failure_rate: float
    """From 0 to 1."""
    p50_ms: float | None
    p95_ms: float | None
    per_minute: float
    last_seen: datetime


class Transactions(Reply):
    items: list[Transaction]
    total_count: int
    """Names there are, listed or not."""


class Hour(Reply):
    hour: datetime
    count: int
    failure_rate: float
    p50_ms: float | None
    p95_ms: float | None


class Example(Reply):
    """One run; ids are None when the client sent none. `timestamp` is its end."""

    trace_id: str | None
    span_id: str | None
    timestamp: datetime
    duration_ms: float
    status: str
    release: str
    environment: str
    children: int


class TransactionDetail(Reply):
    name: str
    hours: list[Hour]
    slowest: list[Example]


async def list_transactions(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/transactions?hours&environment&release&sort&limit"""
    hours, wanted = _wanted(request)
    sort = choice(request, "sort", Sort.COUNT).value
    limit = number_in_query(request, "limit", LIMIT, LARGEST_PAGE)
    async with request.app[POOL].connection() as conn:
        await get_project(conn, wanted["project_id"])
        rows = await fetch_all(conn, sql("api/list_transactions"), **wanted, sort=sort, limit=limit)
    items = [Transaction(**_shown(row), per_minute=row["count"] / (hours * 60)) for row in rows]
    return reply(Transactions(items=items, total_count=rows[0]["total_count"] if rows else 0))


async def get_transaction(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/transactions/detail?name&hours&environment&release

    The name is a parameter, because most names hold slashes. One nobody sent has no hours.
    """
    _, wanted = _wanted(request)
    async with request.app[POOL].connection() as conn:
        await get_project(conn, wanted["project_id"])
        if "name" not in request.query:
            raise Invalid("name is missing")
        wanted["name"] = word(request, "name") or ""
        hours = await fetch_all(conn, sql("api/list_transaction_hours"), **wanted)
        slowest = await fetch_all(
            conn, sql("api/list_slowest_transactions"), **wanted, limit=EXAMPLES
        )
    return reply(
        TransactionDetail(
            name=wanted["name"],
            hours=[Hour(**row) for row in hours],
            slowest=[_example(row) for row in slowest],
        )
    )


def _wanted(request: web.Request) -> tuple[int, dict[str, Any]]:
    """The hours to look back, and what all statements here are given."""
    hours = number_in_query(request, "hours", 24, MOST_HOURS)
    return hours, {
        "project_id": number_in_path(request, "project_id"),
        "since": datetime.now(UTC) - timedelta(hours=hours),
        "environment": word(request, "environment"),
        "release": word(request, "release"),
    }


def _shown(row: DictRow) -> DictRow:
    return {name: value for name, value in row.items() if name != "total_count"}


def _example(row: DictRow) -> Example:
    trace: UUID = row["trace_id"]
    ids = {"trace_id": trace.hex if trace.int else None, "span_id": row["span_id"] or None}
    return Example(**{**row, **ids})
