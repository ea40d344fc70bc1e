"""Outcomes: what became of the items a project received, and what its clients never sent."""

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.hours import last_hours
from rustrak.api.old_messages import number_in_path, reply
from rustrak.api.schemas import Reply
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql

MOST_SERIES = 100
"""The largest ones of either list."""


class Series(Reply):
    """How many there were of one kind, in each hour of the answer."""

    category: str
    outcome: str
    reason: str
    total: int
    quantities: list[int]


class SeriesList(Reply):
    total: int
    """The sum of the series below."""
    series: list[Series]
    has_more: bool
    """Whether smaller series were left out."""


class Outcomes(Reply):
    hours: list[datetime]
    """The starts of the hours, oldest first."""
    received: SeriesList
    """Items, by the hour of receipt and what they are counted as here."""
    reported: SeriesList
    """What clients and relays say they dropped, in categories and reasons of their own."""


async def get_outcomes(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/outcomes?hours"""
    project_id, hours = number_in_path(request, "project_id"), last_hours(request)
    limits = {"first": hours[0], "last": hours[-1], "limit": MOST_SERIES + 1}
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        received = await fetch_all(conn, sql("api/list_outcomes"), project_id=project_id, **limits)
        reported = await fetch_all(
            conn, sql("api/list_client_reports"), project_id=project_id, **limits
        )
    return reply(
        Outcomes(hours=hours, received=_list(received, hours), reported=_list(reported, hours))
    )


def _list(rows: Sequence[DictRow], hours: Sequence[datetime]) -> SeriesList:
    shown = rows[:MOST_SERIES]
    return SeriesList(
        total=sum(row["total"] for row in shown),
        series=[_series(row, hours) for row in shown],
        has_more=len(rows) > MOST_SERIES,
    )


def _series(row: DictRow, hours: Sequence[datetime]) -> Series:
    counts = dict(zip(row["hours"], row["quantities"], strict=True))
    return Series(
        category=row["category"],
        outcome=row["outcome"],
        reason=row["reason"],
        total=row["total"],
        quantities=[counts.get(hour, 0) for hour in hours],
    )
