"""Outcomes: what became of the items a project received, and what its clients never sent."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql
from rustrak.schemas.outcomes import Outcomes, Series, SeriesList
from rustrak.schemas.times import HoursQuery

MOST_SERIES = 100
"""The largest ones of either list."""


async def get_outcomes(call: Call, query: HoursQuery) -> Outcomes:
    """What became of received items, and what clients report to have dropped, by the hour."""
    hours = query.starts()
    wanted = {
        "project_id": call.project_id,
        "first": hours[0],
        "last": hours[-1],
        "limit": MOST_SERIES + 1,
    }
    async with call.connection() as conn:
        received = await fetch_all(conn, sql("api/list_outcomes"), **wanted)
        reported = await fetch_all(conn, sql("api/list_client_reports"), **wanted)
    return Outcomes(hours=hours, received=_list(received, hours), reported=_list(reported, hours))


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
